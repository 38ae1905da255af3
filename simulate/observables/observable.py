r"""What is observed: each observable is one formula of one data set.

An observable maps a case and what a sampler drew to one number for each replica, (replicas,), or to one for each of its
components, (components, replicas). `labels` names the components; `bounds` are the least and the largest value, for
statistics that need them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np

from theory.case import Case

Labels = Mapping[str, Sequence[Any]]
UNBOUNDED = (-np.inf, np.inf)


@runtime_checkable
class Observable(Protocol):
    """One formula of one data set."""

    def __call__(self, case: Case, drawn: Any) -> np.ndarray:
        """(replicas,) or (components, replicas)."""
        ...

    def labels(self, case: Case) -> Labels:
        """A label of each component, by name; empty where there is but one."""
        ...

    def bounds(self, case: Case) -> tuple[float, float]:
        """Least and largest value of the observable."""
        ...


@dataclass(frozen=True)
class Single:
    """An observable of one component without bounds, which others take over and narrow."""

    def labels(self, case: Case) -> Labels:
        """None."""
        return {}

    def bounds(self, case: Case) -> tuple[float, float]:
        """None."""
        return UNBOUNDED


@dataclass(frozen=True)
class PerSubspace(Single):
    """An observable of every direction, averaged over each subspace of the case: a component for each subspace."""

    def labels(self, case: Case) -> Labels:
        """The number of each subspace."""
        return {"subspace": range(len(case.subspaces))}


@dataclass(frozen=True)
class Contrast(Single):
    """The first component of another observable minus its second."""

    of: Observable

    def __call__(self, case: Case, drawn: Any) -> np.ndarray:
        first, second = self.of(case, drawn)[:2]
        return first - second


def over_subspaces(case: Case, values: np.ndarray) -> np.ndarray:
    """The mean of values (replicas, d) over each subspace, (subspaces, replicas)."""
    return np.stack([values[:, subspace].mean(axis=1) for subspace in case.subspaces])
