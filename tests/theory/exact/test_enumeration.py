"""Exact averages over data sets of two and three points, of a law of 25: sums over all data sets, written out."""

from itertools import product

import numpy as np
import pytest

from theory.exact.averages import entropy, log_partition, mean_energy, participation_ratio
from theory.exact.score import equal_weights_jacobian, mean_jacobian, mean_score, score_variance
from theory.laws import DatasetLaw, Sphere
from theory.limits.heavy_tails import mean_square_participation

RNG = np.random.default_rng(3)
POINTS, SHARES = RNG.normal(size=(25, 3)) * [1.3, 0.7, 0.4] + [0.2, 0.0, -0.3], RNG.dirichlet(np.full(25, 5.0))
LAW, X, OWN, T = DatasetLaw(POINTS, SHARES), np.array([0.5, -0.4, 0.3]), np.array([0.9, 0.1, -0.2]), 1.5
CASES = [(2, None), (3, None), (2, OWN), (3, OWN)]
IDS = ["two", "three", "two, one given", "three, one given"]


def of_data(y: np.ndarray) -> list[np.ndarray]:
    """What one data set (n, d) shows at X and T, by its definition."""
    energy = ((X - y) ** 2).sum(axis=1) / 2
    factors = np.exp(-energy / T)
    w = factors / factors.sum()
    mean = w @ y
    covariance = (w[:, None] * (y - mean)).T @ (y - mean)
    score = (mean - X) / T
    ratio = (w**2).sum()
    return [
        np.array([ratio, (w**3).sum(), ratio**2, np.log(factors.sum()), w @ energy, -(w @ np.log(w))]),
        score,
        np.outer(score, score),
        covariance / T**2 - np.eye(3) / T,
    ]


def averages(n: int, own: np.ndarray | None) -> list[np.ndarray]:
    """Means of `of_data` over all data sets, each with its probability."""
    drawn = n if own is None else n - 1
    total = [np.zeros(6), np.zeros(3), np.zeros((3, 3)), np.zeros((3, 3))]
    for rows in product(range(len(POINTS)), repeat=drawn):
        chosen = POINTS[list(rows)]
        data = chosen if own is None else np.vstack([own, chosen])
        share = SHARES[list(rows)].prod()
        total = [old + share * new for old, new in zip(total, of_data(data), strict=True)]
    return total


@pytest.mark.parametrize(("n", "own"), CASES, ids=IDS)
def test_averages_are_sums_over_all_data_sets(n: int, own: np.ndarray | None) -> None:
    numbers, score, square, jacobian = averages(n, own)
    given = (T, X, LAW, np.log(n), own)
    found = [participation_ratio(*given), participation_ratio(*given, order=3), log_partition(*given)]
    found += [mean_energy(*given), entropy(*given)]
    np.testing.assert_allclose(found, np.delete(numbers, 2), rtol=1e-9)
    np.testing.assert_allclose(mean_score(*given), score, rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose(score_variance(*given), np.diag(square) - score**2, rtol=1e-8)
    np.testing.assert_allclose(mean_jacobian(*given), jacobian, rtol=1e-8, atol=1e-9)
    if own is None:
        assert mean_square_participation(T, X, LAW, np.log(n)) == pytest.approx(numbers[2], rel=1e-8)


@pytest.mark.parametrize("n", [1, 2, 5])
def test_equal_weights_have_the_covariance_of_a_sample(n: int) -> None:
    """Of y_1 and n - 1 points of covariance A = R^2/3 about the origin: ((n - 1) A + y_1 y_1^T)(1/n - 1/n^2)."""
    own, times = np.array([0.0, 1.2, -0.9]), np.array([0.3, 2.0])
    covariance = ((n - 1) * 1.5**2 / 3 * np.eye(3) + np.outer(own, own)) * (1 / n - 1 / n**2)
    expected = covariance / times[:, None, None] ** 2 - np.eye(3) / times[:, None, None]
    found = equal_weights_jacobian(times, np.zeros(3), Sphere(2, 1.5), np.log(n), own)
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)
