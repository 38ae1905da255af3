r"""The empirical score and its Jacobian as the engine computes them, beside the small data set that they belong to.

Nothing is averaged: what is observed is exact up to rounding, of which `stderr` is a bound. Each row is one component,
with the whole data set and the point x as variables, so that whoever predicts can start from them.
"""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from simulate.experiments.experiment import Experiment, Point
from simulate.experiments.setting import Setting, flat
from simulate.posterior import posterior

ROUNDING = 1e-9  # ten times the accuracy that the engine promises for its weights
SMALL = Setting("halves", "held-out", 5, 40)


@dataclass(frozen=True, kw_only=True)
class OneDataSet(Experiment):
    """Components seen from a noised point of `setting`'s law at each of `times`; one data set for each time."""

    setting: Setting = SMALL
    times: tuple[float, ...] = (1e-3, 0.05, 0.4, 3.0)

    def points(self) -> Sequence[Point]:
        return [Point(**self.setting.point, t=t) for t in self.times]

    @abstractmethod
    def components(self, x: np.ndarray, data: np.ndarray, t: float) -> tuple[np.ndarray, float, dict[str, np.ndarray]]:
        """What is observed (rows,), the scale of its terms, and the labels of each row."""

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        data, t = self.setting.draw(self.setting.n, rng), float(point["t"])
        x = self.setting.x + np.sqrt(t) * rng.standard_normal(self.setting.d)
        observed, scale, labels = self.components(x, data, t)
        rows = observed.size
        return xr.Dataset(
            {
                "observed": ("component", observed),
                "stderr": ("component", np.full(rows, ROUNDING * scale)),
                "x": (("component", "axis"), np.tile(x, (rows, 1))),
                "data": (("component", "sample", "axis"), np.tile(data, (rows, 1, 1))),
            },
            coords={name: ("component", label) for name, label in labels.items()},
        )

    def combine(self, parts: list[xr.Dataset]) -> xr.Dataset:
        return flat(super().combine(parts), "component")


@dataclass(frozen=True, kw_only=True)
class EmpiricalScore(OneDataSet):
    """s_i(x)."""

    def components(self, x: np.ndarray, data: np.ndarray, t: float) -> tuple[np.ndarray, float, dict[str, np.ndarray]]:
        return posterior(x, data, t, "cpu").score, _size(x, data) / t, {"i": np.arange(x.size)}


@dataclass(frozen=True, kw_only=True)
class EmpiricalJacobian(OneDataSet):
    """J_ij(x), i <= j."""

    def components(self, x: np.ndarray, data: np.ndarray, t: float) -> tuple[np.ndarray, float, dict[str, np.ndarray]]:
        i, j = np.triu_indices(x.size)
        observed = posterior(x, data, t, "cpu").jacobian[i, j]
        return observed, _size(x, data) ** 2 / t**2 + 1 / t, {"i": i, "j": j}


def _size(x: np.ndarray, data: np.ndarray) -> float:
    return float(np.abs(data - x).max())
