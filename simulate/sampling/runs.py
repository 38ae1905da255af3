r"""A sampler of reverse runs: of each data set, several clones of one point by the reverse SDE of its exact score.

The runs of all data sets go on together; each sees the exact score of its own data set alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import softmax

from simulate.observables.observable import UNIT, Single
from simulate.samplers import DataSets
from simulate.sampling.ends import collision_rate, nearest_two
from simulate.sampling.reverse import clones
from theory.case import Case


@dataclass(frozen=True, kw_only=True)
class CloneRuns:
    """A sampler of clones of (x, t): independent runs of the reverse SDE of each data set's exact score.

    Arguments:
        count: how many of each data set.
        steps: of each run.
        depth: last noise variance of a run, in units of t.
    """

    count: int = 8
    steps: int = 64
    depth: float = 1e-3

    def parts(self, case: Case, replicas: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
        """Ends of the clones of independent data sets, some data sets at a time.

        Arguments:
            case: the data, x and t.
            replicas: number of data sets.
            rng: draws data and noise.

        Returns:
            Parts (some, count), `replicas` rows in all: the index of the data point at which each clone ended.
        """
        for drawn in DataSets().parts(case, replicas, rng):
            data = drawn.offsets + case.x
            runs, shortest = len(data) * self.count, self.depth * case.t
            ends = clones(self._score(data), case.x, case.t, runs, rng, t_min=shortest, steps=self.steps)
            pairs = zip(ends.reshape(len(data), self.count, -1), data, strict=True)
            yield np.stack([nearest_two(found, points)[0] for found, points in pairs])

    def _score(self, data: np.ndarray) -> Any:
        """The exact score of data sets (replicas, n, d), at `count` successive rows x for each of them."""
        squares = (data**2).sum(axis=-1)[:, None] / 2

        def score(x: np.ndarray, t: float) -> np.ndarray:
            places = x.reshape(len(data), self.count, -1)
            weights = softmax((places @ data.swapaxes(1, 2) - squares) / t, axis=-1)
            return ((weights @ data - places) / t).reshape(x.shape)

        return score


@dataclass(frozen=True)
class Collisions(Single):
    """The share of pairs of clones that end at the same data point, in [0, 1]."""

    limits = UNIT

    def __call__(self, case: Case, drawn: np.ndarray) -> np.ndarray:
        return np.array([collision_rate(ends) for ends in drawn])
