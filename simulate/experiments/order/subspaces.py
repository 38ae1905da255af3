r"""Which directions are lost first: many small data sets, seen from x and from points displaced from it.

With w_mu ~ exp(-|x - y_mu|^2/(2 t)), these are measured for the subspaces A, B, .. of a law:

    displaced participation   mean of sum w^2 at x +- sqrt(t) e_i over i in A, minus the same over i in B
    contraction               mean of -t J_ii = 1 - Var_w(y_i)/t over the directions of one subspace
    share                     mean of Var_w(y_i) / Var(y_i | x) in one subspace; or that in A minus that in B

Var(y_i | x) is the posterior variance of the law itself, N -> infinity: a share of 1 is no memorization, 0 a full
collapse. Subspaces are seen in the same data sets, so what is common to them drops out of differences.
"""

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from simulate.experiments.view import View, views
from simulate.run.experiment import Experiment, Point
from simulate.run.tables import chunks, summary, variances
from theory.checks import choice

ENTRIES = 2_000_000  # of one table of weights
SCOPES = ("axis", "subspace")


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


@dataclass(frozen=True, kw_only=True)
class DisplacedParticipation(Replicated):
    """First subspace minus second; x displaced along one "axis", or along all axes of the "subspace" at once."""

    cases: tuple[View, ...] = views("gaussian 1*4 0.04*4", "origin", 100, (0.05, 0.1))
    scopes: tuple[str, ...] = SCOPES

    def points(self) -> Sequence[Point]:
        return [Point(**case.point, scope=scope) for case in self.cases for scope in self.scopes]

    def columns(self, view: View) -> int:
        return 2 * view.numbers.size

    def values(self, point: Point, data: np.ndarray) -> np.ndarray:
        view = View.of(point)
        ratios = [
            participation(view, data, np.sqrt(view.t) * directions(view, subspace, str(point["scope"]))).mean(axis=-1)
            for subspace in view.subspaces[:2]
        ]
        return ratios[0] - ratios[1]


@dataclass(frozen=True, kw_only=True)
class Contraction(Replicated):
    """-t J_ii, the mean over each subspace of every view."""

    cases: tuple[View, ...] = views("gaussian 1*5 0.04*5", "typical", 50, (0.1, 0.5))

    def points(self) -> Sequence[Point]:
        return [Point(**case.point, subspace=k) for case in self.cases for k in range(len(case.subspaces))]

    def values(self, point: Point, data: np.ndarray) -> np.ndarray:
        view = View.of(point)
        left = weighted_variances(view, data)[:, view.subspaces[int(point["subspace"])]]
        return 1 - left.mean(axis=1) / view.t


@dataclass(frozen=True, kw_only=True)
class Share(Contraction):
    """The share of the law's posterior variance that is left, the mean over each subspace of every view."""

    def values(self, point: Point, data: np.ndarray) -> np.ndarray:
        view = View.of(point)
        shares = weighted_variances(view, data) / posterior_variances(view)
        return shares[:, view.subspaces[int(point["subspace"])]].mean(axis=1)


@dataclass(frozen=True, kw_only=True)
class ShareContrast(Replicated):
    """The share of the law's posterior variance that is left, in the first subspace minus in the second."""

    cases: tuple[View, ...] = views("gaussian 1*5 0.04*5", "typical", 50, (0.1, 0.5))

    def values(self, point: Point, data: np.ndarray) -> np.ndarray:
        view = View.of(point)
        shares = weighted_variances(view, data) / posterior_variances(view)
        first, second = (shares[:, subspace].mean(axis=1) for subspace in view.subspaces[:2])
        return first - second


def directions(view: View, subspace: np.ndarray, scope: str) -> np.ndarray:
    """+-e_i for each i of a subspace, or + and - the sum of them: (m, d)."""
    axes = np.eye(view.energy_law.dimension)[subspace]
    chosen = axes if choice("scope", scope, SCOPES) == "axis" else axes.sum(axis=0, keepdims=True)
    return np.concatenate([chosen, -chosen])


def participation(view: View, data: np.ndarray, displacements: np.ndarray) -> np.ndarray:
    """sum w^2 seen from x + each displacement (m, d), in each data set of (replicas, n, d): (replicas, m)."""
    offset = data - view.x
    pulls = offset @ displacements.T - (offset**2).sum(axis=-1, keepdims=True) / 2
    weights = np.exp((pulls - pulls.max(axis=1, keepdims=True)) / view.t)
    return (weights**2).sum(axis=1) / weights.sum(axis=1) ** 2


def weighted_variances(view: View, data: np.ndarray) -> np.ndarray:
    """Var_w(y_i) seen from x, (replicas, d)."""
    return variances(data - view.x, view.t)


def posterior_variances(view: View) -> np.ndarray:
    """Var(y_i | x) of the law, (d,): lambda^2 Var = d_ii K + lambda."""
    lam = 1 / view.t
    return (view.energy_law.curvature(lam, view.x) + lam) / lam**2
