"""The mean of an observable over several laws, as over random manifolds: a replica is one data set of each law.

A statement about random laws is one about their mean, and no law may speak for all of them. Laws are given, not drawn:
theory averages over the same ones, so that only the data sets are random.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import xarray as xr

from simulate.observables import Observable
from simulate.run.experiment import Experiment, Point
from simulate.run.tables import summary
from simulate.samplers import DataSets, Sampler
from theory.case import Case
from theory.checks import integer
from theory.content import content_hash


@dataclass(frozen=True, kw_only=True)
class OverLaws(Experiment):
    """The mean over laws of an observable of one component.

    Arguments:
        groups: for each point its cases (cases,), which differ in law and x alone.
        names: what the laws of each group are called, for readers.
        observable: what is measured of each data set, one number.
        sampler: how data sets are drawn.
        replicas: the number of independent data sets of each case, at least 2.
        seed: of all random numbers, an integer >= 0.

    `run` returns a Dataset along `point`, as that of an `Estimate`, whose `values` are means over the laws of a group.
    A prediction takes the cases of one group to one number.
    """

    groups: tuple[tuple[Case, ...], ...]
    names: tuple[str, ...]
    observable: Observable
    sampler: Sampler = field(default_factory=DataSets)
    replicas: int = 1000

    def points(self) -> Sequence[Point]:
        """Names and labels of each group."""
        return [_labelled(cases, name) for cases, name in zip(self.groups, self.names, strict=True)]

    def content(self, point: Point) -> str:
        """The content of the cases, whatever their labels."""
        return content_hash([case.content for case in self._cases(point)])

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        replicas = integer("replicas", self.replicas, least=2)
        values = np.mean([self._values(case, replicas, rng) for case in self._cases(point)], axis=0)
        lowest, highest = self.observable.bounds(self._cases(point)[0])
        return summary(values).assign(values=("replica", values), lowest=lowest, highest=highest)

    def predictions(self, predict: Callable[[Any], Any], observed: xr.Dataset) -> np.ndarray:
        """`predict(cases)`, a number for each group.

        Arguments:
            predict: the cases of one group to a number.
            observed: the table; it does not matter here.
        """
        return np.array([float(predict(cases)) for cases in self.groups])

    def _cases(self, point: Point) -> tuple[Case, ...]:
        return self.groups[list(self.points()).index(point)]

    def _values(self, case: Case, replicas: int, rng: np.random.Generator) -> np.ndarray:
        parts = self.sampler.parts(case, replicas, rng)
        return np.concatenate([np.ravel(self.observable(case, drawn)) for drawn in parts])


def _labelled(cases: tuple[Case, ...], name: str) -> Point:
    """The labels that all cases of a group share."""
    shared = {key: value for key, value in cases[0].labels.items() if key != "law"}
    return Point(law=f"{len(cases)} x {name}", **shared)
