r"""Do clones of a network collide? Its own effective number, beside that of the exact score of its data.

Networks are trained on N points at all noises of a range. From noised training points x = y + sqrt(t) z several clones
run by the reverse SDE of each network. Two of them collide where both end at one data point, told by d1/d2 < 1/3: an
end that is no copy collides with none. The share of pairs that collide is one over the network's own effective number;
that of the exact score is :math:`\sum_\mu w_\mu^2` at x. Beside them,

    gap        loss that is added from noised data to held-out points, over what the exact score adds
    nearness   1 - |D - <y>_w|^2/|D_law - <y>_w|^2 at noised data: 1 for the exact score of the data, 0 for the law's
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
import xarray as xr
from scipy.special import softmax

from simulate.engine.copies import COPIED
from simulate.experiments.networks.trained import Architecture, deviation, trained
from simulate.networks.ensemble import Ensemble
from simulate.run.experiment import Experiment, Point
from simulate.run.tables import rows, summaries
from simulate.sampling import clones, collision_rate, nearest_two
from simulate.training import Settings
from theory.laws.linear import LinearGaussian
from theory.laws.spectra import halves

QUANTITIES = ("exact", "gap", "nearness")
LAST = 2e-3  # variance of the noise at which clones end
SETTINGS = Settings(steps=400, batch=32, times=8, rate=4e-3, optimizer="adamw", shortest=1e-3, longest=4.0, decay=0.99)
Denoiser = Callable[[np.ndarray, float], np.ndarray]  # of x (networks, batch, d) at t


@dataclass(frozen=True, kw_only=True)
class NetworkCollisions(Experiment):
    """The share of clones that collide less one of QUANTITIES: a row for each N and t, `collisions` and all beside.

    Arguments:
        against: which of QUANTITIES is taken off.
        law: centred Gaussian data.
        sizes: numbers of points N.
        times: noise variances t at which clones start.
        places, count: numbers of noised training points, and of clones at each, of every network.
        seen: number of noised points for gap and nearness.
        steps: of a clone.
        replicas: number of networks, each on data of its own.
        architecture: of the networks.
        training: steps, batch and noise of their training.
        seed: of all random numbers, an integer >= 0.
    """

    against: str
    sizes: tuple[int, ...]
    law: LinearGaussian = field(default_factory=lambda: halves(4))
    times: tuple[float, ...] = (0.03, 0.1, 0.3)
    places: int = 6
    count: int = 6
    seen: int = 200
    steps: int = 20
    replicas: int = 40
    architecture: Architecture = field(default=Architecture("mlp", 24))
    training: Settings = SETTINGS

    def points(self) -> Sequence[Point]:
        return [Point(n=n, d=self.law.dimension) for n in self.sizes]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        data = np.stack([self.law.sample(int(point["n"]), rng) for _ in range(self.replicas)])
        flat = data.reshape(-1, self.law.dimension)
        build = self.architecture.builder((self.law.dimension,), deviation(flat))
        network = _denoiser(trained(build, list(data), self.training, rng).average.eval())
        found = [self._at(t, network, data, rng) for t in self.times]
        table = {name: (("time", "replica"), np.stack([one[name] for one in found])) for name in found[0]}
        values = table["collisions"][1] - table[self.against][1]
        return summaries(values, "time").assign(table).assign_coords(t=("time", list(self.times)))

    def combine(self, parts: list[xr.Dataset]) -> xr.Dataset:
        """One row for each N and t."""
        return rows(parts, "time")

    def _at(self, t: float, network: Denoiser, data: np.ndarray, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """Collisions and QUANTITIES of each network, (networks,)."""
        y = np.stack([points[rng.integers(len(points), size=self.seen)] for points in data])
        held_out = self.law.sample(y[..., 0].size, rng).reshape(y.shape)
        noise = np.sqrt(t) * rng.standard_normal(y.shape)
        x = y + noise
        mean, weights = _posterior(x, data, t)
        law = x * self.law.variances / (self.law.variances + t)
        added = _loss(_posterior(held_out + noise, data, t)[0], held_out) - _loss(mean, y)
        return {
            "collisions": self._collisions(t, network, x[:, : self.places], data, rng),
            "exact": (weights[:, : self.places] ** 2).sum(axis=2).mean(axis=1),
            "gap": (_loss(network(held_out + noise, t), held_out) - _loss(network(x, t), y)) / added,
            "nearness": 1 - _loss(network(x, t), mean) / _loss(law, mean),
        }

    def _collisions(
        self, t: float, network: Denoiser, x: np.ndarray, data: np.ndarray, rng: np.random.Generator
    ) -> np.ndarray:
        """The share of pairs of clones of one x that collide, (networks,)."""
        start = np.repeat(x, self.count, axis=1)

        def score(moved: np.ndarray, at: float) -> np.ndarray:
            places = start + moved.reshape(start.shape)
            return ((network(places, at) - places) / at).reshape(moved.shape)

        d, runs = start.shape[2], start[..., 0].size
        ends = start + clones(score, np.zeros(d), t, runs, rng, t_min=LAST, steps=self.steps).reshape(start.shape)
        return np.array([self._rate(one, points) for one, points in zip(ends, data, strict=True)])

    def _rate(self, ends: np.ndarray, data: np.ndarray) -> float:
        """Mean over places; ends that are no copies bear labels of their own."""
        nearest, distances = nearest_two(ends, data)
        copied = distances[:, 0] < COPIED * distances[:, 1]
        labels = np.where(copied, nearest, -1 - np.arange(len(ends))).reshape(-1, self.count)
        return float(np.mean([collision_rate(row) for row in labels]))


def _denoiser(ensemble: Ensemble) -> Denoiser:
    """D = x - sqrt(t) noise of all networks at once."""

    def denoise(x: np.ndarray, t: float) -> np.ndarray:
        with torch.no_grad():
            noise = ensemble(torch.as_tensor(x, dtype=torch.float32), torch.full((len(x), 1), t))
        return x - np.sqrt(t) * noise.double().numpy()

    return denoise


def _posterior(x: np.ndarray, data: np.ndarray, t: float) -> tuple[np.ndarray, np.ndarray]:
    """<y>_w and w at x (sets, batch, d) of data sets (sets, n, d)."""
    weights = softmax((x @ data.swapaxes(1, 2) - (data**2).sum(axis=2)[:, None] / 2) / t, axis=2)
    return weights @ data, weights


def _loss(found: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Mean square distance over points, (sets,)."""
    return ((found - y) ** 2).sum(axis=2).mean(axis=1)
