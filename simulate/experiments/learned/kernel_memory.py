r"""How the time at which a kernel model has memorized its data grows with their number.

The loss E|D - y|^2/d at noised data, with noise that no training saw, falls from 1 to that of the law, t/(1 + t), and
on to 0. A model has memorized where the loss is half of the law's. Data are isotropic of variance 1, inputs and flow
those of `simulate.experiments.learned.kernels`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from simulate.experiments.learned.kernels import crossing, losses, moments, noised
from simulate.learned.kernels import Followed
from simulate.run.experiment import Experiment, Point
from simulate.run.tables import summary

GRID = np.geomspace(1.0, 1e5, 60)  # training times between which the event is interpolated
SEEN = 200  # noised data at which the loss is averaged


@dataclass(frozen=True, kw_only=True)
class MemoryTime(Experiment):
    """Exponent a of tau ~ N^a between two `sizes` N of the memorizing of a kernel model; a row for each kernel.

    `moments` (replica, size, d, 1 + d), mean and covariance of each data set.

    Arguments:
        kernels: names of `simulate.learned.kernels.KERNELS`.
        sizes: the two numbers of points N.
        d: the dimension.
        m: number of noises of each point.
        t: the noise variance, in units of the variance of the isotropic data.
        replicas: the number of independent pairs of data sets.
        seed: of all random numbers, an integer >= 0.
    """

    kernels: tuple[str, ...]
    sizes: tuple[int, int] = (8, 32)
    d: int = 16
    m: int = 16
    t: float = 0.1
    replicas: int = 45

    def points(self) -> Sequence[Point]:
        return [Point(kernel=kernel, d=self.d, t=self.t) for kernel in self.kernels]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        data = [[rng.standard_normal((n, self.d)) for n in self.sizes] for _ in range(self.replicas)]
        logs = np.array([[self._log_time(str(point["kernel"]), y, rng) for y in pair] for pair in data])
        slopes = (logs[:, 1] - logs[:, 0]) / np.log(self.sizes[1] / self.sizes[0])
        of_data = [[moments(y) for y in pair] for pair in data]
        return summary(slopes).assign(
            values=("replica", slopes), moments=(("replica", "size", "axis", "column"), of_data)
        )

    def _log_time(self, kernel: str, data: np.ndarray, rng: np.random.Generator) -> float:
        own, seen = np.repeat(data, self.m, axis=0), data[np.arange(SEEN) % len(data)]
        flow = Followed(kernel, noised(own, self.t, rng), own)
        return log_memorized(losses(flow, noised(seen, self.t, rng), seen, GRID), self.t)


def log_memorized(losses: np.ndarray, t: float) -> float:
    """The log of the training time at which a model has memorized: its loss is half of the law's, t/(1 + t).

    Arguments:
        losses: E|D - y|^2/d at the training times GRID, (times,).
        t: the noise variance, in units of the variance of the data.

    Returns:
        The log of the first such time, linear in the log between two of GRID.

    Raises:
        ValueError: where they never are, or are from the start.
    """
    level = t / (1 + t) / 2
    if not losses[0] > level >= losses.min():
        raise ValueError(f"losses must cross {level:g} between the times {GRID[0]:g} and {GRID[-1]:g}")
    return crossing(losses, level, GRID)
