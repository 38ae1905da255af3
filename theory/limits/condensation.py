r"""Condensation: the time below which few data points carry the empirical score.

The N levels E_mu = |x - y_mu|^2 / 2 at inverse temperature lambda = 1/t form a random energy model. The entropy of the
levels that dominate the partition function is

    S(lambda) = log N + K(lambda) - lambda K'(lambda),      dS/dlambda = -lambda K'' < 0,

so it vanishes once, at lambda_c = 1/t_c: below t_c the weights condense on the lowest levels. To second cumulant
(K ~ -lambda <E> + lambda^2 Var(E)/2, so S = log N - lambda^2 Var(E)/2) this is the paper's

    t_c(x) = sqrt( (r4/2 + omega^2(x)) / (2 alpha) ),   r4 = 1/d sum sigma_i^4,   omega^2 = 1/d sum x_i^2 sigma_i^2

which is right for alpha = log(N)/d -> 0 per *intrinsic* dimension and wrong by a factor at alpha of order one.
The free energy -t E log Z is -t (log N + K) above t_c and the energy of the lowest level, -K'(lambda_c), below.
A displacement x_i^2 = t along one axis adds t sigma^2 / (2 (t + sigma^2)^2) to the entropy lost at t, most at
sigma^2 = t: of two directions the one of higher variance condenses first only where sigma^2 < t_c.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np
import sympy as sp

from theory import checks as arguments
from theory.case import Case
from theory.checks import NotComputable, numpy_inside
from theory.formula import Mean, Total, formula
from theory.laws.coerce import as_law, as_points
from theory.laws.copies import Copies
from theory.laws.law import EnergyLaw
from theory.laws.linear import LinearGaussian
from theory.laws.subspaces import law_label
from theory.limits.entropy import EQUAL_LEVELS, entropy_roots

PAPER = "arXiv:2410.08727"
ORDERS = ("exact", "second-cumulant")
ROWS = 512  # points solved together: their table stays in the cache
LEAST = 1e-12  # of log N: below, the entropy lost at t_c is rounding


@formula(source=f"{PAPER}, sec. 5", regime="centred linear Gaussian data", quantity=r"r_4")
def global_variance(v: sp.Symbol) -> sp.Expr:
    """Mean fourth power of the standard deviations, r4: the part of the energy variance common to all x (times d/2)."""
    return Mean(v**2)


@formula(source=f"{PAPER}, sec. 5", regime="centred linear Gaussian data", quantity=r"\omega^2(x)")
def directional_variance(x: sp.Symbol, v: sp.Symbol) -> sp.Expr:
    """Directional variance omega^2(x): the part of the energy variance that depends on where x lies (times d)."""
    return Mean(x**2 * v)


@formula(
    source=f"{PAPER}, sec. 5.3",
    regime="alpha = log(N)/d -> 0 per intrinsic dimension (second cumulant)",
    quantity=r"t_c(x)",
)
def second_cumulant_time(r4: sp.Symbol, omega2: sp.Symbol, alpha: sp.Symbol) -> sp.Expr:
    """Condensation time of the positional random energy model, to second cumulant: the paper's t_c(x)."""
    return sp.sqrt((r4 / 2 + omega2) / (2 * alpha))


@formula(
    source="lambda K' - K of the linear Gaussian law",
    regime="exact in the limit of infinitely many levels",
    quantity=r"\lambda K' - K",
)
def linear_entropy_loss(lam: sp.Symbol, x: sp.Symbol, v: sp.Symbol) -> sp.Expr:
    """Entropy lost by the levels at inverse temperature lambda; it equals log N at lambda = 1/t_c."""
    u = lam * v
    return Total(sp.log(1 + u) - u / (1 + u) + u * lam * x**2 / (1 + u) ** 2) / 2


@formula(
    source="linear_entropy_loss at x = sqrt(t) e_i, less that at the origin",
    regime="linear Gaussian data",
    quantity=r"\Delta(\lambda K' - K)",
)
def directional_entropy_loss(t: sp.Symbol, v: sp.Symbol) -> sp.Expr:
    """Entropy lost in addition where x lies sqrt(t) from the origin along one axis; largest where the variance is t."""
    return t * v / (2 * (t + v) ** 2)


@formula(
    source="linear_entropy_loss, averaged over x ~ p_t",
    regime="linear Gaussian data",
    quantity=r"\mathbb{E}[\lambda K' - K]",
)
def mean_entropy_loss(lam: sp.Symbol, v: sp.Symbol) -> sp.Expr:
    """Entropy lost at lambda = 1/t, averaged over noised data: the mutual information of data and noised data."""
    return Total(sp.log(1 + lam * v)) / 2


def _takes_case(function: Callable[..., Any]) -> Callable[..., Any]:
    """Lets a function of (x, variances, alpha) take a `Case` in place of these three, and give a float of it."""

    @wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        if not (args and isinstance(case := args[0], Case)):
            return function(*args, **kwargs)
        return float(function(case.x, case.law, case.alpha, *args[1:], **kwargs))

    return wrapper


@numpy_inside
def r4(variances: np.ndarray | EnergyLaw) -> float:
    r"""Mean fourth power of the standard deviations: r_4 = (1/d) sum_i \sigma_i^4 (paper, sec. 5).

    Arguments:
        variances: sigma_i^2 >= 0, (d,), in squared units of the data; or a law that has variances along its axes.

    Returns:
        One number, in fourth powers of the units of the data.

    Raises:
        ValueError: where variances are negative, not finite or not of shape (d,), or those of a law that has none.
        NotComputable: where the mean is too small for a float.

    References:
        Losing dimensions: Geometric memorization in generative diffusion (Achilli et al., 2024).
    """
    variances, _ = _moments(variances)
    mean = global_variance.numeric(variances)
    _refuse_underflow("variances", mean, variances > 0)
    return mean


@numpy_inside
def omega_squared(x: np.ndarray, variances: np.ndarray | EnergyLaw) -> np.ndarray:
    r"""Directional variance: \omega^2(x) = (1/d) sum_i x_i^2 \sigma_i^2 (paper, sec. 5), x from the mean of the data.

    Arguments:
        x: location, (d,) or (batch, d), in units of the data.
        variances: sigma_i^2 >= 0, (d,), in squared units of the data, of mean 0; or a law that has variances along
            its axes.

    Returns:
        One number or (batch,), in fourth powers of the units of the data.

    Raises:
        ValueError: where an argument is not finite, or not of its shape, or a law has no variances.
        NotComputable: where the mean is too small for a float.

    References:
        Losing dimensions: Geometric memorization in generative diffusion (Achilli et al., 2024).
    """
    variances, centre = _moments(variances)
    x = arguments.points("x", x, variances.size) - centre
    mean = directional_variance.numeric(x, variances)
    _refuse_underflow("x", mean, (x != 0) & (variances > 0))
    return mean


@_takes_case
@numpy_inside
def condensation_time(
    x: np.ndarray, variances: np.ndarray | EnergyLaw, alpha: float, order: str = "exact"
) -> np.ndarray:
    """Condensation time t_c(x), below which few data points carry the score: the root of S(1/t_c) = 0.

    Arguments:
        x: location, (d,) or (batch, d), in units of the data; or a `Case` for x, variances and alpha, whose training
            point is left out.
        variances: sigma_i^2 >= 0, (d,), of centred Gaussian data; or any `EnergyLaw`.
        alpha: log(N)/d > 0, with d the *ambient* dimension also where many variances are 0.
        order: "exact" solves S = log N + K - lambda K' = 0 to a relative error of about 1e-13; "second-cumulant" is
            the paper's formula, `second_cumulant_time`.

    Returns:
        A noise variance, one number or (batch,), in squared units of the data; of a `Case` a float.

    Raises:
        ValueError: where an argument is not finite or out of range, or all energies seen from x are equal.
        NotComputable: where the entropy does not vanish at a time that is a float.

    References:
        Losing dimensions: Geometric memorization in generative diffusion (Achilli et al., 2024).
        Random-energy model: an exactly solvable model of disordered systems (B. Derrida, 1981).
    """
    law = as_law(variances, "variances")
    x = as_points(x, law)
    log_n = float(arguments.positive("alpha", arguments.scalar("alpha", alpha))) * law.dimension
    if arguments.choice("order", order, ORDERS) == "second-cumulant":
        return _second_cumulant(x, law, log_n)
    return 1 / condensation_lambda(x, law, log_n)


def condensation_lambda(x: np.ndarray, law: EnergyLaw, log_n: float) -> np.ndarray:
    """The exact root lambda_c = 1/t_c(x) of S(lambda) = log N + K - lambda K' = 0.

    Arguments:
        x: locations, (d,) or (batch, d), in units of the data.
        law: an `EnergyLaw`.
        log_n: log N > 0.

    Returns:
        Inverse temperatures, in inverse squared units of the data, of the shape of `x` without its last axis.

    Raises:
        ValueError: for N = 1, no point x, or a location from which all levels are equal.
        NotComputable: where log N is too small, or larger than the entropy that this law can lose.
    """
    if not arguments.log_size(log_n) > 0:
        raise ValueError(f"log_n must be > 0 for a condensation time (one point is always condensed), got {log_n}")
    if log_n < LEAST:
        raise NotComputable(f"log_n must be at least {LEAST:g} for the exact condensation time, got {log_n:g}")
    batch = np.atleast_2d(x)
    if not len(batch):
        raise ValueError(f"x must have at least one point, got shape {x.shape}")
    roots = [entropy_roots(batch[i : i + ROWS], law, log_n) for i in range(0, len(batch), ROWS)]
    return np.concatenate(roots).reshape(x.shape[:-1])[()]


@numpy_inside
def free_energy(t: np.ndarray | float, x: np.ndarray, law: EnergyLaw | np.ndarray, log_n: float) -> np.ndarray:
    """Free energy of the weights to leading order in log N: -t E log Z, constant below t_c.

    It is -t (log N + K(1/t)) above t_c, and below it the energy of the lowest level, -K'(lambda_c).

    Arguments:
        t: noise variance > 0, of any shape, in squared units of the data.
        x: location, (d,) or (batch, d), in units of the data.
        law: an `EnergyLaw`, or variances (d,) of centred Gaussian data.
        log_n: log N >= 0.

    Returns:
        An energy, in squared units of the data, (batch, *shape of t).

    Raises:
        ValueError: where an argument is not finite, out of range or of another dimension.
    """
    law, times = as_law(law), arguments.times(t)
    x = as_points(x, law)
    lam_c = condensation_lambda(x, law, arguments.log_size(log_n))
    lam = np.minimum(1 / times, np.reshape(lam_c, (*x.shape[:-1], *(1,) * times.ndim)))
    points = x.reshape(*x.shape[:-1], *(1,) * times.ndim, x.shape[-1])
    return -(log_n + law.log_mgf(lam, points)) / lam


def _moments(variances: np.ndarray | EnergyLaw) -> tuple[np.ndarray, np.ndarray]:
    """Variances and mean (d,) of Gaussian data of mean 0, or of a law that has variances along its axes."""
    if not isinstance(variances, EnergyLaw):
        found = arguments.variances(variances)
        return found, np.zeros(found.size)
    if isinstance(variances, Copies):
        found, mean = _moments(variances.law)
        return np.tile(found, variances.count), np.tile(mean, variances.count)
    found = getattr(variances, "variances", None)
    if found is None:
        raise ValueError(f"variances must be numbers or a law that has them, {law_label(variances)} has none")
    return found, getattr(variances, "mean", np.zeros(found.size))


def _refuse_underflow(name: str, mean: np.ndarray, positive: np.ndarray) -> None:
    """For a mean over the last axis, of terms that are > 0 where `positive`."""
    if (positive.any(axis=-1) & (mean < np.finfo(float).tiny)).any():
        raise NotComputable(f"{name} must be larger, or in other units: the mean over d is too small for a float")


def _second_cumulant(x: np.ndarray, law: EnergyLaw, log_n: float) -> np.ndarray:
    """The paper's formula; for a law that is not linear Gaussian, the same with its own energy variance K''(0)."""
    alpha = log_n / law.dimension
    if isinstance(law, LinearGaussian):
        directional = directional_variance.numeric(x - law.mean, law.variances)  # it may underflow beside r4
        time = second_cumulant_time.numeric(r4(law.variances), directional, alpha)
    else:
        time = np.sqrt(law.lam_derivative(0.0, x, order=2) / (2 * log_n))
    if not (np.asarray(time) > 0).all():
        raise ValueError(EQUAL_LEVELS)
    return time
