r"""Flow matching on N points: how random its target is, given where a path has come.

A path :math:`x_a = a y + (1 - a) z` runs from noise to one of the N points y, at the clock a = 1/(1 + sqrt(t)), t being
the noise variance of x_a/a. Its target, the velocity u = y - z, is given x_a a random one: the path may come from any
point. In units of what the law's own target has,

.. math::

    \frac{\mathbb{E} |u - u^*(x_a)|^2}{\sum_i v_i t/((t + v_i)(1 - a)^2)}, \qquad
    u^* = \sum_\mu w_\mu \frac{y_\mu - x_a}{1 - a}, \quad w_\mu \propto e^{-|x_a - a y_\mu|^2/(2 (1 - a)^2)}

which is 0 where x_a tells the target.

References: On the closed-form of flow matching (Q. Bertrand et al., 2025), arXiv:2506.03719.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import softmax

from simulate.observables.observable import Single
from simulate.samplers import ProbedSet
from theory.case import Case


@dataclass(frozen=True)
class TargetVariance(Single):
    """The variance of the target velocity given x_a on paths to training points, over that of the law's target.

    The mean over the probes of each data set (`simulate.samplers.Probed`), of a centred law seen from the origin.
    """

    def __call__(self, case: Case, drawn: list[ProbedSet]) -> np.ndarray:
        a = 1 / (1 + np.sqrt(case.t))
        law = (case.variances * case.t / (case.variances + case.t)).sum() / (1 - a) ** 2
        return np.array([_variance(probed, a) for probed in drawn]) / law


def _variance(probed: ProbedSet, a: float) -> float:
    """Mean of |u - u^*|^2 over paths to the chosen points, at the clock a."""
    y = probed.data[probed.chosen]
    x = a * y + (1 - a) * probed.noise
    logs = (a * x @ probed.data.T - a**2 * (probed.data**2).sum(axis=1) / 2) / (1 - a) ** 2
    mean = softmax(logs, axis=1) @ probed.data
    return float((((y - probed.noise) - (mean - x) / (1 - a)) ** 2).sum(axis=1).mean())
