"""Heavy tails below t_c: limits against Poisson-Dirichlet weights drawn as such, finite sizes against explicit data."""

import numpy as np
import pytest

from theory.case import Case, origin
from theory.laws.spectra import equal
from theory.limits.heavy_tails import (
    anchored,
    contrast_tail,
    mean_square_participation,
    median_contrast,
    squared_participation,
)

CASE = Case(equal(20), origin, log_n=float(np.log(403)), t=0.25)
REPLICAS = 1500


def weights(m: float, replicas: int, rng: np.random.Generator) -> np.ndarray:
    """Poisson-Dirichlet weights, (replicas, 60): arrivals to the power -1/m."""
    arrivals = rng.standard_exponential((replicas, 60)).cumsum(axis=1) ** (-1 / m)
    return arrivals / arrivals.sum(axis=1, keepdims=True)


@pytest.fixture(scope="module")
def data() -> np.ndarray:
    return np.random.default_rng(1).standard_normal((REPLICAS, CASE.n, CASE.d))


def test_the_mean_square_of_poisson_dirichlet_weights() -> None:
    ratios = (weights(0.4, 20_000, np.random.default_rng(2)) ** 2).sum(axis=1) ** 2
    assert abs(ratios.mean() - squared_participation.numeric(0.4)) < 5 * ratios.std() / np.sqrt(20_000)


def test_the_law_of_small_contrasts_and_its_median() -> None:
    m, t, v = 0.2, 0.3, 0.7
    rng = np.random.default_rng(3)
    w, y = weights(m, 20_000, rng), np.sqrt(v) * rng.standard_normal((20_000, 60))
    contrast = ((w * y**2).sum(axis=1) - (w * y).sum(axis=1) ** 2) / t
    for x in (0.002, 0.02):
        assert abs((contrast <= x).mean() - contrast_tail.numeric(x, t, v, m, anchored(m))) < 0.018
    assert abs((contrast <= median_contrast(t, v, m)).mean() - 0.5) < 0.025


def test_the_anchor_is_an_average_over_two_normal_coordinates() -> None:
    a, y = np.random.default_rng(4).standard_normal((2, 400, 20_000))
    moments = ((y - a[:, :1]) ** 2 / 2) ** 0.3
    assert np.mean(1 / moments.mean(axis=1)) == pytest.approx(anchored(0.3), abs=0.06)
    np.testing.assert_allclose(anchored(np.array([1e-9])), 1, atol=1e-6)
    with pytest.raises(ValueError, match="m must be below 1"):
        anchored(1.0)


def test_the_mean_square_at_finite_n(data: np.ndarray) -> None:
    exponents = -(data**2).sum(axis=2) / (2 * CASE.t)
    w = np.exp(exponents - exponents.max(axis=1, keepdims=True))
    squares = ((w**2).sum(axis=1) / w.sum(axis=1) ** 2) ** 2
    exact = mean_square_participation(CASE.t, CASE.x, CASE.law, CASE.log_n)
    assert abs(squares.mean() - exact) < 5 * squares.std() / np.sqrt(REPLICAS)


def test_two_equal_points_alone_share_the_weight() -> None:
    """N = 2 far above the differences of the energies: sum w^2 = 1/2."""
    assert mean_square_participation(1e6, np.zeros(3), np.ones(3), np.log(2)) == pytest.approx(0.25, rel=1e-6)
