r"""Observables of the energies :math:`E_\mu = |x - y_\mu|^2/2` of a data set in ascending order, without any t."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from simulate.observables.observable import Labels, Single
from simulate.samplers import Weighted
from theory.case import Case


@dataclass(frozen=True)
class Ordered(Single):
    """An observable of energies in ascending order, a component for each rank.

    Arguments:
        orders: ranks k, from 1 on.
    """

    orders: tuple[int, ...] = (1, 3)

    def labels(self, case: Case) -> Labels:
        """The orders k."""
        return {"k": self.orders}


@dataclass(frozen=True)
class LowestEnergy(Ordered):
    """E_(k) less the mean energy over the law, of data sets with every energy drawn (`simulate.samplers.Energies`)."""

    def __call__(self, case: Case, drawn: Weighted) -> np.ndarray:
        least = np.sort(np.partition(drawn.energies, max(self.orders), axis=1)[:, : max(self.orders)], axis=1)
        mean = -float(case.law.lam_derivative(0.0, case.x))
        return np.stack([least[:, k - 1] + (drawn.common - mean) for k in self.orders])


@dataclass(frozen=True)
class EnergyGap(Ordered):
    """E_(k+1) - E_(k) of data sets whose lowest energies are drawn in order (`simulate.samplers.LowestEnergies`)."""

    def __call__(self, case: Case, drawn: Any) -> np.ndarray:
        return np.stack([drawn.energies[:, k] - drawn.energies[:, k - 1] for k in self.orders])
