"""Batches: so many data sets at a time, for observables of a mean over them."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from simulate.samplers import DataSets, Points
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
