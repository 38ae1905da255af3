r"""Participation ratio of the weights of many data sets: sum_mu w_mu^2 with w_mu ~ exp(-|x - y_mu|^2/(2 t)).

Each replica is a data set of its own, so the mean over replicas estimates E sum w^2 without bias and its error is that
of independent numbers in [1/N, 1]. All times share the data sets. A data set of a few thousand points is too small to
share among threads (two of them take 4 to 15 times as long as one), so one thread does it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import xarray as xr

from simulate.engine.posterior import posterior
from simulate.experiments.setting import Setting, exponential
from simulate.run.experiment import Experiment, Point
from simulate.run.tables import flat, sample
from simulate.run.threads import one_thread


@dataclass(frozen=True, kw_only=True)
class Participation(Experiment):
    """sum w^2 at every setting and every one of `times` (variances), for `replicas` data sets."""

    settings: tuple[Setting, ...] = exponential("halves", "typical", (8, 12, 16, 20), alpha=0.4)
    times: tuple[float, ...] = (0.05, 0.1, 0.15, 0.2)
    replicas: int = 1000
    device: str = field(default="cpu", compare=False)

    def points(self) -> Sequence[Point]:
        return [setting.point for setting in self.settings]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        setting = Setting.of(point)
        with one_thread():
            values = np.stack([self._ratios(setting, rng) for _ in range(self.replicas)], axis=1)
        at_times = xr.concat([sample(row, lowest=1 / setting.n) for row in values], "time")
        return at_times.assign_coords(t=("time", np.array(self.times)))

    def combine(self, parts: list[xr.Dataset]) -> xr.Dataset:
        return flat(super().combine(parts))

    def _ratios(self, setting: Setting, rng: np.random.Generator) -> np.ndarray:
        return posterior(setting.x, setting.draw(setting.n, rng), self.times, self.device).participation
