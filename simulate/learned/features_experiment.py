r"""Experiments on random features: losses in the limit of many dimensions, and where the test loss is largest.

Losses at finite d differ from their limit by terms of order 1/d, so that twice the loss at 2d less that at d differs by
terms of order :math:`1/d^2`. That difference is observed, of independent draws.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from simulate.learned.features import drawn, solved
from simulate.learned.peak import peak
from simulate.run.experiment import Experiment, Point
from simulate.run.tables import summary

LOSSES = ("test", "training", "penalised")


@dataclass(frozen=True, kw_only=True)
class FeatureLosses(Experiment):
    """A loss of random features with a ridge, extrapolated from d and 2d to many dimensions.

    Arguments:
        shapes: (N/d, p/d, m) of each point of the table.
        loss: "test", "training" (without the penalty) or "penalised".
        t: the noise variance > 0, in units of the variance of the data.
        ridge: lambda > 0.
        per_width: whether the ridge is `ridge` times p/d.
        d: the smaller of the two dimensions.
        replicas: the number of independent pairs of draws.
        seed: of all random numbers, an integer >= 0.
    """

    shapes: tuple[tuple[float, float, int], ...]
    loss: str
    t: float
    ridge: float
    per_width: bool = False
    d: int = 20
    replicas: int = 60

    def points(self) -> Sequence[Point]:
        return [Point(points=n, width=p, noises=m) for n, p, m in self.shapes]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        shape = float(point["points"]), float(point["width"]), int(point["noises"])
        values = np.array([self._extrapolated(shape, rng) for _ in range(self.replicas)])
        return summary(values).assign(values=("replica", values))

    def _extrapolated(self, shape: tuple[float, float, int], rng: np.random.Generator) -> float:
        smaller, larger = (self._at(d, shape, rng) for d in (self.d, 2 * self.d))
        return 2 * larger - smaller

    def _at(self, d: int, shape: tuple[float, float, int], rng: np.random.Generator) -> float:
        points, width, noises = shape
        data = drawn(d, round(points * d), round(width * d), noises, self.t, rng)
        ridge = self.ridge * width if self.per_width else self.ridge
        b = solved(data, ridge)
        found = {"test": data.test_loss, "training": data.training_loss}
        if self.loss == "penalised":
            return data.training_loss(b) + ridge * float((b**2).sum()) / d
        return found[self.loss](b)


@dataclass(frozen=True, kw_only=True)
class LossPeak(Experiment):
    """Log of p/N where the test loss of random features is largest, from a parabola through the largest and beside it.

    Arguments:
        shapes: (N, m) of each point of the table.
        ratios: p/(N m) > 0, ascending, at which the loss is looked at.
        t: the noise variance > 0, in units of the variance of the data.
        ridge: lambda > 0.
        d: the dimension.
        draws: the number of draws whose mean loss is looked at.
        replicas: the number of independent peaks.
        seed: of all random numbers, an integer >= 0.
    """

    shapes: tuple[tuple[int, int], ...]
    ratios: tuple[float, ...]
    t: float
    ridge: float
    d: int = 10
    draws: int = 4
    replicas: int = 80

    def points(self) -> Sequence[Point]:
        return [Point(n=n, noises=m) for n, m in self.shapes]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        n, m = int(point["n"]), int(point["noises"])
        values = np.array([self._peak(n, m, rng) for _ in range(self.replicas)])
        return summary(values).assign(values=("replica", values))

    def _peak(self, n: int, m: int, rng: np.random.Generator) -> float:
        widths = np.unique([round(ratio * n * m) for ratio in self.ratios])
        heights = np.log([np.mean([self._loss(n, m, int(p), rng) for _ in range(self.draws)]) for p in widths])
        return peak(np.log(widths / n), heights)

    def _loss(self, n: int, m: int, p: int, rng: np.random.Generator) -> float:
        data = drawn(self.d, n, p, m, self.t, rng)
        return data.test_loss(solved(data, self.ridge))
