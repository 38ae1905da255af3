"""Ends of samples: the nearest data points by hand, ties, and collisions counted over pairs."""

import numpy as np
import pytest

from simulate.sampling import collision_rate, nearest_ratio, nearest_two

DATA = np.array([[0.0, 0.0], [3.0, 0.0], [0.0, 4.0]])


def test_nearest_by_hand() -> None:
    index, distances = nearest_two(np.array([[1.0, 0.0], [0.0, 3.0]]), DATA)
    np.testing.assert_array_equal(index, [0, 2])
    np.testing.assert_allclose(distances, [[1, 2], [1, 3]])
    np.testing.assert_allclose(nearest_ratio(np.array([[1.0, 0.0]]), DATA), 0.5)


def test_a_sample_on_two_equal_points_has_the_ratio_one() -> None:
    assert nearest_ratio(DATA[:1], np.concatenate([DATA, DATA])) == 1
    assert nearest_ratio(DATA[:1], DATA) == 0


def test_collisions_are_counted_over_all_pairs() -> None:
    labels = np.array([0, 0, 1, 2, 2, 2])
    pairs = [labels[i] == labels[j] for i in range(6) for j in range(i)]
    assert collision_rate(labels) == pytest.approx(np.mean(pairs))


def test_collisions_are_unbiased() -> None:
    rng, w = np.random.default_rng(0), np.array([0.6, 0.3, 0.1])
    found = [collision_rate(rng.choice(3, 4, p=w)) for _ in range(4000)]
    assert np.mean(found) == pytest.approx((w**2).sum(), abs=5 * np.std(found) / np.sqrt(4000))


def test_too_few_are_refused() -> None:
    with pytest.raises(ValueError, match="data must be at least two points"):
        nearest_two(DATA, DATA[:1])
    with pytest.raises(ValueError, match="labels must be at least two"):
        collision_rate(np.array([1]))
    with pytest.raises(ValueError, match="ends must have 2 coordinates"):
        nearest_two(np.zeros((1, 3)), DATA)
