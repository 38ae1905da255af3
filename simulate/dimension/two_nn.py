r"""The intrinsic dimension of points, from the distances of each to its two nearest others.

Where the density is even over the neighbourhood of a point, the ratio of the two distances has the law of Pareto,

    P(d_2/d_1 > r) = r^{-m},      so that log(d_2/d_1) is exponential with mean 1/m.

Of n such logarithms the largest are cut off, for they come from where the density is uneven. With k kept, and S their
sum plus n - k times the largest kept,

    m = k/S,       2 m_true S has the chi-square law with 2 k degrees of freedom.

References:
    Estimating the intrinsic dimension of datasets by a minimal neighborhood information (E. Facco et al., 2017).
"""

from typing import NamedTuple

import numpy as np
from scipy import stats

from theory.checks import finite

TAIL = 0.1  # of the ratios, the largest, that are cut off
TINY = np.finfo(float).tiny
EQUAL = 1e-9  # mean log of a ratio of distances, below which these are equal but for rounding


class Dimension(NamedTuple):
    """An intrinsic dimension and its interval at 95 %, if the points looked at are independent.

    Arguments:
        value: the estimate m.
        lower: end of the interval.
        upper: end of the interval.
    """

    value: float
    lower: float
    upper: float


def two_nn(first: np.ndarray, second: np.ndarray) -> Dimension:
    """The intrinsic dimension from the distances of points to their two nearest others.

    Arguments:
        first: distances (n,) to the nearest other point, >= 0, n >= 1.
        second: distances (n,) to the next, >= `first`.

    Returns:
        m = k/S and its interval; infinite where the two distances of almost every point are equal.

    Raises:
        ValueError: for distances that are not finite, or not one of each for every point.
    """
    near, far = finite("first", first, ndim=(1,)), finite("second", second, ndim=(1,))
    if near.shape != far.shape or not near.size:
        raise ValueError(f"second must have one distance for each of {near.size} >= 1 points, got {far.size}")
    logs = np.sort(np.log(np.maximum(far, TINY) / np.maximum(near, TINY)))
    kept = logs[: max(1, round((1 - TAIL) * logs.size))]
    whole = kept.sum() + (logs.size - kept.size) * kept[-1]
    if whole < EQUAL * logs.size:
        return Dimension(np.inf, np.inf, np.inf)
    lower, upper = stats.chi2.ppf([0.025, 0.975], 2 * kept.size) / (2 * whole)
    return Dimension(float(kept.size / whole), float(lower), float(upper))
