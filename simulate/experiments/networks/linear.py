r"""The paper's figure on a linear manifold, with its three panels at the same N, residual scale and point.

Spectra of -t J, against t, of networks and of the exact scores of their data, for the laws, probes and times of
`simulate.experiments.dimension.manifold`, which `losing` shares. The training point is the same in all data sets of a
law, and so is every other probe: what differs from replica to replica is the data and the network, not where they are
seen from. The theory's, which is no observation, is added by whoever judges; the control of infinitely many data is
here. Sizes are trained together. The standard deviation that preconditions networks (not the paper's) is that of
held-out data.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
import xarray as xr

from simulate.dimension import Field
from simulate.experiments.dimension.losing import covariances
from simulate.experiments.dimension.manifold import MANIFOLDS, Manifold, WithVariances
from simulate.experiments.networks.trained import Architecture, deviation, trained
from simulate.networks import as_score
from simulate.networks.network import Score
from simulate.run.experiment import Experiment, Point
from simulate.training import Settings

HELD_OUT = 2000


@dataclass(frozen=True, kw_only=True)
class LinearManifold(Experiment):
    """Eigenvalues of -t J, descending, of `network` and `empirical` score (size, replica, probe, time, direction).

    `network_along` and `empirical_along` (.., coordinate) are -t J_ii along the axes of the law, of one variance each:
    the direction of an eigenvalue may be one of several. Each of `sizes` has `replicas` data sets; `limit` (probe,
    time, direction) is of infinitely many data, `x` (probe, coordinate) the probes, `variances` (coordinate) those of
    the law, before unit-norm data are divided. The defaults are the paper's, whose shortest time is std = 0.01, that of
    the residual directions; its label "1e-5" is that of a clock tau with std = 0.01 (5000)^tau.

    Arguments:
        manifold: laws, probes and times.
        sizes: numbers of points N.
        replicas: the number of data sets, and networks, of each size.
        architecture: of the networks.
        training: steps, batch and noise of their training.
        device: "cpu" or "cuda", where training is in bfloat16.
        seed: of all random numbers, an integer >= 0.
    """

    manifold: Manifold = field(default=MANIFOLDS["full"])
    sizes: tuple[int, ...] = (250, 500, 20_000)
    replicas: int = 3
    architecture: Architecture = field(default=Architecture("paper", 128))
    training: Settings = field(default=Settings(steps=2_000_000))
    device: str = "cpu"  # on CUDA training is in bfloat16

    def points(self) -> Sequence[Point]:
        return [Point(law=name, steps=self.training.steps) for name in self.manifold.named]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        law = self.manifold.named[str(point["law"])]
        y = law.sample(1, rng)[0]
        x = self.manifold.points(law, y, rng)
        data = [law.sample(n, rng) for n in self.sizes for _ in range(self.replicas)]
        for rows in data:
            rows[0] = y
        held_out = law.sample(HELD_OUT, rng)
        build = self.architecture.builder((law.dimension,), deviation(held_out))
        run = trained(build, data, self.training, rng, self.device)
        matrices = {
            "network": [self._of_network(as_score(run.network(i)), x) for i in range(len(data))],
            "empirical": [self._of_data(rows, x) for rows in data],
        }
        return self._table(law, x, matrices, run.validation(held_out))

    def _table(
        self, law: WithVariances, x: np.ndarray, matrices: dict[str, list[np.ndarray]], losses: np.ndarray
    ) -> xr.Dataset:
        """What is observed of one law: -t J of each network and of the exact score of its data, and the losses."""
        dims = ("size", "replica", "probe", "time")
        spectra = {
            name: ((*dims, "direction"), self._by_size([_spectra(one) for one in each]))
            for name, each in matrices.items()
        }
        along = {
            f"{name}_along": ((*dims, "coordinate"), self._by_size([_along(one) for one in each]))
            for name, each in matrices.items()
        }
        return xr.Dataset(
            {
                **spectra,
                **along,
                "limit": ((*dims[2:], "direction"), _spectra(self.manifold.limit(law, x))),
                "held_out_loss": (dims[:2], self._by_size(losses)),
                "variances": ("coordinate", law.variances),
                "x": (("probe", "coordinate"), x),
            },
            coords={
                "size": list(self.sizes),
                "t": ("time", list(self.manifold.times)),
                "probe": list(self.manifold.probes),
            },
        )

    def _of_network(self, score: Score, x: np.ndarray) -> np.ndarray:
        given = torch.as_tensor(x).to(torch.zeros(1, device=self.device))
        return np.stack([-t * Field(score, given, t).jacobians(x) for t in self.manifold.times])

    def _of_data(self, rows: np.ndarray, x: np.ndarray) -> np.ndarray:
        times = np.array(self.manifold.times)
        within = covariances(x, rows, times, (len(rows),))[0] / times[:, None, None, None]
        return np.eye(x.shape[1]) - within

    def _by_size(self, values: Sequence[np.ndarray] | np.ndarray) -> np.ndarray:
        stacked = np.stack(list(values))
        return stacked.reshape(len(self.sizes), self.replicas, *stacked.shape[1:])


def _spectra(matrices: np.ndarray) -> np.ndarray:
    """Eigenvalues of the symmetric parts of (time, probe, d, d), descending, (probe, time, direction)."""
    values = np.linalg.eigvalsh((matrices + matrices.swapaxes(-1, -2)) / 2)
    return values[..., ::-1].swapaxes(0, 1)


def _along(matrices: np.ndarray) -> np.ndarray:
    """Diagonals of (time, probe, d, d), (probe, time, coordinate)."""
    return np.diagonal(matrices, axis1=-2, axis2=-1).swapaxes(0, 1)


PROFILES = {
    "quick": LinearManifold(
        manifold=MANIFOLDS["quick"],
        sizes=(8, 250, 500, 20_000),
        replicas=3,
        architecture=Architecture("mlp", 96),
        training=Settings(steps=1200, batch=64, rate=2e-3, longest=10.0**2),
    ),
    "full": LinearManifold(),
}
