r"""Observables of :math:`\sum_\mu w_\mu^2` seen from x and from points displaced from it by :math:`\sqrt t`.

.. math::

    P(u) &= \textstyle\sum_\mu w_\mu^2 \text{ seen from } x + \sqrt t\, u \\
    \text{DisplacedContrast} &= \overline{P(u)}^{\,u \in A} - \overline{P(u)}^{\,u \in B} \\
    \text{ParticipationGain} &= \tfrac12 \big[P(e_S) + P(-e_S)\big] - P(0), \qquad e_S = \textstyle\sum_{i \in S} e_i

A and B are sets of directions: :math:`\pm e_i` in the first two subspaces S of the case, or :math:`\pm e_S`; normals
or tangents of the circles of the first two radii of a torus; both ways along the two principal axes of largest variance
of the law; or a way out of a sphere and the way in. All is seen in the same data sets, so what is common to them drops
out of differences.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from simulate.observables.observable import UNIT, Labels, Observable, Single
from simulate.samplers import Points, Weighted
from theory.case import Case
from theory.checks import choice
from theory.laws.dataset import DatasetLaw
from theory.laws.law import EnergyLaw

SCOPES = ("axis", "subspace")
FRAME = {"normal": 0, "tangent": 1}  # of a circle seen from its typical point: axes after its first
Ways = tuple[np.ndarray, np.ndarray]  # two sets of directions, (m, d) each


@dataclass(frozen=True)
class DisplacedContrast(Single):
    """sum_mu w_mu^2 at x displaced along a first set of directions minus along a second: a component for each scope.

    axis             one axis of the first subspace, and one of the second: means over the axes and both signs
    subspace         all axes of the first subspace at once, and all of the second, both signs
    normal, tangent  circles of the first radius of a torus, and of the second, from its typical point, both signs
    principal axis   the first principal axis of the law, and the second, both signs
    outward          the first axis, the normal of a round block, and the same inward

    Arguments:
        scopes: names of the above.

    Raises:
        ValueError: for another scope.
    """

    scopes: tuple[str, ...] = SCOPES

    def __post_init__(self) -> None:
        for scope in self.scopes:
            choice("scopes", scope, tuple(CONTRASTED))

    def __call__(self, case: Case, drawn: Points) -> np.ndarray:
        return np.stack([self._contrast(case, drawn, *CONTRASTED[scope](case)) for scope in self.scopes])

    def labels(self, case: Case) -> Labels:
        """The scope."""
        return {"scope": self.scopes}

    @staticmethod
    def _contrast(case: Case, drawn: Points, *sets: np.ndarray) -> np.ndarray:
        first, second = (displaced_participation(case, drawn, ways).mean(axis=0) for ways in sets)
        return first - second


@dataclass(frozen=True)
class ParticipationGain(Single):
    """What a displacement along a whole subspace adds to sum_mu w_mu^2: a component for each subspace."""

    def __call__(self, case: Case, drawn: Points) -> np.ndarray:
        ways = [directions(case, subspace, "subspace") for subspace in case.subspaces]
        ratios = displaced_participation(case, drawn, np.concatenate([*ways, np.zeros((1, case.d))]))
        return ratios[:-1].reshape(len(ways), 2, -1).mean(axis=1) - ratios[-1]

    def labels(self, case: Case) -> Labels:
        """The variance of each subspace."""
        return {"variance": [float(case.variances[subspace[0]]) for subspace in case.subspaces]}


@dataclass(frozen=True)
class PositiveInBatch(Single):
    """1 where a component of another observable is positive in the mean over a batch of data sets, 0 elsewhere.

    A sign needs no size to be compared with. Each part that the sampler draws is one batch (`Batches`).

    Arguments:
        of: the other observable.
    """

    limits = UNIT

    of: Observable

    def __call__(self, case: Case, drawn: Any) -> np.ndarray:
        return (np.atleast_2d(self.of(case, drawn)).mean(axis=-1, keepdims=True) > 0).astype(float)

    def labels(self, case: Case) -> Labels:
        """The labels of the other observable."""
        return self.of.labels(case)


def directions(case: Case, subspace: np.ndarray, scope: str) -> np.ndarray:
    """Both ways along the directions of a subspace.

    Arguments:
        case: the case.
        subspace: indices of the directions.
        scope: "axis" for each e_i of the subspace, "subspace" for the sum of them.

    Returns:
        All ways with a plus sign, then the same with a minus sign, (2 m, d).

    Raises:
        ValueError: for another scope.
    """
    axes = np.eye(case.d)[subspace]
    chosen = axes if choice("scope", scope, SCOPES) == "axis" else axes.sum(axis=0, keepdims=True)
    return np.concatenate([chosen, -chosen])


def displaced_participation(case: Case, drawn: Points, ways: np.ndarray) -> np.ndarray:
    """Participation ratio sum_mu w_mu^2 seen from points displaced from x by sqrt(t).

    Arguments:
        case: x and t.
        drawn: data sets as points.
        ways: directions u of x + sqrt(t) u, (m, d).

    Returns:
        (m, replicas).
    """
    energies = drawn.levels.energies[:, None] - np.sqrt(case.t) * (ways @ drawn.offsets.swapaxes(-1, -2))
    return Weighted(energies).participation_ratio(case.t).T


def principal_axes(law: EnergyLaw) -> np.ndarray:
    """Eigenvectors of the covariance of a law with points and probabilities.

    Arguments:
        law: the law, as a hidden manifold.

    Returns:
        One axis in each row, largest variance first, (d, d).

    Raises:
        ValueError: for a law without points of its own.
    """
    if not isinstance(law, DatasetLaw):
        raise ValueError(f"law must have points and probabilities for its principal axes, got {law!r}")
    covariance = np.cov(law.points.T, aweights=law.probabilities, ddof=0)
    return np.linalg.eigh(covariance)[1].T[::-1]


def _of_subspaces(case: Case, scope: str) -> Ways:
    """Both ways along the directions of the first subspace, and of the second."""
    first, second = (directions(case, subspace, scope) for subspace in case.subspaces[:2])
    return first, second


def _of_circles(case: Case, after: int) -> Ways:
    """Both ways along the axis that comes so far after the first axis of each circle, of the first two radii."""
    first, second = (directions(case, circles + after, "axis") for circles in case.subspaces[:2])
    return first, second


def _of_principal_axes(case: Case) -> Ways:
    """Both ways along the first principal axis of the law, and along the second."""
    first, second = (np.stack([axis, -axis]) for axis in principal_axes(case.law)[:2])
    return first, second


def _out_and_in(case: Case) -> Ways:
    """The first axis, and the way back."""
    outward = np.eye(case.d)[:1]
    return outward, -outward


CONTRASTED: dict[str, Callable[[Case], Ways]] = {
    "axis": partial(_of_subspaces, scope="axis"),
    "subspace": partial(_of_subspaces, scope="subspace"),
    **{step: partial(_of_circles, after=after) for step, after in FRAME.items()},
    "principal axis": _of_principal_axes,
    "outward": _out_and_in,
}
