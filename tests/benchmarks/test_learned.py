"""The benchmark of learned scores: its curves fall where they must, and its table has both answers."""

import numpy as np

from benchmarks.learned import features_curve, kernel_flow, table


def test_curves_have_losses_that_fall_at_the_data() -> None:
    features = features_curve(30, [10, 20], np.random.default_rng(0))
    assert features.shape == (2, 8, 2)
    assert np.diff(features[..., 0], axis=1).max() < 1e-9
    kernel = kernel_flow(40, np.random.default_rng(0))
    assert kernel.shape == (8, 2)
    assert np.diff(kernel[:, 0]).max() < 0


def test_costs_are_of_both_answers() -> None:
    costs = table(20, [10], 16, textbook=True)
    assert set(costs) == {"features", "kernel", "features, textbook", "kernel, textbook"}
    assert all(cost.seconds > 0 for cost in costs.values())
