r"""How kernel models lose directions: -t J and the loss along the smaller of two variances, along training.

Flow as in `simulate.experiments.learned.kernels`, of data of two variances; inputs
:math:`(y + \sqrt t z)/(v + t)^{1/2}`, v the mean variance. Slopes are central differences along random signs.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from simulate.experiments.learned.kernels import HELD_OUT, moments, summed
from simulate.learned.kernels import Followed
from simulate.run.experiment import Experiment, Point
from simulate.run.tables import rows

STEP = 1e-3  # of a central difference
QUANTITIES = ("-t J", "loss")


@dataclass(frozen=True, kw_only=True)
class KernelLosses(Experiment):
    """-t J_ii, and E|D_i - y_i|^2/v_i, at the data with new noise, over the directions of the smaller variance.

    The law has variance 1 in half of the directions and `fine` in the others. A row for each kernel, training time and
    quantity; `moments` (replica, d, 1 + d) of the data.

    Arguments:
        kernels: names of `simulate.learned.kernels.KERNELS`.
        fine: the smaller variance.
        d: the dimension, even.
        n: the number of points.
        m: number of noises of each point.
        t: the noise variance, in squared units of the data.
        taus: training times of gradient flow.
        replicas: the number of independent data sets.
        seed: of all random numbers, an integer >= 0.
    """

    kernels: tuple[str, ...]
    fine: float = 0.09
    d: int = 20
    n: int = 12
    m: int = 30
    t: float = 0.02
    taus: tuple[float, ...] = (1.0, 300.0)
    replicas: int = 60

    def points(self) -> Sequence[Point]:
        return [Point(kernel=kernel, d=self.d, n=self.n, t=self.t) for kernel in self.kernels]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        found = [self._losses(str(point["kernel"]), rng) for _ in range(self.replicas)]
        table = summed(np.stack([values for values, _ in found], axis=1), np.stack([data for _, data in found]))
        labels = [(tau, name) for name in QUANTITIES for tau in self.taus]
        columns = zip(("tau", "quantity"), zip(*labels, strict=True), strict=True)
        return table.assign_coords({name: ("component", list(column)) for name, column in columns})

    def combine(self, parts: list[xr.Dataset]) -> xr.Dataset:
        """One row for each kernel, quantity and training time."""
        return rows(parts, "component")

    @property
    def variances(self) -> np.ndarray:
        """The variances (d,) of the law."""
        return np.repeat([1.0, self.fine], self.d // 2)

    def _losses(self, kernel: str, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Values (quantities x times,) of one data set, and the moments of its data."""
        v, taus, half = self.variances, np.array(self.taus), np.arange(self.d // 2, self.d)
        data, scale = np.sqrt(v) * rng.standard_normal((self.n, self.d)), 1 / np.sqrt(v.mean() + self.t)
        own, seen = np.repeat(data, self.m, axis=0), data[np.arange(HELD_OUT) % self.n]
        inputs, x = (y + np.sqrt(self.t) * rng.standard_normal(y.shape) for y in (own, seen))
        flow = Followed(kernel, scale * inputs, own)
        errors = ((flow.at(scale * x, taus) - seen)[..., half] ** 2).mean(axis=(1, 2)) / self.fine
        values = np.concatenate([1 - _slope(flow, x, scale, half, taus, rng), errors])
        return values, moments(data)


def _slope(
    flow: Followed, x: np.ndarray, scale: float, half: np.ndarray, taus: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Mean of dD_i/dx_i over the directions of a half and points x, (times,): a trace by random signs."""
    signs = np.zeros_like(x)
    signs[:, half] = rng.choice([-1.0, 1.0], (len(x), len(half)))
    ahead, behind = (flow.at(scale * (x + step * signs), taus) for step in (STEP, -STEP))
    return ((ahead - behind) * signs).sum(axis=2).mean(axis=1) / (2 * STEP * len(half))
