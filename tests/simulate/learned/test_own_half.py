"""Samples and halves: shares by hand, the time of the least loss, a bias that grows with training, the seed."""

import numpy as np
import pytest

from simulate.experiments.learned.kernel_samples import flows_of
from simulate.experiments.learned.own_half import GRID, OwnHalf, least, nearer

TANGENT = "tangent, one hidden layer"


def test_a_share_is_that_of_the_samples_nearest_to_the_own_half() -> None:
    own, other = np.array([[0.0, 0.0], [4.0, 0.0]]), np.array([[1.0, 0.0], [9.0, 9.0]])
    samples = np.array([[0.1, 0.0], [0.9, 0.0], [3.0, 0.0], [8.0, 8.0]])
    assert nearer(samples, own, other) == 0.5
    assert nearer(samples, other, own) == 0.5
    assert nearer(own, own, other) == 1.0


def test_draws_of_the_law_have_no_half() -> None:
    rng = np.random.default_rng(0)
    shares = [nearer(rng.standard_normal((50, 3)), *rng.standard_normal((2, 9, 3))) for _ in range(200)]
    assert np.mean(shares) == pytest.approx(0.5, abs=4 * np.std(shares) / np.sqrt(200))


def test_the_loss_is_least_between_ignorance_and_memory() -> None:
    rng = np.random.default_rng(0)
    flows = flows_of("Gaussian", np.repeat(rng.standard_normal((12, 4)), 4, axis=0), rng)
    assert GRID[0] < least(flows, rng.standard_normal((100, 4)), rng) < GRID[-1]


def test_the_bias_grows_with_training_beyond_that_of_a_gaussian_law_and_the_seed_keeps_its_bits() -> None:
    small = OwnHalf(kernels=("Gaussian",), d=4, n=6, m=4, stopped=(0.3, 30.0), count=30, replicas=8)
    table = small.run(progress=False)
    early, late = table.observed.values
    assert 0.5 < early < late
    assert late > table.of_gaussian.mean() + 0.1
    assert 0.5 < table.of_gaussian.mean() < 0.9
    assert (table["values"] == small.run(progress=False)["values"]).all()
