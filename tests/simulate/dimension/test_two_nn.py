"""The intrinsic dimension of points by TwoNN, with its interval."""

import numpy as np
import pytest
from scipy import stats

from simulate.dimension.two_nn import two_nn
from simulate.engine.copies import nearest


def of(looked_at: np.ndarray, points: np.ndarray) -> tuple[float, float, float]:
    distances, _ = nearest(looked_at, points, 3)
    return two_nn(distances[:, 1], distances[:, 2])


@pytest.mark.parametrize("dimension", [1, 2, 4])
def test_flat_points_have_their_dimension_whatever_the_space(dimension: int) -> None:
    rng = np.random.default_rng(dimension)
    flat, basis = rng.uniform(size=(6000, dimension)), rng.standard_normal((dimension, 7))
    inner = flat[(np.abs(flat - 0.5) < 0.35).all(axis=1)][:300]  # whose neighbours have no edge beside them
    value, lower, upper = of(inner @ basis, flat @ basis)
    assert lower < dimension < upper
    assert lower < value < upper
    assert upper / lower < 1.4


def test_its_interval_covers_where_the_ratios_have_the_law_of_pareto() -> None:
    rng = np.random.default_rng(0)
    covered = 0
    for _ in range(400):
        first = rng.uniform(0.5, 1.5, 100)
        _, lower, upper = two_nn(first, first * rng.pareto(3.0, 100) + first)
        covered += lower <= 3.0 <= upper
    assert stats.binomtest(covered, 400, 0.95).pvalue > 1e-4


def test_it_refuses_distances_that_are_none() -> None:
    with pytest.raises(ValueError, match=r"^second must have one distance"):
        two_nn(np.ones(3), np.ones(2))
    with pytest.raises(ValueError, match=r"^first must be finite"):
        two_nn(np.array([np.nan]), np.ones(1))
