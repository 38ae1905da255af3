r"""How much of each direction a learned score shows, by model class, N, t and training time: what is lost first?

N points of a Gaussian law with two variances, each of one half of the directions, x = y + sqrt(t) z at the points with
noise that no training saw. For each model and variance v the share that is shown, 1 for the law and 0 for what is lost,

.. math:: s = (1 - j)(t + v)/v, \qquad j = -t J_{ii}

is averaged over points and directions at training times tau of gradient flow on E|D - y|^2:

    linear      one layer, all noise averaged: plain descent, whose steps are so small that its flow is followed
    features    cosines of the length of the data, all noise averaged; tau is that of their kernel, p times their own
    kernel      of many noises, inputs divided by (v + t)^{1/2}, v the mean variance; slopes are central differences
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from simulate.learned.features_training import Cosines, FeatureFlow
from simulate.learned.kernels import Followed
from simulate.learned.linear import covariance
from simulate.run.experiment import Experiment, Point
from simulate.run.tables import rows, summaries

STEPS = 20_000  # of descent to the longest training time
SEEN = 100  # noised points of each data set
DIFFERENCE = 1e-3  # step of a central difference


@dataclass(frozen=True, kw_only=True)
class ShownShares(Experiment):
    """The share that a model shows of each of two variances, or of data sets in which less of the smaller is shown.

    A row for each shape, training time and variance; where `compared`, for each shape and training time: the smaller
    variance is lost first in the data sets that count.

    Arguments:
        shapes: (model, N, t) of each point of the table; "linear", "features", or a name of a kernel, and the noise
            variance in squared units of the data.
        taus: training times > 0.
        variances: the larger and the smaller one.
        d: the dimension, even.
        m: number of noises of each point for kernels.
        p: number of features.
        replicas: the number of independent data sets.
        compared: whether the two variances are compared in each data set.
        seed: of all random numbers, an integer >= 0.
    """

    shapes: tuple[tuple[str, int, float], ...]
    taus: tuple[float, ...]
    variances: tuple[float, float] = (1.0, 0.09)
    d: int = 20
    m: int = 30
    p: int = 800
    replicas: int = 40
    compared: bool = False

    def points(self) -> Sequence[Point]:
        return [Point(model=model, n=n, d=self.d, t=t) for model, n, t in self.shapes]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        shares = self.shares(str(point["model"]), int(point["n"]), float(point["t"]), rng)
        if self.compared:
            return self._lost_first(shares)
        labels = [(tau, v) for tau in self.taus for v in self.variances]
        return _table(shares.reshape(-1, self.replicas), ("tau", "variance"), labels)

    def _lost_first(self, shares: np.ndarray) -> xr.Dataset:
        """Whether the smaller variance is shown less, 1 or 0, of shares (times, 2, replicas)."""
        larger, smaller = shares.swapaxes(0, 1)
        found = _table((smaller < larger).astype(float), ("tau",), [(tau,) for tau in self.taus])
        return found.assign(lowest=0.0, highest=1.0)

    def combine(self, parts: list[xr.Dataset]) -> xr.Dataset:
        """One row for each shape, training time and variance."""
        return rows(parts, "row")

    def shares(self, model: str, n: int, t: float, rng: np.random.Generator) -> np.ndarray:
        """The share that a model shows of each variance, in every data set.

        Arguments:
            model: "linear", "features", or a name of a kernel.
            n: number of points.
            t: the noise variance.
            rng: draws data, noise and features.

        Returns:
            (times, 2, replicas).
        """
        data = np.sqrt(np.repeat(self.variances, self.d // 2)) * rng.standard_normal((self.replicas, n, self.d))
        slopes = np.stack([self._slopes(model, y, t, rng) for y in data], axis=-1)
        return slopes * (1 + t / np.array(self.variances))[:, None]

    def _slopes(self, model: str, data: np.ndarray, t: float, rng: np.random.Generator) -> np.ndarray:
        """Means of dD_i/dx_i over noised points and each half of the directions, (times, 2)."""
        x = data[np.arange(SEEN) % len(data)] + np.sqrt(t) * rng.standard_normal((SEEN, self.d))
        if model == "linear":
            along = self._of_layer(data, t)
        elif model == "features":
            along = self._of_features(data, t, x, rng)
        else:
            along = self._of_kernel(model, data, t, x, rng)
        return along.reshape(len(self.taus), 2, -1).mean(axis=2)

    def _of_layer(self, data: np.ndarray, t: float) -> np.ndarray:
        """Diagonals of the weights of one layer after descent from 0, (times, d)."""
        target, rate = covariance(data), max(self.taus) / STEPS
        steep = target + t * np.eye(self.d)
        best, left = np.linalg.solve(steep, target), np.eye(self.d) - 2 * rate * steep
        undone = (np.linalg.matrix_power(left, round(tau / rate)) for tau in self.taus)
        return np.array([np.diag(best - one @ best) for one in undone])

    def _of_features(self, data: np.ndarray, t: float, x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        features = Cosines.drawn(self.p, self.d, np.sqrt(self.d * (np.mean(self.variances) + t)), rng)
        flow = FeatureFlow(features, data, data, t)
        sines = np.sqrt(2) * np.sin(x @ features.waves.T + features.phases).mean(axis=0)
        return np.array([-sines @ (flow.coefficients(tau / self.p).T * features.waves) for tau in self.taus])

    def _of_kernel(
        self, kernel: str, data: np.ndarray, t: float, x: np.ndarray, rng: np.random.Generator
    ) -> np.ndarray:
        own, scale = np.repeat(data, self.m, axis=0), 1 / np.sqrt(np.mean(self.variances) + t)
        flow = Followed(kernel, scale * (own + np.sqrt(t) * rng.standard_normal(own.shape)), own)
        signs = rng.choice([-1.0, 1.0], x.shape)  # for all diagonal entries at once, on average
        ahead, behind = (flow.at(scale * (x + step * signs), np.array(self.taus)) for step in (DIFFERENCE, -DIFFERENCE))
        return ((ahead - behind) * signs).mean(axis=1) / (2 * DIFFERENCE)


def _table(values: np.ndarray, names: tuple[str, ...], labels: Sequence[tuple[float, ...]]) -> xr.Dataset:
    """Values (rows, replicas) with their means and errors, and for each row a label of each name."""
    columns = zip(names, zip(*labels, strict=True), strict=True)
    return summaries(values, "row").assign_coords({name: ("row", list(column)) for name, column in columns})
