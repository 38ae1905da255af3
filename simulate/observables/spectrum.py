r"""Observables of the spectrum of :math:`-t J(x) = 1 - \mathrm{Cov}_w(y)/t`: gaps, and how far a score is stretched.

.. math::

    \text{SPECTRAL\_GAP} &= -t J_{ii} \text{ in the last subspace} - (-t J_{ii}) \text{ in the one before} \\
    \text{ThinnestGap} &= \mathrm{Var}_w(u \cdot y)/t, \qquad u \text{ the direction of the least positive variance} \\
    \text{GapCount} &= \#\{k : \lambda_{k+1} - \lambda_k > \theta \text{ at one of the times } t, 2t, 4t, \ldots\} \\
    \text{Stretch} &= t\, |s(x + t^{1/2} e_i) - s(x)|^2

Out of a manifold :math:`-t J_{ii} = 1`, and on it the thinnest direction has the largest value below 1, so ThinnestGap
is the final gap. A stretch is the square of a "singular value" of the paper's code, and 1 where the score is -x/t +
const.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from simulate.observables.jacobian import NormalizedJacobian
from simulate.observables.observable import Contrast, PerSubspace, Single
from simulate.samplers import Points
from theory.case import Case
from theory.laws import RotatedGaussian
from theory.laws.law import EnergyLaw
from theory.laws.subspaces import law_label

SPECTRAL_GAP = Contrast(NormalizedJacobian(), first=-1, second=-2)  # -t J_ii in the last subspace and the one before


@dataclass(frozen=True)
class ThinnestGap(Single):
    """Var_w(u y)/t, u the direction of the least positive variance of a rotated Gaussian law."""

    def __call__(self, case: Case, drawn: Points) -> np.ndarray:
        weights, along = drawn.weights(case.t), drawn.offsets @ thinnest(case.law)
        centred = along - (weights * along).sum(axis=-1, keepdims=True)
        return (weights * centred**2).sum(axis=-1) / case.t


@dataclass(frozen=True)
class GapCount(Single):
    """Number of steps of the ordered eigenvalues of -t J that exceed a threshold at one of the times t, 2 t, 4 t ..

    Arguments:
        latest: the last time that is tried is at most this, a variance.
        threshold: the least step that counts as a gap, in (0, 1).
    """

    latest: float = 1.0
    threshold: float = 0.4

    def __call__(self, case: Case, drawn: Points) -> np.ndarray:
        times = case.t * 2.0 ** np.arange(1 + np.floor(np.log2(self.latest / case.t)))
        spectra = [eigenvalues(drawn, float(t)) for t in times]
        return (np.diff(spectra, axis=-1) > self.threshold).any(axis=0).sum(axis=-1).astype(float)

    def bounds(self, case: Case) -> tuple[float, float]:
        return 0.0, case.d - 1.0


@dataclass(frozen=True)
class Stretch(PerSubspace):
    """t |s(x + sqrt(t) e_i) - s(x)|^2, averaged over the directions i of each subspace."""

    def __call__(self, case: Case, drawn: Any) -> np.ndarray:
        here = drawn.mean(case.t)
        steps = np.sqrt(case.t) * np.eye(case.d)
        squares = [((drawn.seen_from(step).mean(case.t) - here) ** 2).sum(axis=-1) for step in steps]
        return np.stack([np.mean([squares[i] for i in group], axis=0) for group in case.subspaces]) / case.t


def eigenvalues(drawn: Points, t: float) -> np.ndarray:
    """Eigenvalues of -t J(x) = 1 - Cov_w(y)/t in each data set.

    Arguments:
        drawn: data sets as points.
        t: noise variance > 0.

    Returns:
        Ascending, (replicas, d).
    """
    covariance = drawn.covariance(t)
    return np.linalg.eigvalsh(np.eye(covariance.shape[-1]) - covariance / t)


def thinnest(law: EnergyLaw) -> np.ndarray:
    """The unit direction (d,) of the least positive variance. Raises ValueError for a law of another kind."""
    if not isinstance(law, RotatedGaussian):
        raise ValueError(f"law must be a rotated Gaussian for its thinnest direction, got {law_label(law)}")
    variances = law.law.variances
    return law.basis[:, np.where(variances > 0, variances, np.inf).argmin()]
