r"""The paper's figure on a linear manifold, with its three panels at the same N, residual scale and point.

Data y = diag(sigma) g in d = 30: sigma_i = 1 twice, 0.3 five times and 0.01 else. The spectrum of -t J at a point x,
against t, of networks and of the exact scores of their data. The theory's, which is no observation, is added by whoever
judges. Sizes are trained together. The spread that preconditions networks (not the paper's) is that of held-out data.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
import xarray as xr

from simulate.dimension import EmpiricalScore, Field
from simulate.experiments.experiment import Experiment, Point
from simulate.experiments.networks import Architecture, spread, trained
from simulate.experiments.participation import one_thread
from simulate.experiments.setting import Setting
from simulate.networks import as_score
from simulate.training import Settings

QUERIES = ("origin", "training")
HELD_OUT = 2000


@dataclass(frozen=True, kw_only=True)
class LinearManifold(Experiment):
    """Eigenvalues of -t J at every one of `times` (variances) for `replicas` data sets of each of `sizes`.

    The defaults are the paper's, whose shortest time is std = 0.01, that of the residual directions; its label
    "1e-5" is that of a clock tau with std = 0.01 (5000)^tau. Points: the origin, and a point of the data set.
    """

    spectrum: str = "paper"
    d: int = 30
    sizes: tuple[int, ...] = (250, 500, 20_000)
    times: tuple[float, ...] = tuple(np.geomspace(1e-4, 100.0, 49).tolist())
    replicas: int = 3
    architecture: Architecture = field(default=Architecture("paper", 128))
    training: Settings = field(default=Settings(steps=2_000_000))
    device: str = "cpu"  # on CUDA training is in bfloat16

    def points(self) -> Sequence[Point]:
        return [Point(spectrum=self.spectrum, d=self.d, steps=self.training.steps)]

    @one_thread()
    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        law = Setting(self.spectrum, "origin", self.d, HELD_OUT)
        data = [law.draw(n, rng) for n in self.sizes for _ in range(self.replicas)]
        held_out = law.draw(law.n, rng)
        build = self.architecture.builder((self.d,), spread(held_out))
        run = trained(build, data, self.training, rng, self.device)
        like = torch.zeros(1, device=self.device)
        networks = [self._spectra(as_score(run.network(i)), rows, like) for i, rows in enumerate(data)]
        empirical = [self._spectra(EmpiricalScore(rows), rows) for rows in data]
        dims = ("size", "replica", "query", "time", "direction")
        return xr.Dataset(
            {
                "network": (dims, self._by_size(networks)),
                "empirical": (dims, self._by_size(empirical)),
                "held_out_loss": (dims[:2], self._by_size(run.validation(held_out))),
                "variances": ("direction", law.variances),
                "x": (("size", "replica", "direction"), self._by_size([rows[0] for rows in data])),
            },
            coords={"size": list(self.sizes), "t": ("time", list(self.times)), "query": list(QUERIES)},
        )

    def _spectra(self, score: object, data: np.ndarray, like: torch.Tensor | None = None) -> np.ndarray:
        """Eigenvalues of -t J, descending, (query, time, direction)."""
        x = np.stack([np.zeros(self.d), data[0]])
        points = x if like is None else torch.as_tensor(x).to(like)
        matrices = np.stack([-t * Field(score, points, t).jacobians(x) for t in self.times], axis=1)
        return np.linalg.eigvalsh((matrices + matrices.swapaxes(-1, -2)) / 2)[..., ::-1]

    def _by_size(self, values: Sequence[np.ndarray] | np.ndarray) -> np.ndarray:
        stacked = np.stack(list(values))
        return stacked.reshape(len(self.sizes), self.replicas, *stacked.shape[1:])


PROFILES = {
    "quick": LinearManifold(
        sizes=(8, 30, 250, 500, 20_000),
        times=tuple(np.geomspace(1e-4, 10.0, 21).tolist()),
        replicas=2,
        architecture=Architecture("mlp", 96),
        training=Settings(steps=1200, rate=2e-3, longest=10.0**2),
    ),
    "full": LinearManifold(),
}
