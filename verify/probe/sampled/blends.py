r"""Does one step blend? A posterior mean that lies on one training point lies on the one that was noised.

Let x = y + sqrt(t) z at a t so large that half of the training points carry the empirical score. Every posterior mean
D = x + t s(x) of them has, with m the mean of the data,

.. math:: E\,(y - m)\cdot(D - m) = E\,|D - m|^2, \qquad b(t) = \frac{E\,(y - m)\cdot(D - m)}{E\,|D - m|^2} = 1

and lies between the points. A model that gives a point at once, the nearest one or the end of the flow from x, lies
on training points there, too, and mostly on others than y, of which its output says little: b is far below 1. At a t
below the condensation time both give y, so that slope, spectrum and samples of such a model are those of memory.

Neither sign would do alone: networks that are rough at large noise have b from 0.1 up (DDPM perceptrons of 1000 steps),
and a few blends may lie on a point by chance. Both together are those of no posterior mean
(`verify.probe.asked.no_score`). The training point nearest to m does not count: where it lies in the middle of the data
all blends are near it, those of rough networks too.
"""

from typing import Any

import numpy as np
import torch

from simulate.dimension import Field
from simulate.dimension.field import time_range
from verify.probe.asked.gate import even_rows, ratio
from verify.probe.known.training_set import TrainingSet
from verify.probe.sampled.runs import ABOVE, factor_of

COUNT = 256  # noised points
FEW = 16  # of them, at which the empirical score is looked at
GROWTH, TRIES = 4.0, 6  # from one noise variance to the next, from where runs start, and how often
CARRIED = 0.5  # share of the training points that carry the empirical score


def blends(score: Any, known: TrainingSet, like: torch.Tensor, rng: np.random.Generator) -> dict[str, float]:
    """Whether one step from a large noise lies between training points, or on others than the one that was noised.

    Arguments:
        score: s(x, t), rows (batch, d) at a variance t.
        known: the training set.
        like: a row of the kind and precision that the score takes.
        rng: draws points and noise.

    Returns:
        `far_time`, a noise variance; of `far_asked` outputs there, `far_others` that lie on training points other than
        the one noised and the one in the middle, nearer by the factor of `verify.probe.sampled.samples` than to any
        next; `far_slope_upper`, the upper end of b.
    """
    rows = even_rows(len(known.rows), COUNT, rng)
    y, z = known.points[rows], rng.standard_normal((COUNT, known.data.shape[1]))
    t = _far(known, time_range(score)[1], y[:FEW], z[:FEW])
    x, mean = y + t**0.5 * z, known.data.mean(axis=0)
    denoised = x + t * Field(score, like, t).scores(x)
    landed, near = known.nearness(denoised)
    (middle,), _ = known.nearness(mean[None])
    slope, half = ratio(((y - mean) * (denoised - mean)).sum(axis=1), ((denoised - mean) ** 2).sum(axis=1))
    others = int(((near < factor_of(known)) & (landed != known.rows[rows]) & (landed != middle)).sum())
    return {"far_time": t, "far_asked": COUNT, "far_others": others, "far_slope_upper": slope + half}


def _far(known: TrainingSet, largest: float, y: np.ndarray, z: np.ndarray) -> float:
    """The least of a few variances at which CARRIED of the points carry the empirical score, or the largest known.

    A score that does not say how far it goes is asked where runs start, and no farther.
    """
    t = min(largest, ABOVE * float(known.variances[0]))
    for _ in range(TRIES if np.isfinite(largest) else 0):
        carried = float(np.median(known.effective(y + t**0.5 * z, t)))
        if t >= largest or carried >= CARRIED * len(known.rows):
            break
        t = min(largest, GROWTH * t)
    return t
