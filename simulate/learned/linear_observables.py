r"""Observables of the linear denoiser of each data set, with its mean :math:`\bar y` and covariance :math:`S`.

.. math::

    -t J = t (S + t)^{-1}, \qquad D(x) - x = t (S + t)^{-1} (\bar y - x)

All see offsets y - x alone: covariances do not change, and the mean of the offsets is :math:`\bar y - x`.
"""

from dataclasses import dataclass

import numpy as np

from simulate.learned.linear import covariance
from simulate.learned.peak import peak
from simulate.observables.observable import PerSubspace, Single
from simulate.samplers import Points
from theory.case import Case


@dataclass(frozen=True)
class LinearJacobian(PerSubspace):
    """-t J_ii of the linear denoiser, in [0, 1]."""

    def __call__(self, case: Case, drawn: Points) -> np.ndarray:
        return case.over_subspaces(np.diagonal(_shrinking(drawn.offsets, case.t), axis1=1, axis2=2))

    def bounds(self, case: Case) -> tuple[float, float]:
        return 0.0, 1.0


@dataclass(frozen=True)
class SplitDisagreement(PerSubspace):
    """(D_i - D'_i)^2/t for the linear denoisers of the two halves of a data set of N points, N/2 in each."""

    def __call__(self, case: Case, drawn: Points) -> np.ndarray:
        half = drawn.offsets.shape[1] // 2
        first, second = (_moved(part, case.t) for part in (drawn.offsets[:, :half], drawn.offsets[:, half : 2 * half]))
        return case.over_subspaces((first - second) ** 2 / case.t)


@dataclass(frozen=True)
class PeakOfDisagreement(Single):
    """Log of the variance at which two halves disagree most, of a batch of data sets.

    The mean of `SplitDisagreement` over the batch is largest in one subspace; a parabola through its logarithm there
    and in the two beside it, against the logarithm of the variance, has its top at the value of this observable.
    """

    def __call__(self, case: Case, drawn: Points) -> np.ndarray:
        heights = np.log(SplitDisagreement()(case, drawn).mean(axis=-1))
        variances = np.array([case.variances[subspace[0]] for subspace in case.subspaces])
        return np.array([peak(np.log(variances), heights)])


@dataclass(frozen=True)
class FittedDivergence(Single):
    """KL(P || P_hat)/d in nats, of the linear Gaussian law P from the Gaussian with mean and covariance of the data."""

    def __call__(self, case: Case, drawn: Points) -> np.ndarray:
        scale = np.sqrt(case.variances)
        whitened = (drawn.offsets + case.x) / scale
        s, mean = covariance(whitened), whitened.mean(axis=1)
        inverse = np.linalg.inv(s)
        square = np.einsum("ri,rij,rj->r", mean, inverse, mean)
        trace = np.trace(inverse, axis1=1, axis2=2)
        return (trace + square - case.d + np.linalg.slogdet(s)[1]) / (2 * case.d)


def _shrinking(offsets: np.ndarray, t: float) -> np.ndarray:
    """t (S + t)^{-1} of data sets (replicas, n, d), from the eigenvectors of S."""
    variances, axes = np.linalg.eigh(covariance(offsets))
    return np.einsum("rik,rk,rjk->rij", axes, t / (np.maximum(variances, 0.0) + t), axes, optimize=True)


def _moved(offsets: np.ndarray, t: float) -> np.ndarray:
    """D(x) - x of data sets (replicas, n, d), (replicas, d)."""
    return np.einsum("rij,rj->ri", _shrinking(offsets, t), offsets.mean(axis=1))
