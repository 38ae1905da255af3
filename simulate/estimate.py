r"""An estimate: an observable, a sampler and cases, averaged over independent data sets.

    PARTICIPATION = Estimate(
        cases=grid((halves(20), paper()), (typical, origin), times=(0.1, 0.5), n=1000),
        observable=ParticipationRatio(),
        sampler=DataSets(),
        replicas=1000,
    )
    PARTICIPATION.run(store)          a Dataset: one row for each case and component

Each case has random numbers of its own, from the seed and the content of the case: the same seed gives the same bits,
in whatever order cases are run.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import xarray as xr

from simulate.observables import Observable
from simulate.run.experiment import Experiment, Point
from simulate.run.key import result_key
from simulate.run.threads import one_thread
from simulate.samplers import DataSets, Sampler
from theory.case import Case
from theory.content import content_hash


@dataclass(frozen=True, kw_only=True)
class Estimate(Experiment):
    """The mean of an observable over `replicas` independent data sets, at each of `cases`.

    Arguments:
        cases: the cases, all different.
        observable: what is measured of each data set (`simulate.observables`).
        sampler: how data sets are drawn (`simulate.samplers`).
        replicas: the number of independent data sets, at least 2.

    `run` returns a Dataset along `point`, one row for each case and component: `values` (point, replica), their mean
    `observed`, its standard error `stderr`, `replicas`, the bounds `lowest` and `highest`, and the labels of case and
    component as coordinates.
    """

    cases: tuple[Case, ...]
    observable: Observable
    sampler: Sampler = field(default_factory=DataSets)
    replicas: int = 1000

    def points(self) -> Sequence[Point]:
        return list(self._cases)

    def case_of(self, point: Point) -> Case:
        """The case that a point of this estimate stands for."""
        return self._cases[point]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        case = self.case_of(point)
        with one_thread():
            parts = [self.observable(case, drawn) for drawn in self.sampler.parts(case, self.replicas, rng)]
        return summarized(self.observable, case, np.concatenate(parts, axis=-1))

    def rng(self, point: Point) -> np.random.Generator:
        """The random numbers of one case, which depend on the seed and the case and on nothing else."""
        content = int(self.case_of(point).content, 16)
        return np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=(content,)))

    def keys(self) -> dict[Point, str]:
        """Key of each case in a store: observable, sampler, replicas, seed, the case, and the code."""
        asked = result_key([self.observable, self.sampler, self.replicas, self.seed], self.made_by)
        return {point: content_hash([asked, case, point]) for point, case in self._cases.items()}

    def combine(self, parts: list[xr.Dataset]) -> xr.Dataset:
        """One row for each case and component, with the labels of its case."""
        return xr.concat(
            [_labelled(part) for part in parts], "point", data_vars="all", join="exact", combine_attrs="drop_conflicts"
        )

    def predictions(self, predict: Callable[[Case], Any]) -> np.ndarray:
        """`predict(case)`, a number or an array (components,) for each case, along the rows of the table."""
        found = [np.broadcast_to(predict(case), (self._components(case),)) for case in self.cases]
        return np.concatenate(found).astype(float)

    def _components(self, case: Case) -> int:
        """How many numbers the observable gives of one data set."""
        return max((len(column) for column in self.observable.labels(case).values()), default=1)

    @cached_property
    def _cases(self) -> dict[Point, Case]:
        counted = all("n" in case.labels for case in self.cases)
        points = {Point(**_with_size(case, counted)): case for case in self.cases}
        if not points or len(points) < len(self.cases):
            raise ValueError("cases must be at least one, and have different labels: give each x a label of its own")
        return points


def summarized(observable: Observable, case: Case, values: np.ndarray) -> xr.Dataset:
    """Values (components, replicas) with their means, standard errors, bounds and labels, along `component`."""
    rows = np.atleast_2d(np.asarray(values, dtype=float))
    replicas, (lowest, highest) = rows.shape[1], observable.bounds(case)
    return xr.Dataset(
        {
            "values": (("component", "replica"), rows),
            "observed": ("component", rows.mean(axis=1)),
            "stderr": ("component", rows.std(axis=1, ddof=1) / np.sqrt(replicas)),
            "replicas": replicas,
            "lowest": lowest,
            "highest": highest,
        },
        coords={name: ("component", list(column)) for name, column in observable.labels(case).items()},
    )


def _with_size(case: Case, counted: bool) -> dict[str, Any]:
    size = {"n": case.n} if counted else {"log_n": case.log_n}
    return {name: value for name, value in case.labels.items() if name not in ("n", "log_n")} | size


def _labelled(part: xr.Dataset) -> xr.Dataset:
    """One row for each component, with what is said of the whole part on every one of them."""
    count = part.sizes["component"]
    scalars = {name: part[name].item() for name in part.variables if part[name].ndim == 0}
    coords = {name: ("component", [value] * count) for name, value in scalars.items() if name in part.coords}
    data = {name: ("component", [value] * count) for name, value in scalars.items() if name not in part.coords}
    return part.drop_vars(list(scalars)).assign(data).assign_coords(coords).rename(component="point")
