r"""Heavy tails below t_c: the score and its Jacobian differ from data set to data set, and mean is not typical.

The weights are Poisson-Dirichlet of parameter m = t/t_c, on points whose coordinates are draws a from the posterior at
t_c, of variance v. So given the weights the score is Gaussian, of variance Y v/t^2 with Y = sum w^2, and Y does not
settle as N grows (Mezard, Parisi, Sourlas, Toulouse, Virasoro, J. Physique 45, 843, 1984):

    E Y = 1 - m,    E Y^2 = (E Y + 2 (E Y)^2)/3,    kurtosis of s_i = 3 E Y^2/(E Y)^2 = 3 + m/(1 - m)

which diverges at t_c. At finite N, from two levels at a time (psi_k and phi as in `theory.exact.averages`),

    E Y^2 = E sum w^4 + N (N - 1)/6 int psi_2(e)^2 phi^{N-2} lambda de.

For the Jacobian X = 1 + t J_ii = Var_w(y_i)/t has the mean v/t_c, whatever t. But X is small wherever one point carries
the weight: with a there, X t = sum_k r_k (y_k - a)^2, r_k = e^{-(E_k - E_1)/t} a Poisson process of density
G m r^{-m-1} up to r = 1, G exponential. For x -> 0 the sum is a stable variable S G^{1/m}, E e^{-sS} = e^{-c s^m},

    P(X <= x) -> E_a[ E S^{-m} ] (t x)^m = (sin(pi m)/(pi m)) (t x/(2 v))^m E_a[ 1/M(a) ],
    M(a) = E|(y - a)^2/(2 v)|^m = Gamma(m + 1/2)/Gamma(1/2) 1F1(-m; 1/2; -a^2/(2 v)):

a tail with the small exponent t/t_c. Its median falls as e^{-const t_c/t} as t -> 0, while the mean stays.
"""

import numpy as np
import sympy as sp
from numpy.polynomial import hermite_e
from scipy.special import gamma, hyp1f1

from theory import checks as arguments
from theory.checks import numpy_inside
from theory.exact.quadrature import Ensemble, Panels
from theory.formula import formula
from theory.laws.coerce import as_law, as_points
from theory.laws.law import EnergyLaw

NODES = 80  # of the average over a; relative error 1e-9 for m up to 0.9


@formula(
    source="E Y^2 = (E Y + 2 (E Y)^2)/3, Mezard et al. 1984",
    regime="m = t/t_c < 1, infinitely many levels",
    quantity=r"\mathbb{E} \left(\sum_\mu w_\mu^2\right)^2",
)
def squared_participation(m: sp.Symbol) -> sp.Expr:
    """Mean square E (sum w^2)^2 of the participation ratio of Poisson-Dirichlet weights."""
    return (1 - m) * (3 - 2 * m) / 3


@formula(source="stable sums of the weights of all points but one", regime="X -> 0; t < t_c(x), infinitely many levels")
def contrast_tail(x: sp.Symbol, t: sp.Symbol, v: sp.Symbol, m: sp.Symbol, c: sp.Symbol) -> sp.Expr:
    """P(1 + t J_ii <= x) for small x: v is the posterior variance at t_c, c the mean of 1/M(a), `anchored(m)`."""
    return c * sp.sin(sp.pi * m) / (sp.pi * m) * (t * x / (2 * v)) ** m


@numpy_inside
def anchored(m: np.ndarray | float) -> np.ndarray:
    """E_a[1/M(a)] for m = t/t_c in (0, 1), of any shape; 1 as m -> 0."""
    m = arguments.positive("m", m)
    if (m >= 1).any():
        raise ValueError(f"m must be below 1 (t below the condensation time), got {m.max()}")
    a, weight = hermite_e.hermegauss(NODES)
    moments = hyp1f1(-m[..., None], 0.5, -(a**2) / 2) * (gamma(m + 0.5) / np.sqrt(np.pi))[..., None]
    return (1 / moments) @ (weight / weight.sum())


@numpy_inside
def median_contrast(t: np.ndarray | float, v: np.ndarray | float, m: np.ndarray | float) -> np.ndarray:
    """Median of 1 + t J_ii over data sets below t_c, where it is far below v/t.

    Arguments:
        t: noise variance > 0.
        v: posterior variance > 0 at t_c along the direction, in units of `t`.
        m: t/t_c, in (0, 1).

    Returns:
        Of the broadcast shape of the three.

    Raises:
        ValueError: where an argument is not finite or not > 0.
    """
    t, v, m = arguments.positive("t", t), arguments.positive("v", v), arguments.positive("m", m)
    return (0.5 / contrast_tail.numeric(1.0, t, v, m, anchored(m))) ** (1 / m)


@numpy_inside
def mean_square_participation(t: float, x: np.ndarray, law: EnergyLaw | np.ndarray, log_n: float) -> float:
    """Second moment of the participation ratio over data sets, exact at finite N and d: E (sum w^2)^2.

    Arguments:
        t: noise variance > 0, one number, in squared units of the data.
        x: location, (d,), in units of the data.
        law: an `EnergyLaw`, or variances (d,) of centred Gaussian data.
        log_n: log N >= 0.

    Returns:
        A number in (0, 1].

    Raises:
        ValueError: where an argument is not finite, out of range or of another dimension.
        NotComputable: where double precision does not suffice.
    """
    law = as_law(law)
    point, lam = as_points(arguments.finite("x", x, ndim=(1,)), law), 1 / float(arguments.positive("t", t))
    levels = Panels(Ensemble(law, point, arguments.log_size(log_n))).levels(lam, (1, 2, 4))
    pairs = np.exp(levels.log_pairs() + 2 * levels.log_psi[:, 1]).sum() / 6
    return float(np.exp(levels.log_moment(4)) + pairs)
