r"""The lowest energy levels of data sets that no memory could hold: N up to e^5000 and beyond.

Seen from x, N independent points are N independent levels E = |x - y|^2/2 with distribution function F. In order,

    F(E_(k)) = Gamma_k / Gamma_(N+1),     Gamma_k = sum of k standard exponentials      (exact for every N)

so the lowest K of them are K exponentials and the inverse of F, in logs (`simulate.levels.tilted`). Given the K-th, the
other N - K are independent levels above it: of their partition sum R the mean is known, and its standard deviation is
below

    sqrt( (N - K) E[exp(-2E/t) | E > E_(K)] )

which divided by Z is the `error` reported: small where the drawn levels carry the weight, and small too where so many
carry it that R does not fluctuate. Weights, spectra and typical values follow at any N, with no average over data sets.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from scipy.interpolate import make_interp_spline

from simulate.levels.shell import points_of_energy
from simulate.levels.sums import log_sum
from simulate.levels.tilted import line, saddle_above, saddle_energy
from simulate.run.progress import track
from theory import checks as arguments
from theory.laws.coerce import as_law, as_points
from theory.laws.law import EnergyLaw
from theory.roots import falling_root

NODES = 48  # of the table of E against log F
DEGREE = 7
RARE = 40.0  # the table begins e^{-40} below the lowest level expected
MARGIN, HIGHEST = 0.3, -0.02  # of the end of the table above the highest level drawn
NEAR = 1e-2  # in log theta: the line need not go through the saddle point, only near it
MOST_LOG_COUNT = 34.0  # log N above which the N-th arrival is N, to double precision


@dataclass(frozen=True)
class Levels:
    """The lowest of N energies seen from one x, in independent data sets, which answer for their weights.

    Arguments:
        law: of the data.
        x: location, (d,), in units of the data.
        log_n: log N.
        energies: ascending in each row, (replicas, count).
    """

    law: EnergyLaw
    x: np.ndarray
    log_n: float
    energies: np.ndarray
    _rests: dict[float, np.ndarray] = field(default_factory=dict, init=False, repr=False, compare=False)  # by t

    def log_partition(self, t: float) -> np.ndarray:
        """log sum exp(-E/t) over all N levels, the rest taken at its mean: (replicas,)."""
        return log_sum(np.column_stack([-self.energies / _time(t), self.log_rest(t)]))

    def weights(self, t: float) -> np.ndarray:
        """exp(-E/t)/Z of the drawn levels, (replicas, count)."""
        return np.exp(-self.energies / _time(t) - self.log_partition(t)[:, None])

    def participation_ratio(self, t: float) -> np.ndarray:
        """sum w^2 over all N levels, (replicas,)."""
        squares = np.column_stack([-2 * self.energies / _time(t), self.log_rest(_time(t) / 2)])
        return np.exp(log_sum(squares) - 2 * self.log_partition(t))

    def error(self, t: float) -> np.ndarray:
        """Standard deviation of Z given the drawn levels, at most, relative to Z: (replicas,)."""
        return np.exp(self.log_rest(_time(t) / 2) / 2 - self.log_partition(t))

    def log_rest(self, t: float) -> np.ndarray:
        """Log of the mean of sum exp(-E/t) over the levels that were not drawn, (replicas,)."""
        time = _time(t)
        if time not in self._rests:  # asked for by each of the above
            self._rests[time] = self._log_rest(1 / time)
        return self._rests[time]

    def _log_rest(self, lam: float) -> np.ndarray:
        last = self.energies[:, -1]
        theta = saddle_above(self.law, self.x, float(np.median(last)), lam)
        return line(self.law, self.x, theta, lam).log_integral(last) + self._log_others

    @cached_property
    def _log_others(self) -> np.ndarray:
        """Log of the number of levels that were not drawn over the probability of a level above the last drawn."""
        below = Spectrum(self.law, self.x).log_cdf(self.energies[:, -1])
        return _log_minus(self.log_n, self.energies.shape[1]) - np.log1p(-np.exp(below))

    def points(self, rng: np.random.Generator, row: int = 0) -> np.ndarray:
        """Data points with the energies of one data set (`simulate.levels.shell`).

        Arguments:
            rng: draws their places.
            row: which data set.

        Returns:
            (count, d), in units of the data.

        Raises:
            NotComputable: for laws other than the linear Gaussian.
        """
        return points_of_energy(self.law, self.x, self.energies[row], rng)


class Spectrum:
    """The distribution function F of one energy, as seen from x.

    Arguments:
        law: the energy law.
        x: location, (d,), in units of the data.
    """

    def __init__(self, law: EnergyLaw, x: np.ndarray) -> None:
        self.law, self.x = law, x

    def log_cdf(self, energy: np.ndarray) -> np.ndarray:
        """log P(E < energy), for energies near each other: on the saddle point of their median."""
        return line(self.law, self.x, self._saddle(float(np.median(energy))), 0.0).log_integral(energy)

    def quantiles(self, low: float, high: float) -> Callable[[np.ndarray], np.ndarray]:
        """The energy as a function of log F, by splines.

        Arguments:
            low: least log F.
            high: largest log F, < 0.

        Returns:
            A function of log F, of any shape.
        """
        ends = [self._saddle_of_log_cdf(target) for target in (high, low)]
        thetas = np.geomspace(ends[0], ends[1], NODES)
        energies = np.array([saddle_energy(self.law, self.x, theta) for theta in thetas])
        pairs = track(zip(thetas, energies, strict=True), "distribution of the energies", NODES)
        log_cdf = np.array([float(line(self.law, self.x, theta, 0.0).log_integral(np.array(e))) for theta, e in pairs])
        return make_interp_spline(log_cdf[::-1], energies[::-1], k=DEGREE)

    @cached_property
    def _first(self) -> float:
        return float(1 / np.sqrt(self.law.lam_derivative(0.0, self.x, order=2)))

    def _saddle_of_log_cdf(self, target: float) -> float:
        """theta on whose saddle point log F is near `target`."""

        def excess(log_theta: float) -> float:
            return self._log_cdf_at_saddle(float(np.exp(log_theta))) - target

        return self._theta(excess)

    def _log_cdf_at_saddle(self, theta: float) -> float:
        """log F at the energy whose saddle point theta is, by Gaussian integration: within a tenth or so."""
        deviation = np.sqrt(theta**2 * float(self.law.lam_derivative(theta, self.x, order=2)) + 1)
        exponent = float(self.law.log_mgf(theta, self.x)) + theta * saddle_energy(self.law, self.x, theta)
        return exponent - float(np.log(deviation * np.sqrt(2 * np.pi)))

    def _saddle(self, energy: float) -> float:
        """theta on the saddle point of the distribution function at an energy; any theta near it will do."""

        return self._theta(lambda log_theta: saddle_energy(self.law, self.x, float(np.exp(log_theta))) - energy)

    def _theta(self, excess: Callable[[float], float]) -> float:
        """About the theta at which a decreasing function of log theta is 0."""
        return float(np.exp(falling_root(excess, np.log(self._first), xtol=NEAR)))


def draw_levels(
    law: EnergyLaw | np.ndarray,
    x: np.ndarray,
    log_n: float,
    count: int,
    rng: np.random.Generator,
    replicas: int = 1,
) -> Levels:
    """The lowest energies of N points of a law, in independent data sets, by order statistics.

    Arguments:
        law: an `EnergyLaw`, or variances (d,) of centred Gaussian data.
        x: location, (d,), in units of the data.
        log_n: log N; N may exceed any float.
        count: how many of each data set, at most N/2.
        rng: draws them.
        replicas: number of data sets.

    Returns:
        Energies (replicas, count), ascending, in squared units of the data.

    Raises:
        ValueError: where an argument is not finite, out of range or of another dimension.
        NotComputable: for so few degrees of freedom (d = 1 or 2) that the tail of the energies does not converge.
    """
    law = as_law(law)
    point = arguments.finite("x", as_points(x, law), ndim=(1,))
    size, count = arguments.log_size(log_n), arguments.integer("count", count)
    replicas = arguments.integer("replicas", replicas)
    if np.log(2 * count) > size + 1e-9:
        raise ValueError(f"count must be at most N/2, got {count} of N = {np.exp(min(size, 700.0)):g}: sample the data")
    log_u = log_uniform_order(size, count, rng, replicas)
    spline = Spectrum(law, point).quantiles(-size - RARE, min(float(log_u.max()) + MARGIN, HIGHEST))
    return Levels(law, point, size, spline(log_u))


def log_uniform_order(log_n: float, count: int, rng: np.random.Generator, replicas: int) -> np.ndarray:
    """Logs of the lowest of N uniform numbers, in order, from Poisson arrivals: exact at every N.

    Arguments:
        log_n: log N.
        count: how many.
        rng: draws them.
        replicas: number of data sets.

    Returns:
        Ascending in each row, (replicas, count).
    """
    arrivals = rng.standard_exponential((replicas, count)).cumsum(axis=1)
    if log_n > MOST_LOG_COUNT:
        return np.log(arrivals) - log_n
    others = rng.standard_gamma(np.exp(log_n) + 1 - count, size=(replicas, 1))
    return np.log(arrivals) - np.log(arrivals[:, -1:] + others)


def _log_minus(log_n: float, count: int) -> float:
    return log_n + float(np.log1p(-count * np.exp(-log_n)))


def _time(t: float) -> float:
    return float(arguments.positive("t", arguments.scalar("t", t)))
