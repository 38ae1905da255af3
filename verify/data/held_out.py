r"""Points held out of the data, the noise that is put on them, and the time at which what they see is one half.

The condensation of a score is seen where a diffusion model asks for it: at noised points that are none of the data,

    x_t = y + t^{1/2} xi,      y held out, xi ~ N(0, 1) the same at all t.

The half-condensation time t_half is where the mean over x_t of the participation ratio sum w^2 is 1/2. Below it, fewer
than two data points carry the score.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from theory.checks import NotComputable

STEP = 1.5  # ratio of successive times of a search
MOST = 60  # of its steps


@dataclass(frozen=True, eq=False)
class HeldOut:
    """Points held out of the data, with a noise for each.

    Arguments:
        points: y, (n, d), in units of the data.
        noise: standard normal, (n, d).
    """

    points: np.ndarray
    noise: np.ndarray

    def at(self, t: float) -> np.ndarray:
        """The points with noise of variance t, (n, d)."""
        return self.points + np.sqrt(t) * self.noise

    def __len__(self) -> int:
        return len(self.points)

    def __add__(self, other: "HeldOut") -> "HeldOut":
        """These points and then those."""
        return HeldOut(np.concatenate([self.points, other.points]), np.concatenate([self.noise, other.noise]))

    def some(self, count: int) -> "HeldOut":
        """The first few of the points."""
        return HeldOut(self.points[:count], self.noise[:count])


@dataclass(frozen=True)
class Half:
    """Where a curve that falls with t comes down to 1/2.

    Arguments:
        time: the noise variance.
        slope: of the curve there, per unit of log t.
    """

    time: float
    slope: float


def half_time(curve: Callable[[float], float], start: float) -> Half:
    """The time at which a curve that falls with t is 1/2, by steps from a start and interpolation in log t.

    Arguments:
        curve: of the noise variance.
        start: a noise variance > 0.

    Returns:
        The time, with the slope of the curve there.

    Raises:
        NotComputable: where the curve does not come to 1/2 within a factor 10^10 of `start`.
    """
    here, value = start, curve(start)
    ratio = STEP if value >= 0.5 else 1 / STEP
    for _ in range(MOST):
        there = here * ratio
        other = curve(there)
        if (value >= 0.5) != (other >= 0.5):
            return _interpolated(np.log([here, there]), np.array([value, other]))
        here, value = there, other
    raise NotComputable(f"data must condense at some noise, their participation ratio stays at {value:.2g}")


def _interpolated(logs: np.ndarray, values: np.ndarray) -> Half:
    slope = float((values[1] - values[0]) / (logs[1] - logs[0]))
    return Half(float(np.exp(logs[0] + (0.5 - values[0]) / slope)), slope)
