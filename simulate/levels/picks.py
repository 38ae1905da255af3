r"""One point of each data set, picked with probability w.

The pick is the first point at which the sum of weights reaches a uniform number; where the weights of all points that
are drawn add up to less than it, the pick is one of those that are not drawn, of a weight near 0.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, eq=False)
class Picked:
    """Data sets with one point of each picked with probability w.

    Arguments:
        drawn: data sets with `weights(t)`.
        uniform: a number in [0, 1) for each, which decides the pick, (replicas,).
    """

    drawn: Any
    uniform: np.ndarray

    def picked_weight(self, t: float) -> np.ndarray:
        """Weight of the picked point at noise variance t, (replicas,); 0 for a point that is not drawn."""
        weights = self.drawn.weights(t)
        index = (weights.cumsum(axis=1) < self.uniform[:, None]).sum(axis=1)
        padded = np.column_stack([weights, np.zeros(len(weights))])
        return np.take_along_axis(padded, index[:, None], axis=1)[:, 0]
