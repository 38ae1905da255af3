r"""The linear denoiser learned from N points: finite data act as a larger noise.

The best linear denoiser of a data set with mean :math:`\bar y` and covariance :math:`S` is

.. math::

    D(x) = \bar y + S (S + t)^{-1} (x - \bar y), \qquad -t J = t (S + t)^{-1}

For data of covariance :math:`\Sigma`, its average over data sets is that of infinitely many data at a larger noise
:math:`\kappa(t, N)`, for :math:`d, N \to \infty` at a fixed ratio:

.. math::

    \mathbb{E}[-t J_{ii}] \to \frac{\kappa}{\kappa + \sigma_i^2}, \qquad
    \kappa - t = \frac{\kappa}{N} \sum_k \frac{\sigma_k^2}{\sigma_k^2 + \kappa}

A direction is lost, :math:`-t J_{ii} > 1/2`, where :math:`\sigma_i^2 < \kappa`: the lower variance first, at every x.
With fewer points than directions :math:`\kappa` stays finite for :math:`t \to 0`, a ridge that the data bring.

Derivation. With :math:`Q = (S + t)^{-1}`, Gaussian integration by parts in each point gives, exactly,

.. math::

    1 - t\,\mathbb{E} Q
    = \Sigma\,\mathbb{E}\left[\left(1 - \tfrac{1}{N} \mathrm{tr}\, S Q\right) Q - \tfrac{1}{N} Q S Q\right]

for data of a known mean. The trace does not fluctuate and the last term is small for large N, so that
:math:`t\,\mathbb{E} Q = \kappa (\kappa + \Sigma)^{-1}` with :math:`\kappa = t/(1 - \mathrm{tr}(1 - t Q)/N)`. Kept to
first order, :math:`\mathbb{E}\, Q S Q = \kappa' \Sigma (\Sigma + \kappa)^{-2}` gives the correction of order 1/N,
`linear_finite_size`. A mean that is estimated takes one degree of freedom: :math:`t N/(N - 1)` and N - 1 stand for t
and N, exactly.

References: B. Wang, J. Zavatone-Veth and C. Pehlevan, A random matrix theory perspective on the consistency of
diffusion models, 2026, arXiv:2602.02908.
"""

import numpy as np
import sympy as sp
from scipy.optimize.elementwise import find_root

from theory import checks as arguments
from theory.checks import NotComputable, numpy_inside
from theory.formula import Total, formula
from theory.laws.law import EnergyLaw

WANG = "arXiv:2602.02908"
LIMIT = "linear denoiser, d and N -> infinity at a fixed ratio; any law with independent finite moments"
ROUNDING = 1e-14  # of log kappa, below its least
Variances = EnergyLaw | np.ndarray | list[float]


@formula(source=WANG, regime=LIMIT)
def renormalized_jacobian(kappa: sp.Symbol, v: sp.Symbol) -> sp.Expr:
    """Mean of -t J_ii of the linear denoiser: that of infinitely many data at the noise variance kappa."""
    return kappa / (kappa + v)


@formula(source=WANG, regime=LIMIT)
def noise_of_renormalized(kappa: sp.Symbol, v: sp.Symbol, n: sp.Symbol) -> sp.Expr:
    """The noise variance t at which the linear denoiser of N points acts, on average, as at the noise kappa."""
    return kappa - kappa / n * Total(v / (v + kappa))


@formula(source="noise_of_renormalized, differentiated", regime=LIMIT)
def renormalization_rate(kappa: sp.Symbol, v: sp.Symbol, n: sp.Symbol) -> sp.Expr:
    """Derivative of kappa in t, 1 for infinitely many data and largest near N = d."""
    return 1 / (1 - Total(v**2 / (v + kappa) ** 2) / n)


@formula(source="integration by parts to second order, here", regime="Gaussian data of known mean, up to O(1/N^2)")
def linear_finite_size(kappa: sp.Symbol, v: sp.Symbol, n: sp.Symbol, rate: sp.Symbol) -> sp.Expr:
    """Mean of -t J_ii of the linear denoiser at finite N less its limit; rate is the derivative of kappa in t."""
    shrunk = kappa * rate * v**2 / (v + kappa) ** 3
    moved = v / (v + kappa) ** 2 * (kappa * rate) ** 2 * Total(v**2 / (v + kappa) ** 3) / n
    return (shrunk - moved) / n


@numpy_inside
def renormalized_noise(t: np.ndarray | float, variances: Variances, n: float) -> np.ndarray:
    """The noise variance kappa(t, N) >= t at which the linear denoiser of N points acts on average.

    Arguments:
        t: noise variances > 0, a number or an array, in squared units of the data.
        variances: variances (d,) >= 0 of the data along their axes, or a law that has them.
        n: the number N >= 1 of points.

    Returns:
        The root kappa of kappa - t = (kappa/N) sum_k sigma_k^2/(sigma_k^2 + kappa), an array of the shape of t.

    Raises:
        ValueError: where t <= 0, a variance is negative or n < 1.
        NotComputable: where kappa leaves the floats.

    Source: arXiv:2602.02908.
    """
    times, v, size = arguments.times(t), variances_along(variances), points("n", n)
    v = v[v > 0]
    widest = np.log1p(v.sum() / size / times)  # kappa - t is at most the sum of the variances over N
    bracket = np.full_like(times, -ROUNDING), widest + 1
    root = find_root(lambda log, t: _balance(t * np.exp(log), t, v, size), bracket, args=(times,))
    if not root.success.all():
        raise NotComputable(f"variances must lie within the floats of t, got {v.min():g} to {v.max():g} at t = {t}")
    return np.maximum(times, times * np.exp(root.x))


@numpy_inside
def mean_jacobian(t: np.ndarray | float, variances: Variances, n: float) -> np.ndarray:
    """Mean of -t J_ii of the linear denoiser over data sets of N points: 0 where D follows x, 1 where it does not.

    Arguments:
        t: noise variances > 0, a number or an array, in squared units of the data.
        variances: variances (d,) >= 0 of the data along their axes, or a law that has them.
        n: the number N >= 1 of points.

    Returns:
        kappa/(kappa + sigma_i^2), (*shape of t, d), in [0, 1]; a direction is lost where it exceeds 1/2.

    Raises:
        ValueError, NotComputable: as `renormalized_noise`.

    Source: arXiv:2602.02908; the limit d, N -> infinity at a fixed ratio.
    """
    kappa = np.asarray(renormalized_noise(t, variances, n))[..., None]
    return renormalized_jacobian.numeric(kappa, variances_along(variances))


@numpy_inside
def finite_jacobian(t: np.ndarray | float, variances: Variances, n: float) -> np.ndarray:
    """Mean of -t J_ii of the linear denoiser, with its mean estimated too, up to terms of order 1/N^2.

    Arguments:
        t: noise variances > 0, a number or an array, in squared units of the data.
        variances: variances (d,) >= 0 of Gaussian data along their axes, or a law that has them.
        n: the number N >= 2 of points.

    Returns:
        `mean_jacobian` with `linear_finite_size` added, at t N/(N - 1) and N - 1 in place of t and N:
        (*shape of t, d).

    Raises:
        ValueError: as `renormalized_noise`, and where n < 2.

    Source: derived at the head of this module.
    """
    size, v = points("n", n, least=2) - 1, variances_along(variances)
    kappas = np.asarray(renormalized_noise(arguments.times(t) * (size + 1) / size, v, size))
    return np.reshape([_to_second_order(kappa, v, size) for kappa in kappas.ravel()], (*kappas.shape, v.size))


def _to_second_order(kappa: float, v: np.ndarray, n: float) -> np.ndarray:
    rate = renormalization_rate.numeric(kappa, v, n)
    return renormalized_jacobian.numeric(kappa, v) + linear_finite_size.numeric(kappa, v, n, rate)


def variances_along(variances: Variances) -> np.ndarray:
    """Variances (d,) >= 0 along the axes, of an array or of a law. Raises ValueError for a law without them."""
    if not isinstance(variances, EnergyLaw):
        return arguments.variances(variances)
    found = getattr(variances, "variances", None)
    if found is None:
        raise ValueError(f"variances must be those of linear Gaussian data, {type(variances).__name__} has none")
    return found


def points(name: str, n: float, least: int = 1) -> float:
    """A number of points N, which need not be a whole one.

    Arguments:
        name: of the argument, for the error.
        n: the number.
        least: the smallest that is allowed.

    Returns:
        A float.

    Raises:
        ValueError: where `n` is no finite number, or below `least`.
    """
    size = arguments.scalar(name, n)
    if size < least:
        raise ValueError(f"{name} must be >= {least}, got {size:g}")
    return size


def _balance(kappa: np.ndarray, t: np.ndarray, v: np.ndarray, n: float) -> np.ndarray:
    """1 - sum v/(v + kappa)/N - t/kappa, which rises with kappa.

    Whole directions are counted, so that each term is at most four times the derivative in log kappa at the root: no
    digit is lost, whatever the spectrum.
    """
    along = np.asarray(kappa)[..., None]
    above = v > along
    lost = np.where(above, along / (v + along), -v / (v + along)).sum(axis=-1)
    return (n - above.sum(axis=-1) + lost) / n - t / kappa
