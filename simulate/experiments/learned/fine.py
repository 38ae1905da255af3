r"""How many points keep a model from memorizing fine directions, as salient ones are added.

Data have the variance 1 along k salient directions and 0.09 along some fine ones. At noised training points a model has
along the fine ones the loss R_f, in units of that of the law: 0 where it has memorized them, 1 where it has the law.
N*(k) is the number of points at which R_f passes 1/2, by straight lines of R_f in log N. Observed is

.. math::

    \text{growth} = \frac{\log N^*(k_3) - \log N^*(k_1)}{k_3 - k_1}, \qquad
    \text{bend} = \frac{\log N^*(k_3) - \log N^*(k_2)}{k_3 - k_2} - \frac{\log N^*(k_2) - \log N^*(k_1)}{k_2 - k_1}

A surface over the salient directions that is resolved down to a length of its own has log N* linear in k, bend 0.

`FinePreference` has the two kinds in one model, R_s - R_f: in coordinates of their own; how much it changes in turned
ones, where every input holds both kinds; and where all have one variance and no model can tell which are fine.

`FineSlopes` looks at the Jacobian of D along both kinds of direction: its block of fine outputs and salient inputs is
the slope of such a surface. D, projecting on a surface of small slope g, has :math:`\partial D_f/\partial x_f = g g^T`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from simulate.experiments.learned.lost import BRIEF, STEP, Denoiser, LostRule
from simulate.experiments.networks.trained import Architecture
from simulate.run.experiment import Experiment, Point
from simulate.run.tables import rows, summaries
from theory.checks import choice
from theory.laws.linear import LinearGaussian
from theory.laws.spectra import gaussian

FINE, VARIANCE = 4, 0.09  # number of fine directions, and their variance
HALF = 0.5
OWN, TURNED, EQUAL = "in their own coordinates", "in turned coordinates", "of the variance of the others"
SETTINGS = (OWN, TURNED, EQUAL)
MODELS = LostRule(
    t=0.03, tau=1e6, architecture=Architecture("mlp", 16), training=replace(BRIEF, steps=300), seen=256, replicas=64
)


def with_salient(k: int, variance: float = VARIANCE) -> LinearGaussian:
    """Centred Gaussian data of some directions of variance 1, before FINE directions of another.

    Arguments:
        k: number of directions of variance 1.
        variance: of the others, > 0.

    Returns:
        A law in k + FINE dimensions.
    """
    return gaussian((1.0, k), (variance, FINE))


@dataclass(frozen=True, kw_only=True)
class FineNumber(Experiment):
    """How log N* grows with each salient direction, and how this growth bends: two rows for each model.

    `numbers` (point, salient, replica) has log N* beside.

    Arguments:
        models: of `simulate.experiments.learned.lost`.
        salient: three numbers k of salient directions, increasing.
        sizes: for each k, numbers of points among which R_f passes 1/2; an N* beyond them counts as the last of them.
        each: noise, training, places and number of data sets.
        seed: of all random numbers, an integer >= 0.
    """

    models: tuple[str, ...] = ("network",)
    salient: tuple[int, int, int] = (1, 4, 7)
    sizes: tuple[tuple[int, ...], ...] = ((12, 72), (32, 160), (48, 200))
    each: LostRule = MODELS

    def points(self) -> Sequence[Point]:
        return [Point(model=model, t=self.each.t, salient=str(self.salient)[1:-1]) for model in self.models]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        pairs = zip(self.salient, self.sizes, strict=True)
        logs = np.stack([self._logs(str(point["model"]), k, sizes, rng) for k, sizes in pairs])
        steps = np.diff(logs, axis=0) / np.diff(self.salient)[:, None]
        growth = (logs[2] - logs[0]) / (self.salient[2] - self.salient[0])
        table = summaries(np.stack([growth, steps[1] - steps[0]]), "component")
        table = table.assign(numbers=(("component", "k", "replica"), np.stack([logs, logs])))
        return table.assign_coords(of=("component", ["growth", "bend"]))

    def combine(self, parts: list[xr.Dataset]) -> xr.Dataset:
        """One row for each model, of growth and of bend."""
        return rows(parts, "component")

    def _logs(self, model: str, k: int, sizes: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
        """log N* of each of the independent sequences of data sets, (replicas,)."""
        law = with_salient(k)
        data = [law.sample(n, rng) for n in sizes for _ in range(self.each.replicas)]
        denoisers = self.each.denoisers(model, data, rng)
        losses = [
            shares(denoise, y, law, self.each, rng)[k:].mean() for denoise, y in zip(denoisers, data, strict=True)
        ]
        rising = np.maximum.accumulate(np.reshape(losses, (len(sizes), -1)), axis=0)
        return np.array([np.interp(HALF, row, np.log(sizes)) for row in rising.T])


@dataclass(frozen=True, kw_only=True)
class FinePreference(Experiment):
    """R_s - R_f at noised training points, or what turning adds to it: a row for each model and setting.

    `of_salient` and `of_fine` (point, replica) are R_s and R_f of the model that the row is named after.

    Arguments:
        models: of `simulate.experiments.learned.lost`.
        where: of SETTINGS.
        k: number of salient directions.
        n: number of points.
        each: noise, training, places and number of data sets.
        seed: of all random numbers, an integer >= 0.
    """

    models: tuple[str, ...] = ("network", "kernel")
    where: tuple[str, ...] = SETTINGS
    k: int = 4
    n: int = 24
    each: LostRule = MODELS

    def points(self) -> Sequence[Point]:
        pairs = [(model, choice("setting", setting, SETTINGS)) for model in self.models for setting in self.where]
        return [Point(model=model, fine=setting, n=self.n, t=self.each.t, salient=self.k) for model, setting in pairs]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        model, turned = str(point["model"]), point["fine"] == TURNED
        law = with_salient(self.k, 1.0 if point["fine"] == EQUAL else VARIANCE)
        data = [law.sample(self.n, rng) for _ in range(self.each.replicas)]
        kinds = self._kinds(model, data, law, turned, rng)
        before = self._kinds(model, data, law, False, rng) if turned else np.zeros_like(kinds)
        (salient, fine), along = kinds, ("component", "replica")
        table = summaries((salient - fine - before[0] + before[1])[None], "component")
        return table.assign(of_salient=(along, salient[None]), of_fine=(along, fine[None]))

    def combine(self, parts: list[xr.Dataset]) -> xr.Dataset:
        """One row for each model and setting."""
        return rows(parts, "component")

    def _kinds(
        self, model: str, data: list[np.ndarray], law: LinearGaussian, turned: bool, rng: np.random.Generator
    ) -> np.ndarray:
        """R_s and R_f of each data set, (2, replicas)."""
        denoisers = replace(self.each, rotated=turned).denoisers(model, data, rng)
        found = np.array([shares(denoise, y, law, self.each, rng) for denoise, y in zip(denoisers, data, strict=True)])
        return np.array([found[:, : self.k].mean(axis=1), found[:, self.k :].mean(axis=1)])


def shares(
    denoise: Denoiser, data: np.ndarray, law: LinearGaussian, each: LostRule, rng: np.random.Generator
) -> np.ndarray:
    """R along each direction at noised training points of one data set.

    Arguments:
        denoise: D, of x (batch, d).
        data: the points, (n, d).
        law: theirs, of independent coordinates.
        each: noise, and number of places.
        rng: draws the noise.

    Returns:
        (d,), in units of the loss of the law.
    """
    y, t, v = data[np.arange(each.seen) % len(data)], each.t, law.variances
    errors = denoise(y + np.sqrt(t) * rng.standard_normal(y.shape)) - y
    return (errors**2).mean(axis=0) * (t + v) / (t * v)


@dataclass(frozen=True, kw_only=True)
class FineSlopes(Experiment):
    """What of the slope of D along fine directions a surface over the salient ones explains: a row for each model.

    Observed is the mean of dD_f/dx_f less that of :math:`g g^T`, g the block of fine outputs and salient inputs, along
    each fine direction; `visible` and `explained` (point, replica) are the two, and `block` the root of the mean square
    of an entry of g.

    Arguments:
        models: of `simulate.experiments.learned.lost`.
        salient: number of salient directions.
        n: number of points.
        each: noise, training, places and number of data sets.
        seed: of all random numbers, an integer >= 0.
    """

    models: tuple[str, ...] = ("empirical", "network")
    salient: int = 2
    n: int = 40
    each: LostRule = MODELS

    def points(self) -> Sequence[Point]:
        return [Point(model=model, n=self.n, t=self.each.t, salient=self.salient) for model in self.models]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        data = [with_salient(self.salient).sample(self.n, rng) for _ in range(self.each.replicas)]
        denoisers = self.each.denoisers(str(point["model"]), data, rng)
        found = [self._slopes(denoise, y, rng) for denoise, y in zip(denoisers, data, strict=True)]
        visible, explained = np.transpose(found)
        table = summaries((visible - explained)[None], "component").assign(
            visible=(("component", "replica"), visible[None]),
            explained=(("component", "replica"), explained[None]),
            block=("component", [np.sqrt(explained.mean() / self.salient)]),
        )
        return table.assign_coords(of=("component", ["slope"]))

    def combine(self, parts: list[xr.Dataset]) -> xr.Dataset:
        """One row for each model."""
        return rows(parts, "component")

    def _slopes(self, denoise: Denoiser, data: np.ndarray, rng: np.random.Generator) -> tuple[float, float]:
        """Means of dD_f/dx_f and of g g^T along fine directions, over noised training points of one data set."""
        y = data[np.arange(self.each.seen) % len(data)]
        x = y + np.sqrt(self.each.t) * rng.standard_normal(y.shape)
        shifts = STEP * np.sqrt(self.each.t) * np.eye(x.shape[1])
        along = np.stack([denoise(x + shift) - denoise(x - shift) for shift in shifts]) / (2 * shifts[0, 0])
        fine = along[:, :, self.salient :]  # by input, place, output
        visible = np.trace(fine[self.salient :].mean(axis=1)) / FINE
        return float(visible), float((fine[: self.salient] ** 2).sum(axis=0).mean())
