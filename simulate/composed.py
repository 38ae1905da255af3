r"""Samplers that draw more than one set of data for one case.

TwoSizes    data sets of a case, and of a case of `copies` times as many directions at the same alpha = log(N)/d
Probed      whole data sets, with some of their points, a noise for each of these, and as many held-out points
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from simulate.samplers import Sampler
from theory.case import Case


@dataclass(frozen=True, kw_only=True)
class TwoSizes:
    """What a sampler draws of a case, and of `copies` times as many directions, as a pair."""

    of: Sampler
    copies: int

    def parts(self, case: Case, replicas: int, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        """Pairs of the smaller size and the larger one."""
        small = list(self.of.parts(case, replicas, rng))
        yield from zip(small, self.of.parts(case.enlarged(self.copies), replicas, rng), strict=True)
