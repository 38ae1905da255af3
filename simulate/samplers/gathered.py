r"""Samplers that gather many data sets into one.

Scores      the empirical scores of all replicas in one part, for observables that need their mean
Batches     `size` whole data sets for each replica, for observables of a mean over them
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from simulate.samplers.data_sets import DataSets
from simulate.samplers.drawn import Points, Sampler
from theory.case import Case


@dataclass(frozen=True, kw_only=True)
class Batches:
    """Batches of `size` whole data sets: a replica is a batch, and each part is one."""

    size: int = 200

    def parts(self, case: Case, replicas: int, rng: np.random.Generator) -> Iterator[Points]:
        """Offsets y - x (size, n, d) of `replicas` batches, one at a time."""
        for _ in range(replicas):
            drawn = DataSets().parts(case, self.size, rng)
            yield Points(np.concatenate([part.offsets for part in drawn]))


@dataclass(frozen=True, eq=False)
class ScoreSample:
    """Empirical scores s(x) of independent data sets, (replicas, d)."""

    scores: np.ndarray


@dataclass(frozen=True, kw_only=True)
class Scores:
    """The empirical scores s(x) at the t of the case, all replicas in one part, of what another sampler draws.

    What is drawn must know its mean offset, as `Points` does: whole data sets, or the points nearest to x.
    """

    of: Sampler = field(default_factory=DataSets)

    def parts(self, case: Case, replicas: int, rng: np.random.Generator) -> Iterator[ScoreSample]:
        """One part of all replicas; data sets are kept no longer than their score takes."""
        scores = [drawn.mean(case.t) / case.t for drawn in self.of.parts(case, replicas, rng)]
        yield ScoreSample(np.concatenate(scores))
