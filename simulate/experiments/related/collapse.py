r"""What neighbouring works measure: when a data point outweighs all others, how close the data come, and speciation.

log odds     log of the weight of a data point y_1 over that of all others, at x, per dimension: -E_1/t - log Z
             over d, with E_1 = d t/2 at a noised x = y_1 + sqrt(t) z, and 0 at x = y_1
closeness    2 <E>_w / (d t), seen from a fresh point: log p_t of the empirical density is largest where it is 1
speciation   t at which the curvature of log p_t at the middle of two clusters changes sign: <y_1^2>_w = t
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr
from scipy.optimize import brentq

from simulate.experiments.transition.scaling import STEP, Deep, Glass, halves
from simulate.levels.lowest import Levels
from simulate.run.experiment import Experiment, Point
from simulate.run.tables import summary


@dataclass(frozen=True, kw_only=True)
class LogOdds(Glass):
    """Of a data point over e^{log_n} others: `query` "noised" sees it from its noised copy, "typical" from itself."""

    cases: tuple[Deep, ...] = halves(80.0, 0.4, (0.5, 1.0), "noised")

    def values(self, case: Deep, levels: Levels) -> np.ndarray:
        d = levels.law.dimension
        own = -d / 2 if case.query == "noised" else 0.0
        return (own - levels.log_partition(case.t)) / d


@dataclass(frozen=True, kw_only=True)
class Closeness(Glass):
    """2 <E>_w / (d t), <E>_w = t^2 d log Z/dt by a difference in t."""

    cases: tuple[Deep, ...] = halves(80.0, 0.4, (0.1, 0.2))

    def values(self, case: Deep, levels: Levels) -> np.ndarray:
        below, above = (levels.log_partition((1 + sign * STEP) * case.t) for sign in (-1, 1))
        return 2 * (above - below) / (2 * STEP) / levels.law.dimension


@dataclass(frozen=True)
class Clusters:
    """N(+-m e_1, `spread` I) in d dimensions, m^2 = `separation`; n data points, half in each."""

    separation: float
    spread: float
    d: int
    n: int


@dataclass(frozen=True, kw_only=True)
class SpeciationTime(Experiment):
    """Time of speciation in `replicas` data sets; `largest` labels the largest variance, separation + spread."""

    cases: tuple[Clusters, ...] = (Clusters(40.0, 0.5, 5, 4000),)
    replicas: int = 100

    def points(self) -> Sequence[Point]:
        return [Point(**vars(case), largest=case.separation + case.spread) for case in self.cases]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        case = Clusters(float(point["separation"]), float(point["spread"]), int(point["d"]), int(point["n"]))
        return summary(np.array([_time_of_speciation(case, rng) for _ in range(self.replicas)]))


def _time_of_speciation(case: Clusters, rng: np.random.Generator) -> float:
    data = np.sqrt(case.spread) * rng.standard_normal((case.n, case.d))
    data[:, 0] += np.sqrt(case.separation) * np.where(np.arange(case.n) % 2, 1, -1)
    square = data[:, 0] ** 2
    energies = (data**2).sum(axis=1) / 2

    def excess(log_t: float) -> float:
        weights = np.exp((energies.min() - energies) / np.exp(log_t))
        return float(weights @ square / weights.sum() - np.exp(log_t))

    return float(np.exp(brentq(excess, np.log(case.separation / 4), np.log(case.separation * 4))))
