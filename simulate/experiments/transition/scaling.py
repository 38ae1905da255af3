"""A law, a location x and N by name and number, N beyond any memory, and sum w^2 of the lowest energies there."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from simulate.experiments.view import View
from simulate.levels.lowest import Levels, draw_levels
from simulate.run.experiment import Experiment, Point
from simulate.run.tables import summary


@dataclass(frozen=True)
class Deep:
    """`law` and `query` as in a `View`, e^{log_n} points, at a variance t > 0."""

    law: str
    query: str
    log_n: float
    t: float

    @property
    def view(self) -> View:
        return View(self.law, self.query, 1, self.t)

    @property
    def point(self) -> Point:
        d = self.view.energy_law.dimension
        return Point(law=self.law, query=self.query, log_n=self.log_n, d=d, t=self.t)

    @classmethod
    def of(cls, labels: Mapping[Any, Any]) -> "Deep":
        """The case with these labels, as a point or a row of a table has them."""
        return cls(str(labels["law"]), str(labels["query"]), float(labels["log_n"]), float(labels["t"]))

    def levels(self, count: int, replicas: int, rng: np.random.Generator) -> Levels:
        """The lowest `count` levels of `replicas` data sets."""
        return draw_levels(self.view.energy_law, self.view.x, self.log_n, count, rng, replicas)


def halves(log_n: float, alpha: float, times: tuple[float, ...], query: str = "typical") -> tuple[Deep, ...]:
    """Half of the variances 1, half 0.09, in d = log(N)/alpha dimensions rounded to an even number."""
    half = round(log_n / alpha / 2)
    return tuple(Deep(f"gaussian 1*{half} 0.09*{half}", query, log_n, t) for t in times)


@dataclass(frozen=True, kw_only=True)
class Glass(Experiment):
    """Mean of one number of the lowest `count` levels over `replicas` data sets, at every one of `cases`."""

    cases: tuple[Deep, ...] = halves(40.0, 0.4, (0.1, 0.2))
    replicas: int = 2000
    count: int = 200

    def points(self) -> Sequence[Point]:
        return [case.point for case in self.cases]

    @abstractmethod
    def values(self, case: Deep, levels: Levels) -> np.ndarray:
        """(replicas,)"""

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        case = Deep.of(point)
        return summary(self.values(case, case.levels(self.count, self.replicas, rng)))


class DeepParticipation(Glass):
    """sum w^2."""

    def values(self, case: Deep, levels: Levels) -> np.ndarray:
        return levels.participation_ratio(case.t)


def enlarged(law: str, ratio: int) -> str:
    """The law with so many times as many directions of every variance."""
    kind, *blocks = law.split()
    words = (block.partition("*") for block in blocks)
    return " ".join([kind, *(f"{number}*{ratio * int(count or 1)}" for number, _, count in words)])
