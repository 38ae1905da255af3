"""A law, a location x and N by name and number, N beyond any memory."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from simulate.experiments.view import View
from simulate.levels.lowest import Levels, draw_levels
from simulate.run.experiment import Point


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
