r"""Fluctuation of the score and of its Jacobian over data sets, at one x, for the directions of each variance.

Each replica is a data set of its own, with weights w ~ exp(-|x - y|^2/(2 t)):

    ScoreVariance     (s_i - mean s_i)^2 n/(n - 1), s_i = (<y_i> - x_i)/t: its mean is Var s_i without bias
    Contraction       -t J_ii = 1 - Var_w(y_i)/t
    MeanScore         s_i

each averaged over the directions i of the same variance v.
"""

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from simulate.experiments.setting import Setting
from simulate.run.experiment import Experiment, Point
from simulate.run.tables import rows, variances, weights

ENTRIES = 2_000_000  # of one table of data


@dataclass(frozen=True, kw_only=True)
class OverDataSets(Experiment):
    """One number for each data set and direction, at each of `cases` and its time, a variance."""

    cases: tuple[tuple[Setting, float], ...]
    replicas: int = 4000

    def points(self) -> Sequence[Point]:
        return [Point(**setting.point, t=t) for setting, t in self.cases]

    @abstractmethod
    def values(self, setting: Setting, t: float, rng: np.random.Generator) -> np.ndarray:
        """(replicas, d)."""

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        setting, t = Setting.of(point), float(point["t"])
        values, groups = self.values(setting, t, rng), np.unique(setting.variances)
        means = np.stack([values[:, setting.variances == v].mean(axis=1) for v in groups])
        return xr.Dataset(
            {
                "values": (("group", "replica"), means),
                "observed": ("group", means.mean(axis=1)),
                "stderr": ("group", means.std(axis=1, ddof=1) / np.sqrt(self.replicas)),
                "replicas": self.replicas,
            },
            coords={"v": ("group", groups)},
        )

    def combine(self, parts: list[xr.Dataset]) -> xr.Dataset:
        """One row for each point and group; settings may differ in their number of groups."""
        return rows(parts, "group")

    def data_sets(self, setting: Setting, rng: np.random.Generator) -> Iterator[np.ndarray]:
        """y - x of all replicas, (some, n, d) at a time."""
        most = max(1, ENTRIES // (setting.n * setting.d))
        for start in range(0, self.replicas, most):
            yield np.stack([setting.draw(setting.n, rng) for _ in range(min(most, self.replicas - start))]) - setting.x


@dataclass(frozen=True, kw_only=True)
class MeanScore(OverDataSets):
    """s_i."""

    def values(self, setting: Setting, t: float, rng: np.random.Generator) -> np.ndarray:
        return np.concatenate([_scores(offsets, t) for offsets in self.data_sets(setting, rng)])


@dataclass(frozen=True, kw_only=True)
class ScoreVariance(MeanScore):
    """(s_i - mean s_i)^2 n/(n - 1)."""

    def values(self, setting: Setting, t: float, rng: np.random.Generator) -> np.ndarray:
        scores = super().values(setting, t, rng)
        return (scores - scores.mean(axis=0)) ** 2 * self.replicas / (self.replicas - 1)


@dataclass(frozen=True, kw_only=True)
class Contraction(OverDataSets):
    """-t J_ii."""

    def values(self, setting: Setting, t: float, rng: np.random.Generator) -> np.ndarray:
        return np.concatenate([1 - variances(offsets, t) / t for offsets in self.data_sets(setting, rng)])


def _scores(offsets: np.ndarray, t: float) -> np.ndarray:
    return np.einsum("rn,rnd->rd", weights(offsets, t), offsets) / t
