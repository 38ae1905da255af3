r"""The training set that a model is asked about: its principal axes, its copies, and what lies near its points.

Exact copies are one point: `first` is the row that each row is a copy of. A point lies *near* a training point where
it is less than 1/3 as far from it as from the next (`simulate.engine.copies`). In few dimensions that is common:
`crowded` counts the training points that lie so near to another one.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from simulate.engine.copies import COPIED, nearest
from simulate.engine.posterior import posterior
from simulate.images import duplicates, originals
from verify.probe.axes import axis_groups, principal_axes

AXES = 4  # of each group that are looked at
POINTS = 256  # of the training set that are looked at, for how many lie near another


@dataclass(frozen=True, eq=False)
class TrainingSet:
    """Data (N, d), principal `axes` (k, d) with their `variances` (k,), and the axes in `groups` of like variance."""

    data: np.ndarray
    axes: np.ndarray
    variances: np.ndarray
    groups: list[np.ndarray]
    first: np.ndarray

    @classmethod
    def of(cls, data: np.ndarray) -> "TrainingSet":
        """What is to be known of data (N, d). Raises ValueError where all points are one."""
        first = originals(data)
        if not first.any():
            raise ValueError("data must differ from point to point, all are equal")
        axes, variances = principal_axes(data)
        return cls(data, axes, variances, axis_groups(variances), first)

    @cached_property
    def rows(self) -> np.ndarray:
        """Rows that are no copies of earlier ones."""
        return np.unique(self.first)

    @cached_property
    def points(self) -> np.ndarray:
        """The distinct points."""
        return self.data[self.rows]

    @cached_property
    def looked_at(self) -> np.ndarray:
        """A few axes of each group, (m, d), group after group."""
        return self.axes[np.concatenate(self._few)]

    def by_group(self, values: np.ndarray) -> np.ndarray:
        """Means (n, groups) of values (n, m) along the axes that are looked at."""
        ends = np.cumsum([group.size for group in self._few])[:-1]
        return np.stack([part.mean(axis=1) for part in np.split(values, ends, axis=1)], axis=1)

    @cached_property
    def _few(self) -> list[np.ndarray]:
        return [group[np.linspace(0, group.size - 1, min(AXES, group.size)).astype(int)] for group in self.groups]

    def without(self, row: int) -> np.ndarray:
        """The data without one point and its copies."""
        return self.data[self.first != self.first[row]]

    def effective(self, x: np.ndarray, t: float) -> np.ndarray:
        """1/sum w^2 at points x (n, d), w the weight of a point with all its copies."""
        seen = posterior(x, self.data, t)
        if len(self.rows) == len(self.data):
            return 1 / seen.participation
        return np.array([1 / (np.bincount(self.first, weights) ** 2).sum() for weights in seen.weights])

    def nearness(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Row of the training point nearest to each of the points (n, d), and its distance over that to the next."""
        distances, place = nearest(points, self.points)
        return self.rows[place[:, 0]], distances[:, 0] / np.maximum(distances[:, 1], np.finfo(float).tiny)

    def spacing(self, rows: np.ndarray) -> np.ndarray:
        """Distance of training points to their nearest other."""
        return nearest(self.data[rows], self.points)[0][:, 1]

    def crowded(self, rng: np.random.Generator) -> tuple[int, int]:
        """How many of some training points lie near another one, and how many were looked at."""
        if len(self.rows) < 3:
            return 0, 0
        chosen = rng.permutation(self.points)[:POINTS]
        distances, _ = nearest(chosen, self.points, 3)
        return int((distances[:, 1] < COPIED * distances[:, 2]).sum()), len(chosen)

    def shared(self, held_out: np.ndarray) -> np.ndarray:
        """Which of the points held out (n, d) are in the data, (n,)."""
        pairs, n = duplicates(np.concatenate([self.data, held_out])), len(self.data)
        rows = [row - n for row, first in pairs if row >= n > first]
        return np.isin(np.arange(len(held_out)), rows)

    def alike(self, count: int, rng: np.random.Generator) -> np.ndarray:
        """Draws (count, d) from the Gaussian of the mean and covariance of the data."""
        drawn = rng.standard_normal((count, len(self.axes))) * np.sqrt(self.variances)
        return self.data.mean(axis=0) + drawn @ self.axes
