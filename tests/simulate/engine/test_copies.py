"""Nearest data points: those of the definition, with distances that a copy does not spoil."""

import numpy as np
import pytest

from simulate.engine.copies import nearest


@pytest.mark.parametrize("d", [1, 3, 40])
def test_nearest_is_the_definition(d: int) -> None:
    rng = np.random.default_rng(d)
    points, data = rng.standard_normal((7, d)), rng.standard_normal((50, d))
    apart = np.linalg.norm(points[:, None] - data, axis=2)
    distances, rows = nearest(points, data)
    np.testing.assert_allclose(distances, np.sort(apart, axis=1)[:, :2], rtol=1e-12)
    np.testing.assert_array_equal(rows, np.argsort(apart, axis=1)[:, :2])


def test_a_near_copy_far_from_the_origin_keeps_its_distance() -> None:
    """A product of matrices would lose it: 1e-7 beside 1e4 is nothing in 16 digits of their squares."""
    data = 1e4 + np.random.default_rng(0).standard_normal((30, 8))
    distances, rows = nearest(data[[3]] + 1e-7, data)
    assert rows[0, 0] == 3
    np.testing.assert_allclose(distances[0, 0], 1e-7 * 8**0.5, rtol=1e-3)
