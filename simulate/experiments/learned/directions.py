r"""Which directions a score shows, by model class: one law, one noise, N points, and training time.

For each class the normalized Jacobian is averaged over noised training points x = y + sqrt(t) z, and over the
directions of each subspace of equal variance:

    linear       -t J = t (S + t)^{-1}, S the covariance of the data set
    features     -t J = 1 - A dphi/dx, cosine features after a training time tau, all noise averaged
    network      a preconditioned perceptron after a number of steps
    empirical    -t J = 1 - Cov_w(y)/t, the score of full memorization

1/2 parts what is shown, below, from what is lost. The reading of -t J alone does not say why a direction is lost:
because it is unresolved, or because it is memorized.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import torch
import xarray as xr

from simulate.engine.posterior import posterior
from simulate.experiments.networks.trained import Architecture, begun, spread
from simulate.learned.features_training import Cosines, FeatureFlow
from simulate.learned.linear import solved
from simulate.networks import as_score
from simulate.run.experiment import Experiment, Point
from simulate.run.tables import rows
from simulate.run.threads import one_thread
from simulate.training import Settings
from theory.laws.linear import LinearGaussian
from theory.laws.spectra import gaussian
from theory.laws.subspaces import subspaces

MODELS = ("linear", "features", "network", "empirical")
ASKED = 32  # noised training points of each data set
LENGTH = 2.0  # of the cosines, in units of the data
LONGEST = 1e6  # training time of features that are trained to the end
SHORT = Settings(steps=3000, batch=64, times=16, rate=2e-3, optimizer="adamw", shortest=0.03**2, longest=3.0**2)


@dataclass(frozen=True, kw_only=True)
class LearnedDirections(Experiment):
    """-t J along each subspace, for each model class and number of points.

    Arguments:
        law: linear Gaussian data.
        sizes: numbers of points N.
        t: the noise variance, in squared units of the data.
        replicas: the number of independent data sets.
        features: the number of cosine features.
        architecture, training: of the networks.

    Row by row `values` (point, replica), along N, the model and the variance of the subspace.
    """

    law: LinearGaussian = field(default_factory=lambda: gaussian((1.0, 2), (0.09, 5), (1e-4, 23)))
    sizes: tuple[int, ...] = (10, 30, 100, 300, 1000)
    t: float = 0.01
    replicas: int = 3
    features: int = 500
    architecture: Architecture = field(default=Architecture("mlp", 64))
    training: Settings = field(default=SHORT)

    def points(self) -> Sequence[Point]:
        return [Point(model=model, n=n) for model in MODELS for n in self.sizes]

    @one_thread()
    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        data = [self.law.sample(int(point["n"]), rng) for _ in range(self.replicas)]
        scores = _SCORES[str(point["model"])](self, data, rng)
        return self._table([_along(self.law, score, y, self.t, rng) for score, y in zip(scores, data, strict=True)])

    def combine(self, parts: list[xr.Dataset]) -> xr.Dataset:
        return rows(parts, "subspace")

    def _table(self, values: list[np.ndarray]) -> xr.Dataset:
        """Values (replica, subspace) of one point."""
        each = np.array(values).T
        return xr.Dataset(
            {
                "values": (("subspace", "replica"), each),
                "observed": ("subspace", each.mean(axis=1)),
                "stderr": ("subspace", each.std(axis=1, ddof=1) / np.sqrt(self.replicas)),
            },
            coords={
                "variance": ("subspace", [self.law.variances[part[0]] for part in subspaces(self.law)]),
                "t": self.t,
            },
        )


@dataclass(frozen=True, kw_only=True)
class LearningDirections(LearnedDirections):
    """The same against training time, at one N: `moments` of features, tau, and of networks, steps.

    Arguments:
        n: the number of points.
        taus: training times of gradient flow on the mean of |D - y|^2.
        steps: numbers of steps of the networks.
    """

    n: int = 30
    taus: tuple[float, ...] = (0.01, 0.1, 1.0, 10.0, 100.0, 1e3, 1e4)
    steps: tuple[int, ...] = (30, 100, 300, 1000, 3000)

    def points(self) -> Sequence[Point]:
        return [Point(model=model, n=self.n) for model in ("features", "network")]

    @one_thread()
    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        data = [self.law.sample(self.n, rng) for _ in range(self.replicas)]
        moments = _moments(self, str(point["model"]), data, rng)
        tables = [
            self._table(
                [_along(self.law, score, y, self.t, rng) for score, y in zip(scores, data, strict=True)]
            ).assign_coords(moment=float(moment))
            for moment, scores in moments
        ]
        return xr.concat(tables, "moment").stack(row=("moment", "subspace")).reset_index("row").drop_vars("subspace")

    def combine(self, parts: list[xr.Dataset]) -> xr.Dataset:
        return rows(parts, "row")


def _moments(asked: LearningDirections, model: str, data: list[np.ndarray], rng: np.random.Generator) -> Iterator[Any]:
    """Training times with the Jacobians of all data sets then."""
    if model == "features":
        flows = [_flow(asked, y, rng) for y in data]
        yield from ((tau, [_of_features(flow, tau) for flow in flows]) for tau in asked.taus)
        return
    run = begun(_builder(asked, data), data, replace(asked.training, steps=max(asked.steps)), rng)
    for step, _ in run:
        if step in asked.steps:
            yield step, [_of_network(run.network(i), asked.t) for i in range(len(data))]


def _along(law: LinearGaussian, jacobian: Any, data: np.ndarray, t: float, rng: np.random.Generator) -> np.ndarray:
    """Means of -t J_ii over noised training points and the directions of each subspace."""
    y = data[rng.integers(len(data), size=ASKED)]
    diagonal = jacobian(y + np.sqrt(t) * rng.standard_normal(y.shape)).mean(axis=0)
    return np.array([diagonal[part].mean() for part in subspaces(law)])


def _linear(asked: LearnedDirections, data: list[np.ndarray], rng: np.random.Generator) -> list[Any]:
    def of(y: np.ndarray) -> Any:
        kept = np.diagonal(solved(y, asked.t).weights)
        return lambda x: np.broadcast_to(1 - kept, x.shape)

    return [of(y) for y in data]


def _features(asked: LearnedDirections, data: list[np.ndarray], rng: np.random.Generator) -> list[Any]:
    return [_of_features(_flow(asked, y, rng), LONGEST) for y in data]


def _flow(asked: LearnedDirections, data: np.ndarray, rng: np.random.Generator) -> FeatureFlow:
    features = Cosines.drawn(asked.features, asked.law.dimension, LENGTH, rng)
    return FeatureFlow(features, data, data, asked.t)


def _of_features(flow: FeatureFlow, tau: float) -> Any:
    """1 - diagonal of A dphi/dx, with dphi_j/dx = -sqrt(2) sin(w_j x + b_j) w_j."""
    a, waves, phases = flow.coefficients(tau), flow.features.waves, flow.features.phases
    return lambda x: 1 + np.sqrt(2) * np.sin(x @ waves.T + phases) @ (a.T * waves)


def _network(asked: LearnedDirections, data: list[np.ndarray], rng: np.random.Generator) -> list[Any]:
    run = begun(_builder(asked, data), data, asked.training, rng)
    for _ in run:
        pass
    return [_of_network(run.network(i), asked.t) for i in range(len(data))]


def _builder(asked: LearnedDirections, data: list[np.ndarray]) -> Any:
    return asked.architecture.builder((asked.law.dimension,), spread(np.concatenate(data)))


def _of_network(network: Any, t: float) -> Any:
    score = as_score(network)

    def diagonal(x: np.ndarray) -> np.ndarray:
        points = torch.as_tensor(x, dtype=torch.float32)
        jacobian: Any = torch.func.jacrev(lambda row: score(row[None], t)[0])
        return np.stack([-t * torch.diagonal(jacobian(point)).detach().double().numpy() for point in points])

    return diagonal


def _empirical(asked: LearnedDirections, data: list[np.ndarray], rng: np.random.Generator) -> list[Any]:
    def of(y: np.ndarray) -> Any:
        return lambda x: -asked.t * np.diagonal(posterior(x, y, asked.t).jacobian, axis1=1, axis2=2)

    return [of(y) for y in data]


_SCORES: dict[str, Any] = {"linear": _linear, "features": _features, "network": _network, "empirical": _empirical}
