r"""Unit-norm Gaussian data, y = g/|g| with g ~ N(0, diag(v_i)): what the paper calls normalized (an angular Gaussian).

Only b.y with b = lambda x is random: |x - y|^2 = |x|^2 + 1 - 2 x.y. Its moments follow from Gaussian ones, because
|g|^{-2k} = int s^{k-1}/Gamma(k) e^{-s |g|^2} ds tilts g to the variances v_i/(1 + 2 s v_i). With sigma = 1/(2s) they
sum to a Bessel function, one integral in all:

    M(lambda) = E e^{lambda x.y} = 1 + int_0^inf prod_j (1 + v_j/sigma)^{-1/2} (beta/2) I_1(beta) dsigma/sigma,
    beta = lambda sqrt(Q),      Q(sigma; x) = sum_i x_i^2 v_i/(v_i + sigma),

for real or complex lambda; coordinates with v_i = 0 take no part. K = log M - lambda (|x|^2 + 1)/2. With w = beta^2 the
derivatives follow from d/dw (beta/2) I_1 = I_0/4 and d/dw I_0/4 = I_1/(8 beta). In log sigma the integrand is analytic
for |Im| < pi: the trapezoidal rule converges geometrically, with a step that shrinks as the integrand narrows.
"""
