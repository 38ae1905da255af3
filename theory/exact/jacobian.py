r"""Exact averages of the normalized Jacobian by direction, and what the law itself has in its place.

.. math::

    \text{normalized Jacobian} &= E[-t J_{ii}] = 1 - E\,\mathrm{Var}_w(y_i)/t \\
    \text{population} &= -t\, \partial_{ii} K(1/t; x) = 1 - \mathrm{Var}(y_i | x)/t \\
    \text{remaining variance} &= E\,\mathrm{Var}_w(y_i)/\mathrm{Var}(y_i | x)

The mean is over data sets of N points, :math:`\mathrm{Var}(y_i | x)` the posterior variance of the law,
:math:`N \to \infty`.
"""

from functools import cache

import numpy as np

from theory.case import Case
from theory.exact.score import mean_jacobian


@cache
def normalized_jacobian(case: Case) -> np.ndarray:
    """E[-t J_ii] of the empirical score at finite N.

    Arguments:
        case: the case.

    Returns:
        One number for each direction, (d,), not to be written to.

    Raises:
        NotComputable: where double precision cannot give the answer.
    """
    return _read_only(-case.t * np.diagonal(mean_jacobian(case), axis1=-2, axis2=-1))


@cache
def population_jacobian(case: Case) -> np.ndarray:
    """-t J_ii of the score of the law itself, N -> infinity.

    Arguments:
        case: the case; N and a training point do not enter.

    Returns:
        One number for each direction, (d,), not to be written to.
    """
    return _read_only(-case.t * case.law.curvature(1 / case.t, case.x))


def remaining_variance(case: Case) -> np.ndarray:
    """E Var_w(y_i)/Var(y_i | x), the share of the law's posterior variance that is left at finite N.

    Arguments:
        case: the case.

    Returns:
        One number for each direction, (d,): 1 without memorization, 0 where one point carries the score.

    Raises:
        NotComputable: where double precision cannot give the answer.
    """
    return (1 - normalized_jacobian(case)) / (1 - population_jacobian(case))


def _read_only(values: np.ndarray) -> np.ndarray:
    values.setflags(write=False)
    return values
