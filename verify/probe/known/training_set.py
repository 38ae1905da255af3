r"""The training set that a model is asked about: its principal axes, its copies, and what lies near its points.

Copies, exact and near (`simulate.engine.copies`), are one point: `first` is the row that each row is a copy of. A point
lies *near* a training point where it is less than 1/3 as far from it as from the next. In few dimensions that is
common: `crowded` counts the training points that lie so near to another one.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from simulate.dimension.two_nn import two_nn
from simulate.engine.copies import COPIED, near_copies, nearest
from simulate.engine.posterior import posterior
from simulate.images import duplicates, originals
from verify.probe.known.axes import axis_groups, principal_axes
from verify.probe.known.far_rows import refuse_far_row

AXES = 4  # of each group that are looked at
POINTS = 256  # of the training set that are looked at, for how many lie near another


@dataclass(frozen=True, eq=False)
class TrainingSet:
    """The training set that a model is asked about: principal axes, copies, and what lies near its points.

    Arguments:
        data: (N, d), in units of the data.
        axes: principal axes, one a row, (k, d).
        variances: along them, largest first, (k,).
        groups: axes of like variance, as indices.
        first: the row that each row is a copy of, (N,).
    """

    data: np.ndarray
    axes: np.ndarray
    variances: np.ndarray
    groups: list[np.ndarray]
    first: np.ndarray

    @classmethod
    def of(cls, data: np.ndarray) -> "TrainingSet":
        """What is to be known of data (N, d). Raises ValueError where all points are one, or one lies far from all."""
        exact = originals(data)
        if not exact.any():
            raise ValueError("data must differ from point to point, all are equal")
        axes, variances = principal_axes(data)
        rows = np.unique(exact)
        first = rows[near_copies(data[rows])][np.searchsorted(rows, exact)]
        refuse_far_row(data, first)
        return cls(data, axes, variances, axis_groups(variances), first)

    @cached_property
    def exact_copies(self) -> int:
        """How many rows equal an earlier one."""
        return len(self.data) - len(np.unique(originals(self.data)))

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
        """Effective number of points 1/sum w^2, w the weight of a point with all its copies.

        Arguments:
            x: locations, (n, d).
            t: noise variance > 0.

        Returns:
            (n,), from 1 to the number of different points.
        """
        seen = posterior(x, self.data, t)
        if len(self.rows) == len(self.data):
            return 1 / seen.participation
        return np.array([1 / (np.bincount(self.first, weights) ** 2).sum() for weights in seen.weights])

    def nearness(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """First row of the copies nearest to each of points (n, d), and the distance over that to the next other."""
        if len(self.rows) == len(self.data):
            distances, place = nearest(points, self.points)
            return self.rows[place[:, 0]], _over(distances[:, 0], distances[:, 1])
        order = np.argsort(self.first, kind="stable")
        all_distances, place = nearest(points, self.data[order], len(self.data))
        each = np.take_along_axis(all_distances, np.argsort(place, axis=1), axis=1)
        least = np.minimum.reduceat(each, np.searchsorted(self.first[order], self.rows), axis=1)
        two = np.argsort(least, axis=1)[:, :2]
        near = np.take_along_axis(least, two, axis=1)
        return self.rows[two[:, 0]], _over(near[:, 0], near[:, 1])

    def spacing(self, rows: np.ndarray) -> np.ndarray:
        """Distance of training points to their nearest other that is no copy of them."""
        return nearest(self.data[self.first[rows]], self.points)[0][:, 1]

    @cached_property
    def _nearest_others(self) -> np.ndarray:
        """Distances (k, 3) of some of the distinct points to their three nearest, themselves first."""
        some = self.points[np.linspace(0, len(self.points) - 1, min(POINTS, len(self.points))).astype(int)]
        return nearest(some, self.points, min(3, len(self.points)))[0]

    @property
    def typical_spacing(self) -> float:
        """Median distance of distinct points to their nearest other."""
        return float(np.median(self._nearest_others[:, 1]))

    @cached_property
    def intrinsic_dimension(self) -> float:
        """1/mean log(d_2/d_1) over distinct points, the largest ratios left out (Facco et al. 2017); 1 at least."""
        if self._nearest_others.shape[1] < 3:
            return 1.0
        return max(1.0, two_nn(self._nearest_others[:, 1], self._nearest_others[:, 2]).value)

    def crowded(self, rng: np.random.Generator, factor: float = COPIED) -> tuple[int, int]:
        """How many training points lie nearer to one than a factor times to the next, of those looked at.

        Arguments:
            rng: draws those looked at.
            factor: in (0, 1].

        Returns:
            How many, and of how many.
        """
        if len(self.rows) < 3:
            return 0, 0
        chosen = rng.permutation(self.points)[:POINTS]
        distances, _ = nearest(chosen, self.points, 3)
        return int((distances[:, 1] < factor * distances[:, 2]).sum()), len(chosen)

    def shared(self, held_out: np.ndarray) -> np.ndarray:
        """Which of the points held out (n, d) are in the data, (n,)."""
        pairs, n = duplicates(np.concatenate([self.data, held_out])), len(self.data)
        rows = [row - n for row, first in pairs if row >= n > first]
        return np.isin(np.arange(len(held_out)), rows)

    def alike(self, count: int, rng: np.random.Generator) -> np.ndarray:
        """Draws from the Gaussian of the mean and covariance of the data.

        Arguments:
            count: how many.
            rng: draws them.

        Returns:
            (count, d).
        """
        drawn = rng.standard_normal((count, len(self.axes))) * np.sqrt(self.variances)
        return self.data.mean(axis=0) + drawn @ self.axes


def _over(near: np.ndarray, far: np.ndarray) -> np.ndarray:
    """near/far, 0 where both are 0."""
    return near / np.maximum(far, np.finfo(float).tiny)
