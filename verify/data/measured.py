r"""The half-condensation time of the data themselves, measured at their own number N and at parts of it.

    t_half(N):     mean over x_t of sum w^2 = 1/2

The data, in a random order, are cut into disjoint parts of N/16, N/4 and N points. The error of t_half is that of the
mean over held-out points, over the slope of the curve: each point sees weights of its own.
"""

from dataclasses import dataclass

import numpy as np

from verify.data.energies import Energies
from verify.data.held_out import half_time

PARTS = (16, 4, 1)
LEAST = 2  # points of a part


@dataclass(frozen=True)
class Measured:
    """t_half of data sets of n points each, and the standard error of its logarithm.

    Arguments:
        n: the number of points of each data set.
        time: the noise variance t_half.
        log_stderr: the standard error of log t_half.
    """

    n: int
    time: float
    log_stderr: float


def measure(energies: Energies, start: float) -> list[Measured]:
    """Half-condensation times of data in random order, at N and its parts, from the smallest to the largest.

    Arguments:
        energies: of the data, seen from held-out points.
        start: any time at which to begin the search.
    """
    found, count = [], energies.still.shape[1]
    for parts in (each for each in PARTS if count // each >= LEAST):
        found.append(one_size(energies, count // parts, found[-1].time if found else start))
    return found


def one_size(energies: Energies, n: int, start: float) -> Measured:
    """The half-condensation time of data sets of n points, mean over as many disjoint ones as there are.

    Arguments:
        energies: of the data, seen from held-out points.
        n: the number of points of each data set.
        start: a noise variance near t_half, from which it is searched.
    """

    def curve(t: float) -> float:
        return float(ratios(energies, n, t).mean())

    half = half_time(curve, start)
    error = ratios(energies, n, half.time).std(ddof=1) / np.sqrt(len(energies.still))
    return Measured(n, half.time, float(error / abs(half.slope)))


def ratios(energies: Energies, n: int, t: float) -> np.ndarray:
    """sum w^2 of data sets of n points at t, mean over the disjoint ones, for each held-out point.

    Arguments:
        energies: of the data, seen from held-out points.
        n: the number of points of each data set.
        t: the noise variance.

    Returns:
        one mean for each held-out point, (n_held_out,).
    """
    starts = range(0, energies.still.shape[1] - n + 1, n)
    return np.mean([energies.participation(t, slice(first, first + n)) for first in starts], axis=0)
