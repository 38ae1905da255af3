"""The normalized Jacobian -t J_ii of each subspace: its exact mean over data sets, and that of the law itself."""

import numpy as np

from theory.case import Case
from theory.exact.jacobian import normalized_jacobian, population_jacobian


def exact_jacobian(case: Case) -> np.ndarray:
    """E[-t J_ii] at finite N, (subspaces,)."""
    return case.over_subspaces(normalized_jacobian(case))


def of_the_law(case: Case, factor: float = 1.0) -> np.ndarray:
    """-t J_ii of the score of the law, N -> infinity, (subspaces,).

    Arguments:
        case: the law, x and t.
        factor: on t, for a control.
    """
    return case.over_subspaces(population_jacobian(case.at(factor * case.t)))
