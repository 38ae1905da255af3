r"""Observables of the Jacobian J of the empirical score: -t J_ii = 1 - Var_w(y_i)/t."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from simulate.observables.observable import PerSubspace
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


def posterior_variances(law: EnergyLaw, x: np.ndarray, t: float) -> np.ndarray:
    """Var(y_i | x) of the law itself, N -> infinity, (d,): lambda^2 Var = d_ii K + lambda, lambda = 1/t."""
    return (law.curvature(1 / t, x) + 1 / t) * t**2
