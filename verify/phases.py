r"""Where in N and training time a learned score shows each of two variances: what is measured, beside the boundaries.

A direction is shown where its share :math:`s = (1 - j)(t + v)/v` is above 1/2, and lost below: unresolved early, and
memorized late. Linear layers are compared with `theory.learned.course.linear_shares`, features and kernel models with
`kernel_shares`, three modes for d -> infinity with all noise averaged.

Which variance is lost first, over N and t at two training times, is the sign of the share shown of the larger variance
less that of the smaller one, for these classes and two without a theory of this number: the empirical score, asked at
noised training points and at its points themselves, and perceptrons after steps of training in the full profile.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import xarray as xr

from simulate.experiments.learned.shown import ShownShares
from simulate.run.experiment import Experiment, Point
from simulate.run.key import PREDICTION
from theory.learned.course import kernel_shares, linear_shares
from theory.learned.kernels import KERNELS

T, D, VARIANCES = 0.1, 20, (1.0, 0.09)
TANGENT = "tangent, one hidden layer"
MODELS = {"linear": "linear", "features": "Gaussian", TANGENT: TANGENT}  # and the kernel of each
LOST = 0.5  # of the share that the law shows
LAYERS = ShownShares(
    shapes=tuple(("linear", n, T) for n in (5, 10, 20, 80, 320)), taus=(0.1, 1.0, 10.0, 100.0), replicas=20
)
MODES = ShownShares(
    shapes=(*(("features", n, T) for n in (8, 16, 32, 64)), *((TANGENT, n, T) for n in (6, 12, 24))),
    taus=(1.0, 10.0, 100.0, 1e3, 1e4),
    replicas=6,
)
MEASURED = {"linear": LAYERS, "features": MODES, TANGENT: MODES}
NOISES, TAUS = (0.03, 0.1, 0.3), (10.0, 100.0)


def _grid(
    model: str,
    sizes: tuple[int, ...],
    replicas: int,
    taus: tuple[float, ...] = TAUS,
    noises: tuple[float, ...] = NOISES,
) -> ShownShares:
    shapes = tuple((model, n, t) for n in sizes for t in noises)
    return ShownShares(shapes=shapes, taus=taus, replicas=replicas, p=400, compared=True)


ORDERED = {
    "linear": _grid("linear", (8, 16, 32), 40),
    "features": _grid("features", (8, 32), 3),
    TANGENT: _grid(TANGENT, (8, 24), 3),
    "empirical": replace(_grid("empirical", (8, 32, 128), 12, TAUS[:1], (0.1, 0.3, 1.0)), places=(1.0, 0.0)),
}
PERCEPTRONS = _grid("network", (8, 16, 32), 8, (10.0, 300.0))


@dataclass(frozen=True, kw_only=True)
class OrderLines(Experiment):
    """By how much less theory has the smaller variance shown, `difference` (point, time, noise), for each model and N.

    Arguments:
        sizes: numbers of points N.
        noises: noise variances t, in squared units of the data.
        models: of MODELS.
        seed: of no effect: nothing here is random.
    """

    sizes: tuple[int, ...] = (6, 12, 24, 48)
    noises: tuple[float, ...] = (0.02, 0.055, 0.15, 0.4)
    models: tuple[str, ...] = tuple(MODELS)
    made_by: ClassVar[tuple[str, ...]] = PREDICTION

    def points(self) -> Sequence[Point]:
        return [Point(model=model, n=n) for model in self.models for n in self.sizes]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        """The differences at one N, along `time`, of TAUS, and `noise`.

        Arguments:
            point: the model and `n`.
            rng: not used.
        """
        found = [shares(str(point["model"]), int(point["n"]), t, np.array(TAUS)) for t in self.noises]
        larger, smaller = np.moveaxis(np.array(found), (2, 1), (0, 1))
        return xr.Dataset({"difference": (("time", "noise"), larger - smaller), "t": ("noise", list(self.noises))})


@dataclass(frozen=True, kw_only=True)
class PhaseLines(Experiment):
    """The shares `share` (point, time, half) that theory predicts, a point for each model and N.

    Arguments:
        sizes: numbers of points N.
        taus: training times.
        models: of MODELS.
        seed: of no effect: nothing here is random.
    """

    sizes: tuple[int, ...] = (5, 7, 10, 14, 20, 28, 40, 57, 80, 113, 160, 226, 320)
    taus: tuple[float, ...] = tuple(np.geomspace(0.05, 3e4, 60).tolist())
    models: tuple[str, ...] = tuple(MODELS)
    made_by: ClassVar[tuple[str, ...]] = PREDICTION

    def points(self) -> Sequence[Point]:
        return [Point(model=model, n=n) for model in self.models for n in self.sizes]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        """The shares of both variances at one N, along `time` and `half`.

        Arguments:
            point: the model and `n`.
            rng: not used.
        """
        found = shares(str(point["model"]), int(point["n"]), T, np.array(self.taus))
        return xr.Dataset({"share": (("time", "half"), found), "tau": ("time", np.array(self.taus))})


def shares(model: str, n: float, t: float, taus: np.ndarray) -> np.ndarray:
    """What a model of MODELS shows of each variance in training time, by theory.

    Arguments:
        model: its name.
        n: the number of points.
        t: the noise variance > 0, in squared units of the data.
        taus: training times, (times,).

    Returns:
        (times, 2), the larger variance first.
    """
    law = np.repeat(VARIANCES, D // 2)
    if model == "linear":
        return linear_shares(t, law, n, taus)[:, [0, -1]]
    return kernel_shares(KERNELS[MODELS[model]], t, law, round(n), taus)[:, [0, -1]]
