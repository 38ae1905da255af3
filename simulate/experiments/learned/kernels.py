r"""Kernel models along their training: risk, the times of events, samples, and how directions are lost.

N points y of a Gaussian law, isotropic of variance 1 unless said, m noises for each; inputs :math:`(y + \sqrt t z)/(v +
t)^{1/2}`, v the mean variance.

    risk       E|D - y|^2/d at held-out points: 1 is pure noise, D = 0

Events in training time: the law is half learned (the risk is halfway from 1 to its least), the risk is least, and the
law is half forgotten (the risk is halfway back to its last).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from simulate.engine.copies import COPIED
from simulate.learned.kernels import Followed
from simulate.learned.linear import covariance
from simulate.run.experiment import Experiment, Point
from simulate.run.tables import rows, summaries, summary
from simulate.run.threads import one_thread
from simulate.sampling import nearest_ratio, sample

HELD_OUT = 200  # points at which losses are averaged
STEP = 1e-3  # of a central difference
QUANTITIES = ("-t J", "loss")
EVENTS = ("half learned", "least risk", "half forgotten")
GRID = np.geomspace(0.3, 1e5, 40)  # training times between which events are interpolated
FIRST, LAST, LEVELS = 30.0, 1e-3, 16  # variances of the noise from which samples are made, and their number


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
    risk = ((flow.at(noised(held_out, t, rng), taus) - held_out) ** 2).mean(axis=(1, 2))
    return Curves(risk, moments(data))


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

    @one_thread()
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

    @one_thread()
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

    @one_thread()
    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        shares = np.array([self._share(str(point["kernel"]), float(point["tau"]), rng) for _ in range(self.replicas)])
        return summary(shares).assign(values=("replica", shares), lowest=0.0, highest=1.0)

    def _share(self, kernel: str, tau: float, rng: np.random.Generator) -> float:
        data = rng.standard_normal((self.n, self.d))
        own = np.repeat(data, self.m, axis=0)
        times = np.geomspace(FIRST, LAST, LEVELS + 1)
        flows = [Followed(kernel, noised(own, t, rng), own) for t in times]

        def score(x: np.ndarray, t: float) -> np.ndarray:
            flow = flows[int(np.abs(np.log(times / t)).argmin())]
            return (flow.at(x / np.sqrt(1 + t), np.array([tau]))[0] - x) / t

        ends = sample(score, self.count, self.d, rng, FIRST, LAST, steps=LEVELS)
        return float((nearest_ratio(ends, data) < COPIED).mean())


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

    @one_thread()
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
