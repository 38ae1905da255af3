r"""Observables of the empirical score :math:`s(x)` and of its Jacobian :math:`J(x)`, with weights :math:`w_\mu`.

.. math::

    s_i = \frac{\langle y_i \rangle_w - x_i}{t}, \qquad
    -t J_{ij} = \delta_{ij} - \frac{\mathrm{Cov}_w(y_i, y_j)}{t}

The variance of the score over n data sets is observed as

.. math::

    \frac{n}{n - 1} \left(s_i - \overline{s_i}\right)^2,

whose mean is :math:`\mathrm{Var}\, s_i` without bias: all data sets must be drawn in one part
(`simulate.samplers.Scores`).
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from simulate.observables.observable import Labels, PerSubspace, Single
from simulate.samplers import Points
from theory.case import Case


@dataclass(frozen=True)
class Score(Single):
    """s_i along every axis i."""

    def __call__(self, case: Case, drawn: Points) -> np.ndarray:
        return drawn.mean(case.t).T / case.t

    def labels(self, case: Case) -> Labels:
        """The axes i."""
        return {"i": range(case.d)}


@dataclass(frozen=True)
class JacobianEntries(Single):
    """-t J_ij for all i <= j."""

    def __call__(self, case: Case, drawn: Points) -> np.ndarray:
        i, j = np.triu_indices(case.d)
        return (np.eye(case.d) - drawn.covariance(case.t) / case.t)[:, i, j].T

    def labels(self, case: Case) -> Labels:
        """The axes i and j."""
        i, j = np.triu_indices(case.d)
        return {"i": i.tolist(), "j": j.tolist()}


@dataclass(frozen=True)
class SubspaceScore(PerSubspace):
    """s_i, averaged over the directions of each subspace."""

    def __call__(self, case: Case, drawn: Points) -> np.ndarray:
        return case.over_subspaces(drawn.mean(case.t) / case.t)


@dataclass(frozen=True)
class ScoreVariance(PerSubspace):
    """(s_i - mean s_i)^2 n/(n - 1), averaged over the directions of each subspace, of all n data sets at once."""

    together: ClassVar[bool] = True

    def __call__(self, case: Case, drawn: np.ndarray) -> np.ndarray:
        n = len(drawn)
        return case.over_subspaces((drawn - drawn.mean(axis=0)) ** 2 * n / (n - 1))
