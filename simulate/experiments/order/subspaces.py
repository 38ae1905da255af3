"""Means of one number over many small data sets of a view."""

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from simulate.experiments.view import View
from simulate.run.experiment import Experiment, Point
from simulate.run.tables import chunks, summary, variances


@dataclass(frozen=True, kw_only=True)
class Replicated(Experiment):
    """Mean and error of one number over `replicas` data sets, at every one of `cases`."""

    cases: tuple[View, ...]
    replicas: int = 4000

    def points(self) -> Sequence[Point]:
        return [case.point for case in self.cases]

    @abstractmethod
    def values(self, point: Point, data: np.ndarray) -> np.ndarray:
        """What is measured in each data set of (replicas, n, d)."""

    def columns(self, view: View) -> int:
        """Tables of the size of the data that are made at once."""
        return view.energy_law.dimension

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        view = View.of(point)
        return summary(np.concatenate([self.values(point, view.draw(size, rng)) for size in self._chunks(view)]))

    def _chunks(self, view: View) -> Iterator[int]:
        return chunks(self.replicas, view.n * self.columns(view))


def weighted_variances(view: View, data: np.ndarray) -> np.ndarray:
    """Var_w(y_i) seen from x, (replicas, d)."""
    return variances(data - view.x, view.t)
