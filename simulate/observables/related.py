r"""Observables of neighbouring works: log odds of a data point, and how close the data come to x.

.. math::

    \text{LogOdds} &= -\frac{1}{d} \Big( \frac{E_1}{t} + \log Z \Big),
        \qquad E_1 = \tfrac12 |x - y_1|^2 \text{ of a data point besides the } N \\
    \text{Closeness} &= \frac{2 \langle E \rangle_w}{d\, t}, \qquad \langle E \rangle_w = t^2\, \partial_t \log Z

The log p_t of the empirical density is largest where the closeness to held-out points is 1.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from simulate.observables.observable import Single
from theory.case import Case

STEP = 1e-4  # of t, in a central difference


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
