r"""What perceptrons tend to as they get wide: networks of two widths, trained by plain descent, extrapolated.

Of a fixed data set many networks of the width w, and as many of 2 w, are trained for the same time tau. Seen is

.. math:: A_w = \sum_a f(x'_a) \cdot y_a \Big/ \sum_a |y_a|^2

at the data with noise that no training saw, 0 before training. Its mean over networks is A + c/w + O(1/w^2), so that
observed is :math:`2 A_{2w} - A_w` of pairs of networks. The term linear in the rate of descent is below 0.005 here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
import xarray as xr

from simulate.learned.wide import descended, outputs, started
from simulate.run.experiment import Experiment, Point
from simulate.run.tables import summary
from theory.laws.spectra import halves


@dataclass(frozen=True, kw_only=True)
class WideLimit(Experiment):
    """2 A_{2w} - A_w of trained perceptrons, a row for each depth and training time.

    `narrow` and `wide` (point, replica) are A of the two widths; `data`, `inputs` and `seen` (point, datum, axis) are
    y, and its noised copies of the training and after it.

    Arguments:
        depths: numbers of hidden layers.
        taus: training times.
        width: w.
        d: number of directions, of variances 1 and 0.09, in half of them each.
        n: number of points, one noise each.
        t: the noise variance, in squared units of the data.
        rate: of the descent.
        replicas: the number of pairs of networks.
        seed: of all random numbers, an integer >= 0.
    """

    depths: tuple[int, ...] = (1,)
    taus: tuple[float, ...] = (0.3, 1.0)
    width: int = 64
    d: int = 4
    n: int = 8
    t: float = 0.1
    rate: float = 0.01
    replicas: int = 200

    def points(self) -> Sequence[Point]:
        return [Point(depth=depth, tau=tau, d=self.d, n=self.n) for depth in self.depths for tau in self.taus]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        data = halves(self.d).sample(self.n, rng)
        inputs, seen = data + np.sqrt(self.t) * rng.standard_normal((2, *data.shape))
        narrow, wide = (self._aligned(point, k * self.width, inputs, data, seen, rng) for k in (1, 2))
        table = summary(2 * wide - narrow)
        for name, value in {"data": data, "inputs": inputs, "seen": seen}.items():
            table[name] = ("datum", "axis"), value
        return table.assign({name: ("replica", v) for name, v in (("narrow", narrow), ("wide", wide))}).assign(
            values=("replica", 2 * wide - narrow)
        )

    def _aligned(
        self,
        point: Point,
        width: int,
        inputs: np.ndarray,
        data: np.ndarray,
        seen: np.ndarray,
        rng: np.random.Generator,
    ) -> np.ndarray:
        """A of networks of one width, (replicas,)."""
        start = started(self.d, width, int(point["depth"]), self.replicas, rng)
        end = descended(start, inputs, data, self.rate, round(float(point["tau"]) / self.rate))
        return (outputs(end, torch.as_tensor(seen)).numpy() * data).sum(axis=(1, 2)) / (data**2).sum()
