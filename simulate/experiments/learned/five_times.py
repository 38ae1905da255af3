r"""Five events in the training of one kernel model, all of which works call memorizing, or its opposite.

Data are isotropic of variance 1, with m noises for each of N points; inputs and flow are those of
`simulate.experiments.learned.kernels`, losses are E|D - y|^2/d. In training time

    fitted       the loss at the model's own inputs is a tenth of that of the law, t/(1 + t)
    memorized    the loss at its data, with noise that no training saw, is half of that of the law
    least risk   the loss at held-out points, the risk, is least
    forgotten    the risk has risen from its least to within a tenth of its last, of the rise
    copies       a tenth of the samples are copies, d_1/d_2 < 1/3, by the reverse SDE of models of every noise, all
                 trained for that time; of the law's own samples 3^{-d} are, and below 1 % at N = d = 8

The risk of the empirical score, the last event, is reached at no time that a float can follow at these sizes
(`simulate.experiments.learned.doubling` follows it for two points). An event that has not come by the last training
time looked at has that time.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from simulate.experiments.learned.kernel_samples import copies, flows_of
from simulate.experiments.learned.kernels import HELD_OUT, crossing, losses, noised
from simulate.learned.kernels import Followed
from simulate.run.experiment import Experiment, Point
from simulate.run.tables import rows, summaries

FIVE = ("fitted", "memorized", "least risk", "forgotten", "copies")
GRID = np.geomspace(0.3, 1e6, 66)  # training times between which events are interpolated
COPIES = 0.1  # the share of samples
SPARSE = GRID[10:50:3]  # those from which samples are made, 3 to 2.5e4


@dataclass(frozen=True, kw_only=True)
class FiveTimes(Experiment):
    """Logs of the training times of FIVE events of one kernel model: a row for each shape (d, N) and event.

    An event that does not come by the last time looked at, 1e6 and for copies 2.5e4, has that time.
    `last` (data_set) is the risk at the end of the grid of training times, 1e6, where 1 is pure noise.

    Arguments:
        kernel: a name of `simulate.learned.kernels.KERNELS`.
        shapes: pairs of the dimension d and the number of points N.
        m: number of noises of each point.
        t: the noise variance of the losses, in units of the variance of the isotropic data.
        count: number of samples of each model.
        replicas: the number of independent data sets of each shape.
        seed: of all random numbers, an integer >= 0.
    """

    kernel: str
    shapes: tuple[tuple[int, int], ...]
    m: int = 16
    t: float = 0.1
    count: int = 50
    replicas: int = 8

    def points(self) -> Sequence[Point]:
        return [Point(kernel=self.kernel, d=d, n=n, t=self.t) for d, n in self.shapes]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        data = [rng.standard_normal((int(point["n"]), int(point["d"]))) for _ in range(self.replicas)]
        found = [self._times(y, rng) for y in data]
        table = summaries(np.array([times for times, _ in found]).T, "event")
        last = np.broadcast_to([risk for _, risk in found], (len(FIVE), self.replicas))
        return table.assign(last=(("event", "data_set"), last)).assign_coords(happens=("event", list(FIVE)))

    def combine(self, parts: list[xr.Dataset]) -> xr.Dataset:
        """One row for each shape and event."""
        return rows(parts, "event")

    def _times(self, data: np.ndarray, rng: np.random.Generator) -> tuple[list[float], float]:
        """Logs of the times of FIVE for one data set, and the last risk."""
        own = np.repeat(data, self.m, axis=0)
        inputs, law = noised(own, self.t, rng), self.t / (1 + self.t)
        flow = Followed(self.kernel, inputs, own)
        fitted, memorized = (losses(flow, x, own, GRID) for x in (inputs, noised(own, self.t, rng)))
        held_out = rng.standard_normal((HELD_OUT, data.shape[1]))
        risk = losses(flow, noised(held_out, self.t, rng), held_out, GRID)
        shares = self._copies(data, own, rng)
        times = [reached(fitted, law / 10, GRID), reached(memorized, law / 2, GRID), *risen(risk)]
        return [*times, reached(shares, COPIES, SPARSE)], float(risk[-1])

    def _copies(self, data: np.ndarray, own: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """The share of copies among the samples at each of the training times SPARSE, from the same random numbers."""
        flows = flows_of(self.kernel, own, rng)
        state = rng.integers(2**63)
        return np.array([copies(flows, tau, data, self.count, np.random.default_rng(state)) for tau in SPARSE])


def risen(risk: np.ndarray) -> list[float]:
    """Logs of the times at which the risk is least, and of its rise a tenth is left.

    Arguments:
        risk: at the training times GRID; it falls and rises again.

    Returns:
        Two logs of times.
    """
    least = int(risk.argmin())
    level = risk[-1] - (risk[-1] - risk[least]) / 10
    return [float(np.log(GRID[least])), reached(risk[least:], level, GRID[least:])]


def reached(values: np.ndarray, level: float, taus: np.ndarray) -> float:
    """The log of the first training time at which values cross a level, and of the last one where they never do.

    Arguments:
        values: at the training times, (times,).
        level: the level.
        taus: the training times, (times,).

    Returns:
        The log of a time.
    """
    time = crossing(values, level, taus)
    return float(np.log(taus[-1])) if np.isnan(time) else time
