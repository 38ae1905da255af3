r"""Where in N and training time a learned score shows each of two variances: what is measured, beside the boundaries.

A direction is shown where its share :math:`s = (1 - j)(t + v)/v` is above 1/2, and lost below: unresolved early, and
memorized late. Linear layers are compared with `theory.learned.course.linear_shares`, features and kernel models with
`kernel_shares`, three modes for d -> infinity with all noise averaged.
"""

from collections.abc import Sequence
from dataclasses import dataclass
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
        found = shares(str(point["model"]), int(point["n"]), np.array(self.taus))
        return xr.Dataset({"share": (("time", "half"), found), "tau": ("time", np.array(self.taus))})


def shares(model: str, n: int, taus: np.ndarray) -> np.ndarray:
    """What a model of MODELS shows of each variance in training time, by theory.

    Arguments:
        model: its name.
        n: the number of points.
        taus: training times, (times,).

    Returns:
        (times, 2), the larger variance first.
    """
    law = np.repeat(VARIANCES, D // 2)
    if model == "linear":
        return linear_shares(T, law, n, taus)[:, [0, -1]]
    return kernel_shares(KERNELS[MODELS[model]], T, law, n, taus)[:, [0, -1]]
