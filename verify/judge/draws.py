r"""Whether replicas are what a statistic takes them for: so many values, of data sets that were drawn anew.

A sampler that begins with the same seed again gives the same k values one after another,

.. math:: X_{i+k} = X_i,

and an interval of n values that is :math:`(n/k)^{1/2}` too small. Values that are few and far between come again by
chance (the sides of a coin do); a row of which at least DISTINCT different ones come again in order does not. What is
exact has no sampling error, so that its values cannot differ between replicas: one standard error of values that do is
no bound on anything, and one true prediction in three lies outside.
"""

import numpy as np

DISTINCT = 20  # values that must come again in order before a row is said to repeat itself
ROUNDING = 1e-9  # relative


def repeats(values: np.ndarray) -> bool:
    """Whether the values of a point come again in the same order.

    Arguments:
        values: (points, n).

    Returns:
        Whether a row ends with what it begins with, and at least DISTINCT different values do.
    """
    return any(_repeats(row) for row in values)


def _repeats(row: np.ndarray) -> bool:
    if np.unique(row).size < DISTINCT:
        return False
    starts = np.flatnonzero(row[1:] == row[0]) + 1
    again = [row[start:] for start in starts if np.array_equal(row[start:], row[: row.size - start])]
    return any(np.unique(tail).size >= DISTINCT for tail in again)


def differ(values: np.ndarray) -> bool:
    """Whether the values of a point differ by more than rounding.

    Arguments:
        values: (points, n).

    Returns:
        Whether they do.
    """
    return bool((np.ptp(values, axis=1) > ROUNDING * np.abs(values).max(axis=1)).any())
