r"""The half-condensation time of the data themselves, measured at their own number N and at parts of it.

    t_half(N):     mean over x_t of sum w^2 = 1/2

The data, in a random order, are cut into disjoint parts of N/16, N/4 and N points. The error of t_half is that of the
mean over held-out points, over the slope of the curve: each point sees weights of its own.
"""

from dataclasses import dataclass

import numpy as np

from simulate.engine.phase_diagram import phase_diagram
from verify.data.held_out import HeldOut, half_time

PARTS = (16, 4, 1)
LEAST = 2  # points of a part


@dataclass(frozen=True)
class Measured:
    """t_half of data sets of n points each, and the standard error of its logarithm."""

    n: int
    time: float
    log_stderr: float


def measure(data: np.ndarray, held_out: HeldOut, start: float) -> list[Measured]:
    """Half-condensation times of data (N, d), in random order, at N and its parts, from the smallest to the largest.

    `start` is any time at which to begin the search.
    """
    found = []
    for parts in (count for count in PARTS if len(data) // count >= LEAST):
        found.append(one_size(data, len(data) // parts, held_out, found[-1].time if found else start))
    return found


def one_size(data: np.ndarray, n: int, held_out: HeldOut, start: float) -> Measured:
    """The half-condensation time of data sets of n points, mean over as many disjoint ones as data (N, d) hold."""
    sets = [data[first : first + n] for first in range(0, len(data) - n + 1, n)]

    def ratios(t: float) -> np.ndarray:
        seen = [phase_diagram(held_out.at(t), part, [t]).participation_ratio.values[:, 0, 0] for part in sets]
        return np.mean(seen, axis=0)

    half = half_time(lambda t: float(ratios(t).mean()), start)
    spread = ratios(half.time).std(ddof=1) / np.sqrt(len(held_out))
    return Measured(n, half.time, float(spread / abs(half.slope)))
