r"""Single readings of estimators of local dimension: their mean, their law, and those of the score of the law itself.

The reading of a method is a number made from one spectrum of -t J, `simulate.dimension.METHODS`; `local_dimension`
repeats it and takes medians. Here x is one of the data points (query "training") of `replicas` data sets:

    mean       of a method whose readings are not whole numbers, for which there are exact averages
    shares     of the readings up to every whole number, where a whole law is known
    law        one reading of the score of infinitely many data points, known up to rounding
"""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from simulate.dimension import METHODS, SPECTRA, EmpiricalScore, Field, PopulationScore, local_dimension
from simulate.experiments.view import View, views
from simulate.run.experiment import Experiment, Point
from simulate.run.tables import fractions, rows, summary
from simulate.run.threads import one_thread
from theory.checks import choice

METHODS_AT_X = tuple(name for name, method in METHODS.items() if not method.noised)
ROUNDING = 1e-9  # of a reading of one Jacobian


@dataclass(frozen=True, kw_only=True)
class SingleReadings(Experiment):
    """Readings of every one of `methods` at every view; ValueError for a method that needs noised copies of x."""

    cases: tuple[View, ...] = views("gaussian 1*3 0*5", "training", 20, (0.1,))
    methods: tuple[str, ...] = ("flipd",)
    replicas: int = 250

    def __post_init__(self) -> None:
        for method in self.methods:
            choice("methods", method, METHODS_AT_X)

    def points(self) -> Sequence[Point]:
        return [Point(**case.point, method=method) for case in self.cases for method in self.methods]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        view, method = View.of(point), str(point["method"])
        with one_thread():
            sets = (EmpiricalScore(view.draw(1, rng)[0]) for _ in range(self.replicas))
            return self.of_readings(np.array([reading(score, view, method, rng) for score in sets]))

    @abstractmethod
    def of_readings(self, values: np.ndarray) -> xr.Dataset:
        """What is kept of the readings (replicas,)."""


class MeanReading(SingleReadings):
    """Their mean."""

    def of_readings(self, values: np.ndarray) -> xr.Dataset:
        return summary(values)


@dataclass(frozen=True, kw_only=True)
class ReadingShares(SingleReadings):
    """The share of readings up to every whole number `most` from 1 to d - 2, for views that share d > 2."""

    methods: tuple[str, ...] = ("gap",)
    replicas: int = 2000

    def of_readings(self, values: np.ndarray) -> xr.Dataset:
        most = np.arange(1, self.cases[0].x.size - 1)
        return fractions(values, most, "most")

    def combine(self, parts: list[xr.Dataset]) -> xr.Dataset:
        return rows(parts, "threshold")


@dataclass(frozen=True, kw_only=True)
class ReadingsOfLaw(Experiment):
    """`local_dimension` of the law's score at every view; `stderr` bounds the rounding."""

    cases: tuple[View, ...] = views("gaussian 1*3 0*5", "typical", 1, (0.1,))
    methods: tuple[str, ...] = ("flipd", "lhsd", "participation")

    def points(self) -> Sequence[Point]:
        return [Point(**case.point, method=method) for case in self.cases for method in self.methods]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        view = View.of(point)
        found = local_dimension(PopulationScore(view.energy_law), view.x, view.t, str(point["method"]), rng=rng)
        return xr.Dataset({"observed": found.dimension, "stderr": ROUNDING})


def reading(score: Any, view: View, method: str, rng: np.random.Generator) -> float:
    """What a method reads at x, from one draw of what it draws."""
    chosen, field, x = METHODS[method], Field(score, view.x, view.t), view.x[None]
    (spectrum,) = SPECTRA[chosen.spectrum or "jacobian"](field, x, rng)
    return chosen.read(spectrum, field.t * float((field.scores(x) ** 2).sum())).dimension
