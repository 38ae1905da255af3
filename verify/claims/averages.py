r"""Exact averages of the normalized Jacobian :math:`-t J_{ii}` of a case, and means over its subspaces.

.. math::

    \text{normalized\_jacobian} = \mathbb{E}[-t J_{ii}] \text{ at finite } N, \qquad
    \text{population\_jacobian} = 1 - \mathrm{Var}(y_i \mid x)/t \text{ of the law, } N \to \infty

At N = e^{POPULATION} data sets are the population to rounding, far above t_c.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from theory.case import Case
from theory.exact.averages import mean_jacobian
from verify.claim import Correction

POPULATION = 60.0  # log N


@cache
def normalized_jacobian(case: Case) -> np.ndarray:
    """E[-t J_ii] over data sets at finite N, (d,)."""
    return -case.t * np.diagonal(np.asarray(mean_jacobian(case)))


def population_jacobian(case: Case) -> np.ndarray:
    """-t J_ii of the law itself, (d,)."""
    return -case.t * np.asarray(case.law.curvature(1 / case.t, case.x))


def by_subspace(case: Case, values: np.ndarray) -> np.ndarray:
    """The mean of values (d,) over each subspace, (subspaces,)."""
    return np.array([values[subspace].mean() for subspace in case.subspaces])


def variance_of_subspaces(case: Case) -> np.ndarray:
    """The variance of the first direction of each subspace, (subspaces,)."""
    return np.array([case.variances[subspace[0]] for subspace in case.subspaces])


def to_population(exact: Callable[[Case], Any]) -> Callable[[Case], Correction]:
    """The finite-size part of an exact average of a case: its value at N = e^POPULATION less that at N."""

    def correction(case: Case) -> Correction:
        shift = np.asarray(exact(replace(case, log_n=POPULATION))) - np.asarray(exact(case))
        return Correction(shift, np.zeros_like(shift))

    return correction
