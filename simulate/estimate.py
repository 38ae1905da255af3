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

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import xarray as xr

from simulate.observables import Observable
from simulate.observables.observable import component_count
from simulate.run.experiment import BadPrediction, Point
from simulate.run.over_cases import OverCases
from simulate.run.tables import rows, summaries
from simulate.samplers import DataSets, Sampler
from theory.case import Case
from theory.checks import NotComputable, integer


@dataclass(frozen=True, kw_only=True)
class Estimate(OverCases):
    """The mean of an observable over `replicas` independent data sets, at each of `cases`.

    Arguments:
        cases: the cases, all different.
        observable: what is measured of each data set (`simulate.observables`).
        sampler: how data sets are drawn (`simulate.samplers`).
        replicas: the number of independent data sets, at least 2.
        seed: of the random numbers, an integer >= 0.

    Raises:
        ValueError: where `observable` or `sampler` is none, for example a class in place of its instance.

    `run` returns a Dataset along `point`, one row for each case and component: `values` (point, replica), their mean
    `observed`, its standard error `stderr`, `replicas`, as many `draws` of a data set, the bounds `lowest` and
    `highest`, and the labels of case and component as coordinates.
    """

    observable: Observable
    sampler: Sampler = field(default_factory=DataSets)
    replicas: int = 1000

    def __post_init__(self) -> None:
        if isinstance(self.observable, type) or not isinstance(self.observable, Observable):
            got = self.observable.__name__ if isinstance(self.observable, type) else repr(self.observable)
            raise ValueError(f"observable must be an instance of a class derived from Single or PerSubspace, got {got}")
        if isinstance(self.sampler, type) or not isinstance(self.sampler, Sampler):
            raise ValueError(f"sampler must be an object with parts(case, replicas, rng), got {self.sampler!r}")

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        """The observable in independent data sets of one case.

        Arguments:
            point: that of the case.
            rng: draws the data sets.

        Returns:
            A Dataset along `component`.

        Raises:
            ValueError: where `replicas` is below 2, the observable gives values or components of another number or
                shape, or the sampler does not draw what the observable needs.
            NotComputable: where the observable needs all data sets at once, and the sampler draws them in parts.
        """
        case, replicas = self.case_of(point), integer("replicas", self.replicas, least=2)
        parts = [self._observed(case, drawn) for drawn in self.sampler.parts(case, replicas, rng)]
        if self.observable.together and len(parts) > 1:
            raise NotComputable(
                f"sampler must draw all data sets at once for {self.observable}: fewer replicas, or points"
            )
        if any(part.ndim not in (1, 2) for part in parts):
            shape = next(part.shape for part in parts if part.ndim not in (1, 2))
            raise ValueError(f"observable must give values (replicas,) or (components, replicas), got shape {shape}")
        values = np.concatenate(parts, axis=-1)
        if values.shape[-1] != replicas:
            raise ValueError(f"observable must give {replicas} values, one for each replica, got {values.shape[-1]}")
        found, asked = np.atleast_2d(values).shape[0], component_count(self.observable, case)
        if found != asked:
            raise ValueError(f"observable must give {asked} components, as many as its labels, got {found}")
        return summarized(self.observable, case, values)

    def _observed(self, case: Case, drawn: Any) -> np.ndarray:
        """The values of one part of what the sampler draws; ValueError where the observable needs what it lacks."""
        try:
            return np.asarray(self.observable(case, drawn))
        except AttributeError as error:
            if error.obj is not drawn:
                raise
            asked, got = type(self.observable).__name__, type(drawn).__name__
            raise ValueError(f"sampler must draw what {asked} needs, {error.name}, got {got} without it") from error

    def combine(self, parts: list[xr.Dataset]) -> xr.Dataset:
        """One row for each case and component, with the labels of its case."""
        return rows(parts, "component")

    def predictions(self, predict: Callable[[Any], Any], observed: xr.Dataset) -> np.ndarray:
        """What a prediction says of each case, along the rows of a table.

        Arguments:
            predict: a case to a number, or to an array (components,).
            observed: the table; it does not matter here.

        Returns:
            (rows,).

        Raises:
            BadPrediction: for an array of another shape.
        """
        return np.concatenate([self._broadcast(case, np.asarray(predict(case))) for case in self.cases])

    def _broadcast(self, case: Case, predicted: np.ndarray) -> np.ndarray:
        components = component_count(self.observable, case)
        if predicted.shape not in ((), (1,), (components,)):
            shape = f"got shape {predicted.shape} at {case.labels}"
            raise BadPrediction(f"must predict a number for each of {components} components, {shape}")
        return np.broadcast_to(predicted, (components,))


def summarized(observable: Observable, case: Case, values: np.ndarray) -> xr.Dataset:
    """Values of an observable with their means, standard errors, bounds and labels.

    Arguments:
        observable: what was measured.
        case: where.
        values: (replicas,) or (components, replicas).

    Returns:
        A Dataset along `component`.
    """
    components = np.atleast_2d(np.asarray(values, dtype=float))
    lowest, highest = observable.bounds(case)
    labels = {name: ("component", list(column)) for name, column in observable.labels(case).items()}
    return summaries(components, "component").assign(lowest=lowest, highest=highest).assign_coords(labels)
