r"""Samples of kernel models: how many are copies, when a model of every noise has been trained for a time.

Data, inputs and flow are those of `simulate.experiments.learned.kernels`. A sample is a copy where its nearest point is
closer than a third of the next: :math:`d_1/d_2 < 1/3`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from simulate.engine.copies import COPIED
from simulate.experiments.learned.kernels import noised
from simulate.learned.kernels import Followed
from simulate.run.experiment import Experiment, Point
from simulate.run.tables import summary
from simulate.sampling import nearest_ratio, sample

FIRST, LAST, LEVELS = 30.0, 1e-3, 16  # variances of the noise from which samples are made, and their number


@dataclass(frozen=True, kw_only=True)
class KernelSamples(Experiment):
    """The share of samples of kernel models that are copies: d1/d2 < 1/3, by the reverse SDE of models of every noise.

    Arguments:
        kernels: names of `simulate.learned.kernels.KERNELS`.
        d: the dimension of the isotropic data, of variance 1.
        n: the number of points.
        m: number of noises of each point.
        taus: training times, the same at every noise.
        count: number of samples of each model.
        replicas: the number of independent data sets.
        seed: of all random numbers, an integer >= 0.
    """

    kernels: tuple[str, ...]
    d: int = 8
    n: int = 8
    m: int = 16
    taus: tuple[float, ...] = (300.0,)
    count: int = 50
    replicas: int = 30

    def points(self) -> Sequence[Point]:
        return [Point(kernel=kernel, tau=tau, d=self.d, n=self.n) for kernel in self.kernels for tau in self.taus]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        shares = np.array([self._share(str(point["kernel"]), float(point["tau"]), rng) for _ in range(self.replicas)])
        return summary(shares).assign(values=("replica", shares), lowest=0.0, highest=1.0)

    def _share(self, kernel: str, tau: float, rng: np.random.Generator) -> float:
        data = rng.standard_normal((self.n, self.d))
        own = np.repeat(data, self.m, axis=0)
        return copies(flows_of(kernel, own, rng), tau, data, self.count, rng)


def flows_of(kernel: str, own: np.ndarray, rng: np.random.Generator) -> list[Followed]:
    """A model of every noise from FIRST to LAST.

    Arguments:
        kernel: a name of `simulate.learned.kernels.KERNELS`.
        own: the data, each point as often as it has noises, (n, d).
        rng: of the noises.

    Returns:
        LEVELS + 1 models.
    """
    return [Followed(kernel, noised(own, t, rng), own) for t in levels()]


def levels() -> np.ndarray:
    """The variances of the noise at which there are models, (LEVELS + 1,)."""
    return np.geomspace(FIRST, LAST, LEVELS + 1)


def copies(flows: list[Followed], tau: float, data: np.ndarray, count: int, rng: np.random.Generator) -> float:
    """The share of samples that are copies, all models having been trained for one time.

    Arguments:
        flows: of `flows_of`.
        tau: the training time.
        data: points, (N, d).
        count: the number of samples.
        rng: of the samples.
    """
    return float((nearest_ratio(generated(flows, tau, data.shape[1], count, rng), data) < COPIED).mean())


def generated(flows: list[Followed], tau: float, d: int, count: int, rng: np.random.Generator) -> np.ndarray:
    """Samples of models that have all been trained for one time, by the reverse SDE.

    Arguments:
        flows: of `flows_of`.
        tau: the training time.
        d: the dimension.
        count: the number of samples.
        rng: of the samples.

    Returns:
        (count, d), in units of the data.
    """
    times = levels()

    def score(x: np.ndarray, t: float) -> np.ndarray:
        flow = flows[int(np.abs(np.log(times / t)).argmin())]
        return (flow.at(x / np.sqrt(1 + t), np.array([tau]))[0] - x) / t

    return sample(score, count, d, rng, FIRST, LAST, steps=LEVELS)
