r"""Observables of neighbouring works: log odds of a data point, and how close the data come to x.

.. math::

    \text{LogOdds} &= -\frac{1}{d} \Big( \frac{E_1}{t} + \log Z \Big),
        \qquad E_1 = \tfrac12 |x - y_1|^2 \text{ of a data point besides the } N \\
    \text{Closeness} &= \frac{2 \langle E \rangle_w}{d\, t}, \qquad \langle E \rangle_w = t^2\, \partial_t \log Z

The log p_t of the empirical density is largest where the closeness to held-out points is 1. Times of a data set:

.. math::

    \text{SpeciationTime} &= t: \ \langle y_1^2 \rangle_w = t
        \quad \text{(no curvature of } \log p_t \text{ along } e_1 \text{ at } x = 0 \text{ between two clusters)}
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import brentq

from simulate.observables.observable import Single
from simulate.samplers import Points, Weighted
from theory.case import Case

STEP = 1e-4  # of t, in a central difference: of N levels that were not drawn only Z is known, not their mean energy
REACH = 4.0  # of the time of speciation over the t of its case, and back


@dataclass(frozen=True)
class LogOdds(Single):
    """log of the weight of a data point over that of N others, per dimension.

    Arguments:
        square: |x - y_1|^2/(d t) of the data point: 0 where x is y_1, 1 where x is the noised copy of y_1.
    """

    square: float

    def __call__(self, case: Case, drawn: Any) -> np.ndarray:
        return -self.square / 2 - drawn.log_partition(case.t) / case.d


@dataclass(frozen=True)
class Closeness(Single):
    """2 <E>_w/(d t), by a central difference in t."""

    def __call__(self, case: Case, drawn: Any) -> np.ndarray:
        below, above = (drawn.log_partition((1 + sign * STEP) * case.t) for sign in (-1, 1))
        return (above - below) / STEP / case.d


@dataclass(frozen=True)
class SpeciationTime(Single):
    """The time t, a variance, at which <y_1^2>_w = t seen from the origin; sought between a quarter of and four t."""

    def __call__(self, case: Case, drawn: Points) -> np.ndarray:
        pairs = zip(drawn.levels.energies, drawn.offsets[..., 0] ** 2, strict=True)
        return np.array([_time_of_speciation(energies, squares, case.t) for energies, squares in pairs])


def _time_of_speciation(energies: np.ndarray, squares: np.ndarray, scale: float) -> float:
    """Of one data set with energies (n,) and y_1^2 (n,)."""

    def excess(log_t: float) -> float:
        t = float(np.exp(log_t))
        return float(Weighted(energies).weights(t) @ squares - t)

    return float(np.exp(brentq(excess, np.log(scale / REACH), np.log(scale * REACH))))
