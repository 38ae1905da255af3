"""Whole data sets, every point drawn; or only the first points of each."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from simulate.samplers.drawn import Points, chunks
from theory.case import Case
from theory.checks import NotComputable


@dataclass(frozen=True, kw_only=True)
class DataSets:
    """Whole data sets of N points, every point drawn from the law."""

    def parts(self, case: Case, replicas: int, rng: np.random.Generator) -> Iterator[Points]:
        """Whole data sets as offsets y - x, some at a time; a training point of the case is the first point of each.

        Arguments:
            case: the data, x and t.
            replicas: number of data sets.
            rng: draws them; the same seed gives the same bits.

        Returns:
            Parts of offsets (some, N, d), `replicas` data sets in all.

        Raises:
            NotComputable: where N is too large to be counted.
        """
        for size in chunks(replicas, case.n * case.d):
            data = case.law.sample(size * case.n, rng).reshape(size, case.n, case.d)
            if case.own_point is not None:
                data[:, 0] = case.own_point
            yield Points(data - case.x)


@dataclass(frozen=True, kw_only=True)
class FirstPoints:
    """A few of the N points and no others, drawn from the law.

    Arguments:
        count: how many of each data set.
    """

    count: int = 2

    def parts(self, case: Case, replicas: int, rng: np.random.Generator) -> Iterator[Points]:
        """A few points of each data set as offsets y - x, some data sets at a time.

        Arguments:
            case: the data, x and t.
            replicas: number of data sets.
            rng: draws them; the same seed gives the same bits.

        Returns:
            Parts of offsets (some, count, d), `replicas` data sets in all.

        Raises:
            NotComputable: for a case with a training point.
        """
        if case.own_point is not None:
            raise NotComputable("x must be no training point for a few of the points to stand for all")
        for size in chunks(replicas, self.count * case.d):
            yield Points(case.law.sample(size * self.count, rng).reshape(size, self.count, case.d) - case.x)
