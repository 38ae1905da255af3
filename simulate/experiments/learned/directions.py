r"""Which directions a score shows, by model class: one law, one noise, N points, and training time.

For each class the normalized Jacobian is averaged over noised training points x = y + sqrt(t) z, and over the
directions of each subspace of equal variance:

    linear       -t J = t (S + t)^{-1}, S the covariance of the data set
    features     -t J = 1 - A dphi/dx, cosine features after a training time tau, all noise averaged
    network      a preconditioned perceptron after a number of steps; those of all N are trained as one ensemble
    empirical    -t J = 1 - Cov_w(y)/t, the score of full memorization

1/2 parts what is shown, below, from what is lost. The reading of -t J alone does not say why a direction is lost:
because it is unresolved, or because it is memorized.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import torch
import xarray as xr

from simulate.engine.posterior import posterior
from simulate.experiments.networks.trained import Architecture, begun, deviation, trained
from simulate.learned.features_training import Cosines, FeatureFlow
from simulate.learned.linear import solved
from simulate.networks import Network, as_score
from simulate.run.experiment import Experiment, Point
from simulate.run.tables import rows, summaries
from simulate.training import Settings
from theory.laws.linear import LinearGaussian
from theory.laws.spectra import gaussian
from theory.laws.subspaces import subspaces

MODELS = ("linear", "features", "network", "empirical")
SEEN = 32  # noised training points of each data set
LENGTH = 2.0  # of the cosines, in units of the data
LONGEST = 1e6  # training time of features that are trained to the end
Diagonal = Callable[[np.ndarray], np.ndarray]  # -t J_ii of a score at x (batch, d), (batch, d)
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
        seed: of all random numbers, an integer >= 0.

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
        return [Point(model=model) for model in MODELS]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        data = [self.law.sample(n, rng) for n in self.sizes for _ in range(self.replicas)]
        scores, sets = _of_each(self, str(point["model"]), data, rng), range(0, len(data), self.replicas)
        tables = [self._table(scores[i:][: self.replicas], data[i:][: self.replicas], rng) for i in sets]
        labelled = [
            table.assign_coords(n=("subspace", [n] * table.sizes["subspace"]))
            for n, table in zip(self.sizes, tables, strict=True)
        ]
        return xr.concat(labelled, "subspace", data_vars="all")

    def combine(self, parts: list[xr.Dataset]) -> xr.Dataset:
        return rows(parts, "subspace")

    def _table(self, scores: list[Diagonal], data: list[np.ndarray], rng: np.random.Generator) -> xr.Dataset:
        """Means of -t J_ii over noised training points and the directions of each subspace, of every data set."""
        each = np.array([self._along(score, y, rng) for score, y in zip(scores, data, strict=True)]).T
        variances = [self.law.variances[part[0]] for part in subspaces(self.law)]
        return summaries(each, "subspace").assign_coords(variance=("subspace", variances), t=self.t)

    def _along(self, score: Diagonal, data: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        y = data[rng.integers(len(data), size=SEEN)]
        diagonal = score(y + np.sqrt(self.t) * rng.standard_normal(y.shape)).mean(axis=0)
        return np.array([diagonal[part].mean() for part in subspaces(self.law)])


@dataclass(frozen=True, kw_only=True)
class LearningDirections(LearnedDirections):
    """-t J along each subspace in training time, at one N: `moment` is tau for features, and steps for networks.

    Arguments:
        n: the number of points.
        taus: training times of gradient flow on the mean of |D - y|^2.
        steps: numbers of steps of the networks.
        law: linear Gaussian data.
        sizes: of no effect: `n` is the number of points.
        t: the noise variance, in squared units of the data.
        replicas: the number of independent data sets.
        features: the number of cosine features.
        architecture, training: of the networks.
        seed: of all random numbers, an integer >= 0.
    """

    n: int = 30
    taus: tuple[float, ...] = (0.01, 0.1, 1.0, 10.0, 100.0, 1e3, 1e4)
    steps: tuple[int, ...] = (30, 100, 300, 1000, 3000)

    def points(self) -> Sequence[Point]:
        return [Point(model=model, n=self.n) for model in ("features", "network")]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        data = [self.law.sample(self.n, rng) for _ in range(self.replicas)]
        tables = [
            self._table(scores, data, rng).assign_coords(moment=float(moment))
            for moment, scores in _in_time(self, str(point["model"]), data, rng)
        ]
        joined = xr.concat(tables, "moment", data_vars="all")
        return joined.stack(row=("moment", "subspace")).reset_index("row").drop_vars("subspace")

    def combine(self, parts: list[xr.Dataset]) -> xr.Dataset:
        return rows(parts, "row")


def _of_each(
    experiment: LearnedDirections, model: str, data: list[np.ndarray], rng: np.random.Generator
) -> list[Diagonal]:
    """The score of a model class on each data set, trained to the end."""
    if model == "linear":
        return [_of_linear(y, experiment.t) for y in data]
    if model == "features":
        return [_of_features(_flow(experiment, y, rng), LONGEST) for y in data]
    if model == "network":
        run = trained(_builder(experiment, data), data, experiment.training, rng)
        return [_of_network(run.network(i), experiment.t) for i in range(len(data))]
    return [_of_posterior(y, experiment.t) for y in data]


def _in_time(
    experiment: LearningDirections, model: str, data: list[np.ndarray], rng: np.random.Generator
) -> Iterator[tuple[float, list[Diagonal]]]:
    """Training times, and the scores of features or networks on each data set then."""
    if model == "features":
        flows = [_flow(experiment, y, rng) for y in data]
        yield from ((tau, [_of_features(flow, tau) for flow in flows]) for tau in experiment.taus)
        return
    run = begun(_builder(experiment, data), data, replace(experiment.training, steps=max(experiment.steps)), rng)
    for step, _ in run:
        if step in experiment.steps:
            yield step, [_of_network(run.network(i), experiment.t) for i in range(len(data))]


def _flow(experiment: LearnedDirections, data: np.ndarray, rng: np.random.Generator) -> FeatureFlow:
    features = Cosines.drawn(experiment.features, experiment.law.dimension, LENGTH, rng)
    return FeatureFlow(features, data, data, experiment.t)


def _builder(experiment: LearnedDirections, data: list[np.ndarray]) -> Callable[[], Network]:
    return experiment.architecture.builder((experiment.law.dimension,), deviation(np.concatenate(data)))


def _of_linear(data: np.ndarray, t: float) -> Diagonal:
    """1 - W_ii of the linear denoiser, the same at every x."""
    weights = np.diagonal(solved(data, t).weights)
    return lambda x: np.broadcast_to(1 - weights, x.shape)


def _of_features(flow: FeatureFlow, tau: float) -> Diagonal:
    """1 - diagonal of A dphi/dx, with dphi_j/dx = -sqrt(2) sin(w_j x + b_j) w_j."""
    a, waves, phases = flow.coefficients(tau), flow.features.waves, flow.features.phases
    return lambda x: 1 + np.sqrt(2) * np.sin(x @ waves.T + phases) @ (a.T * waves)


def _of_network(network: torch.nn.Module, t: float) -> Diagonal:
    """-t dscore_i/dx_i of a network, by automatic differentiation in single precision."""
    score = as_score(network)

    def diagonal(x: np.ndarray) -> np.ndarray:
        points = torch.as_tensor(x, dtype=torch.float32)
        jacobian: Any = torch.func.jacrev(lambda row: score(row[None], t)[0])
        return np.stack([-t * torch.diagonal(jacobian(point)).detach().double().numpy() for point in points])

    return diagonal


def _of_posterior(data: np.ndarray, t: float) -> Diagonal:
    """-t J_ii of the empirical score."""
    return lambda x: -t * np.diagonal(posterior(x, data, t).jacobian, axis1=1, axis2=2)
