r"""Is a lost direction memorized? The loss of learned denoisers beside their slope, at noised training points.

N points y of a Gaussian law, x = y + sqrt(t) z with noise that no training saw. For each model class and subspace

.. math:: R = \mathbb{E} |D_i - y_i|^2 \Big/ \frac{t v}{t + v}, \qquad j = -t J_{ii} = 1 - \partial D_i/\partial x_i

observed is R less :math:`(1 - j)(t + v)/v`, which vanishes for a model that has come to the end of its training on all
noise. Slopes are central differences along random signs, and no averages over noise by parts. Models: the best linear
denoiser, the empirical score, cosine features after a training time, and after steps of Adam at one noise a
preconditioned perceptron, and a U-Net of small images. A kernel model is trained on a few noises for each point, so
that of it the loss alone is asked.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from math import isqrt

import numpy as np
import torch
import xarray as xr
from scipy.stats import ortho_group

from simulate.engine.posterior import posterior
from simulate.experiments.networks.trained import Architecture, deviation, trained
from simulate.learned.features_training import Cosines, FeatureFlow
from simulate.learned.kernels import Followed
from simulate.learned.linear import solved
from simulate.networks import as_score
from simulate.run.experiment import Experiment, Point
from simulate.run.tables import rows, summaries
from simulate.training import Settings
from theory.checks import choice
from theory.laws.linear import LinearGaussian
from theory.laws.spectra import halves
from theory.laws.subspaces import subspaces

MODELS = ("linear", "empirical", "features", "kernel", "network", "U-Net")
STEP = 1e-3  # of a central difference, in units of the noise
LENGTH = 2.0  # of the cosines, in units of the data
NEAR = 1.01  # times of a training at one noise lie within this factor of it
Denoiser = Callable[[np.ndarray], np.ndarray]
BRIEF = Settings(steps=400, batch=64, times=1, rate=1e-2, optimizer="adamw", decay=0.99)


@dataclass(frozen=True, kw_only=True)
class LostRule(Experiment):
    """R - (1 - j)(t + v)/v, a row for each model, N and subspace; `slope`, j, and `loss`, R, (point, replica) beside.

    Arguments:
        law: Gaussian data.
        pixels: those of the U-Net, square images row by row.
        models: of MODELS.
        sizes: numbers of points N.
        t: the noise variance, in squared units of the data.
        tau: training time of features.
        features: their number.
        kernel: a name of `simulate.learned.kernels.KERNELS`.
        flow: training time of the kernel model.
        noises: how many of each point it is trained on.
        rotated: whether networks and kernel models see data that are turned by a random rotation.
        architecture, unet, training: of the networks; all noise of the training has the variance t.
        seen: number of noised training points of each data set.
        replicas: the number of independent data sets.
        seed: of all random numbers, an integer >= 0.
    """

    law: LinearGaussian = field(default_factory=lambda: halves(8))
    pixels: LinearGaussian = field(default_factory=lambda: halves(16))
    models: tuple[str, ...] = ("empirical", "features")
    sizes: tuple[int, ...] = (10, 40)
    t: float = 0.1
    tau: float = 1e5
    features: int = 300
    kernel: str = "tangent, one hidden layer"
    flow: float = 100.0
    noises: int = 4
    rotated: bool = False
    architecture: Architecture = field(default=Architecture("mlp", 32))
    unet: Architecture = field(default=Architecture("unet", 8))
    training: Settings = BRIEF
    seen: int = 400
    replicas: int = 40

    def points(self) -> Sequence[Point]:
        laws = {model: self.law_of(model) for model in self.models}
        return [Point(model=model, n=n, t=self.t, d=law.dimension) for model, law in laws.items() for n in self.sizes]

    def law_of(self, model: str) -> LinearGaussian:
        """The law of the data of a model: `pixels` for the U-Net, else `law`."""
        return self.pixels if model == "U-Net" else self.law

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        model, law = str(point["model"]), self.law_of(str(point["model"]))
        data = [law.sample(int(point["n"]), rng) for _ in range(self.replicas)]
        denoisers = self.denoisers(model, data, rng)
        found = [self._seen(denoise, law, y, rng) for denoise, y in zip(denoisers, data, strict=True)]
        loss, slope = np.stack(found, axis=-1)
        variances = np.array([law.variances[part[0]] for part in subspaces(law)])[:, None]
        rule = (1 - slope) * (self.t + variances) / variances
        return _table(loss - rule, loss, slope).assign_coords(variance=("subspace", variances[:, 0]))

    def combine(self, parts: list[xr.Dataset]) -> xr.Dataset:
        """One row for each model, N and subspace."""
        return rows(parts, "subspace")

    def _seen(self, denoise: Denoiser, law: LinearGaussian, data: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """R and j of one data set, (2, subspaces)."""
        y, v = data[np.arange(self.seen) % len(data)], law.variances
        x = y + np.sqrt(self.t) * rng.standard_normal(y.shape)
        shares = ((denoise(x) - y) ** 2).mean(axis=0) * (self.t + v) / (self.t * v)
        parts = subspaces(law)
        slopes = [_slope(denoise, x, np.asarray(part), STEP * np.sqrt(self.t), rng) for part in parts]
        return np.array([[shares[part].mean() for part in parts], 1 - np.array(slopes)])

    def denoisers(self, model: str, data: list[np.ndarray], rng: np.random.Generator) -> list[Denoiser]:
        """D of each data set, as a model learns it.

        Arguments:
            model: of MODELS.
            data: data sets (n, d), of any sizes.
            rng: draws features, parameters and batches.

        Returns:
            Functions of x (batch, d).

        Raises:
            ValueError: for another model.
        """
        if choice("model", model, MODELS) == "linear":
            return [solved(y, self.t).denoise for y in data]
        if model == "empirical":
            return [self._of_posterior(y) for y in data]
        if model == "features":
            return [self._of_features(y, rng) for y in data]
        turns = self._turns(data, rng)
        seen = [y @ turn for y, turn in zip(data, turns, strict=True)]
        if model == "kernel":
            found = [self._of_kernel(y, rng) for y in seen]
        else:
            found = self._of_networks(self.unet if model == "U-Net" else self.architecture, seen, rng)
        return [_turned(denoise, turn) for denoise, turn in zip(found, turns, strict=True)]

    def _turns(self, data: list[np.ndarray], rng: np.random.Generator) -> list[np.ndarray]:
        """What the coordinates of each data set are multiplied by: a random rotation (d, d), or nothing."""
        d = data[0].shape[1]
        return [ortho_group.rvs(d, random_state=rng) if self.rotated else np.eye(d) for _ in data]

    def _of_posterior(self, data: np.ndarray) -> Denoiser:
        return lambda x: np.asarray(posterior(x, data, self.t).mean)

    def _of_features(self, data: np.ndarray, rng: np.random.Generator) -> Denoiser:
        features = Cosines.drawn(self.features, data.shape[1], LENGTH, rng)
        a = FeatureFlow(features, data, data, self.t).coefficients(self.tau)
        return lambda x: features.at(x) @ a.T

    def _of_kernel(self, data: np.ndarray, rng: np.random.Generator) -> Denoiser:
        own = np.repeat(data, self.noises, axis=0)
        model = Followed(self.kernel, own + np.sqrt(self.t) * rng.standard_normal(own.shape), own)
        return lambda x: model.at(x, np.array([self.flow]))[0]

    def _of_networks(
        self, architecture: Architecture, data: list[np.ndarray], rng: np.random.Generator
    ) -> list[Denoiser]:
        settings = replace(self.training, shortest=self.t / NEAR, longest=self.t * NEAR)
        d = data[0].shape[1]
        shape = (isqrt(d), isqrt(d)) if architecture.kind == "unet" else (d,)
        build = architecture.builder(shape, deviation(np.concatenate(data)))
        run = trained(build, data, settings, rng)
        return [of_network(run.network(i), self.t) for i in range(len(data))]


def of_network(network: torch.nn.Module, t: float) -> Denoiser:
    """x + t s, in double precision, in which differences keep their digits.

    Arguments:
        network: a trained one.
        t: the noise variance, in squared units of the data.

    Returns:
        A function of x (batch, d).
    """
    score = as_score(network.double())

    def denoise(x: np.ndarray) -> np.ndarray:
        with torch.no_grad():
            return x + t * score(torch.as_tensor(x), t).numpy()

    return denoise


def _turned(denoise: Denoiser, turn: np.ndarray) -> Denoiser:
    """D of data whose coordinates were multiplied by an orthogonal matrix, in the coordinates before."""
    return lambda x: denoise(x @ turn) @ turn.T


def _slope(denoise: Denoiser, x: np.ndarray, part: np.ndarray, step: float, rng: np.random.Generator) -> float:
    """Mean of dD_i/dx_i over points and the directions of a subspace: a trace by random signs."""
    signs = np.zeros_like(x)
    signs[:, part] = rng.choice([-1.0, 1.0], (len(x), len(part)))
    moved = denoise(x + step * signs) - denoise(x - step * signs)
    return float((moved * signs).sum() / (2 * step * len(x) * len(part)))


def _table(excess: np.ndarray, loss: np.ndarray, slope: np.ndarray) -> xr.Dataset:
    """Means and errors of the excess (subspaces, replicas), with losses and slopes beside."""
    along = ("subspace", "replica")
    return summaries(excess, "subspace").assign(loss=(along, loss), slope=(along, slope))
