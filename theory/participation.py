r"""The effective number of data points that carry the score, and the moments of their weights.

The participation ratio of the weights w_mu is sum w^2; its inverse is an effective number of points. Below the
condensation time the paper's effective number is

    N~_t(x) = min(N, 1 / (1 - t/t_c(x))),    N at and above t_c(x),

the inverse of E sum w^2 = 1 - t/t_c for weights of the Poisson-Dirichlet law of parameter m = t/t_c, in the limit of
infinitely many levels. All moments of that law:

    E sum w^k = Gamma(k - m) / (Gamma(k) Gamma(1 - m)),    0 < m < 1.

The average of an inverse is not the inverse of an average: near t_c single data sets differ widely. And above t_c the
inverse of E sum w^2 grows as a power of N smaller than one, so "N above t_c" is the paper's word, not a fact.
"""

import numpy as np
import sympy as sp
from scipy.special import gammaln

from theory import arguments
from theory.arguments import numpy_inside
from theory.formula import formula

PAPER = "arXiv:2410.08727"


@formula(source=f"{PAPER}, sec. 5.3", regime="t < t_c(x), infinitely many levels")
def condensed_participation(t: sp.Symbol, t_c: sp.Symbol) -> sp.Expr:
    """Mean participation ratio E sum w^2 of the weights below the condensation time."""
    return 1 - t / t_c


@formula(source="Poisson-Dirichlet law; Derrida's random energy model", regime="m = t/t_c < 1, infinitely many levels")
def poisson_dirichlet_moment(k: sp.Symbol, m: sp.Symbol) -> sp.Expr:
    """Mean moment E sum w^k of Poisson-Dirichlet weights of parameter m = t/t_c."""
    return sp.gamma(k - m) / (sp.gamma(k) * sp.gamma(1 - m))


@numpy_inside
def effective_number(t: np.ndarray | float, t_c: np.ndarray | float, n: float) -> np.ndarray:
    """The paper's N~ = min(N, 1/(1 - t/t_c)) below t_c, N at and above; t and t_c broadcast."""
    t, t_c = arguments.positive("t", t), arguments.positive("t_c", t_c)
    size = arguments.scalar("n", n)
    if size < 1:
        raise ValueError(f"n must be >= 1, got {size}")
    below = np.minimum(t / t_c, 1.0)
    with np.errstate(divide="ignore"):
        return np.minimum(size, 1 / condensed_participation.numeric(below, 1.0))


@numpy_inside
def condensed_moment(k: float, m: np.ndarray | float) -> np.ndarray:
    """E sum w^k of Poisson-Dirichlet weights for k >= 1; falls from 1 to 0 (k > 1) as m = t/t_c rises from 0 to 1."""
    m = arguments.finite("m", m)
    if ((m < 0) | (m > 1)).any():
        raise ValueError(f"m must be in [0, 1] (t/t_c below the condensation time), got {m}")
    order = arguments.scalar("k", k)
    if order < 1:
        raise ValueError(f"k must be >= 1, got {order}")
    if order == 1:
        return np.ones_like(m)
    return np.exp(gammaln(order - m) - gammaln(order) - gammaln(1 - m))
