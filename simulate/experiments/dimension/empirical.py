r"""Local dimension of exact empirical scores, by several estimators, at a data point.

In each of `replicas` data sets the data point x of the view (query "training") is given to `local_dimension`. The
readings of a method are whole numbers or nearly so, and their law is unknown: all of them are given, along `replica`,
for the sign test of their median.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from simulate.dimension import METHODS, EmpiricalScore, local_dimension
from simulate.experiments.view import View, views
from simulate.run.experiment import Experiment, Point
from simulate.run.threads import one_thread
from theory.checks import choice

DIGITS = 9  # of a reading, as exact as estimators are: a median of 0 must not be missed by their rounding
REPEATS = 6  # the fewest for an interval of one reading at 5 %


@dataclass(frozen=True, kw_only=True)
class DimensionReadings(Experiment):
    """Readings of every one of `methods` at every view, one for each of `replicas` data sets."""

    cases: tuple[View, ...] = views("gaussian 1*3 0*5", "training", 4, (0.1,))
    methods: tuple[str, ...] = ("test",)
    replicas: int = 32

    def __post_init__(self) -> None:
        for method in self.methods:
            choice("methods", method, tuple(METHODS))

    def points(self) -> Sequence[Point]:
        return [Point(**case.point, method=method) for case in self.cases for method in self.methods]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        view, method = View.of(point), str(point["method"])
        with one_thread():
            return readings(_reading(view, method, rng) for _ in range(self.replicas))


def readings(dimensions: Iterable[float]) -> xr.Dataset:
    """Independent dimensions as `values` along `replica`."""
    return xr.Dataset({"values": ("replica", np.round(np.array(list(dimensions), dtype=float), DIGITS))})


def _reading(view: View, method: str, rng: np.random.Generator) -> float:
    score = EmpiricalScore(view.draw(1, rng)[0])
    return float(local_dimension(score, view.x, view.t, method, repeats=REPEATS, rng=rng).dimension)
