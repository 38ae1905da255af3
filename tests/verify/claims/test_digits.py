"""Derivatives in 50 digits: closed forms for one and two points, where floats have none left."""

import numpy as np
import pytest

from verify.claims.score.digits import log_partition_derivative

U, V = np.array([0.6, 0.8]), np.array([1.0, 0.0])


@pytest.mark.parametrize("t", [1e-8, 0.3, 1e6])
def test_one_point(t: float) -> None:
    x, y = np.array([0.3, -0.2]), np.array([[1.1, 0.4]])
    assert log_partition_derivative(x, y, t, (U,)) == pytest.approx(U @ (y[0] - x) / t, rel=1e-14)
    assert log_partition_derivative(x, y, t, (U, U)) == pytest.approx(-(U @ U) / t, rel=1e-14)
    assert log_partition_derivative(x, y, t, (U, V)) == pytest.approx(-(U @ V) / t, rel=1e-14)


@pytest.mark.parametrize("moved", [0.0, 2.0**40])
def test_two_points_are_a_hyperbolic_tangent(moved: float) -> None:
    """log Z = -(x_1^2 + 1)/(2 t) + log 2 cosh(x_1/t) for data at +-1, wherever the origin is."""
    x, data, t = np.array([2.0**-6, 0.0]), np.array([[1.0, 0.0], [-1.0, 0.0]]), 0.5
    arguments = (x + np.array([moved, 0.0]), data + np.array([moved, 0.0]), t)
    assert log_partition_derivative(*arguments, (V,)) == pytest.approx(-x[0] / t + np.tanh(x[0] / t) / t, rel=1e-12)
    curvature = -1 / t + 1 / (t * np.cosh(x[0] / t)) ** 2
    assert log_partition_derivative(*arguments, (V, V)) == pytest.approx(curvature, rel=1e-12)
    assert log_partition_derivative(*arguments, (U, V)) == pytest.approx(0.6 * curvature, rel=1e-12)
