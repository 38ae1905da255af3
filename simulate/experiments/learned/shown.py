r"""How much of each direction a learned score shows, by model class, N, t and training time: what is lost first?

N points of a Gaussian law with two variances, each of one half of the directions, x = y + sqrt(u t) z at the points
with noise that no training saw, u = 1 unless said. For each model and variance v the share that is shown, 1 for the law
and 0 for what is lost,

.. math:: s = (1 - j)(t + v)/v, \qquad j = -t J_{ii}

is averaged over points and directions at training times tau of gradient flow on E|D - y|^2:

    linear      one layer, all noise averaged: plain descent, whose steps are so small that its flow is followed
    features    cosines of the length of the data, all noise averaged; tau is that of their kernel, p times their own
    kernel      of many noises, inputs divided by (v + t)^{1/2}, v the mean variance; slopes are central differences
    network     a preconditioned perceptron; tau is the number of steps of Adam at this noise
    empirical   the score of full memorization, at every tau: s = Var_w(y_i)/t (t + v)/v

Which variance is lost first, in units of what the law shows, is the sign of one number for all classes: s of the larger
variance less s of the smaller one, above 0 where the smaller one is lost first.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import xarray as xr

from simulate.engine.posterior import posterior
from simulate.experiments.learned.lost import BRIEF, NEAR, Denoiser, of_network
from simulate.experiments.networks.trained import Architecture, begun, deviation
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
    """The share that a model shows of each of two variances, or by how much less it shows of the smaller one.

    A row for each shape, place, training time and variance; where `compared`, for each shape, place and training time:
    above 0 the smaller variance is lost first.

    Arguments:
        shapes: (model, N, t) of each point of the table; "linear", "features", "network", "empirical", or a name of a
            kernel, and the noise variance in squared units of the data.
        taus: training times > 0.
        variances: the larger and the smaller one.
        d: the dimension, even.
        m: number of noises of each point for kernels.
        p: number of features.
        places: u >= 0, noises of the places that are seen from in units of t.
        architecture: of networks.
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
    places: tuple[float, ...] = (1.0,)
    architecture: Architecture = field(default=Architecture("mlp", 32))
    replicas: int = 40
    compared: bool = False

    def points(self) -> Sequence[Point]:
        where = [(*shape, u) for shape in self.shapes for u in self.places]
        return [Point(model=model, n=n, d=self.d, t=t, place=u) for model, n, t, u in where]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        model, n, t, u = str(point["model"]), int(point["n"]), float(point["t"]), float(point["place"])
        shares = self.shares(model, n, t, rng, u)
        if self.compared:
            return _table(shares[:, 0] - shares[:, 1], ("tau",), [(tau,) for tau in self.taus])
        labels = [(tau, v) for tau in self.taus for v in self.variances]
        return _table(shares.reshape(-1, self.replicas), ("tau", "variance"), labels)

    def combine(self, parts: list[xr.Dataset]) -> xr.Dataset:
        """One row for each shape, place, training time and variance."""
        return rows(parts, "row")

    def shares(self, model: str, n: int, t: float, rng: np.random.Generator, u: float = 1.0) -> np.ndarray:
        """The share that a model shows of each variance, in every data set.

        Arguments:
            model: "linear", "features", "network", "empirical", or a name of a kernel.
            n: number of points.
            t: the noise variance.
            rng: draws data, noise, features and parameters.
            u: noise of the places, in units of t.

        Returns:
            (times, 2, replicas).
        """
        data = np.sqrt(np.repeat(self.variances, self.d // 2)) * rng.standard_normal((self.replicas, n, self.d))
        own = data[:, np.arange(SEEN) % n]
        seen = own + np.sqrt(u * t) * rng.standard_normal(own.shape)
        if model == "network":
            slopes = self._of_networks(data, t, seen, rng)
        else:
            slopes = np.stack([self._of(model, y, t, x, rng) for y, x in zip(data, seen, strict=True)])
        halves = slopes.reshape(self.replicas, len(self.taus), 2, -1).mean(axis=3)
        return np.moveaxis(halves, 0, -1) * (1 + t / np.array(self.variances))[:, None]

    def _of(self, model: str, data: np.ndarray, t: float, x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Means of dD_i/dx_i over places x, (times, d)."""
        if model == "linear":
            return self._of_layer(data, t)
        if model == "empirical":
            shown = 1 + t * np.diagonal(posterior(x, data, t).jacobian, axis1=1, axis2=2).mean(axis=0)
            return np.broadcast_to(shown, (len(self.taus), self.d))
        if model == "features":
            return self._of_features(data, t, x, rng)
        return self._of_kernel(model, data, t, x, rng)

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
        return _slopes(lambda place: flow.at(scale * place, np.array(self.taus)), x, rng)

    def _of_networks(self, data: np.ndarray, t: float, seen: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Means of dD_i/dx_i of one network for each data set, (replicas, times, d)."""
        steps = replace(BRIEF, steps=round(max(self.taus)), shortest=t / NEAR, longest=t * NEAR)
        build = self.architecture.builder((self.d,), deviation(np.concatenate(data)))
        run = begun(build, list(data), steps, rng)
        found = [
            [_slopes(of_network(run.network(i), t), x, rng) for i, x in enumerate(seen)]
            for step, _ in run
            if step in self.taus
        ]
        return np.swapaxes(found, 0, 1)


def _slopes(denoise: Denoiser, x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Means of dD_i/dx_i over places (batch, d), by central differences along random signs: (..., d)."""
    signs = rng.choice([-1.0, 1.0], x.shape)
    moved = denoise(x + DIFFERENCE * signs) - denoise(x - DIFFERENCE * signs)
    return (moved * signs).mean(axis=-2) / (2 * DIFFERENCE)


def _table(values: np.ndarray, names: tuple[str, ...], labels: Sequence[tuple[float, ...]]) -> xr.Dataset:
    """Values (rows, replicas) with their means and errors, and for each row a label of each name."""
    columns = zip(names, zip(*labels, strict=True), strict=True)
    return summaries(values, "row").assign_coords({name: ("row", list(column)) for name, column in columns})
