r"""Curved manifolds: the participation ratio at a point, and what a step outward and a step inward make of it.

On a round manifold the point x = sum_k R_k n_k lies at distance R_k in each block. A step sqrt(t) outward along n_k
raises the spread of the energies, a step inward lowers it: to first order in sqrt(t), where in a linear manifold only
the second order counts.
"""

from dataclasses import dataclass

import numpy as np

from simulate.experiments.order.subspaces import Replicated, directions, participation
from simulate.experiments.view import View, views
from simulate.run.experiment import Point
from theory.laws import DatasetLaw


@dataclass(frozen=True, kw_only=True)
class ViewedParticipation(Replicated):
    """sum w^2 seen from x."""

    cases: tuple[View, ...] = views("sphere 2", "typical", 30, (0.1, 0.3))

    def values(self, point: Point, data: np.ndarray) -> np.ndarray:
        view = View.of(point)
        return participation(view, data, np.zeros((1, view.x.size)))[:, 0]


@dataclass(frozen=True, kw_only=True)
class OutwardMinusInward(Replicated):
    """sum w^2 at x + sqrt(t) n minus that at x - sqrt(t) n, n the outward normal of the first block."""

    cases: tuple[View, ...] = views("sphere 2", "typical", 30, (0.1, 0.3))

    def values(self, point: Point, data: np.ndarray) -> np.ndarray:
        view = View.of(point)
        both = participation(view, data, np.sqrt(view.t) * directions(view, np.array([0]), "axis"))
        return both[:, 0] - both[:, 1]


@dataclass(frozen=True, kw_only=True)
class PrincipalContrast(Replicated):
    """sum w^2 at x +- sqrt(t) e_1, their mean, minus the same of e_2: the first two principal axes of a hidden law."""

    cases: tuple[View, ...] = views("hidden 1 4", "origin", 20, (0.1,))

    def values(self, point: Point, data: np.ndarray) -> np.ndarray:
        view = View.of(point)
        steps = np.sqrt(view.t) * principal_axes(view)[:2]
        ratios = participation(view, data, np.concatenate([steps, -steps]))
        return ratios[:, ::2].mean(axis=1) - ratios[:, 1::2].mean(axis=1)


def principal_axes(view: View) -> np.ndarray:
    """Eigenvectors of the covariance of a law with points and probabilities, in rows, largest variance first."""
    law = view.energy_law
    assert isinstance(law, DatasetLaw)
    covariance = np.cov(law.points.T, aweights=law.probabilities, ddof=0)
    return np.linalg.eigh(covariance)[1].T[::-1]
