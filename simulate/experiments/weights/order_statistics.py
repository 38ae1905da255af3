r"""The lowest levels of a data set one by one, and the largest weight: their whole distributions.

Each replica is a data set of its own; what is kept are the fractions of the data sets up to several thresholds.

    LowestLevel      E_(k) less the mean energy, of data sets with every level drawn
    LevelGap         E_(k+1) - E_(k), by order statistics at sizes that no memory could hold
    LargestWeight    the largest of the weights at a time t, a variance
"""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from simulate.experiments.setting import Vast
from simulate.experiments.weights.lowest import LowestLevels, energies
from simulate.levels.lowest import Levels, draw_levels
from simulate.run.experiment import Experiment, Point
from simulate.run.tables import flat, fractions, rows
from theory.laws import LinearGaussian


@dataclass(frozen=True, kw_only=True)
class Ordered(Experiment):
    """Of the k-th lowest levels, k in `orders`, at each of `cases`: a data set and thresholds, energies."""

    cases: tuple[tuple[Vast, tuple[float, ...]], ...]
    orders: tuple[int, ...] = (1, 3)
    replicas: int = 4000

    def points(self) -> Sequence[Point]:
        return [Point(**case.point) for case, _ in self.cases]

    @abstractmethod
    def lowest(self, vast: Vast, count: int, rng: np.random.Generator) -> np.ndarray:
        """(replicas, count), in order."""

    @abstractmethod
    def at_order(self, lowest: np.ndarray, thresholds: np.ndarray, k: int) -> xr.Dataset:
        """Fractions for one k."""

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        vast = Vast.of(point)
        lowest = self.lowest(vast, max(self.orders) + 1, rng)
        parts = [self.at_order(lowest, np.array(dict(self.cases)[vast]), k).assign_coords(k=k) for k in self.orders]
        return rows(parts, "threshold").rename(point="threshold")

    def combine(self, parts: list[xr.Dataset]) -> xr.Dataset:
        return rows(parts, "threshold")


@dataclass(frozen=True, kw_only=True)
class LowestLevel(Ordered):
    """E_(k) less the mean energy of a level; N = floor(e^{log N}) levels are drawn, all of them."""

    def lowest(self, vast: Vast, count: int, rng: np.random.Generator) -> np.ndarray:
        levels = energies(vast, (self.replicas, vast.whole), rng) - (vast.x**2).sum() / 2
        return np.sort(np.partition(levels, count, axis=1)[:, :count], axis=1)

    def at_order(self, lowest: np.ndarray, thresholds: np.ndarray, k: int) -> xr.Dataset:
        return fractions(lowest[:, k - 1], thresholds, "energy")


@dataclass(frozen=True, kw_only=True)
class LevelGap(Ordered):
    """E_(k+1) - E_(k), up to each threshold over k."""

    def lowest(self, vast: Vast, count: int, rng: np.random.Generator) -> np.ndarray:
        return draw_levels(LinearGaussian(vast.variances), vast.x, vast.log_n, count, rng, self.replicas).energies

    def at_order(self, lowest: np.ndarray, thresholds: np.ndarray, k: int) -> xr.Dataset:
        return fractions(lowest[:, k] - lowest[:, k - 1], thresholds / k, "gap")


@dataclass(frozen=True, kw_only=True)
class LargestWeight(LowestLevels):
    """The largest weight, up to each of `weights`."""

    weights: tuple[float, ...] = (0.5, 0.65, 0.8, 0.95)

    def observe(self, levels: Levels, point: Point, rng: np.random.Generator) -> xr.Dataset:
        return fractions(levels.weights(float(point["t"])).max(axis=1), np.array(self.weights), "weight")

    def combine(self, parts: list[xr.Dataset]) -> xr.Dataset:
        return flat(super().combine(parts), "threshold")
