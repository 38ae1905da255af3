r"""The loss of a learned denoiser along each direction, in units of that of the law: is what is lost memorized?

.. math::

    R_i = \mathbb{E} |D_i - y_i|^2 \Big/ \frac{t v_i}{t + v_i}, \qquad x = y + \sqrt t z

at training points y or at held-out ones. The linear denoiser :math:`D = \bar y + W (x - \bar y)` has, with all noise
averaged, the losses :math:`(1 - W) C (1 - W)^T + t W W^T`: C is the covariance of the data at training points, and
:math:`\Sigma + \bar y \bar y^T` at held-out points of a centred law.
"""

from dataclasses import dataclass

import numpy as np

from simulate.learned.linear import covariance
from simulate.observables.observable import PerSubspace
from simulate.samplers import Points
from theory.case import Case
from theory.checks import choice

PLACES = ("training", "held-out")


@dataclass(frozen=True)
class LinearShare(PerSubspace):
    """R_i of the linear denoiser of each data set, of a law that is centred where the case looks from.

    Arguments:
        at: "training" points or "held-out" ones, noised.
    """

    at: str = "training"

    def __call__(self, case: Case, drawn: Points) -> np.ndarray:
        held_out = choice("at", self.at, PLACES) == "held-out"
        found = covariance(drawn.offsets)
        lost = np.linalg.inv(np.eye(case.d) + found / case.t)
        mean = drawn.offsets.mean(axis=1)
        seen = np.diag(case.variances) + mean[:, :, None] * mean[:, None] if held_out else found
        losses = np.einsum("rij,rjk,rik->ri", lost, seen, lost, optimize=True)
        losses += case.t * ((np.eye(case.d) - lost) ** 2).sum(axis=2)
        return case.over_subspaces(losses * (case.t + case.variances) / (case.t * case.variances))
