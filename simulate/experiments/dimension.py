r"""Local dimension of exact empirical scores, by several estimators, at a data point.

In each of `replicas` data sets the data point x of the view (query "training") is given to `local_dimension`. The
readings of a method are whole numbers or nearly so, and their law is unknown: what is observed is their median, in the
interval that the sign test gives at the rate of false alarms of one point of the ledger. `observed` is the middle of
that interval and `stderr` its half width, with the rounding of the estimators added.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from simulate.dimension import METHODS, EmpiricalScore, local_dimension
from simulate.dimension.reading import typical
from simulate.experiments.experiment import Experiment, Point
from simulate.experiments.participation import one_thread
from simulate.experiments.view import View, views
from theory.arguments import choice

FALSE_ALARM = 1e-9
ROUNDING = 1e-9
REPEATS = 6  # the fewest for an interval of one reading at 5 %


@dataclass(frozen=True, kw_only=True)
class MedianDimension(Experiment):
    """Median reading of every one of `methods` at every view; at least 31 replicas for an interval."""

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
            readings = [_reading(view, method, rng) for _ in range(self.replicas)]
        lower, upper = typical(np.array(readings), FALSE_ALARM)
        return xr.Dataset(
            {"observed": (lower + upper) / 2, "stderr": (upper - lower) / 2 + ROUNDING, "replicas": self.replicas}
        )


def _reading(view: View, method: str, rng: np.random.Generator) -> float:
    score = EmpiricalScore(view.draw(1, rng)[0])
    return float(local_dimension(score, view.x, view.t, method, repeats=REPEATS, rng=rng).dimension)
