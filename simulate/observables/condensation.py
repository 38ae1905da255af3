r"""Observables of the energies :math:`E_\mu = |x - y_\mu|^2/2` and of the times at which weights condense or are lost.

.. math::

    \text{EnergyVariance} &= \tfrac12 (E_1 - E_2)^2, \qquad \text{of mean } \operatorname{Var} E \\
    \text{SquaredGaussianTime} &= \operatorname{Var} E / (2 \log N) = t_G^2 \\
    \text{FreezingRatio} &= t_G\, (1 - \textstyle\sum_\mu w_\mu^2)/t, \qquad \text{of mean } t_G/t_c
        \text{ for } \log N \to \infty \\
    \text{OwnTime} &= t^*/t_G, \qquad \textstyle\sum_\mu e^{-E_\mu/t^*} = 1 \\

N Gaussian energies of the standard deviation of E would freeze at :math:`t_G`, a variance in the units of t.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from simulate.observables.observable import UNIT, Labels, Observable, Single
from simulate.observables.weights import InverseTime
from simulate.samplers import Points, Weighted
from theory.case import Case
from theory.checks import NotComputable

DIGITS = 6  # of alpha as a label
NEWTON = 50  # steps; about ten are needed
ACCURACY = 1e-12


@dataclass(frozen=True)
class EnergyVariance(Single):
    """(E_1 - E_2)^2/2 of the first two points of a data set: no mean is estimated, so its mean has no bias."""

    def __call__(self, case: Case, drawn: Points) -> np.ndarray:
        first, second = drawn.levels.energies[:, :2].T
        return (first - second) ** 2 / 2


@dataclass(frozen=True)
class SquaredGaussianTime(Single):
    """(E_1 - E_2)^2/(4 log N), of mean t_G^2: at t_G the entropy log N - Var(E)/(2 t^2) of Gaussian energies is 0."""

    def __call__(self, case: Case, drawn: Points) -> np.ndarray:
        if not case.log_n > 0:
            raise ValueError(f"log_n must be > 0 for a condensation time, got {case.log_n:g}")
        return EnergyVariance()(case, drawn) / (2 * case.log_n)


@dataclass(frozen=True)
class PerIntrinsic(Single):
    """Another observable, labelled by alpha = log N per intrinsic dimension, a direction whose variance is not 0.

    Arguments:
        of: the other observable, of one component.
    """

    of: Observable

    def __call__(self, case: Case, drawn: Any) -> np.ndarray:
        return self.of(case, drawn)

    def labels(self, case: Case) -> Labels:
        """alpha per intrinsic dimension."""
        return {"alpha": [round(case.log_n / np.count_nonzero(case.variances), DIGITS)]}

    def bounds(self, case: Case) -> tuple[float, float]:
        """The bounds of the other observable."""
        return self.of.bounds(case)


@dataclass(frozen=True)
class FreezingRatio(Single):
    """t_G (1 - sum w^2)/t, in [0, t_G (1 - 1/N)/t]."""

    def __call__(self, case: Case, drawn: Any) -> np.ndarray:
        return gaussian_time(case) * InverseTime()(case, drawn)

    def bounds(self, case: Case) -> tuple[float, float]:
        return 0.0, gaussian_time(case) * InverseTime().bounds(case)[1]


@dataclass(frozen=True)
class OwnTime(Single):
    """t*/t_G, at which the weight of a point at x, of energy 0 besides N others, has fallen to one half.

    Every one of the others is drawn (`simulate.samplers.Energies`); the noise variance t of the case does not matter.
    """

    def __call__(self, case: Case, drawn: Weighted) -> np.ndarray:
        return own_time(drawn.energies + drawn.common) / gaussian_time(case)


@dataclass(frozen=True)
class PreservingRatio(Single):
    """1 - sum w^2, in [0, 1], labelled by the clock tau of the variance-preserving process.

    The case is in coordinates of that process: its law is that of e^{-tau} y, its t is the variance 1 - e^{-2 tau}.
    """

    limits = UNIT

    def __call__(self, case: Case, drawn: Any) -> np.ndarray:
        return 1 - drawn.participation_ratio(case.t)

    def labels(self, case: Case) -> Labels:
        """The clock tau."""
        return {"tau": [round(float(-np.log1p(-case.t) / 2), DIGITS)]}


def gaussian_time(case: Case) -> float:
    """t_G = (Var(E)/(2 log N))^{1/2}, a variance, with the variance of one energy over the law."""
    return float(np.sqrt(case.law.lam_derivative(0.0, case.x, order=2) / (2 * case.log_n)))


def own_time(energies: np.ndarray) -> np.ndarray:
    """1/lambda at the root of log sum exp(-lambda E) = 0.

    The left side is convex and falls from log N: Newton's method from 0 climbs to the root.

    Arguments:
        energies: (replicas, N), each > 0.

    Returns:
        Times (replicas,), in units of the energies.

    Raises:
        NotComputable: where Newton's method does not converge.
    """
    lam = np.zeros(len(energies))
    for _ in range(NEWTON):
        factors = np.exp(-lam[:, None] * energies)
        total = factors.sum(axis=1)
        step = np.log(total) * total / (factors * energies).sum(axis=1)
        lam += step
        if (np.abs(step) <= ACCURACY * lam).all():
            return 1 / lam
    raise NotComputable(f"levels must have a root of log Z within {NEWTON} steps of Newton's method")
