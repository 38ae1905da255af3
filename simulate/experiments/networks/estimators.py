r"""Estimators of local dimension on trained networks, where it is known, beside the exact score of the same data.

A perceptron is trained on n points of a manifold, for seconds: enough to see what an estimator makes of a score that is
no density's, has errors in every direction, and need not have found the manifold. x is one of the data. Networks are
asked in single precision, the exact score in double precision.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
import xarray as xr

from simulate.dimension import METHODS, EmpiricalScore
from simulate.experiments.dimension.estimators import Estimators, by_manifold, readings
from simulate.experiments.dimension.known import draw
from simulate.experiments.networks.trained import Architecture, deviation, trained
from simulate.networks import as_score
from simulate.run.experiment import Experiment, Point
from simulate.training import Settings

SCORES = ("network", "exact")


@dataclass(frozen=True, kw_only=True)
class NetworkEstimators(Experiment):
    """Readings of every method at `queries` points x of the `size` data of one network for each manifold.

    Results as those of `Estimators`, along `score` too: the network's and the exact one of its data.

    Arguments:
        manifolds: names of `simulate.experiments.dimension.known.KNOWN`.
        size: number of points that a network is trained on.
        times: noise variances t > 0, in squared units of the data.
        methods: names of `simulate.dimension.METHODS`.
        queries: number of points x, which are the first of the data.
        architecture: of the networks.
        training: steps, batch and noise of their training.
        seed: of all random numbers, an integer >= 0.
    """

    manifolds: tuple[str, ...] = ("unequal", "torus")
    size: int = 5000
    times: tuple[float, ...] = Estimators.times
    methods: tuple[str, ...] = tuple(METHODS)
    queries: int = 4
    architecture: Architecture = field(default=Architecture("mlp", 64))
    training: Settings = field(default=Settings(steps=1500, batch=128, rate=4e-3, shortest=1e-4, longest=10.0))

    def points(self) -> Sequence[Point]:
        return [Point(manifold=manifold, size=float(self.size)) for manifold in self.manifolds]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        data = draw(str(point["manifold"]), self.size, rng)
        x = data[: self.queries]
        run = trained(self.architecture.builder(data.shape[1:], deviation(data)), [data], self.training, rng)
        single = torch.as_tensor(x, dtype=torch.float32)
        parts = [
            readings(as_score(run.network(0)), single, self.times, self.methods, rng),
            readings(EmpiricalScore(data), x, self.times, self.methods, rng),
        ]
        return xr.concat(parts, "score").assign_coords(score=list(SCORES))

    def combine(self, parts: list[xr.Dataset]) -> xr.Dataset:
        return by_manifold(super().combine(parts), self.manifolds)
