r"""Losing dimensions: which subspaces of a data set are visible at t, from where, for how many points.

Laws, probes and times are those of `simulate.experiments.dimension.manifold`, which networks share; a training point is
in every prefix of its data set. For every data set and every prefix of it, time and probe, the whole spectrum of

    -t J = 1 - Cov_w(y)/t

is taken, in one pass over the data. Along a subspace the *normalized Jacobian* is the mean of -t J_ii over its
directions: t/(t + sigma^2) for infinitely many Gaussian data, 1 once memorized. As in `simulate.dimension.visible`, a
subspace is visible where the normalized Jacobian is below 1/2: the data vary along it by more than the noise. At each t
the null hypothesis "normal: at least half of all data sets show a normalized Jacobian >= 1/2" is put to the sign test.
Defined once:

    a subspace is *lost* at t if the median normalized Jacobian over data sets is >= 1/2 there and at all times below.

The interval of the loss time is that of the test: its upper end is the largest t at and below which the test no longer
rejects "normal", its lower end the one below which it proves it. Infinite is "never visible", 0 "never lost".
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import xarray as xr

from simulate.dimension.reading import rank
from simulate.dimension.visible import HALF, NORMAL, TANGENT
from simulate.engine.queries import Queries
from simulate.experiments.dimension.manifold import Manifold
from simulate.run.experiment import Experiment, Point
from theory.laws.law import EnergyLaw
from theory.laws.spectra import gaussian

ERROR_RATE = 0.05
TOGETHER = 25  # times in a pass: those near each other share their heavy points
RATIOS = tuple(np.geomspace(1, 100, 9).round(3).tolist())


@dataclass(frozen=True, kw_only=True)
class LosingDimensions(Experiment):
    """Spectra of every law, probe and time (a variance) of `manifold`, size and data set.

    Results, with the median over `replicas` data sets and its interval `_lower`, `_upper` at an error rate of 5 %:
    `normalized_jacobian` (size, time, probe, subspace), `dimension` (size, time, probe; number of eigenvalues of -t J
    below 1/2, its interval that of `visible`), `loss_time` (size, probe, subspace); `spectrum` (..., direction),
    descending; `limit_normalized_jacobian` and `limit_spectrum`: the same for N -> infinity.

    Arguments:
        manifold: laws, probes and times.
        sizes: numbers of points N; each is a prefix of one data set.
        replicas: the number of independent data sets.
        seed: of all random numbers, an integer >= 0.
    """

    manifold: Manifold = field(default=Manifold())
    sizes: tuple[int, ...] = (250, 500, 1000, 2000, 4000, 8000, 14_000, 20_000)
    replicas: int = 20

    def points(self) -> Sequence[Point]:
        return [Point(law=name) for name in self.manifold.named]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        law = self.manifold.named[str(point["law"])]
        parts = [self._data_set(law, rng) for _ in range(self.replicas)]
        names = {
            "time": np.array(self.manifold.times),
            "size": list(self.sizes),
            "probe": list(self.manifold.probes),
        }
        variance = [law.variances[subspace[0]] for subspace in self.manifold.subspaces(law)]
        result = self.summary(xr.concat(parts, "replica").assign_coords(names))
        return result.assign(variance=("subspace", variance))

    def summary(self, sets: xr.Dataset) -> xr.Dataset:
        """What is kept of the data sets: medians and their intervals."""
        return _summary(sets)

    def _data_set(self, law: EnergyLaw, rng: np.random.Generator) -> xr.Dataset:
        """Normalized Jacobians and eigenvalues of one data set at every probe, time and size, and of the law."""
        times = np.array(self.manifold.times)
        data = law.sample(max(self.sizes), rng)
        x = self.manifold.points(law, data[0], rng)
        own = np.eye(law.dimension) - covariances(x, data, times, self.sizes) / times[:, None, None, None]
        limit = self.manifold.limit(law, x)
        subspaces = self.manifold.subspaces(law)
        return xr.Dataset(
            {
                "normalized_jacobian": (("size", "time", "probe", "subspace"), _along(own, subspaces)),
                "spectrum": (("size", "time", "probe", "direction"), np.linalg.eigvalsh(own)[..., ::-1]),
                "limit_normalized_jacobian": (("time", "probe", "subspace"), _along(limit, subspaces)),
                "limit_spectrum": (("time", "probe", "direction"), np.linalg.eigvalsh(limit)[..., ::-1]),
            }
        )


@dataclass(frozen=True, kw_only=True)
class OrderOfLoss(LosingDimensions):
    """Two subspaces of five directions, of variances 1 and 1/ratio: their loss times, and which one is lost more.

    The *share* of a subspace is (1 - normalized_jacobian)/(1 - limit_normalized_jacobian), what is left of the
    posterior variance of infinitely many data: unlike visibility it starts from 1 for either. `contrast` (size, probe),
    with its interval, is the median over data sets of the share of the first subspace minus that of the second, at
    `half_time`, the largest time at and below which the median of their mean is at most 1/2: negative where the higher
    variance is lost first.

    Arguments:
        manifold: laws of two subspaces each, probes and times.
        sizes: numbers of points N; each is a prefix of one data set.
        replicas: the number of independent data sets.
        seed: of all random numbers, an integer >= 0.
    """

    manifold: Manifold = field(
        default=Manifold(
            laws=tuple(gaussian((1.0, 5), (1 / ratio, 5)) for ratio in RATIOS),
            sizes=(5, 5),
            times=tuple(np.geomspace(1e-4, 10, 60).tolist()),
        )
    )
    sizes: tuple[int, ...] = (250, 1000, 4000)
    replicas: int = 40

    def summary(self, sets: xr.Dataset) -> xr.Dataset:
        result = super().summary(sets).drop_vars(["spectrum", "limit_spectrum"])
        shares = (1 - sets.normalized_jacobian) / (1 - sets.limit_normalized_jacobian)
        lost = 1 - shares.mean("subspace").median("replica").transpose(..., "time")
        half = lost.isel(time=0, drop=True).copy(data=loss_times(lost.time.values, lost.values))
        index = np.abs(np.log(lost.time) - np.log(half.clip(min=1e-300))).argmin("time")
        at_half = shares.isel(time=index)
        contrast = at_half.isel(subspace=0) - at_half.isel(subspace=1)
        result["half_time"], result["contrast"] = half, contrast.median("replica")
        result["contrast_lower"], result["contrast_upper"] = _ordered(contrast)
        return result


def covariances(x: np.ndarray, data: np.ndarray, times: np.ndarray, sizes: Sequence[int]) -> np.ndarray:
    """The covariance Cov_w(y) under the weights of the first n of the data, for several n.

    Arguments:
        x: points from which the data are seen, (Q, d).
        data: points, (N, d).
        times: noise variances t > 0.
        sizes: ascending numbers n <= N of points.

    Returns:
        (size, time, Q, d, d), in squared units of the data.
    """
    queries = Queries(x, data, "cpu")
    parts = []
    for start in range(0, len(times), TOGETHER):
        moments = queries.moments(times[start : start + TOGETHER].tolist(), 2, halves=False, sizes=tuple(sizes))
        found = [one.scatter / one.at_known()[..., None] for one in moments if one.scatter is not None]
        parts.append(np.stack([one.numpy() for one in found]))
    return np.concatenate(parts, axis=1)


def loss_times(times: np.ndarray, normalized_jacobian: np.ndarray) -> np.ndarray:
    """The largest time at and below which a normalized Jacobian is at least 1/2.

    Between two times, log t is interpolated linearly in -t J_ii; inf if never visible, 0 if visible at the
    least time.

    Arguments:
        times: ascending noise variances t > 0, (time,).
        normalized_jacobian: -t J_ii, (..., time).

    Returns:
        (...), noise variances; infinite where the direction is never visible, 0 where it is visible at the least time.
    """
    seen = normalized_jacobian < HALF
    first = np.maximum(seen.argmax(axis=-1), 1)[..., None]
    visible, lost = (np.take_along_axis(normalized_jacobian, index, -1)[..., 0] for index in (first, first - 1))
    logs = np.log(times)[first[..., 0]], np.log(times)[first[..., 0] - 1]
    crosses = (visible < HALF) & (lost >= HALF)
    share = np.where(crosses, lost - HALF, 0.0) / np.where(crosses, lost - visible, 1.0)
    crossing = np.exp(logs[1] + share * (logs[0] - logs[1]))
    return np.where(~seen.any(axis=-1), np.inf, np.where(seen[..., 0], 0.0, crossing))


def _along(matrices: np.ndarray, subspaces: list[np.ndarray]) -> np.ndarray:
    """Mean of the diagonal over each subspace, (..., subspace)."""
    diagonal = np.diagonal(matrices, axis1=-2, axis2=-1)
    return np.stack([diagonal[..., subspace].mean(axis=-1) for subspace in subspaces], axis=-1)


def _summary(sets: xr.Dataset) -> xr.Dataset:
    """Medians over data sets and their intervals."""
    low, half, high = ((sets.spectrum < bound).sum("direction") for bound in (TANGENT, HALF, np.nextafter(NORMAL, 1)))
    result = sets[["normalized_jacobian", "spectrum", "limit_normalized_jacobian", "limit_spectrum"]].median("replica")
    result["normalized_jacobian_lower"], result["normalized_jacobian_upper"] = _ordered(sets.normalized_jacobian)
    result["dimension"] = half.astype(float).median("replica")
    result["dimension_lower"], result["dimension_upper"] = _ordered(low)[0], _ordered(high)[1]
    for end in ("", "_lower", "_upper"):
        curves = result[f"normalized_jacobian{end}"].transpose(..., "time")
        values = loss_times(result.time.values, curves.values)
        result[f"loss_time{end}"] = curves.isel(time=0, drop=True).copy(data=values)
    return result


def _ordered(values: xr.DataArray) -> tuple[xr.DataArray, xr.DataArray]:
    """Lower and upper end of the interval of the median over data sets."""
    r = rank(values.sizes["replica"], ERROR_RATE)
    ordered = np.sort(values.transpose("replica", ...).values.astype(float), axis=0)
    like = values.isel(replica=0, drop=True)
    return like.copy(data=ordered[r - 1]), like.copy(data=ordered[-r])
