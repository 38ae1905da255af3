r"""Observables of the weights :math:`w_\mu = e^{-E_\mu/t}/Z` of a data set."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from simulate.observables.observable import Single
from theory.case import Case


@dataclass(frozen=True)
class ParticipationRatio(Single):
    """sum_mu w_mu^2, in [1/N, 1]."""

    def __call__(self, case: Case, drawn: Any) -> np.ndarray:
        return drawn.participation_ratio(case.t)

    def bounds(self, case: Case) -> tuple[float, float]:
        return float(np.exp(-case.log_n)), 1.0
