r"""Weights of the lowest levels of data sets that no memory could hold, below the condensation time.

Each replica is a data set of its own. Levels beyond the `count` lowest enter Z and sum w^2 by their mean alone; what
that may change of Z, at most `LARGEST` of it, is checked.

    InverseTime       (1 - sum w^2)/t, of mean 1/t_c for log N -> infinity: the inverse temperature of the freezing
    WeightMoments     sum w^k
    PickedWeight      the weight of a level picked with probability w: its whole distribution
    TypicalNumber     -log(sum w^2)/log N: the exponent of the effective number in a typical data set
    AverageRatio      sum w^2 of data sets with every level drawn
    AtDataPoint       sum w^2 where x is a data point itself, a level of energy 0 besides the N
"""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from simulate.experiments.setting import Vast
from simulate.levels.lowest import Levels, draw_levels
from simulate.run.experiment import Experiment, Point
from simulate.run.tables import flat, sample
from theory.checks import NotComputable
from theory.laws import LinearGaussian

LARGEST = 0.02  # of Z, the standard deviation of the levels that are not drawn


@dataclass(frozen=True, kw_only=True)
class LowestLevels(Experiment):
    """Something of the weights at each of `cases` and its time, a variance, for `replicas` data sets."""

    cases: tuple[tuple[Vast, float], ...]
    replicas: int = 4000
    count: int = 100

    def points(self) -> Sequence[Point]:
        return [Point(**case.point, t=t) for case, t in self.cases]

    @abstractmethod
    def observe(self, levels: Levels, point: Point, rng: np.random.Generator) -> xr.Dataset:
        """What is seen at one point."""

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        vast, t = Vast.of(point), float(point["t"])
        count = min(self.count, int(np.exp(min(vast.log_n, 30.0)) / 2))
        levels = draw_levels(LinearGaussian(vast.variances), vast.x, vast.log_n, count, rng, self.replicas)
        error = levels.error(t).max()
        if not error < LARGEST:
            raise NotComputable(f"count must be larger at {point}: the other levels move Z by {error:.2g} of it")
        return self.observe(levels, point, rng)


@dataclass(frozen=True, kw_only=True)
class InverseTime(LowestLevels):
    """(1 - sum w^2)/t, in [0, (1 - 1/N)/t]."""

    def observe(self, levels: Levels, point: Point, rng: np.random.Generator) -> xr.Dataset:
        t = float(point["t"])
        return sample((1 - levels.participation_ratio(t)) / t, highest=-np.expm1(-levels.log_n) / t)


@dataclass(frozen=True, kw_only=True)
class WeightMoments(LowestLevels):
    """sum w^k for each of `orders`, in [0, 1]; for k > 2 the levels that are not drawn do not count."""

    orders: tuple[int, ...] = (2, 3, 4)

    def observe(self, levels: Levels, point: Point, rng: np.random.Generator) -> xr.Dataset:
        t = float(point["t"])
        moments = [
            sample(levels.participation_ratio(t) if k == 2 else (levels.weights(t) ** k).sum(axis=1))
            for k in self.orders
        ]
        return xr.concat(moments, "order").assign_coords(k=("order", np.array(self.orders)))

    def combine(self, parts: list[xr.Dataset]) -> xr.Dataset:
        return flat(super().combine(parts), "order")


@dataclass(frozen=True, kw_only=True)
class PickedWeight(LowestLevels):
    """Fractions of the data sets in which the weight of a picked level is at most `weight`, for each of `weights`."""

    weights: tuple[float, ...] = tuple(np.arange(1, 20) / 20)

    def observe(self, levels: Levels, point: Point, rng: np.random.Generator) -> xr.Dataset:
        weights = levels.weights(float(point["t"]))
        picked = (weights.cumsum(axis=1) < rng.random((len(weights), 1))).sum(axis=1)
        others = np.column_stack([weights, np.zeros(len(weights))])  # picked among those not drawn: of weight about 0
        chosen = np.take_along_axis(others, picked[:, None], axis=1)
        fractions = (chosen <= np.array(self.weights)).mean(axis=0)
        stderr = np.sqrt(fractions * (1 - fractions) / self.replicas)
        columns = {"observed": ("threshold", fractions), "stderr": ("threshold", stderr), "replicas": self.replicas}
        return xr.Dataset(columns, coords={"weight": ("threshold", np.array(self.weights))})

    def combine(self, parts: list[xr.Dataset]) -> xr.Dataset:
        return flat(super().combine(parts), "threshold")


@dataclass(frozen=True, kw_only=True)
class TypicalNumber(LowestLevels):
    """-log(sum w^2)/log N in [0, 1]."""

    def observe(self, levels: Levels, point: Point, rng: np.random.Generator) -> xr.Dataset:
        return sample(-np.log(levels.participation_ratio(float(point["t"]))) / levels.log_n)


@dataclass(frozen=True, kw_only=True)
class AtDataPoint(LowestLevels):
    """sum w^2 of N levels and one of energy 0."""

    def observe(self, levels: Levels, point: Point, rng: np.random.Generator) -> xr.Dataset:
        t = float(point["t"])
        own = 1 / (1 + np.exp(levels.log_partition(t)))
        return sample(own**2 + (1 - own) ** 2 * levels.participation_ratio(t))


@dataclass(frozen=True, kw_only=True)
class AllLevels(Experiment):
    """(1 - sum w^2)/t at each of `cases`, of data sets of floor(e^{log N}) points with every level drawn.

    The directions of one variance v add v/2 times a non-central chi-square to the energy, so d may be in the millions.
    """

    cases: tuple[tuple[Vast, float], ...]
    replicas: int = 20_000

    def points(self) -> Sequence[Point]:
        return [Point(**case.point, t=t) for case, t in self.cases]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        t, n = float(point["t"]), Vast.of(point).whole
        return sample((1 - self.participation(point, rng)) / t, highest=(1 - 1 / n) / t)

    def participation(self, point: Point, rng: np.random.Generator) -> np.ndarray:
        """sum w^2 of each data set."""
        vast = Vast.of(point)
        exponents = -energies(vast, (self.replicas, vast.whole), rng) / float(point["t"])
        weights = np.exp(exponents - exponents.max(axis=1, keepdims=True))
        return (weights**2).sum(axis=1) / weights.sum(axis=1) ** 2


@dataclass(frozen=True, kw_only=True)
class AverageRatio(AllLevels):
    """sum w^2 in [1/N, 1]."""

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        return sample(self.participation(point, rng), lowest=1 / Vast.of(point).whole)


def energies(vast: Vast, shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """Independent levels |x - y|^2/2 of the law, less what all have in common."""
    total = np.zeros(shape)
    for variance in np.unique(vast.variances[vast.variances > 0]):
        squares = vast.x[vast.variances == variance] ** 2 / variance
        total += variance / 2 * (rng.noncentral_chisquare(squares.size, squares.sum(), shape) - squares.size)
    return total
