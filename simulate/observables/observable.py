r"""What is observed: each observable is one formula of one data set.

An observable maps a case and what a sampler drew to one number for each replica, (replicas,), or to one for each of its
components, (components, replicas). `labels` names the components; `bounds` are the least and the largest value, for
statistics that need them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, runtime_checkable

import numpy as np

from theory.case import Case

Labels = Mapping[str, Sequence[Any]]
UNBOUNDED = (-np.inf, np.inf)
UNIT = (0.0, 1.0)


@runtime_checkable
class Observable(Protocol):
    """One formula of one data set; `together` where its values are right only if all data sets are seen at once."""

    together: ClassVar[bool]

    def __call__(self, case: Case, drawn: Any) -> np.ndarray:
        """(replicas,) or (components, replicas)."""
        ...

    def labels(self, case: Case) -> Labels:
        """A label of each component, by name; empty where there is but one."""
        ...

    def bounds(self, case: Case) -> tuple[float, float]:
        """Least and largest value of the observable."""
        ...


def component_count(observable: Observable, case: Case) -> int:
    """How many numbers an observable gives of one data set of a case.

    Arguments:
        observable: the formula.
        case: where.

    Returns:
        At least 1.
    """
    return max((len(column) for column in observable.labels(case).values()), default=1)


@dataclass(frozen=True)
class Single:
    """An observable of one component, without bounds unless it states its `limits`, or narrows `bounds` by the case."""

    together: ClassVar[bool] = False
    limits: ClassVar[tuple[float, float]] = UNBOUNDED

    def labels(self, case: Case) -> Labels:
        """No labels: there is but one component."""
        return {}

    def bounds(self, case: Case) -> tuple[float, float]:
        """The `limits` of its class, whatever the case."""
        return self.limits


@dataclass(frozen=True)
class PerSubspace(Single):
    """An observable of every direction, averaged over each subspace of the case: a component for each subspace."""

    def labels(self, case: Case) -> Labels:
        """The number of each subspace, and its variance where the law has variances along its axes."""
        variances = getattr(case.law, "variances", None)
        numbers = {"subspace": range(len(case.subspaces))}
        if variances is None:
            return numbers
        return numbers | {"variance": [float(variances[subspace[0]]) for subspace in case.subspaces]}


@dataclass(frozen=True)
class Logarithm(Single):
    """The natural logarithm of each component of another observable.

    Arguments:
        of: the other observable, with values > 0.
    """

    of: Observable

    def __call__(self, case: Case, drawn: Any) -> np.ndarray:
        return np.log(self.of(case, drawn))

    def labels(self, case: Case) -> Labels:
        """The labels of the other observable."""
        return self.of.labels(case)


@dataclass(frozen=True)
class UpTo(Single):
    """1 where a component of another observable is at most a threshold, else 0: a distribution function on average.

    Arguments:
        of: the other observable.
        thresholds: (thresholds,) for all components alike, or (components, thresholds), in units of `of`; or a mapping
            that gives each case its own.
        name: what the thresholds are called in labels.

    A component for each component of `of` and each threshold, thresholds last.
    """

    limits = UNIT

    of: Observable
    thresholds: Any
    name: str

    def __call__(self, case: Case, drawn: Any) -> np.ndarray:
        values = np.atleast_2d(self.of(case, drawn))
        below = values[:, None] <= self._table(case)[:, :, None]
        return below.reshape(-1, values.shape[-1]).astype(float)

    def labels(self, case: Case) -> Labels:
        """The labels of each component of `of`, and the threshold."""
        table = self._table(case)
        repeated = {name: np.repeat(column, table.shape[1]).tolist() for name, column in self.of.labels(case).items()}
        return {**repeated, self.name: table.ravel().tolist()}

    def _table(self, case: Case) -> np.ndarray:
        """Thresholds (components, thresholds) of one case."""
        own = self.thresholds[case] if isinstance(self.thresholds, Mapping) else self.thresholds
        rows = np.atleast_2d(np.asarray(own, dtype=float))
        return np.broadcast_to(rows, (component_count(self.of, case), rows.shape[1]))


@dataclass(frozen=True)
class Contrast(Single):
    """One component of another observable minus another one.

    Arguments:
        of: the other observable, of two components or more.
        first: which component is taken, from 0 on, or from -1 on backwards.
        second: which one is subtracted.
    """

    of: Observable
    first: int = 0
    second: int = 1

    def __call__(self, case: Case, drawn: Any) -> np.ndarray:
        components = self.of(case, drawn)
        return components[self.first] - components[self.second]
