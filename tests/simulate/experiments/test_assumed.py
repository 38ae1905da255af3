"""The world of the paper's assumptions: its weights, posterior and limits; what it cannot be asked."""

from dataclasses import replace

import numpy as np
import pytest

from simulate.experiments.condensation.assumed import AssumedContraction, AssumedStretch, GaussianTime, World
from simulate.experiments.condensation.energies import EnergyVariance
from simulate.experiments.setting import Setting

WORLD = World("gaussian 2 0.5", 1, 0.4, 0.6, 0.5)


@pytest.mark.parametrize("m", [0.3, 0.8])
def test_weights_are_of_the_poisson_dirichlet_law_and_points_of_the_posterior(m: float) -> None:
    experiment = AssumedContraction(cases=(WORLD,))
    weights, left, deviations = experiment.deviations(WORLD, WORLD.t / m, 20_000, np.random.default_rng(0))
    np.testing.assert_allclose(weights.sum(axis=1) + left, 1.0)
    moments = [(weights**k).sum(axis=1).mean() for k in (2, 3)]
    np.testing.assert_allclose(moments, [1 - m, (1 - m) * (2 - m) / 2], atol=0.01)
    v = np.array([2.0, 0.5])
    np.testing.assert_allclose(WORLD.t * deviations.var(axis=(0, 1)), WORLD.t * v / (WORLD.t + v), rtol=0.01)


def test_far_below_the_condensation_time_one_point_carries_the_score() -> None:
    world = replace(WORLD, t_c=1e9)
    contraction = AssumedContraction(cases=(world,)).values(world, 1000, np.random.default_rng(0))
    np.testing.assert_allclose(contraction, 1, atol=1e-3)


def test_at_the_condensation_time_data_are_the_population() -> None:
    world = replace(WORLD, t_c=WORLD.t * (1 + 1e-12), t_c_moved=WORLD.t * (1 + 1e-12))
    rng, v = np.random.default_rng(0), 0.5
    contraction = AssumedContraction(cases=(world,)).values(world, 50, rng)
    np.testing.assert_allclose(contraction, world.t / (world.t + v), atol=1e-9)
    stretch = AssumedStretch(cases=(world,)).values(world, 50, rng)
    np.testing.assert_allclose(stretch, (world.t / (world.t + v)) ** 2, atol=1e-9)


def test_the_time_is_where_the_entropy_of_gaussian_levels_vanishes() -> None:
    setting = Setting("graded", "far", 4, 50)
    energy, time = (kind(settings=(setting,), pairs=1000) for kind in (EnergyVariance, GaussianTime))
    rngs = (np.random.default_rng(1), np.random.default_rng(1))
    variance, observed = (one.measure(setting.point, rng) for one, rng in zip((energy, time), rngs, strict=True))
    t_c = observed.observed.item()
    assert np.log(50) - variance.observed.item() / (2 * t_c**2) == pytest.approx(0, abs=1e-12)
    relative = observed.stderr.item() / t_c
    assert relative == pytest.approx(variance.stderr.item() / variance.observed.item() / 2)


def test_all_replicas_are_drawn_in_chunks() -> None:
    observed = AssumedStretch(cases=(WORLD,), replicas=25, chunk=10).run(progress=False)
    assert observed.replicas.item() == 25
    assert observed.law.item() == WORLD.law


def test_worlds_lie_below_their_condensation_times_and_have_their_axis() -> None:
    for change, name in (({"t": 0.55}, "t must be < 0.5"), ({"axis": 2}, "axis must be < 2"), ({"t": -1.0}, "t ")):
        with pytest.raises(ValueError, match=name):
            replace(WORLD, **change)
    with pytest.raises(ValueError, match="n must"):
        GaussianTime(settings=(Setting("graded", "far", 4, 1),)).run(progress=False)
