r"""Observables of memorization: false alarms of the rule d1/d2 < r, the loss of memory, weights under a caption.

.. math::

    \text{CloserThan} &= [\, d_1 < r\, d_2 \,], \quad d_1 \le d_2 \text{ the distances to the two nearest points} \\
    \text{MemoryLoss} &= |\langle y \rangle_w - y|^2 / \textstyle\sum_i v_i, \quad y \text{ the law's typical point} \\
    \text{ExcessLoss} &= \Big( |D(x) - y|^2 - |\langle y \rangle_w - y|^2 \Big) \Big/ \textstyle\sum_i v_i,
        \quad D_i = \frac{v_i x_i}{v_i + t}, \; x = y + \sqrt t z \\
    \text{HeldOutRisk} &= |D(x) - y|^2 / \textstyle\sum_i v_i, \quad D = \langle y \rangle_w, \; y \text{ held out} \\
    \text{CaptionShared} &= \sum_\mu w_\mu^2 \text{ of the first } k \text{ points alone}
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from simulate.engine.copies import COPIED
from simulate.observables.observable import UNIT, Labels, Single
from simulate.samplers import Points, ProbedSet
from theory.case import Case
from theory.laws.subspaces import typical


@dataclass(frozen=True)
class CloserThan(Single):
    """1 where the nearest point is closer to x than `ratio` times the next, else 0.

    Arguments:
        ratio: the factor on the distance to the next, in (0, 1].
    """

    limits = UNIT

    ratio: float = COPIED

    def __call__(self, case: Case, drawn: Any) -> np.ndarray:
        first, second = np.partition(drawn.levels.energies, 1, axis=-1)[:, :2].T
        return (first < self.ratio**2 * second).astype(float)


@dataclass(frozen=True)
class MemoryLoss(Single):
    """Loss |D(x) - y|^2 of the exact denoiser D of the data, at the typical point y of the law, over d sigma^2.

    sigma^2 is the mean variance of the law.
    """

    def __call__(self, case: Case, drawn: Points) -> np.ndarray:
        error = drawn.mean(case.t) + case.x - typical(case.law)
        return (error**2).sum(axis=-1) / case.variances.sum()


@dataclass(frozen=True)
class ExcessLoss(Single):
    """Loss of a centred linear Gaussian law's denoiser less that of memory, over the variance of the law.

    The mean over the probes of each data set (`simulate.samplers.Probed`), seen from the origin: training points y and
    their noised copies.
    """

    def __call__(self, case: Case, drawn: list[ProbedSet]) -> np.ndarray:
        return np.array([_excess(case, probed).mean() for probed in drawn]) / case.variances.sum()


@dataclass(frozen=True)
class CaptionShared(Single):
    """sum w^2 in [0, 1] of the points that share a caption, the first k of the data: one component for each k.

    Arguments:
        sharers: numbers k of points.
    """

    limits = UNIT

    sharers: tuple[int, ...] = (1, 10, 100)

    def __call__(self, case: Case, drawn: Points) -> np.ndarray:
        return np.stack([Points(drawn.offsets[:, :k]).participation_ratio(case.t) for k in self.sharers])

    def labels(self, case: Case) -> Labels:
        """The number of points that share the caption."""
        return {"sharers": self.sharers}


@dataclass(frozen=True)
class HeldOutRisk(Single):
    """Loss of memory at noised copies of held-out points, over the sum of the variances; the mean over the probes.

    Seen from the origin (`simulate.samplers.Probed`).
    """

    def __call__(self, case: Case, drawn: list[ProbedSet]) -> np.ndarray:
        losses = [_memory_losses(case, probed, probed.held_out[: len(probed.noise)]).mean() for probed in drawn]
        return np.array(losses) / case.variances.sum()


def _excess(case: Case, probed: ProbedSet) -> np.ndarray:
    """Loss of the law's denoiser less that of memory at each noised training point, (m,)."""
    y = probed.data[probed.chosen]
    law = (y + np.sqrt(case.t) * probed.noise) * case.variances / (case.variances + case.t)
    return ((law - y) ** 2).sum(axis=1) - _memory_losses(case, probed, y)


def _memory_losses(case: Case, probed: ProbedSet, y: np.ndarray) -> np.ndarray:
    """|D(x) - y|^2 of the data's exact denoiser D at noised copies x of points y (m, d), (m,)."""
    x = y + np.sqrt(case.t) * probed.noise
    memory = x + np.array([Points(probed.data[None] - place).mean(case.t)[0] for place in x])
    return ((memory - y) ** 2).sum(axis=1)
