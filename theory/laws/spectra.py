r"""Linear Gaussian laws by the spectrum of their variances :math:`\sigma_i^2`, as the claims use them."""

import numpy as np

from theory.checks import integer
from theory.laws.linear import LinearGaussian
from theory.laws.unit_norm import UnitNormGaussian

Run = tuple[float, int]


def variances_of(*runs: Run) -> np.ndarray:
    """Variances (d,) from successive runs (variance, number of directions)."""
    return np.concatenate([np.full(count, float(variance)) for variance, count in runs])


def gaussian(*runs: Run) -> LinearGaussian:
    """Linear Gaussian data: `gaussian((1, 5), (0.04, 5))` has variance 1 in five directions and 0.04 in five."""
    return LinearGaussian(variances_of(*runs))


def unit_norm(*runs: Run) -> UnitNormGaussian:
    """The data of `gaussian`, each point divided by its norm."""
    return UnitNormGaussian(variances_of(*runs))


def halves(d: int) -> LinearGaussian:
    """Standard deviation 1 in half of d directions, 0.3 in the others."""
    d = integer("d", d)
    return gaussian((1.0, d // 2), (0.3**2, d - d // 2))


def paper(d: int = 30) -> LinearGaussian:
    """The paper's synthetic data: standard deviation 1 twice, 0.3 five times, 0.01 in the other directions."""
    return gaussian((1.0, 2), (0.3**2, 5), (0.01**2, integer("d", d, least=7) - 7))


def graded(d: int) -> LinearGaussian:
    """Variance 1/i along direction i = 1 .. d."""
    return LinearGaussian(1 / np.arange(1.0, integer("d", d) + 1))


def equal(d: int) -> LinearGaussian:
    """Variance 1 in all d directions."""
    return LinearGaussian(np.ones(integer("d", d)))


def plane(d: int) -> LinearGaussian:
    """Variance 1 in half of d directions, 0 in the others: a linear manifold."""
    d = integer("d", d)
    return gaussian((1.0, d // 2), (0.0, d - d // 2))
