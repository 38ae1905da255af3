r"""Energies of the levels E = |x - y|^2/2: their variance over the data, which sets the paper's condensation time.

Half the squared difference of two independent energies has the variance of one as its mean: no mean is estimated, so
the estimate has no bias and its error is that of independent numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from simulate.experiments.setting import Setting
from simulate.run.experiment import Experiment, Point


@dataclass(frozen=True, kw_only=True)
class EnergyVariance(Experiment):
    """Variance of one level at every setting, from `pairs` independent pairs of levels; the size N does not matter."""

    settings: tuple[Setting, ...] = (Setting("halves", "typical", 20, 2), Setting("halves", "origin", 20, 2))
    pairs: int = 200_000
    chunk: int = 50_000

    def points(self) -> Sequence[Point]:
        return [setting.point for setting in self.settings]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        setting = Setting.of(point)
        sizes = [min(self.chunk, self.pairs - start) for start in range(0, self.pairs, self.chunk)]
        halves = np.concatenate([_half_squares(setting, size, rng) for size in sizes])
        observed, stderr = halves.mean(), halves.std(ddof=1) / np.sqrt(self.pairs)
        return xr.Dataset({"observed": observed, "stderr": stderr, "replicas": self.pairs})


def _half_squares(setting: Setting, pairs: int, rng: np.random.Generator) -> np.ndarray:
    energies = ((setting.draw(2 * pairs, rng) - setting.x) ** 2).sum(axis=1) / 2
    return (energies[::2] - energies[1::2]) ** 2 / 2
