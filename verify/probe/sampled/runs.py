"""Runs of a user's score: as a function that samplers can call, where they start and end, and what is near a point."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from simulate.dimension import Field
from simulate.dimension.field import time_range
from simulate.engine.copies import COPIED
from verify.probe.known.own_points import Scales

RATE = 0.01  # probability that a draw of the law is taken for a copy
ABOVE = 25.0  # variance of the noise at which the flow starts, over the largest variance of the data
BELOW = 1e4  # squared distance of neighbours over the variance of the noise at which the flow ends
FAR = 100.0  # noise and data together, that runs of a score do not go beyond


@dataclass(frozen=True)
class Flow:
    """The score of a user as a function of rows and t that samplers can call, torch rows or those of NumPy.

    Rows that runs of what is no score take beyond `farthest` from 0 are asked about at that coordinate.

    Arguments:
        score: a score of torch rows (n, d) and a noise variance t.
        like: a row whose dtype and device the score takes, (d,).
        farthest: the largest coordinate that the score is asked about, in absolute value.
    """

    score: Any
    like: torch.Tensor
    farthest: float

    @classmethod
    def of(cls, score: Any, known: Scales, like: torch.Tensor) -> "Flow":
        """A flow for runs from noise among the training points.

        Arguments:
            score: a score of torch rows (n, d) and a noise variance t.
            known: the training points, and the scales of their distances.
            like: a row whose dtype and device the score takes, (d,).
        """
        return cls(score, like, FAR * float(np.abs(known.data).max() + ends_of_runs(score, known)[1] ** 0.5))

    def __call__(self, x: torch.Tensor, t: float) -> torch.Tensor:
        return torch.as_tensor(self.of_rows(x.numpy(), t))

    def of_rows(self, x: np.ndarray, t: float) -> np.ndarray:
        """s(x, t) of rows (n, d).

        Arguments:
            x: locations, (n, d).
            t: the noise variance; taken to the nearest end of the score's own range of times.
        """
        least, largest = time_range(self.score)
        inside = min(max(t, least), largest)  # the ends of a schedule are rounded
        return Field(self.score, self.like, inside).scores(np.clip(x, -self.farthest, self.farthest))


def factor_of(known: Scales) -> float:
    """The factor c of `verify.probe.sampled.samples`: a copy lies nearer by it to one training point than to others."""
    return min(COPIED, RATE ** (1 / known.intrinsic_dimension))


def ends_of_runs(score: Any, known: Scales) -> tuple[float, float]:
    """Noise variances between which samples are drawn.

    Arguments:
        score: of the user, perhaps with a `time_range`.
        known: the training set.

    Returns:
        Where runs end, and where they start.
    """
    least, largest = time_range(score)
    start = min(largest, ABOVE * float(known.variances[0]))
    end = max(least, known.typical_spacing**2 / BELOW)
    return min(end, start / 2), start
