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
    """Batches of whole data sets: a replica is a batch, and each part is one.

    Arguments:
        size: data sets of a batch.
    """

    size: int = 200

    def parts(self, case: Case, replicas: int, rng: np.random.Generator) -> Iterator[Points]:
        """Batches of whole data sets as offsets y - x, one batch at a time.

        Arguments:
            case: the data, x and t.
            replicas: number of batches.
            rng: draws them; the same seed gives the same bits.

        Returns:
            Parts of offsets (size, N, d).
        """
        for _ in range(replicas):
            drawn = DataSets().parts(case, self.size, rng)
            yield Points(np.concatenate([part.offsets for part in drawn]))


@dataclass(frozen=True, kw_only=True)
class Scores:
    """The empirical scores s(x) of all data sets in one part, for observables that need their mean.

    Arguments:
        of: draws the data sets: whole ones, or the points nearest to x; what knows its mean offset, as `Points`.
    """

    of: Sampler = field(default_factory=DataSets)

    def parts(self, case: Case, replicas: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
        """The scores of all data sets at once; data sets are kept no longer than their score takes.

        Arguments:
            case: the data, x and t.
            replicas: number of data sets.
            rng: draws them; the same seed gives the same bits.

        Returns:
            One part of scores (replicas, d), in inverse units of the data.
        """
        yield np.concatenate([drawn.mean(case.t) / case.t for drawn in self.of.parts(case, replicas, rng)])
