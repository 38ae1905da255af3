r"""Observables of :math:`\sum_\mu w_\mu^2` seen from x and from points displaced from it by :math:`\sqrt t`.

.. math::

    P(u) &= \textstyle\sum_\mu w_\mu^2 \text{ seen from } x + \sqrt t\, u \\
    \text{DisplacedContrast} &= \overline{P(\pm e_i)}^{\,i \in A} - \overline{P(\pm e_i)}^{\,i \in B} \\
    \text{ParticipationGain} &= \tfrac12 \big[P(e_A) + P(-e_A)\big] - P(0), \qquad e_A = \textstyle\sum_{i \in A} e_i \\
    \text{OutwardMinusInward} &= P(e_1) - P(-e_1) \\
    \text{CircleContrast} &= \overline{P(\pm n_k)}^{\,k \in A} - \overline{P(\pm n_k)}^{\,k \in B},
        \qquad \text{and the same with tangents } e_k \\
    \text{PrincipalContrast} &= \tfrac12 \big[P(a_1) + P(-a_1)\big] - \tfrac12 \big[P(a_2) + P(-a_2)\big]

A and B are the first two subspaces of the case, or the circles of its first two radii with normals :math:`n_k` and
tangents :math:`e_k`; :math:`a_1` and :math:`a_2` are the principal axes of largest variance of the law. All is seen in
the same data sets, so what is common to them drops out of differences.
"""

from dataclasses import dataclass
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


@dataclass(frozen=True)
class DisplacedContrast(Single):
    """sum_mu w_mu^2 displaced along the first subspace minus the same along the second: a component for each scope.

    Arguments:
        scopes: "axis" displaces x along one axis, the mean over those of the subspace; "subspace" along all at once.
    """

    scopes: tuple[str, ...] = SCOPES

    def __call__(self, case: Case, drawn: Points) -> np.ndarray:
        return np.stack([self._contrast(case, drawn, scope) for scope in self.scopes])

    def labels(self, case: Case) -> Labels:
        """The scope."""
        return {"scope": self.scopes}

    @staticmethod
    def _contrast(case: Case, drawn: Points, scope: str) -> np.ndarray:
        first, second = (
            displaced_participation(case, drawn, directions(case, subspace, scope)).mean(axis=0)
            for subspace in case.subspaces[:2]
        )
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
class OutwardMinusInward(Single):
    """sum_mu w_mu^2 a step outward minus that a step inward, along the first axis: the normal of a round block."""

    def __call__(self, case: Case, drawn: Points) -> np.ndarray:
        outward, inward = displaced_participation(case, drawn, directions(case, np.array([0]), "axis"))
        return outward - inward


@dataclass(frozen=True)
class CircleContrast(Single):
    """sum_mu w_mu^2 displaced along a circle of the first radius minus along one of the second, of a torus.

    Means over both signs and over the circles of equal radius. x is the typical point, where the first axis of each
    circle is its normal and the next one its tangent.

    Arguments:
        steps: "normal" or "tangent" to the circles, or both: a component for each.

    Raises:
        ValueError: for another step.
    """

    steps: tuple[str, ...] = tuple(FRAME)

    def __post_init__(self) -> None:
        for step in self.steps:
            choice("steps", step, tuple(FRAME))

    def __call__(self, case: Case, drawn: Points) -> np.ndarray:
        return np.stack([self._contrast(case, drawn, FRAME[step]) for step in self.steps])

    def labels(self, case: Case) -> Labels:
        """The steps."""
        return {"step": self.steps}

    @staticmethod
    def _contrast(case: Case, drawn: Points, after: int) -> np.ndarray:
        first, second = (
            displaced_participation(case, drawn, directions(case, circles + after, "axis")).mean(axis=0)
            for circles in case.subspaces[:2]
        )
        return first - second


@dataclass(frozen=True)
class PrincipalContrast(Single):
    """sum_mu w_mu^2 displaced along the first principal axis of the law minus the same along the second."""

    def __call__(self, case: Case, drawn: Points) -> np.ndarray:
        axes = principal_axes(case.law)[:2]
        ratios = displaced_participation(case, drawn, np.concatenate([axes, -axes]))
        return ratios[::2].mean(axis=0) - ratios[1::2].mean(axis=0)


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
