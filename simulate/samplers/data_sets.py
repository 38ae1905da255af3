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
        """Offsets y - x of `replicas` data sets, some at a time."""
        for size in chunks(replicas, case.n * case.d):
            data = case.law.sample(size * case.n, rng).reshape(size, case.n, case.d)
            if case.own_point is not None:
                data[:, 0] = case.own_point
            yield Points(data - case.x)


@dataclass(frozen=True, kw_only=True)
class FirstPoints:
    """`count` of the N points and no others, drawn from the law. Raises NotComputable with a training point."""

    count: int = 2

    def parts(self, case: Case, replicas: int, rng: np.random.Generator) -> Iterator[Points]:
        """Offsets y - x of these points of `replicas` data sets, some at a time."""
        if case.own_point is not None:
            raise NotComputable("x must be no training point for a few of the points to stand for all")
        for size in chunks(replicas, self.count * case.d):
            yield Points(case.law.sample(size * self.count, rng).reshape(size, self.count, case.d) - case.x)
