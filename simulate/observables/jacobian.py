r"""Observables of the Jacobian J of the empirical score: -t J_ii = 1 - Var_w(y_i)/t.

A direction is visible where -t J_ii < 1/2, in one data set: its weights still vary by more than t/2 along it.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from simulate.observables.observable import UNIT, PerSubspace, Single
from theory.case import Case
from theory.laws.law import EnergyLaw


@dataclass(frozen=True)
class NormalizedJacobian(PerSubspace):
    """-t J_ii = 1 - Var_w(y_i)/t."""

    def __call__(self, case: Case, drawn: Any) -> np.ndarray:
        return case.over_subspaces(1 - drawn.variances(case.t) / case.t)


@dataclass(frozen=True)
class RemainingVariance(PerSubspace):
    """Var_w(y_i)/Var(y_i | x), the share of the law's posterior variance that is left."""

    def __call__(self, case: Case, drawn: Any) -> np.ndarray:
        return case.over_subspaces(drawn.variances(case.t) / posterior_variances(case.law, case.x, case.t))


@dataclass(frozen=True)
class VisibleDirections(Single):
    """The number of directions of the first subspace with -t J_ii < 1/2."""

    def __call__(self, case: Case, drawn: Any) -> np.ndarray:
        variances = drawn.variances(case.t)[..., case.subspaces[0]]
        return (variances > case.t / 2).sum(axis=-1).astype(float)

    def bounds(self, case: Case) -> tuple[float, float]:
        return 0.0, float(case.subspaces[0].size)


@dataclass(frozen=True)
class PartlyVisible(Single):
    """1 where some directions of the first subspace are visible and some are not, else 0."""

    limits = UNIT

    def __call__(self, case: Case, drawn: Any) -> np.ndarray:
        count = VisibleDirections()(case, drawn)
        return ((count > 0) & (count < case.subspaces[0].size)).astype(float)


def posterior_variances(law: EnergyLaw, x: np.ndarray, t: float) -> np.ndarray:
    """Posterior variances Var(y_i | x) of the law itself, N -> infinity: (d_ii K + lambda)/lambda^2 at lambda = 1/t.

    Arguments:
        law: the energy law.
        x: location, (d,), in units of the data.
        t: noise variance > 0.

    Returns:
        (d,), in squared units of the data.
    """
    return (law.curvature(1 / t, x) + 1 / t) * t**2
