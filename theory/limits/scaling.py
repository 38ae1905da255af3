r"""Finite-size scaling: how the exact averages approach their limits as log N grows, and where t_c is blurred.

Near t_c the levels that matter have the density N p(E) = e^{lambda_c (E - E_c) - (E - E_c)^2/(2 K'')} / sqrt(2 pi K''),
E_c = -K'(lambda_c) being the lowest. With z = (lambda_c - lambda) sqrt(K''(lambda_c)), the part of it above E_c gives

    Z = e^{-lambda E_c} e^{z^2/2} Phi(z),    Phi the normal distribution function,

and E sum w^2 = t N p(E*) at the energy E* = -t log Z of a level that would outweigh all others, as for large deviations
above t_c (Gamma(m) Gamma(2 - m) -> 1 at m = 1). So the blurred transition is the inverse Mills ratio

    E sum w^2 = t / sqrt(K''(lambda_c)) e^{-z^2/2} / ( sqrt(2 pi) Phi(z) ),

which tends to 1 - t/t_c for z -> -infinity and falls as the rare branch for z -> infinity. lambda_c^2 K'' is extensive,
hence the scaling form E sum w^2 = (log N)^{-1/2} f((t/t_c - 1) (log N)^{1/2}), up to powers of (log N)^{-1/2}.

For alpha = log(N)/d -> 0, as for N = d^gamma or N = gamma d, the second-cumulant time becomes exact: with the third
cumulant, log N = lambda^2 K''(0)/2 + lambda^3 K'''(0)/3, so

    t_c(second cumulant)/t_c - 1 = -lambda K'''(0) / (3 K''(0)) + ...  of order alpha^{1/2}.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import log_ndtr

from theory import checks as arguments
from theory.checks import numpy_inside
from theory.exact.averages import log_participation_ratio, participation_ratio
from theory.laws.coerce import as_law, as_points
from theory.laws.law import EnergyLaw
from theory.limits.condensation import condensation_lambda, condensation_time

LAW = EnergyLaw | np.ndarray
STEP = 1e-3  # of the scaled time, in a central difference: E sum w^2 has no derivative of its own in `theory.exact`


@dataclass(frozen=True)
class PowerLaw:
    """A fitted power law: value ~ amplitude size^exponent, with corrections.

    Arguments:
        exponent: of the size.
        exponent_error: by how much one correction less would change it.
        amplitude: the factor, in units of the values.
        amplitude_error: by how much one correction less would change it.
    """

    exponent: float
    exponent_error: float
    amplitude: float
    amplitude_error: float


@numpy_inside
def crossover(t: np.ndarray | float, x: np.ndarray, law: LAW, log_n: float) -> np.ndarray:
    """The blurred transition near t_c, for |t/t_c - 1| of order (log N)^{-1/2}: E sum w^2 as an inverse Mills ratio.

    E sum w^2 = t/sqrt(K'') e^{-z^2/2}/(sqrt(2 pi) Phi(z)), z = (lambda_c - 1/t) sqrt(K''(lambda_c)).

    Arguments:
        t: noise variance > 0, of any shape, in squared units of the data.
        x: location, (d,), in units of the data.
        law: an `EnergyLaw`, or variances (d,) of centred Gaussian data.
        log_n: log N > 0.

    Returns:
        Of the shape of `t`.

    Raises:
        ValueError: where an argument is not finite, out of range or of another dimension.
    """
    law = as_law(law)
    x, times = _one_point(x, law), arguments.times(t, power=2)
    lam_c = condensation_lambda(x, law, log_n)
    width = np.sqrt(law.lam_derivative(lam_c, x, order=2))
    z = (lam_c - 1 / times) * width
    return times / width * np.exp(-(z**2) / 2 - log_ndtr(z)) / np.sqrt(2 * np.pi)


@numpy_inside
def critical_amplitude(x: np.ndarray, law: LAW, log_n: float) -> float:
    """Limit of (log N)^{1/2} E sum w^2 at t_c, for a law of this alpha: (2 log N/pi)^{1/2}/(lambda_c K''^{1/2}).

    Arguments:
        x: location, (d,), in units of the data.
        law: an `EnergyLaw`, or variances (d,) of centred Gaussian data.
        log_n: log N > 0.

    Returns:
        A number of order one.

    Raises:
        ValueError: where an argument is not finite, out of range or of another dimension.
    """
    law = as_law(law)
    t_c = 1 / condensation_lambda(_one_point(x, law), law, log_n)
    return float(np.sqrt(log_n) * crossover(t_c, x, law, log_n))


@numpy_inside
def collapsed(scaled_time: np.ndarray | float, x: np.ndarray, law: LAW, log_n: float) -> np.ndarray:
    """The scaled participation ratio, exact at finite N and d: (log N)^{1/2} E sum w^2 at a scaled time.

    Arguments:
        scaled_time: (t/t_c - 1) (log N)^{1/2}, of any shape; > -(log N)^{1/2}.
        x: location, (d,), in units of the data.
        law: an `EnergyLaw`, or variances (d,) of centred Gaussian data.
        log_n: log N > 0.

    Returns:
        Of the shape of `scaled_time`.

    Raises:
        ValueError: where a time would not be > 0, and for arguments out of range.
    """
    t_c = 1 / condensation_lambda(_one_point(x, as_law(law)), as_law(law), log_n)
    ratio = 1 + arguments.finite("scaled_time", scaled_time) / np.sqrt(log_n)
    if (ratio <= 0).any():
        raise ValueError(f"scaled_time must be > -(log N)^(1/2) = {-np.sqrt(log_n):.6g} for a positive time")
    return np.sqrt(log_n) * participation_ratio(ratio * t_c, x, law, log_n)


def critical_steepness(x: np.ndarray, law: LAW, log_n: float) -> float:
    """Inverse width of the blurred transition, exact at finite N and d: -d log E sum w^2/d(t/t_c) at t_c.

    Arguments:
        x: location, (d,), in units of the data.
        law: an `EnergyLaw`, or variances (d,) of centred Gaussian data.
        log_n: log N > 0.

    Returns:
        A number > 0, of order (log N)^{1/2}.

    Raises:
        ValueError: where an argument is not finite, out of range or of another dimension.
    """
    t_c = 1 / condensation_lambda(_one_point(x, as_law(law)), as_law(law), log_n)
    step = STEP / np.sqrt(log_n)
    below, above = log_participation_ratio(t_c * np.array([1 - step, 1 + step]), x, law, log_n)
    return float((below - above) / (2 * step))


def second_cumulant_excess(x: np.ndarray, law: LAW, log_n: float) -> tuple[np.ndarray, np.ndarray]:
    """By how much the paper's condensation time is too large, t_c(second cumulant)/t_c - 1, and what K''' says of it.

    Arguments:
        x: location, (d,) or (batch, d), in units of the data.
        law: an `EnergyLaw`, or variances (d,) of centred Gaussian data.
        log_n: log N > 0.

    Returns:
        The excess and its leading order -lambda K'''(0)/(3 K''(0)), both of the shape of `x` without its last axis.

    Raises:
        ValueError: where an argument is not finite, out of range or of another dimension.
    """
    law = as_law(law)
    x, alpha = as_points(x, law), arguments.log_size(log_n) / law.dimension
    claimed = condensation_time(x, law, alpha, order="second-cumulant")
    variance = law.lam_derivative(0.0, x, order=2)
    step = 1e-20 / np.sqrt(np.max(variance))
    third = np.imag(law.lam_derivative(1j * step, x, order=2)) / step
    return claimed / condensation_time(x, law, alpha) - 1, -third / (3 * variance * claimed)


def fit_power(size: np.ndarray, value: np.ndarray, corrections: int = 3, step: float = -0.5) -> PowerLaw:
    """A power law with corrections by least squares: log value = log a + b log size + sum_k c_k size^(k step).

    For exact data, whose only error is the corrections left out.

    Arguments:
        size: sizes > 0, (n,) with n > corrections + 2.
        value: values > 0, (n,).
        corrections: how many, an integer >= 1.
        step: the exponent of the first one, not 0.

    Returns:
        Exponent b and amplitude a, with by how much one correction less would change them.

    Raises:
        ValueError: where sizes are too few, or an argument is out of range.
    """
    size, value = arguments.positive("size", size), arguments.positive("value", value)
    arguments.integer("corrections", corrections)
    if not arguments.scalar("step", step):
        raise ValueError("step must not be 0: every correction would be a constant")
    if size.ndim != 1 or size.shape != value.shape or size.size <= corrections + 2:
        raise ValueError(f"size must be 1-d, like value, with more than {corrections + 2} entries, got {size.shape}")
    (amplitude, exponent), (rough_amplitude, rough_exponent) = (
        _fitted(size, value, order, step) for order in (corrections, corrections - 1)
    )
    return PowerLaw(exponent, abs(exponent - rough_exponent), amplitude, abs(amplitude - rough_amplitude))


def _fitted(size: np.ndarray, value: np.ndarray, corrections: int, step: float) -> tuple[float, float]:
    powers = size[:, None] ** (step * np.arange(1, corrections + 1))
    columns = np.column_stack([np.ones(len(size)), np.log(size), powers])
    coefficients = np.linalg.lstsq(columns, np.log(value), rcond=None)[0]
    return float(np.exp(coefficients[0])), float(coefficients[1])


def _one_point(x: np.ndarray, law: EnergyLaw) -> np.ndarray:
    return as_points(arguments.finite("x", x, ndim=(1,)), law)
