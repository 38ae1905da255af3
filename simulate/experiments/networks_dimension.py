r"""Local dimension that trained networks show at a point of their data.

In each of `replicas` data sets with a data point x (query "training" of a view) a network is trained, all of a case
together, each from a seed of its own. As in `simulate.experiments.dimension` what is given is every reading of
`local_dimension`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
import xarray as xr

from simulate.dimension import local_dimension
from simulate.experiments.dimension import REPEATS, readings
from simulate.experiments.experiment import Experiment, Point
from simulate.experiments.networks import Architecture, spread, trained
from simulate.experiments.participation import one_thread
from simulate.experiments.view import View, views
from simulate.networks import as_score
from simulate.training import Settings


@dataclass(frozen=True, kw_only=True)
class NetworkDimension(Experiment):
    """Readings of `replicas` data sets and networks at every view; times are variances."""

    cases: tuple[View, ...] = views("gaussian 1*3 0*5", "training", 3, (0.03,))
    replicas: int = 40
    architecture: Architecture = field(default=Architecture("mlp", 48))
    training: Settings = field(default=Settings(steps=1000, batch=64, rate=4e-3, shortest=0.03**2, longest=5.0**2))

    def points(self) -> Sequence[Point]:
        return [case.point for case in self.cases]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        view = View.of(point)
        data = view.draw(self.replicas, rng)
        build = self.architecture.builder((data.shape[2],), spread(data.reshape(-1, data.shape[2])))
        x = torch.as_tensor(view.x, dtype=torch.float32)
        with one_thread():
            run = trained(build, list(data), self.training, rng)
            scores = [as_score(run.network(i)) for i in range(self.replicas)]
            found = [local_dimension(score, x, view.t, repeats=REPEATS, rng=rng).dimension for score in scores]
        return readings(float(dimension) for dimension in found)
