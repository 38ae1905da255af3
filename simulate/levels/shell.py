r"""Data points of a given energy: linear Gaussian data conditioned on |y - x|^2/2 = e, by exact rejection.

On the shell exp(-lambda E) is constant, so the law may be tilted freely: y ~ N(m, diag(v)) with v = s/(1 + lambda s),
m = mu + lambda v (x - mu), s the variances, and lambda such that the mean energy is e. Draw y, keep its direction
u = (y - x)/|y - x|, and accept it in proportion to the density of the radius r = sqrt(2e) in that direction,

    p(r | u) = r^{n-1} exp(-a r^2/2 + b r) / int_0^inf s^{n-1} exp(-a s^2/2 + b s) ds,
    a = sum u^2/v,    b = sum u (m - x)/v.

For fixed a it is largest over b where the mean of s is r, and this maximum grows with a (its derivative is Var(s)/2):
a = 1/min v gives the bound that the rejection needs. Coordinates of zero variance take their part of e and drop out.
"""

import numpy as np
from scipy.special import roots_legendre, softmax

from simulate.levels.sums import log_sum
from theory.checks import NotComputable
from theory.laws import LinearGaussian
from theory.laws.law import EnergyLaw
from theory.roots import falling_root

NODES, WEIGHTS = roots_legendre(160)  # of the integral over s, which is analytic down to s = 0
BELOW, ABOVE = 12.0, 40.0  # its ends from its peak, in standard deviations: for b < 0 the upper tail is exponential
MOST_ROUNDS = 100_000


def points_of_energy(law: EnergyLaw, x: np.ndarray, energies: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Data points of given energies |y - x|^2/2, independent given these, by exact rejection.

    Arguments:
        law: a linear Gaussian law.
        x: location, (d,), in units of the data.
        energies: > 0, (k,), in squared units of the data.
        rng: draws the points.

    Returns:
        y, (k, d).

    Raises:
        NotComputable: for laws other than the linear Gaussian, and for energies that the law does not reach.
    """
    if not isinstance(law, LinearGaussian):
        raise NotComputable(f"law must be linear Gaussian for points of given energy, got {type(law).__name__}")
    free = law.variances > 0
    if free.sum() < 2:
        raise NotComputable(f"law must have 2 positive variances at least for an energy shell, got {free.sum()}")
    inner = LinearGaussian(law.variances[free], law.mean[free])
    left = energies - np.sum((x - law.mean)[~free] ** 2) / 2
    if not (left > 0).all():
        raise NotComputable("energies must exceed |y - x|^2/2 of the y nearest to x that the law reaches")
    y = np.tile(law.mean, (len(energies), 1))
    y[:, free] = x[free] + _offsets(inner, x[free], np.sqrt(2 * left), rng)
    return y


def _offsets(law: LinearGaussian, x: np.ndarray, radius: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    lam = _tilt(law, x, float(np.median(radius**2)) / 2)
    v = law.variances / (1 + lam * law.variances)
    centre = (law.mean - x) * (1 - lam * v)  # m - x
    bound = _log_bound(radius, 1 / v.min(), law.dimension)
    result, waiting = np.empty((len(radius), law.dimension)), np.arange(len(radius))
    for _ in range(MOST_ROUNDS):
        y = centre + np.sqrt(v) * rng.standard_normal((len(waiting), law.dimension))
        u = y / np.linalg.norm(y, axis=1, keepdims=True)
        log_p = _log_radius(radius[waiting], u**2 @ (1 / v), u @ (centre / v), law.dimension)
        accepted = np.log(rng.random(len(waiting))) < log_p - bound[waiting]
        result[waiting[accepted]] = radius[waiting[accepted], None] * u[accepted]
        waiting = waiting[~accepted]
        if not len(waiting):
            return result
    raise NotComputable(
        f"variances must span fewer decades: {len(waiting)} points were still refused {MOST_ROUNDS} times"
    )


def _tilt(law: LinearGaussian, x: np.ndarray, energy: float) -> float:
    """lambda with mean energy -K'(lambda) = energy; lambda = lower + a positive number, in logs."""

    def excess(log_gap: float) -> float:
        return -float(law.lam_derivative(law.lower + np.exp(log_gap), x)) - energy

    return law.lower + float(np.exp(falling_root(excess, np.log(-law.lower))))


def _log_radius(radius: np.ndarray, a: np.ndarray, b: np.ndarray, n: int) -> np.ndarray:
    """log p(r | a, b), (k,)."""
    return (n - 1) * np.log(radius) - a * radius**2 / 2 + b * radius - log_sum(_nodes(a, b, n)[1])


def _log_bound(radius: np.ndarray, a: float, n: int) -> np.ndarray:
    """The largest log p(r | a, b) over b: Newton's method for the b at which the mean of s is r."""
    highest = np.full(len(radius), a)
    b = a * radius - (n - 1) / radius
    for _ in range(30):
        s, log_weight = _nodes(highest, b, n)
        w = softmax(log_weight, axis=1)
        mean = (w * s).sum(axis=1)
        b = b - (mean - radius) / (w * (s - mean[:, None]) ** 2).sum(axis=1)
    return _log_radius(radius, highest, b, n)


def _nodes(a: np.ndarray, b: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    """s > 0 about the peak of s^{n-1} exp(-a s^2/2 + b s), and the log of its part of the integral: (k, nodes) each."""
    root = np.sqrt(b**2 + 4 * a * (n - 1))
    peak = np.where(b > 0, (b + root) / (2 * a), 2 * (n - 1) / (root - b))
    width = 1 / np.sqrt(a + (n - 1) / peak**2)
    low, high = np.maximum(peak - BELOW * width, 0.0), peak + ABOVE * width
    half = ((high - low) / 2)[:, None]
    s = low[:, None] + half * (1 + NODES)
    return s, (n - 1) * np.log(s) - a[:, None] * s**2 / 2 + b[:, None] * s + np.log(half * WEIGHTS)
