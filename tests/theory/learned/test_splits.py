"""Disagreement of two halves: against random data sets, its peak, its scale, and refusals."""

import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from theory.formula import symbol
from theory.learned.linear import renormalized_noise
from theory.learned.splits import fluctuation_profile, linear_fluctuation, split_disagreement


def test_two_halves_disagree_as_random_ones_do() -> None:
    rng, replicas, n, t = np.random.default_rng(3), 2000, 120, 0.05
    variances = np.geomspace(2, 0.01, 40)
    x = np.sqrt(variances + t)
    squares = np.zeros(40)
    for _ in range(replicas):
        first, second = (_denoised(x, np.sqrt(variances) * rng.standard_normal((n, 40)), t) for _ in range(2))
        squares += (first - second) ** 2 / replicas
    ratio = squares / split_disagreement(t, x, variances, n)
    assert ratio.mean() == pytest.approx(1, abs=0.05)
    assert ratio == pytest.approx(1, abs=0.15)


def _denoised(x: np.ndarray, y: np.ndarray, t: float) -> np.ndarray:
    mean = y.mean(axis=0)
    covariance = np.cov(y.T, bias=True)
    return mean + covariance @ np.linalg.solve(covariance + t * np.eye(x.size), x - mean)


def test_the_fluctuation_is_that_of_matrices() -> None:
    """M = G Sigma G in axes that are not those of the covariance; at x = 0 its diagonal is the profile."""
    rng, kappa, n, v = np.random.default_rng(5), 0.3, 7.0, np.array([2.0, 0.7, 0.1])
    axes, x = np.linalg.qr(rng.standard_normal((3, 3)))[0], rng.standard_normal(3)
    sigma = axes @ np.diag(v) @ axes.T
    g = np.linalg.inv(sigma + kappa * np.eye(3))
    m, freedom = g @ sigma @ g, n - np.trace(sigma @ g @ sigma @ g)
    along = np.diag(axes.T @ m @ axes) * (1 + x @ m @ x) + (axes.T @ m @ x) ** 2
    said = linear_fluctuation.numeric(kappa, axes.T @ x, v, n)
    np.testing.assert_allclose(said, kappa**2 / freedom * along, rtol=1e-12)
    np.testing.assert_allclose(fluctuation_profile.numeric(kappa, v), np.diag(axes.T @ m @ axes), rtol=1e-12)


def test_the_profile_has_one_maximum_where_the_variance_is_the_renormalized_noise() -> None:
    kappa, v = symbol("kappa"), symbol("v")
    assert sp.solve(sp.diff(fluctuation_profile.written, v), v) == [kappa]
    variances = np.geomspace(1e-4, 10, 401)
    kappa = renormalized_noise(0.01, variances, 1000)
    disagreement = split_disagreement(0.01, np.zeros(401), variances, 1000)
    assert variances[disagreement.argmax()] == pytest.approx(float(kappa), rel=0.03)


@given(st.floats(0.01, 10), st.floats(0.1, 10))
def test_it_scales_as_the_square_of_the_data(t: float, unit: float) -> None:
    variances, x = np.array([1.0, 0.5, 0.1]), np.array([[1.0, -1.0, 0.2], [0.0, 3.0, 1.0]])
    scaled = split_disagreement(unit**2 * t, unit * x, unit**2 * variances, 20)
    assert scaled == pytest.approx(unit**2 * split_disagreement(t, x, variances, 20), rel=1e-9)


def test_a_direction_without_variance_and_many_points_show_none() -> None:
    assert split_disagreement(0.1, np.ones(2), np.array([1.0, 0.0]), 5)[1] == 0
    assert (split_disagreement(0.1, np.ones(2), np.array([1.0, 0.5]), 1e9) < 1e-8).all()


def test_bad_input_is_named() -> None:
    with pytest.raises(ValueError, match=r"^x must have 2 coordinates"):
        split_disagreement(0.1, np.ones(3), np.ones(2), 5)
    with pytest.raises(ValueError, match=r"^n must be >= 1"):
        split_disagreement(0.1, np.ones(2), np.ones(2), 0)
