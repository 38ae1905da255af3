"""Random features: solved as by definition and trained to the same; cosines averaged over noise; flow in time."""

import numpy as np
import pytest

from simulate.learned.features import descended, drawn, solved
from simulate.learned.features_experiment import FeatureLosses, LossPeak
from simulate.learned.features_training import Cosines, FeatureFlow, log_generalization, log_memorization

T = 0.3


@pytest.mark.parametrize("p", [5, 60])
def test_both_ways_to_solve_have_the_least_penalised_loss(p: int) -> None:
    rng, ridge = np.random.default_rng(0), 0.05
    data = drawn(3, 10, p, 2, T, rng)
    b = solved(data, ridge)

    def penalised(b: np.ndarray) -> float:
        return data.training_loss(b) + ridge * float((b**2).sum()) / 3

    for _ in range(10):
        assert penalised(b + 1e-3 * rng.standard_normal(b.shape)) > penalised(b)


def test_gradient_descent_comes_to_the_solved_features() -> None:
    data = drawn(3, 12, 8, 2, T, np.random.default_rng(0))
    assert descended(data, 0.05, rate=0.1, steps=4000) == pytest.approx(solved(data, 0.05), abs=1e-8)
    assert np.abs(descended(data, 0.05, rate=0.1, steps=3) - solved(data, 0.05)).max() > 0.01


def test_moments_are_averages_over_drawn_noise() -> None:
    rng = np.random.default_rng(2)
    features, data = Cosines.drawn(4, 2, 1.0, rng), rng.standard_normal((3, 2))
    u, v = features.moments(data, T)
    y = np.repeat(data, 200_000, axis=0)
    phi = features.at(y + np.sqrt(T) * rng.standard_normal(y.shape))
    assert phi.T @ phi / len(y) == pytest.approx(u, abs=0.01)
    assert y.T @ phi / len(y) == pytest.approx(v, abs=0.01)


def test_small_steps_of_descent_follow_the_flow() -> None:
    rng = np.random.default_rng(3)
    features, data = Cosines.drawn(30, 2, 1.0, rng), rng.standard_normal((5, 2))
    flow = FeatureFlow(features, data, data, T)
    (u, v), a, rate = features.moments(data, T), np.zeros((2, 30)), 1e-4
    for _ in range(5000):
        a -= 2 * rate * (a @ u - v)
    assert a == pytest.approx(flow.coefficients(0.5), abs=1e-3)
    by_hand = (data**2).sum(axis=1).mean() + ((a @ u) * a).sum() - 2 * (a * v).sum()
    assert flow.training_loss(0.5) == pytest.approx(by_hand, rel=1e-3)
    assert flow.test_loss(0.5) == pytest.approx(flow.training_loss(0.5), rel=1e-9)  # held-out points are the same


def test_training_loss_falls_and_the_times_are_in_order() -> None:
    rng = np.random.default_rng(4)
    flow = FeatureFlow(
        Cosines.drawn(200, 8, 3.0, rng), rng.standard_normal((24, 8)), rng.standard_normal((300, 8)), 0.1
    )
    losses = [flow.training_loss(tau) for tau in np.geomspace(1e-3, 1e3, 20)]
    assert (np.diff(losses) < 0).all()
    best = log_generalization(flow)
    assert flow.test_loss(np.exp(best)) < min(flow.test_loss(np.exp(best + step)) for step in (-0.5, 0.5))
    assert best < log_memorization(flow)


def test_experiments_have_a_row_for_each_setting_and_are_reproducible() -> None:
    losses = FeatureLosses(shapes=((2.0, 1.0, 2),), loss="penalised", t=T, ridge=0.1, d=4, replicas=3)
    table = losses.run(progress=False)
    assert table.identical(losses.run(progress=False))
    assert table.sizes == {"point": 1, "replica": 3}
    ratios = (0.5, 0.7, 1.0, 1.4, 2.0)
    peak = LossPeak(shapes=((30, 2),), ratios=ratios, t=T, ridge=1e-4, d=8, draws=4, replicas=4)
    assert peak.run(progress=False).observed.values == pytest.approx(np.log(2), abs=0.4)


def test_a_ridge_per_width_is_that_ridge_times_p_over_d() -> None:
    given = {"shapes": ((1.0, 2.0, 2),), "loss": "test", "t": T, "d": 4, "replicas": 2}
    of_width = FeatureLosses(**given, ridge=0.1, per_width=True).run(progress=False)
    assert of_width.observed.values == FeatureLosses(**given, ridge=0.2).run(progress=False).observed.values
    assert of_width.observed.values != FeatureLosses(**given, ridge=0.1).run(progress=False).observed.values
