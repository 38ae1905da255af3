r"""Which of two times of a data set is the larger: speciation, onset, collapse, best generalization, each as measured.

    speciation    the largest t with a valley of log p_t in the middle of two clusters: <y_1^2>_w >= t at x = 0
    onset         a data point weighs as much as all others together where it lies: <log odds> = 0 at x = y
    collapse      the same where it is seen from its noised copies:                  <log odds> = 0 at x = y + sqrt(t) z
    best          the empirical density explains fresh data best: <2 <E>_w> = d t over fresh points

The averages <.> are over `PROBES` data points of the one data set, one z for each, or as many fresh points. A time is a
property of a data set, and so is their order: 1 where the first is larger, else 0.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr
from scipy.optimize import brentq
from scipy.special import logsumexp

from simulate.experiments.related.collapse import Clusters
from simulate.run.experiment import Experiment, Point
from simulate.run.tables import summary
from theory.checks import choice

PROBES = 48
REACH = 1e4  # of a time over the larger of spread and separation, and back
GRID = 200  # times at which a valley is looked for


@dataclass(frozen=True)
class Pair:
    """A data set of two clusters, or of one where `separation` is 0, and two names of times; ValueError for others."""

    clusters: Clusters
    first: str
    second: str

    def __post_init__(self) -> None:
        choice("first", self.first, tuple(TIMES))
        choice("second", self.second, tuple(TIMES))

    @property
    def point(self) -> Point:
        return Point(**vars(self.clusters), first=self.first, second=self.second)


@dataclass(frozen=True, kw_only=True)
class OrderOfTimes(Experiment):
    """1 or 0 for each of `replicas` data sets, in `values`."""

    cases: tuple[Pair, ...]
    replicas: int = 120

    def points(self) -> Sequence[Point]:
        return [pair.point for pair in self.cases]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        (pair,) = (pair for pair in self.cases if pair.point == point)
        values = np.array([self.in_order(pair, rng) for _ in range(self.replicas)], dtype=float)
        return summary(values).assign(values=("replica", values), lowest=0.0, highest=1.0)

    def in_order(self, pair: Pair, rng: np.random.Generator) -> bool:
        """Whether the first time of a new data set is the larger."""
        data = draw(pair.clusters, pair.clusters.n, rng)
        first, second = (TIMES[name](pair.clusters, data, rng) for name in (pair.first, pair.second))
        return first > second


def draw(case: Clusters, n: int, rng: np.random.Generator) -> np.ndarray:
    """n points, every other one in the second cluster, (n, d)."""
    data = np.sqrt(case.spread) * rng.standard_normal((n, case.d))
    data[:, 0] += np.sqrt(case.separation) * np.where(np.arange(n) % 2, 1, -1)
    return data


def speciation(case: Clusters, data: np.ndarray, rng: np.random.Generator) -> float:
    """0 where there is no valley at any time."""
    scale = case.separation + case.spread
    times = scale * np.geomspace(4, 1e-2, GRID)
    energies = (data**2).sum(axis=1) / 2
    weights = np.exp((energies.min() - energies) / times[:, None])
    valley = weights @ data[:, 0] ** 2 / weights.sum(axis=1) >= times
    return float(times[valley.argmax()]) if valley.any() else 0.0


def onset(case: Clusters, data: np.ndarray, rng: np.random.Generator) -> float:
    """Where the mean log odds of data points vanish, each at its place."""
    energies, _ = _of_others(data, rng)
    return _zero(lambda t: -logsumexp(-energies / t, axis=1).mean(), case)


def collapse(case: Clusters, data: np.ndarray, rng: np.random.Generator) -> float:
    """Where the mean log odds of data points vanish, each seen from its noised copy."""
    energies, pulls = _of_others(data, rng)
    return _zero(lambda t: -logsumexp(-energies / t - pulls / np.sqrt(t), axis=1).mean(), case)


def best(case: Clusters, data: np.ndarray, rng: np.random.Generator) -> float:
    """Where log p_t is largest on fresh data."""
    energies = _energies(draw(case, PROBES, rng), data)

    def excess(t: float) -> float:
        weights = np.exp((energies.min(axis=1, keepdims=True) - energies) / t)
        return float(((weights * energies).sum(axis=1) / weights.sum(axis=1)).mean() * 2 / (case.d * t) - 1)

    return _zero(excess, case)


TIMES: dict[str, Callable[[Clusters, np.ndarray, np.random.Generator], float]] = {
    "speciation": speciation,
    "onset": onset,
    "collapse": collapse,
    "best": best,
}


def _of_others(data: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """|y - y_mu|^2/2, infinite for y itself, and z.(y - y_mu): with t |z|^2/2 the energies seen from y + sqrt(t) z."""
    own = rng.choice(len(data), min(PROBES, len(data)), replace=False)
    points, noise = data[own], rng.standard_normal((own.size, data.shape[1]))
    energies = _energies(points, data)
    energies[np.arange(own.size), own] = np.inf
    return energies, (noise * points).sum(axis=1, keepdims=True) - noise @ data.T


def _energies(points: np.ndarray, data: np.ndarray) -> np.ndarray:
    """|x - y|^2/2 of every point and datum, by one product of matrices: off by rounding errors of |y|^2 alone."""
    return (points**2).sum(axis=1, keepdims=True) / 2 + (data**2).sum(axis=1) / 2 - points @ data.T


def _zero(excess: Callable[[float], float], case: Clusters) -> float:
    scale = np.log(max(case.spread, case.separation)), np.log(REACH)
    return float(np.exp(brentq(lambda log_t: excess(np.exp(log_t)), scale[0] - scale[1], scale[0] + scale[1])))
