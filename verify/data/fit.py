r"""A law fitted to data: a mixture of low-rank Gaussians in their leading principal axes, and one floor in the others.

In principal axes with variances v_1 >= v_2 >= ..., the r leading coordinates have a mixture of low-rank Gaussians, and
the other m - r, independent of them, one variance v_0, the mean of theirs. What the floor drops is known for Gaussian
data. Seen from x_t, the levels lose 1/2 sum log(1 + v_i/t) nats of entropy
(`theory.limits.condensation.mean_entropy_loss`), so one floor for all loses too much by

    D(t) = [ (m - r) log(1 + v_0/t) - sum_{i > r} log(1 + v_i/t) ]/2 >= 0.

r is the least of a few for which D(t_half) is at most 1 % of log N, or the largest of them. The number K of components
and their rank q are those of the largest likelihood of points that the trial fits have not seen, noised at t_half: at
that noise, directions without variance tell nothing. K doubles as long as the mean log likelihood grows by more than
the standard error of that difference, then q varies.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from theory.laws.law import EnergyLaw
from verify.data.fitted import FittedLaw
from verify.data.held_out import HeldOut
from verify.data.mixtures import Fit, fit_mixture
from verify.probe.known.axes import principal_axes

LEADING = (8, 16, 32, 64)  # numbers of axes r that are tried
DROPPED = 0.01  # of log N
COUNTS = (1, 2, 4, 8, 16, 32)  # numbers of components K that are tried
RANKS = (2, 4, 8, 16, 32)  # ranks q that are tried
FIRST_RANK = 8
POINTS = 20  # of the data for each component, at least
TRIAL = 0.8  # of the points, that trial fits see


@dataclass(frozen=True, eq=False)
class Space:
    """Principal axes of data, of which the first few are fitted and the others share one variance.

    Arguments:
        mean: of the data, (d,).
        axes: unit vectors, (m, d).
        variances: along the axes, the largest first, (m,), in squared units of the data.
        leading: how many of the first axes are fitted.
    """

    mean: np.ndarray
    axes: np.ndarray
    variances: np.ndarray
    leading: int

    @classmethod
    def of(cls, data: np.ndarray, t: float, n: int) -> "Space":
        """The axes of data (N, d), as many leading as n points of it need at noise variance t.

        Arguments:
            data: points, (N, d).
            t: the noise variance at which the law is to hold.
            n: the number of points for which it is to hold.
        """
        axes, variances = principal_axes(data)
        enough = [r for r in LEADING if dropped(variances, r, t) <= DROPPED * np.log(n)]
        return cls(data.mean(axis=0), axes, variances, min(enough[0] if enough else LEADING[-1], variances.size))

    @property
    def floor(self) -> float:
        """v_0, 0 where no axis is left."""
        return float(self.variances[self.leading :].mean()) if self.leading < self.variances.size else 0.0

    @property
    def half(self) -> int:
        """How many of the first axes hold half of the variance."""
        return int(np.searchsorted(self.variances.cumsum() / self.variances.sum(), 0.5)) + 1

    def leading_of(self, points: np.ndarray) -> np.ndarray:
        """Leading coordinates (n, r) of points (n, d)."""
        axes = self.axes[: self.leading]
        return points @ axes.T - self.mean @ axes.T

    def inside(self, held_out: HeldOut) -> HeldOut:
        """Held-out points and their noise in all principal axes: what lies outside shifts all energies alike."""
        return HeldOut((held_out.points - self.mean) @ self.axes.T, held_out.noise @ self.axes.T)

    def law(self, fit: Fit) -> EnergyLaw:
        """The law of a fit of the leading coordinates, in all principal axes."""
        return FittedLaw(fit, self.variances.size - self.leading, self.floor)


def dropped(variances: np.ndarray, leading: int, t: float) -> float:
    """D(t) in nats, for variances (m,), the largest first, of which all but the `leading` become one floor.

    Arguments:
        variances: along the axes, the largest first, (m,).
        leading: how many of the first axes are left as they are.
        t: the noise variance.
    """
    rest = variances[leading:]
    nats = float(rest.size * np.log1p(rest.mean() / t) - np.log1p(rest / t).sum()) / 2 if rest.size else 0.0
    return max(nats, 0.0)  # rounding


def one_gaussian(points: np.ndarray, rng: np.random.Generator) -> Fit:
    """The baseline: one Gaussian of the mean and covariance of points (n, r).

    Arguments:
        points: in the fitted axes, (n, r).
        rng: of the start of the fit.
    """
    return fit_mixture(points, 1, points.shape[1] - 1, rng)


def chosen(points: np.ndarray, t: float, rng: np.random.Generator) -> tuple[int, int]:
    """K and q of the largest likelihood, at noise variance t, of points (n, r) that the trial fits have not seen.

    Arguments:
        points: in the fitted axes, (n, r).
        t: the noise variance.
        rng: of the choice of unseen points, their noise, and the starts of the fits.
    """
    order = rng.permutation(len(points))
    seen, unseen = np.split(points[order], [round(TRIAL * len(points))])
    noised = unseen + np.sqrt(t) * rng.standard_normal(unseen.shape)

    def likelihood(count: int, rank: int) -> np.ndarray:
        return fit_mixture(seen, count, rank, rng).log_density(noised, t)

    ranks = [rank for rank in RANKS if rank < points.shape[1]] or [points.shape[1] - 1]
    first = min(FIRST_RANK, ranks[-1])
    counts = [count for count in COUNTS if count == 1 or count * POINTS <= len(seen)]
    count, best = _while_growing(counts, lambda count: likelihood(count, first))
    tried = {first: best} | {rank: likelihood(count, rank) for rank in ranks if rank != first}
    return count, max(tried, key=lambda rank: tried[rank].mean())


def _while_growing(counts: list[int], logs: Callable[[int], np.ndarray]) -> tuple[int, np.ndarray]:
    """The last of the counts up to which the mean of `logs` grows by more than its standard error, and its logs."""
    best, values = counts[0], logs(counts[0])
    for count in counts[1:]:
        gain = (others := logs(count)) - values
        if gain.mean() <= gain.std(ddof=1) / np.sqrt(gain.size):
            break
        best, values = count, others
    return best, values
