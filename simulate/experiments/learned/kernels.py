r"""Kernel models along their training: risk, and the times of events.

N points y of an isotropic Gaussian law of variance 1, m noises for each; inputs :math:`(y + \sqrt t z)/(1 + t)^{1/2}`.

    risk       E|D - y|^2/d at held-out points: 1 is pure noise, D = 0

Events in training time: the law is half learned (the risk is halfway from 1 to its least), the risk is least, and the
law is half forgotten (the risk is halfway back to its last).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from simulate.learned.kernels import Followed
from simulate.learned.linear import covariance
from simulate.run.experiment import Experiment, Point
from simulate.run.tables import rows, summaries

HELD_OUT = 200  # points at which losses are averaged
EVENTS = ("half learned", "least risk", "half forgotten")
GRID = np.geomspace(0.3, 1e5, 40)  # training times between which events are interpolated


@dataclass(frozen=True, eq=False)
class Curves:
    """The risk of one model along its training, and what its data are like.

    Arguments:
        risk: E|D - y|^2/d at training times, (times,).
        moments: mean and covariance of the data side by side, (d, 1 + d).
    """

    risk: np.ndarray
    moments: np.ndarray


def curves(kernel: str, d: int, n: int, m: int, t: float, taus: np.ndarray, rng: np.random.Generator) -> Curves:
    """The risk along its training of a kernel model of isotropic Gaussian data of variance 1.

    Arguments:
        kernel: a name of `simulate.learned.kernels.KERNELS`.
        d: the dimension.
        n: the number of points.
        m: number of noises of each point.
        t: the noise variance.
        taus: training times, (times,).
        rng: of the data, the noise and the held-out points.

    Returns:
        The risk at HELD_OUT points (times,), and the moments of the data.
    """
    data = rng.standard_normal((n, d))
    own, held_out = np.repeat(data, m, axis=0), rng.standard_normal((HELD_OUT, d))
    flow = Followed(kernel, noised(own, t, rng), own)
    return Curves(losses(flow, noised(held_out, t, rng), held_out, taus), moments(data))


def losses(flow: Followed, x: np.ndarray, y: np.ndarray, taus: np.ndarray) -> np.ndarray:
    """E|D(x) - y|^2/d of a kernel model along its training.

    Arguments:
        flow: the model.
        x: inputs, (batch, d).
        y: the points that were noised, (batch, d).
        taus: training times, (times,).

    Returns:
        (times,).
    """
    return ((flow.at(x, taus) - y) ** 2).mean(axis=(1, 2))


def noised(y: np.ndarray, t: float, rng: np.random.Generator) -> np.ndarray:
    """Inputs of a model of data of variance 1: (y + sqrt(t) z)/(1 + t)^{1/2}, z standard normal.

    Arguments:
        y: points, (..., d).
        t: the noise variance.
        rng: of the noise z.

    Returns:
        The shape of y.
    """
    return (y + np.sqrt(t) * rng.standard_normal(y.shape)) / np.sqrt(1 + t)


def event_times(risk: np.ndarray, taus: np.ndarray) -> np.ndarray:
    """Logs of the training times of EVENTS: the law half learned, the least risk, the law half forgotten.

    Arguments:
        risk: E|D - y|^2/d at the training times, (times,); it falls and rises again.
        taus: the training times, (times,).

    Returns:
        (3,); NaN where a risk does not cross the level of an event.
    """
    least = int(risk.argmin())
    learned = crossing(risk[: least + 1], (1 + risk[least]) / 2, taus)
    forgotten = crossing(risk[least:], (risk[least] + risk[-1]) / 2, taus[least:])
    return np.array([learned, np.log(taus[least]), forgotten])


def crossing(values: np.ndarray, level: float, taus: np.ndarray) -> float:
    """The log of the first training time at which values cross a level, linear in the log between two times.

    Arguments:
        values: at the training times, (times,).
        level: the level.
        taus: the training times, (times,).

    Returns:
        The log of a time; NaN where the level is not crossed.
    """
    above = values > level
    where = np.flatnonzero(above[1:] != above[:-1])
    if not len(where):
        return np.nan
    i = where[0]
    share = (level - values[i]) / (values[i + 1] - values[i])
    return float(np.log(taus[i]) + share * np.log(taus[i + 1] / taus[i]))


def moments(data: np.ndarray) -> np.ndarray:
    """Mean and covariance of data, side by side.

    Arguments:
        data: points, (n, d).

    Returns:
        (d, 1 + d).
    """
    return np.column_stack([data.mean(axis=0), covariance(data)])


def summed(values: np.ndarray, data: np.ndarray) -> xr.Dataset:
    """Values with their means and errors, and the moments of the data that they belong to.

    Arguments:
        values: (components, replicas).
        data: moments of each data set, (replicas, d, 1 + d).

    Returns:
        A Dataset along `component`: that of `simulate.run.tables.summaries` and `moments`.
    """
    repeated = np.broadcast_to(data, (len(values), *data.shape))
    return summaries(values, "component").assign(moments=(("component", "data_set", "axis", "other"), repeated))


@dataclass(frozen=True, kw_only=True)
class KernelRisk(Experiment):
    """Risk at training times `taus`: a row for each kernel and time; `moments` (replica, d, 1 + d) of the data.

    Arguments:
        kernels: names of `simulate.learned.kernels.KERNELS`.
        d: the dimension.
        n: the number of points.
        m: number of noises of each point.
        t: the noise variance, in units of the variance of the isotropic data.
        taus: training times of gradient flow.
        replicas: the number of independent data sets.
        seed: of all random numbers, an integer >= 0.
    """

    kernels: tuple[str, ...]
    d: int = 20
    n: int = 12
    m: int = 30
    t: float = 0.1
    taus: tuple[float, ...] = (3.0, 30.0, 300.0, 3000.0)
    replicas: int = 60

    def points(self) -> Sequence[Point]:
        return [Point(kernel=kernel, d=self.d, n=self.n, t=self.t) for kernel in self.kernels]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        taus, kernel = np.array(self.taus), str(point["kernel"])
        found = [curves(kernel, self.d, self.n, self.m, self.t, taus, rng) for _ in range(self.replicas)]
        data = np.stack([one.moments for one in found])
        table = summed(np.stack([one.risk for one in found], axis=1), data)
        return table.assign_coords(tau=("component", taus))

    def combine(self, parts: list[xr.Dataset]) -> xr.Dataset:
        """One row for each kernel and training time."""
        return rows(parts, "component")


@dataclass(frozen=True, kw_only=True)
class KernelTimes(Experiment):
    """Exponents a of tau ~ N^a of EVENTS, by least squares over `sizes` N: a row for each kernel and event.

    `moments` (replica x size, d, 1 + d) of the data, size after size.

    Arguments:
        kernels: names of `simulate.learned.kernels.KERNELS`.
        d: the dimension.
        sizes: numbers of points N.
        m: number of noises of each point.
        t: the noise variance, in units of the variance of the isotropic data.
        replicas: the number of independent data sets of each size.
        seed: of all random numbers, an integer >= 0.
    """

    kernels: tuple[str, ...]
    d: int = 16
    sizes: tuple[int, ...] = (8, 32)
    m: int = 16
    t: float = 0.1
    replicas: int = 60

    def points(self) -> Sequence[Point]:
        return [Point(kernel=kernel, d=self.d, t=self.t) for kernel in self.kernels]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        kernel = str(point["kernel"])
        found = [
            [curves(kernel, self.d, n, self.m, self.t, GRID, rng) for n in self.sizes] for _ in range(self.replicas)
        ]
        times = np.array([[event_times(one.risk, GRID) for one in sizes] for sizes in found])
        data = np.concatenate([[one.moments for one in sizes] for sizes in found])
        table = summed(exponents(times, self.sizes).T, data)
        return table.assign_coords(event=("component", list(EVENTS)))

    def combine(self, parts: list[xr.Dataset]) -> xr.Dataset:
        """One row for each kernel and event."""
        return rows(parts, "component")


def exponents(log_times: np.ndarray, sizes: Sequence[int]) -> np.ndarray:
    """Exponents a of tau ~ N^a, by least squares of log times in log N.

    Arguments:
        log_times: (..., sizes, events).
        sizes: numbers of points N, (sizes,).

    Returns:
        (..., events).
    """
    logs = np.log(sizes) - np.log(sizes).mean()
    return np.einsum("...se,s->...e", log_times, logs) / (logs**2).sum()
