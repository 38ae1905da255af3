r"""Fluctuation: the mean Jacobian of the empirical score and its variance over data sets, for log N -> infinity.

Below t_c(x) few levels carry the weights, all with energies near that of the lowest, -K'(lambda_c). Given its energy a
point is a draw from the law reweighted at lambda_c, so the posterior that matters is the one at **t_c, not at t**:

    v_i = Var(y_i) at 1/t_c = (d_ii K + lambda_c)/lambda_c^2           = sigma_i^2 t_c/(sigma_i^2 + t_c) for linear data
    E Cov_w(y)  = (t/t_c) v,   E[-t J_ii] = 1 - v_i/t_c                = t_c/(sigma_i^2 + t_c): frozen, whatever t < t_c
    Var s_i     = (1 - t/t_c) v_i/t^2

and above t_c the Jacobian is that of the population, -t J = -t hess K(1/t). The paper puts the posterior at t.

To leading order E log Z = lambda g(x), with g the minimum over lambda of (log N + K)/lambda. Its Hessian has one part
more than that of K, for t_c moves with x: with S = log N + K - lambda K',

    E[-t J] = -hess K/lambda_c + grad S grad S^T / (lambda_c^3 K''),    grad S = grad K - lambda_c grad K',

levels of one energy instead of one temperature. Each entry of it is 1/d of the diagonal, but it is of rank one: along
grad S it adds a number of order one. Above t_c the variance of the score is carried by the levels of `dominant_lambda`,

    Var s_i = E sum w^2 [ Var_theta(y_i) + (mean_theta y_i - mean_lambda y_i)^2 ] / t^2.
"""

import numpy as np
import sympy as sp

from theory import checks as arguments
from theory.checks import numpy_inside
from theory.formula import Total, formula
from theory.laws.coerce import as_law, as_points
from theory.laws.law import EnergyLaw
from theory.limits.condensation import condensation_lambda
from theory.limits.weights import average_exponent, dominant_lambda

PAPER = "arXiv:2410.08727"
CODE = f"{PAPER}, published code"
POSTERIORS = ("condensation", "current")
LAW = EnergyLaw | np.ndarray


@formula(
    source="Hessian of the log partition, frozen at t_c",
    regime="t < t_c(x), linear Gaussian data, log N -> infinity",
    quantity=r"\mathbb{E}[-t J_{ii}]",
)
def frozen_normalized_jacobian(t_c: sp.Symbol, v: sp.Symbol) -> sp.Expr:
    """Mean of -t J_ii below the condensation time: how much of a displacement along axis i the score takes back."""
    return t_c / (v + t_c)


@formula(
    source="Poisson-Dirichlet weights on draws from the posterior at t_c",
    regime="t < t_c(x), log N -> infinity",
    quantity=r"\operatorname{Var} s_i(x)",
)
def frozen_score_variance(t: sp.Symbol, t_c: sp.Symbol, v: sp.Symbol) -> sp.Expr:
    """Variance of s_i over data sets below the condensation time, with the posterior at t_c."""
    return (1 - t / t_c) * v * t_c / ((v + t_c) * t**2)


@formula(
    source=f"{PAPER}, sec. 5.3",
    regime="claimed for t < t_c(x), linear Gaussian data",
    quantity=r"\operatorname{Var} s_i(x)",
)
def paper_score_variance(t: sp.Symbol, t_c: sp.Symbol, v: sp.Symbol) -> sp.Expr:
    """The paper's variance of s_i over data sets, with the posterior at t."""
    return (1 - t / t_c) * v / ((v + t) * t)


@formula(
    source="Var_w(y) = (1 - 1/N~) Var(y | x), posterior at t as in the paper",
    regime="claimed for t < t_c(x)",
    quantity=r"\mathbb{E}[-t J_{ii}]",
)
def paper_normalized_jacobian(t: sp.Symbol, t_c: sp.Symbol, v: sp.Symbol) -> sp.Expr:
    """Mean of -t J_ii that follows from the paper's effective number with the posterior at t."""
    return 1 - (t / t_c) * v / (v + t)


@formula(
    source=CODE,
    regime="claimed; sums over d with log N where the text has means with alpha: the same number",
    quantity=r"t_c(x)",
)
def coded_time(x: sp.Symbol, v: sp.Symbol, log_n: sp.Symbol) -> sp.Expr:
    """Condensation time as in the published code, for data that are not normalized."""
    return sp.sqrt((Total(v**2) / 2 + Total(x**2 * v)) / (2 * log_n))


@formula(source=CODE, regime="claimed for data of unit norm; at x = 0 it is 0", quantity=r"t_c(x)")
def coded_time_unit_norm(x: sp.Symbol, v: sp.Symbol, log_n: sp.Symbol) -> sp.Expr:
    """Condensation time as in the published code for normalized data: without r4."""
    return sp.sqrt(Total(x**2 * v) / (2 * log_n))


@formula(source=CODE, regime="claimed for t < t_c(x); 0 above", quantity=r"\operatorname{order}")
def coded_order(t: sp.Symbol, t_c: sp.Symbol) -> sp.Expr:
    """phi of the published code, an inverse time: t phi = 1 - t/t_c is the participation ratio."""
    return 1 / t - 1 / t_c


@formula(
    source=CODE,
    regime="claimed; its units are 1/t^3, so it cannot stand beside 1/(t + sigma^2)",
    quantity=r"\operatorname{fluctuation}",
)
def coded_fluctuation(t: sp.Symbol, v: sp.Symbol, order: sp.Symbol) -> sp.Expr:
    """V_i of the published code; `order` is phi_0 + phi_i, at the origin and at x = sqrt(t) e_i."""
    return Total(v / (t**2 * (t + v))) * order


@formula(
    source="paper_score_variance at x = sqrt(t) e_i and at 0, over t",
    regime="claimed by the text for t < t_c(x)",
    quantity=r"\operatorname{fluctuation}^2",
)
def fluctuation_square(t: sp.Symbol, v: sp.Symbol, order: sp.Symbol) -> sp.Expr:
    """V_i^2 that follows from the text: the variance of (s(sqrt(t) e_i) - s(0))/sqrt(t), summed over the axes."""
    return Total(v / (t * (t + v))) * order


@formula(source=CODE, regime="claimed, linear Gaussian data", quantity=r"\text{singular value}_i")
def coded_singular_value(t: sp.Symbol, v: sp.Symbol, fluctuation: sp.Symbol) -> sp.Expr:
    """sing_i of the published code: the Jacobian along axis i and a fluctuation V_i orthogonal to it."""
    return sp.sqrt(1 / (t + v) ** 2 + fluctuation**2)


@numpy_inside
def normalized_jacobian(
    t: np.ndarray | float, x: np.ndarray, law: LAW, log_n: float, posterior: str = "condensation"
) -> np.ndarray:
    """Diagonal of E[-t J] over data sets, to leading order in log N: t_c/(sigma_i^2 + t_c) below t_c for linear data.

    Arguments:
        t: noise variance > 0, of any shape, in squared units of the data.
        x: location, (d,) or (batch, d), in units of the data.
        law: an `EnergyLaw`, or variances (d,) of centred Gaussian data.
        log_n: log N >= 0.
        posterior: "condensation", frozen below t_c; "current", what the paper's weights give with the posterior at t.

    Returns:
        (batch, *shape of t, d); 1 along a lost direction.

    Raises:
        ValueError: where an argument is not finite, out of range or of another dimension.
    """
    current = arguments.choice("posterior", posterior, POSTERIORS) == "current"
    law, lam, critical, points = _arguments(t, x, law, log_n, power=2 if current else 1)
    if current:
        return 1 - lam * np.minimum(critical / lam, 1) * _posterior_variance(lam, points, law)
    hot = np.minimum(lam, critical)
    return -law.curvature(hot[..., 0], points) / hot


@numpy_inside
def energy_shell(x: np.ndarray, law: LAW, log_n: float) -> np.ndarray:
    """The part of E[-t J] below t_c that fixing the energy adds: r with r r^T = grad S grad S^T/(lambda_c^3 K'').

    Arguments:
        x: location, (d,) or (batch, d), in units of the data.
        law: an `EnergyLaw`, or variances (d,) of centred Gaussian data.
        log_n: log N > 0.

    Returns:
        r, of the shape of `x`.

    Raises:
        ValueError: where an argument is not finite, out of range or of another dimension.
    """
    law = as_law(law)
    x = as_points(x, law)
    lam = np.asarray(condensation_lambda(x, law, arguments.log_size(log_n)))
    step = 1e-30 * lam  # a derivative by a complex step loses nothing
    mixed = np.imag(law.gradient(lam + 1j * step, x)) / step[..., None]
    slope = law.gradient(lam, x) - lam[..., None] * mixed
    return slope / np.sqrt(lam**3 * law.lam_derivative(lam, x, order=2))[..., None]


@numpy_inside
def normalized_jacobian_matrix(t: np.ndarray | float, x: np.ndarray, law: LAW, log_n: float) -> np.ndarray:
    """The matrix E[-t J] over data sets, to leading order in log N, with the part of its energy shell below t_c.

    Arguments:
        t: noise variance > 0, of any shape, in squared units of the data.
        x: location, (d,), in units of the data.
        law: an `EnergyLaw`, or variances (d,) of centred Gaussian data.
        log_n: log N > 0.

    Returns:
        (*shape of t, d, d).

    Raises:
        ValueError: where an argument is not finite, out of range or of another dimension.
    """
    law, lam = as_law(law), 1 / arguments.times(t)
    critical = float(condensation_lambda(x, law, arguments.log_size(log_n)))
    frozen = np.array([-law.hessian(hot, x) / hot for hot in np.minimum(lam, critical).ravel()])
    shell = np.where(lam[..., None] > critical, energy_shell(x, law, log_n), 0.0)
    return frozen.reshape(*lam.shape, *frozen.shape[1:]) + shell[..., :, None] * shell[..., None, :]


@numpy_inside
def score_variance(
    t: np.ndarray | float, x: np.ndarray, law: LAW, log_n: float, posterior: str = "condensation"
) -> np.ndarray:
    """Variance over data sets of each component of the empirical score, Var s_i(x), to leading order in log N.

    (1 - t/t_c) v_i/t^2 below t_c, v_i the posterior variance there; above t_c the levels of `dominant_lambda` carry it.

    Arguments:
        t: noise variance > 0, of any shape, in squared units of the data.
        x: location, (d,) or (batch, d), in units of the data.
        law: an `EnergyLaw`, or variances (d,) of centred Gaussian data.
        log_n: log N >= 0.
        posterior: "condensation", the posterior at t_c; or "current", that at t as in the paper: Var(y_i)/(t^2 N~).

    Returns:
        (batch, *shape of t, d), in inverse squared units of the data.

    Raises:
        ValueError: where an argument is not finite, out of range or of another dimension.
    """
    law, lam, critical, points = _arguments(t, x, law, log_n, power=2)
    if arguments.choice("posterior", posterior, POSTERIORS) == "current":
        weight = np.where(lam > critical, 1 - critical / lam, np.exp(-log_n))
        return lam**2 * weight * _posterior_variance(lam, points, law)
    theta = np.asarray(dominant_lambda(t, x, law, log_n))[..., None]
    many = np.exp(-log_n * np.asarray(average_exponent(t, x, law, log_n)))[..., None]
    shift = _offset(theta, points, law) - _offset(np.minimum(lam, critical), points, law)
    weight = np.where(lam > critical, 1 - critical / lam, many)
    return lam**2 * weight * (_posterior_variance(theta, points, law) + shift**2)


def _arguments(
    t: np.ndarray | float, x: np.ndarray, law: LAW, log_n: float, power: int
) -> tuple[EnergyLaw, np.ndarray, np.ndarray, np.ndarray]:
    """The law, lambda and lambda_c (batch, *shape of t, 1) and points (batch, *1, d) that broadcast against them."""
    law, times = as_law(law), arguments.times(t, power)
    x = as_points(x, law)
    ones = (1,) * times.ndim
    critical = np.reshape(condensation_lambda(x, law, arguments.log_size(log_n)), (*x.shape[:-1], *ones, 1))
    lam = np.broadcast_to(1 / times[..., None], (*x.shape[:-1], *times.shape, 1))
    return law, lam, critical, x.reshape(*x.shape[:-1], *ones, x.shape[-1])


def _posterior_variance(lam: np.ndarray, points: np.ndarray, law: EnergyLaw) -> np.ndarray:
    return (law.curvature(lam[..., 0], points) + lam) / lam**2


def _offset(lam: np.ndarray, points: np.ndarray, law: EnergyLaw) -> np.ndarray:
    """Posterior mean of y - x."""
    return law.gradient(lam[..., 0], points) / lam
