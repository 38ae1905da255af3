r"""The best time at fixed d: the empirical density at t is a kernel estimate of the data's, of bandwidth h = sqrt(t).

For N -> infinity at fixed dimension m its mean integrated squared error is of order t^2 (bias) and t^{-m/2}/N (noise),
and is least at t ~ N^{-2/(m + 4)}; for Gaussian data of variance v and a Gaussian kernel at (Silverman 1986, sec. 4.3)

    t = v (4/((m + 2) N))^{2/(m + 4)}.

The distance to the nearest data point, and with it collapse and onset (`theory.neighbours`), falls as N^{-2/m}: faster.
So the best time, below the collapse for N = e^{alpha m}, is above it for m << log N.
"""

import sympy as sp

from theory.formula import formula


@formula(
    source="Silverman, Density Estimation (1986), eq. 4.14",
    regime="N -> infinity at fixed dimension m, equal variances",
)
def kernel_time(n: sp.Symbol, v: sp.Symbol, m: sp.Symbol) -> sp.Expr:
    """Time, a variance, of the least mean integrated squared error of the empirical density."""
    return v * (4 / ((m + 2) * n)) ** (2 / (m + 4))
