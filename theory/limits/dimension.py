r"""What estimators of local dimension read off the score of linear Gaussian data, N -> infinity: sums over directions.

Along a direction of variance v the score is s = -x/(v + t) and -t J has the eigenvalue a = t/(v + t), posterior
variance over t: 1 - a = v/(v + t). The estimators of `simulate.dimension.traces` are functions of these alone:

    FLIPD            sum (1 - a) + t |s|^2                                       Kamkari et al. 2406.03537
    LHSD             sum 1/(1 + (a/c)^4)                                         Osada 2605.01221
    participation    (sum (1 - a))^2 / sum (1 - a)^2

For t far below all variances that are not 0 they all tend to the number of these, but for LHSD's 1/(1 + c^{-4}) of each
other direction. For N points, and any law, FLIPD is an energy: with Cov_w(y) = t (1 + t J), t s = <y> - x,

    d + t (tr J + |s|^2) = [tr Cov_w(y) + |<y> - x|^2]/t = 2 <E>_w/t,       its mean is 2 d E log Z / d log t.
"""

import sympy as sp

from theory.formula import Total, formula


@formula(source="arXiv:2406.03537", regime="linear Gaussian data, N -> infinity")
def flipd_of_law(t: sp.Symbol, x: sp.Symbol, v: sp.Symbol) -> sp.Expr:
    """FLIPD of the law's score at x."""
    return Total(v / (v + t) + t * x**2 / (v + t) ** 2)


@formula(source="arXiv:2605.01221", regime="linear Gaussian data, N -> infinity; c = 1/4 in simulate.dimension")
def lhsd_of_law(t: sp.Symbol, v: sp.Symbol, c: sp.Symbol) -> sp.Expr:
    """LHSD of the law's score, anywhere; with all variances 0 that of a memorized score."""
    return Total(1 / (1 + (t / (c * (v + t))) ** 4))


@formula(source="participation ratio of the posterior variances", regime="linear Gaussian data, N -> infinity")
def participation_of_law(t: sp.Symbol, v: sp.Symbol) -> sp.Expr:
    """Participation ratio of the posterior variances, anywhere; at least one variance is > 0."""
    return Total(v / (v + t)) ** 2 / Total(v**2 / (v + t) ** 2)
