r"""Observables of the partition function :math:`Z = \sum_\mu e^{-E_\mu/t}`, and of how the weights change with t.

.. math::

    \text{LogPartition} &= \log Z \\
    \text{WeightEntropy} &= -\sum_\mu w_\mu \log w_\mu = \partial_t (t \log Z) \\
    \text{ScaledRatio} &= (\log N)^{1/2} \sum_\mu w_\mu^2

Four numbers are functions of means over the data sets. Their values of the data sets are pseudo-values, which have
that number as their mean and, by its derivatives, its standard error: all data sets must be drawn in one part.

.. math::

    \text{DropAcross} &= \log \overline{\textstyle\sum w^2}(t_1) - \log \overline{\textstyle\sum w^2}(t_2),
        \qquad t_{1,2} = t\,(1 \mp \tfrac12 (\log N)^{-1/2}) \\
    \text{HalfTime} &= t: \ \overline{\textstyle\sum w^2}(t) = \tfrac12 \\
    \text{SizeExponent} &= \log\big[\overline{\textstyle\sum w^2}(k \log N) / \overline{\textstyle\sum w^2}(\log N)\big]
        / \log k \\
    \text{MeanExponent} &= -\log \overline{\textstyle\sum w^2} / \log N
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from simulate.observables.observable import Single
from theory.case import Case
from theory.roots import falling_root

STEP = 1e-4  # of t, in a central difference: relative error 1e-8. Of N levels that were not drawn only Z is known
TOLERANCE = 1e-6  # of the log of a time: small beside its error
SLOPE_STEP = 0.1  # in log t
TWICE = float(np.log(2))


@dataclass(frozen=True)
class LogPartition(Single):
    """log Z."""

    def __call__(self, case: Case, drawn: Any) -> np.ndarray:
        return drawn.log_partition(case.t)


@dataclass(frozen=True)
class WeightEntropy(Single):
    """-sum_mu w_mu log w_mu = d(t log Z)/dt, by a central difference."""

    def __call__(self, case: Case, drawn: Any) -> np.ndarray:
        below, above = ((1 + sign * STEP) * drawn.log_partition((1 + sign * STEP) * case.t) for sign in (-1, 1))
        return (above - below) / (2 * STEP)


@dataclass(frozen=True)
class ScaledRatio(Single):
    """(log N)^{1/2} sum_mu w_mu^2, in [0, (log N)^{1/2}]."""

    def __call__(self, case: Case, drawn: Any) -> np.ndarray:
        return np.sqrt(case.log_n) * drawn.participation_ratio(case.t)

    def bounds(self, case: Case) -> tuple[float, float]:
        return 0.0, float(np.sqrt(case.log_n))


@dataclass(frozen=True)
class DropAcross(Single):
    """log of the ratio of the means of sum_mu w_mu^2 at the two `ends_around` t, as pseudo-values."""

    together: ClassVar[bool] = True

    def __call__(self, case: Case, drawn: Any) -> np.ndarray:
        early, late = (drawn.participation_ratio(end) for end in ends_around(case))
        return log_ratio_of_means(early, late)


@dataclass(frozen=True)
class HalfTime(Single):
    """The time t, a variance, at which the mean of sum_mu w_mu^2 is 1/2, as pseudo-values; sought from the case's t."""

    together: ClassVar[bool] = True

    def __call__(self, case: Case, drawn: Any) -> np.ndarray:
        def excess(log_t: float) -> float:
            return float(drawn.participation_ratio(float(np.exp(log_t))).mean()) - 0.5

        root = falling_root(excess, float(np.log(case.t)), step=TWICE, xtol=TOLERANCE)
        time, ratios = float(np.exp(root)), drawn.participation_ratio(float(np.exp(root)))
        slope = (excess(root + SLOPE_STEP) - ratios.mean() + 0.5) / SLOPE_STEP
        return time - time / slope * (ratios - ratios.mean())


@dataclass(frozen=True)
class SizeExponent(Single):
    """The power of log N by which the mean of sum_mu w_mu^2 changes between two sizes, as pseudo-values.

    It is of what `simulate.samplers.TwoSizes` draws: data sets of the case, and of more directions at the same alpha.

    Arguments:
        copies: how many times as many directions the larger size has.
    """

    together: ClassVar[bool] = True

    copies: int

    def __call__(self, case: Case, drawn: tuple[Any, Any]) -> np.ndarray:
        small, large = (part.participation_ratio(case.t) for part in drawn)
        return log_ratio_of_means(large, small) / np.log(self.copies)


@dataclass(frozen=True)
class MeanExponent(Single):
    """-log of the mean of sum_mu w_mu^2 over log N, of what `simulate.samplers.rare.TiltedPoint` draws."""

    together: ClassVar[bool] = True

    def __call__(self, case: Case, drawn: Any) -> np.ndarray:
        logs = drawn.log_participation(case.t)
        terms = np.exp(logs - logs.max())
        return -(logs.max() + np.log(terms.mean()) + terms / terms.mean() - 1) / case.log_n


def ends_around(case: Case) -> tuple[float, float]:
    """t (1 - h) and t (1 + h), 2 h = (log N)^{-1/2}."""
    h = 0.5 / float(np.sqrt(case.log_n))
    return case.t * (1 - h), case.t * (1 + h)


def log_ratio_of_means(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Pseudo-values of the log of a ratio of means: their mean is the log ratio, their scatter that of its estimate.

    Arguments:
        first: values > 0, (replicas,).
        second: values > 0, (replicas,).

    Returns:
        (replicas,).
    """
    return np.log(first.mean() / second.mean()) + first / first.mean() - second / second.mean()
