"""Lost in two ways: the sum rule on random data, the linear denoiser's loss, limits, and refusals."""

import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from theory.formula import symbol
from theory.learned.features import CosineFeatures, FeatureDenoiser, flowed
from theory.learned.linear import mean_jacobian
from theory.learned.lost import (
    linear_held_out_share,
    linear_shares,
    one_layer_share,
    trained_share,
    unresolved_share,
)
from theory.learned.training import one_layer_weight

J, V, T, TAU = symbol("j"), symbol("v"), symbol("t"), symbol("tau")


def test_a_linear_denoiser_keeps_the_sum_rule_on_every_data_set() -> None:
    y = np.random.default_rng(0).standard_normal((7, 4)) * [1, 0.5, 0.3, 0.1]
    s, t = np.cov(y.T, bias=True), 0.05
    w = s @ np.linalg.inv(s + t * np.eye(4))
    loss = np.diag((np.eye(4) - w) @ s @ (np.eye(4) - w).T + t * w @ w.T)
    shares = trained_share.numeric(1 - np.diag(w), np.diag(s), t)
    assert loss == pytest.approx(shares * t * np.diag(s) / (t + np.diag(s)), rel=1e-12)


def test_features_that_are_trained_to_the_end_keep_it() -> None:
    rng, t = np.random.default_rng(1), 0.2
    y = rng.standard_normal((6, 2))
    features = CosineFeatures(rng.standard_normal((150, 2)) / 1.5, rng.uniform(0, 2 * np.pi, 150))
    u, v = features.of_data(y, t)
    model = FeatureDenoiser(features, flowed(u, v, 1e7))
    x = (y[:, None] + np.sqrt(t) * rng.standard_normal((6, 20_000, 2))).reshape(-1, 2)
    loss = ((model.denoise(x) - np.repeat(y, 20_000, axis=0)) ** 2).mean(axis=0)
    slopes = np.diagonal(model.jacobian(x), axis1=1, axis2=2).mean(axis=0)
    assert loss == pytest.approx(t * slopes, rel=0.02)


def test_a_denoiser_of_the_law_is_neither_memorized_nor_unresolved() -> None:
    j = T / (T + V)
    assert sp.simplify(trained_share.written.subs(J, j) - 1) == 0
    assert sp.simplify(unresolved_share.written.subs(J, j) - 1) == 0
    assert sp.simplify(unresolved_share.written.subs(J, 1) - (T + V) / T) == 0


def test_what_knows_no_point_errs_by_the_part_it_misses_and_by_the_noise_it_follows() -> None:
    y, z = np.meshgrid([-1.0, 1.0], [-1.0, 1.0])
    j, v, t = 0.3, 0.4, 0.7
    loss = (((1 - j) * (np.sqrt(v) * y + np.sqrt(t) * z) - np.sqrt(v) * y) ** 2).mean()
    assert unresolved_share.numeric(j, v, t) == pytest.approx(loss * (t + v) / (t * v), rel=1e-12)


def test_one_layer_in_training_time_is_the_loss_of_its_weight() -> None:
    weight = one_layer_weight.written.subs({symbol("start"): 0, symbol("eta"): 1})
    assert sp.simplify(unresolved_share.written.subs(J, 1 - weight) - one_layer_share.written) == 0


@given(st.floats(0.01, 2), st.integers(3, 300))
def test_loss_is_below_the_law_at_training_points_and_above_at_others(t: float, n: int) -> None:
    training, held_out = linear_shares(t, np.array([1.0, 0.5, 0.1]), 50 * n)
    assert training.max() < 1 < held_out.min()


def test_infinitely_many_data_have_the_loss_of_the_law() -> None:
    training, held_out = linear_shares(0.1, np.array([1.0, 0.1]), 1e9)
    assert np.concatenate([training, held_out]) == pytest.approx(np.ones(4), abs=1e-7)


def test_two_point_equivalents_are_the_mean_over_data_sets() -> None:
    rng, d, n, t = np.random.default_rng(2), 30, 60, 0.1
    v = np.repeat([1.0, 0.1], 15)
    found = np.zeros((2, d))
    for _ in range(400):
        y = np.sqrt(v) * rng.standard_normal((n, d))
        lost = np.linalg.inv(np.eye(d) + np.cov(y.T, bias=True) / t)
        noise = t * ((np.eye(d) - lost) ** 2).sum(axis=1)
        found[0] += np.diag(lost @ np.cov(y.T, bias=True) @ lost) + noise
        found[1] += (lost**2) @ v + (lost @ y.mean(axis=0)) ** 2 + noise
    halves = (found / 400 * (t + v) / (t * v)).reshape(2, 2, 15).mean(axis=2)
    training, held_out = (share.reshape(2, 15).mean(axis=1) for share in linear_shares(t, v, n))
    assert halves[0] == pytest.approx(training, rel=0.005)
    assert halves[1] == pytest.approx(held_out, rel=0.02)
    assert mean_jacobian(t, v, n)[0] < mean_jacobian(t, v, n)[-1]


def test_a_direction_of_little_variance_has_the_loss_of_the_law_at_held_out_points() -> None:
    assert linear_held_out_share.numeric(5.0, np.array([1e-9]), 5.0, 1e6) == pytest.approx(1, rel=1e-4)


@pytest.mark.parametrize("n", [2, 6, 50])
def test_far_noise_leaves_the_error_of_the_mean(n: int) -> None:
    assert linear_shares(1e9, np.array([1.0, 0.2]), n)[1] == pytest.approx(np.full(2, 1 + 1 / n), rel=1e-6)


def test_what_no_data_resolve_keeps_its_variance_and_the_error_of_its_mean() -> None:
    kappa, n, v = 1.0, 9.0, np.array([1e-6, 1.0])
    ratio = 1e-6 * (n + n / (n + 1)) / (n - 0.25) * kappa**2 + 1e-6 * kappa**2 * 0.1 * 0.25 / (n - 0.25)
    share = linear_held_out_share.numeric(kappa, v, 0.1, n)[0]
    assert share * 0.1 * 1e-6 / (0.1 + 1e-6) == pytest.approx(ratio, rel=1e-5)


def test_bad_input_is_named() -> None:
    with pytest.raises(ValueError, match=r"^variances must be"):
        linear_shares(0.1, np.array([1.0, 0.0]), 5)
    with pytest.raises(ValueError, match=r"^n must be >= 2"):
        linear_shares(0.1, np.ones(2), 1)
    with pytest.raises(ValueError, match=r"^t must be"):
        linear_shares(0.0, np.ones(2), 5)
