r"""Are samples nearer to the half of the data that a model was trained on than to the other, and from when on?

Two halves of N points each are drawn from one isotropic law. Kernel models of every noise are trained on one half for
the same time tau, and samples are made by the reverse SDE. Of a model that has learned the law, a sample is as often
nearest to a point of either half: the share nearest to its own is 1/2. The time is a share of tau*, at which the loss
at held-out points, in units of that of the law and summed over the levels of noise between WITHIN, is least.

A law of the mean and covariance of the own half has a share above 1/2 as well, without knowing any point:
`of_gaussian`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr
from scipy.spatial.distance import cdist

from simulate.experiments.learned.kernel_samples import flows_of, generated, levels
from simulate.experiments.learned.kernels import losses, noised
from simulate.learned.kernels import Followed
from simulate.run.experiment import Experiment, Point
from simulate.run.tables import summary

GRID = np.geomspace(1.0, 1e4, 25)  # training times among which the loss is least
WITHIN = (0.01, 10.0)  # variances of the noise at which the loss is looked at
HELD_OUT = 200


@dataclass(frozen=True, kw_only=True)
class OwnHalf(Experiment):
    """The share of samples nearest to a point of the half trained on; a row for each kernel and share of tau*.

    `of_gaussian` (point, replica) is that of draws of a Gaussian law with the mean and covariance of the own half.

    Arguments:
        kernels: names of `simulate.learned.kernels.KERNELS`.
        d: the dimension of the isotropic data, of variance 1.
        n: the number of points of each half.
        m: number of noises of each point.
        stopped: training times, as shares of that at which the loss at held-out points is least.
        count: number of samples of each model.
        replicas: the number of independent pairs of halves.
        seed: of all random numbers, an integer >= 0.
    """

    kernels: tuple[str, ...]
    d: int = 8
    n: int = 12
    m: int = 8
    stopped: tuple[float, ...] = (0.5,)
    count: int = 60
    replicas: int = 60

    def points(self) -> Sequence[Point]:
        asked = [(kernel, stopped) for kernel in self.kernels for stopped in self.stopped]
        return [Point(kernel=kernel, stopped=stopped, d=self.d, n=self.n) for kernel, stopped in asked]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        kernel, stopped = str(point["kernel"]), float(point["stopped"])
        found = np.array([self._shares(kernel, stopped, rng) for _ in range(self.replicas)]).T
        table = summary(found[0]).assign(values=("replica", found[0]), of_gaussian=("replica", found[1]))
        return table.assign(lowest=0.0, highest=1.0)

    def _shares(self, kernel: str, stopped: float, rng: np.random.Generator) -> tuple[float, float]:
        """The share of samples of one model, and of a Gaussian law, nearest to its own half."""
        own, other = rng.standard_normal((2, self.n, self.d))
        flows = flows_of(kernel, np.repeat(own, self.m, axis=0), rng)
        tau = stopped * least(flows, rng.standard_normal((HELD_OUT, self.d)), rng)
        samples = generated(flows, tau, self.d, self.count, rng)
        gaussian = rng.multivariate_normal(own.mean(axis=0), np.cov(own.T, bias=True), 10 * self.count)
        return nearer(samples, own, other), nearer(gaussian, own, other)


def least(flows: list[Followed], held_out: np.ndarray, rng: np.random.Generator) -> float:
    """The training time at which the loss at held-out points is least, over levels of noise.

    Arguments:
        flows: models of every noise, of `flows_of`.
        held_out: points of the law, (n, d).
        rng: draws their noise.

    Returns:
        One of GRID.
    """
    inside = [(flow, t) for flow, t in zip(flows, levels(), strict=True) if WITHIN[0] < t < WITHIN[1]]
    risks = [losses(flow, noised(held_out, t, rng), held_out, GRID) * (1 + t) / t for flow, t in inside]
    return float(GRID[np.sum(risks, axis=0).argmin()])


def nearer(samples: np.ndarray, own: np.ndarray, other: np.ndarray) -> float:
    """The share of samples whose nearest point is one of the own half.

    Arguments:
        samples: (n, d).
        own: points trained on, (N, d).
        other: as many others, (N, d).
    """
    return float((cdist(samples, own).min(axis=1) < cdist(samples, other).min(axis=1)).mean())
