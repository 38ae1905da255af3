r"""The effective number of data points that carry the score, and the moments of their weights.

The participation ratio of the weights w_mu is sum w^2; its inverse is an effective number of points. Below the
condensation time the paper's effective number is

    N~_t(x) = min(N, 1 / (1 - t/t_c(x))),    N at and above t_c(x),

the inverse of E sum w^2 = 1 - t/t_c for weights of the Poisson-Dirichlet law of parameter m = t/t_c, in the limit of
infinitely many levels. All moments of that law:

    E sum w^k = Gamma(k - m) / (Gamma(k) Gamma(1 - m)),    0 < m < 1,

and, by its derivative at k = 1, their mean entropy psi(1) - psi(1 - m).

The average of an inverse is not the inverse of an average: near t_c single data sets differ widely.

Above t_c the inverse grows as a power of N smaller than one, so "N above t_c" is the paper's word, not a fact. There
log Z ~ log N + K(lambda), and large deviations give two powers. A level of energy E has the weight e^{-lambda E}/Z, but
no more than 1, which it reaches at E* = -log Z / lambda. On average over data sets, log E sum w^2 is

    log N + max over E of ( log p(E) + 2 min(0, -lambda E - log Z) )
      = K(2 lambda) - 2 K(lambda) - log N      if E* < -K'(2 lambda): many levels at temperature t/2 carry the sum,
      = log N + K(theta) - theta log Z/lambda  else, K'(theta) = log Z/lambda: rare data sets in which one level is all,

and in a typical data set only levels that exist count: log sum w^2 = log Z(2 lambda) - 2 log Z(lambda), with the lowest
level in place of log Z(2 lambda) for t < 2 t_c. The typical number is the larger one, and both tend to N.
"""

from collections.abc import Callable

import numpy as np
import sympy as sp
from scipy.optimize.elementwise import find_root
from scipy.special import gammaln

from theory import checks as arguments
from theory.case import Case
from theory.checks import numpy_inside
from theory.formula import formula
from theory.laws.coerce import as_law, as_points
from theory.laws.law import EnergyLaw
from theory.limits.condensation import condensation_lambda, condensation_time, free_energy

PAPER = "arXiv:2410.08727"


@formula(
    source=f"{PAPER}, sec. 5.3", regime="t < t_c(x), infinitely many levels", quantity=r"\mathbb{E} \sum_\mu w_\mu^2"
)
def condensed_participation(t: sp.Symbol, t_c: sp.Symbol) -> sp.Expr:
    """Mean participation ratio E sum w^2 of the weights below the condensation time."""
    return 1 - t / t_c


@formula(
    source="Poisson-Dirichlet law; Derrida's random energy model",
    regime="m = t/t_c < 1, infinitely many levels",
    quantity=r"\mathbb{E} \sum_\mu w_\mu^k",
)
def poisson_dirichlet_moment(k: sp.Symbol, m: sp.Symbol) -> sp.Expr:
    """Mean moment E sum w^k of Poisson-Dirichlet weights of parameter m = t/t_c."""
    return sp.gamma(k - m) / (sp.gamma(k) * sp.gamma(1 - m))


@formula(
    source="-d/dk at k = 1 of poisson_dirichlet_moment",
    regime="t < t_c(x), infinitely many levels",
    quantity=r"-\mathbb{E} \sum_\mu w_\mu \log w_\mu",
)
def condensed_entropy(t: sp.Symbol, t_c: sp.Symbol) -> sp.Expr:
    """Mean entropy E[-sum w log w] of the weights below the condensation time, in nats."""
    return sp.digamma(1) - sp.digamma(1 - t / t_c)


def limit_participation(case: Case, order: str = "exact") -> float:
    """E sum w^2 of a case for log N -> infinity at the same alpha = log(N)/d: 1 - t/t_c(x), and 0 from t_c(x) on.

    Arguments:
        case: the case; a training point is left out.
        order: "exact" or "second-cumulant", as of `theory.limits.condensation.condensation_time`.

    Returns:
        A number in [0, 1).

    Raises:
        ValueError: for N = 1, and for a law or x at which t_c(x) is 0.
    """
    t_c = condensation_time(case, order=order)
    return float(condensed_participation.numeric(min(case.t, t_c), t_c))


@numpy_inside
def effective_number(t: np.ndarray | float, t_c: np.ndarray | float, n: float) -> np.ndarray:
    """The paper's effective number of points: N~ = min(N, 1/(1 - t/t_c)) below t_c, N at and above (sec. 5.3).

    Arguments:
        t: noise variance > 0, of any shape.
        t_c: condensation time > 0, in units of `t`, of a shape that broadcasts against it.
        n: number of data points, >= 1.

    Returns:
        Numbers in [1, N], of the broadcast shape.

    Raises:
        ValueError: where an argument is not finite or out of range.

    References:
        Losing dimensions: Geometric memorization in generative diffusion (Achilli et al., 2024).
    """
    t, t_c = arguments.positive("t", t), arguments.positive("t_c", t_c)
    size = arguments.scalar("n", n)
    if size < 1:
        raise ValueError(f"n must be >= 1, got {size}")
    below = np.minimum(t / t_c, 1.0)
    with np.errstate(divide="ignore"):
        return np.minimum(size, 1 / condensed_participation.numeric(below, 1.0))


@numpy_inside
def condensed_moment(k: float, m: np.ndarray | float) -> np.ndarray:
    """Mean moment of Poisson-Dirichlet weights: E sum w^k = Gamma(k - m)/(Gamma(k) Gamma(1 - m)).

    Arguments:
        k: the order, a number >= 1.
        m: parameter t/t_c in [0, 1], of any shape.

    Returns:
        Of the shape of `m`; falls from 1 to 0 as m rises, for k > 1.

    Raises:
        ValueError: where an argument is not finite or out of range.
    """
    m = arguments.finite("m", m)
    if ((m < 0) | (m > 1)).any():
        raise ValueError(f"m must be in [0, 1] (t/t_c below the condensation time), got {m}")
    order = arguments.scalar("k", k)
    if order < 1:
        raise ValueError(f"k must be >= 1, got {order}")
    if order == 1:
        return np.ones_like(m)
    return np.exp(np.minimum(gammaln(order - m) - gammaln(order) - gammaln(1 - m), 0.0))


@numpy_inside
def average_exponent(t: np.ndarray | float, x: np.ndarray, law: EnergyLaw | np.ndarray, log_n: float) -> np.ndarray:
    """Exponent a of 1/E sum w^2 ~ N^a, of the average over data sets: 0 below t_c, towards 1 for t -> infinity.

    Arguments:
        t: noise variance > 0, of any shape, in squared units of the data.
        x: location, (d,) or (batch, d), in units of the data.
        law: an `EnergyLaw`, or variances (d,) of centred Gaussian data.
        log_n: log N >= 0.

    Returns:
        Numbers in [0, 1), (batch, *shape of t).

    Raises:
        ValueError: where an argument is not finite, out of range or of another dimension.
    """

    def exponent(lam: float, point: np.ndarray, lam_c: float) -> float:
        if lam >= lam_c:
            return 0.0
        log_z = log_n + float(energies.log_mgf(lam, point))
        theta = _dominant(lam, point, energies, log_n)
        return (theta * log_z / lam - float(energies.log_mgf(theta, point))) / log_n - 1

    energies = as_law(law)
    return _at_all(exponent, t, x, energies, log_n)


@numpy_inside
def typical_exponent(t: np.ndarray | float, x: np.ndarray, law: EnergyLaw | np.ndarray, log_n: float) -> np.ndarray:
    """Exponent a of 1/sum w^2 ~ N^a in a typical data set (median, or geometric mean): 0 below t_c.

    Arguments:
        t: noise variance > 0, of any shape, in squared units of the data.
        x: location, (d,) or (batch, d), in units of the data.
        law: an `EnergyLaw`, or variances (d,) of centred Gaussian data.
        log_n: log N >= 0.

    Returns:
        Numbers in [0, 1), (batch, *shape of t); at least those of `average_exponent`.

    Raises:
        ValueError: where an argument is not finite, out of range or of another dimension.
    """
    times = arguments.times(t)
    free, half = free_energy(times, x, law, log_n), free_energy(times / 2, x, law, log_n)
    return 2 * (half - free) / (times * log_n)


@numpy_inside
def dominant_lambda(t: np.ndarray | float, x: np.ndarray, law: EnergyLaw | np.ndarray, log_n: float) -> np.ndarray:
    """Inverse temperature of the levels that carry E sum w^2: 1/t_c below t_c, at most 2/t above.

    Arguments:
        t: noise variance > 0, of any shape, in squared units of the data.
        x: location, (d,) or (batch, d), in units of the data.
        law: an `EnergyLaw`, or variances (d,) of centred Gaussian data.
        log_n: log N >= 0.

    Returns:
        In inverse squared units of the data, (batch, *shape of t).

    Raises:
        ValueError: where an argument is not finite, out of range or of another dimension.
    """

    def dominant(lam: float, point: np.ndarray, lam_c: float) -> float:
        return lam_c if lam >= lam_c else _dominant(lam, point, energies, log_n)

    energies = as_law(law)
    return _at_all(dominant, t, x, energies, log_n)


def _dominant(lam: float, x: np.ndarray, law: EnergyLaw, log_n: float) -> float:
    """Maximizer of the large deviations above t_c: 2 lambda, or theta with K'(theta) = log Z / lambda."""
    slope = (log_n + float(law.log_mgf(lam, x))) / lam

    def excess(theta: np.ndarray | float) -> np.ndarray:
        return law.lam_derivative(theta, x) - slope

    return 2 * lam if excess(2 * lam) <= 0 else float(find_root(excess, (lam, 2 * lam)).x)


def _at_all(
    value: Callable[[float, np.ndarray, float], float],
    t: np.ndarray | float,
    x: np.ndarray,
    law: EnergyLaw,
    log_n: float,
) -> np.ndarray:
    """`value` of lambda, x and lambda_c at every point and time."""
    times, x = arguments.times(t), as_points(x, law)
    critical = np.atleast_1d(condensation_lambda(x, law, arguments.log_size(log_n)))
    rows = zip(np.atleast_2d(x), critical, strict=True)
    values = np.array([[value(1 / float(time), row, float(c)) for time in times.ravel()] for row, c in rows])
    return values.reshape((*x.shape[:-1], *times.shape))[()]
