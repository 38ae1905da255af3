r"""Observables of the weights :math:`w_\mu = e^{-E_\mu/t}/Z` of a data set."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import expit

from simulate.observables.observable import UNIT, Labels, Single
from theory.case import Case


@dataclass(frozen=True)
class ParticipationRatio(Single):
    """sum_mu w_mu^2, in [1/N, 1]."""

    def __call__(self, case: Case, drawn: Any) -> np.ndarray:
        return drawn.participation_ratio(case.t)

    def bounds(self, case: Case) -> tuple[float, float]:
        return float(np.exp(-case.log_n)), 1.0


@dataclass(frozen=True)
class SquaredParticipation(Single):
    """(sum_mu w_mu^2)^2, in [0, 1]."""

    limits = UNIT

    def __call__(self, case: Case, drawn: Any) -> np.ndarray:
        return drawn.participation_ratio(case.t) ** 2


@dataclass(frozen=True)
class InverseTime(Single):
    """(1 - sum_mu w_mu^2)/t, in [0, (1 - 1/N)/t]: below t_c its mean tends to 1/t_c."""

    def __call__(self, case: Case, drawn: Any) -> np.ndarray:
        return (1 - drawn.participation_ratio(case.t)) / case.t

    def bounds(self, case: Case) -> tuple[float, float]:
        return 0.0, float(-np.expm1(-case.log_n)) / case.t


@dataclass(frozen=True)
class EffectiveExponent(Single):
    """-log(sum_mu w_mu^2)/log N, in [0, 1]: the exponent of the effective number of points."""

    limits = UNIT

    def __call__(self, case: Case, drawn: Any) -> np.ndarray:
        return -np.log(drawn.participation_ratio(case.t)) / case.log_n


@dataclass(frozen=True)
class OwnWeight(Single):
    """1/(1 + Z), in [0, 1]: the weight of a point at x itself, of energy 0, besides the N that are drawn."""

    limits = UNIT

    def __call__(self, case: Case, drawn: Any) -> np.ndarray:
        return expit(-drawn.log_partition(case.t))


@dataclass(frozen=True)
class OwnParticipation(Single):
    """sum_mu w_mu^2, in [0, 1], where x is a point of its own, of energy 0, besides the N that are drawn."""

    limits = UNIT

    def __call__(self, case: Case, drawn: Any) -> np.ndarray:
        own = OwnWeight()(case, drawn)
        return own**2 + (1 - own) ** 2 * drawn.participation_ratio(case.t)


@dataclass(frozen=True)
class WeightMoments(Single):
    """Moments sum_mu w_mu^k of the weights, in [0, 1]: a component for each k.

    For k > 2 points that are not drawn weigh 0.

    Arguments:
        orders: integers k >= 2.
    """

    limits = UNIT

    orders: tuple[int, ...] = (2, 3, 4)

    def __call__(self, case: Case, drawn: Any) -> np.ndarray:
        return np.stack([self._moment(case.t, drawn, k) for k in self.orders])

    def labels(self, case: Case) -> Labels:
        """The orders k."""
        return {"k": self.orders}

    @staticmethod
    def _moment(t: float, drawn: Any, k: int) -> np.ndarray:
        return drawn.participation_ratio(t) if k == 2 else (drawn.weights(t) ** k).sum(axis=-1)


@dataclass(frozen=True)
class LargestWeight(Single):
    """max_mu w_mu, in [0, 1]."""

    limits = UNIT

    def __call__(self, case: Case, drawn: Any) -> np.ndarray:
        return drawn.weights(case.t).max(axis=-1)


@dataclass(frozen=True)
class PickedWeight(Single):
    """The weight, in [0, 1], of a point that is picked with probability w (`simulate.levels.picks`)."""

    limits = UNIT

    def __call__(self, case: Case, drawn: Any) -> np.ndarray:
        return drawn.picked_weight(case.t)


@dataclass(frozen=True)
class RelativeVariance(Single):
    """Var_w(y_i)/t = 1 + t J_ii along one direction of isotropic data (`simulate.levels.spheres`)."""

    def __call__(self, case: Case, drawn: Any) -> np.ndarray:
        return drawn.coordinate_variance(case.t) / case.t
