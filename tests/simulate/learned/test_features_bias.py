"""Pairs of data sets: their parts, and the table."""

import numpy as np

from simulate.learned.features import drawn
from simulate.learned.features_bias import PARTS, FeatureParts, parts_of


def test_a_large_ridge_leaves_the_noise_and_no_variance() -> None:
    bias, variance = parts_of(10, 2.0, 3.0, 2, 0.2, 1e9, np.random.default_rng(0))
    assert abs(bias - 1) < 0.05
    assert variance < 1e-12


def test_given_weights_are_used() -> None:
    weights = np.full((4, 3), 0.5)
    data = drawn(3, 2, 4, 2, 0.1, np.random.default_rng(0), weights=weights)
    assert np.ptp(data.features, axis=1).max() < 1e-12


def test_the_table_has_a_row_for_each_part() -> None:
    table = FeatureParts(shapes=((2.0, 1.0, 2), (2.0, 3.0, 2)), t=0.2, ridge=0.1, d=5, replicas=3).run(progress=False)
    assert table.of.values.tolist() == [*PARTS, *PARTS]
