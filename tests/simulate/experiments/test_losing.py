"""Losing dimensions: the spectra are those of the posterior, loss times those of the definition, limits are kept."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.sections import losing
from simulate.engine.posterior import posterior
from simulate.experiments.dimension.losing import LosingDimensions, OrderOfLoss, covariances, loss_times
from simulate.experiments.dimension.manifold import MANIFOLDS, PROBES, Manifold
from simulate.experiments.networks import linear as networks_linear
from simulate.experiments.networks.linear import LinearManifold
from theory.laws import LinearGaussian, UnitNormGaussian
from theory.laws.law import EnergyLaw
from theory.laws.spectra import gaussian, paper

TIMES = np.geomspace(1e-3, 10, 60)
SMALL = {"sizes": (100, 1000), "replicas": 9}


def seen(law: EnergyLaw, times: int = 20) -> Manifold:
    return Manifold(laws=(law,), times=tuple(np.geomspace(1e-3, 10, times).tolist()))


@pytest.fixture(scope="module")
def lost():
    return (
        LosingDimensions(manifold=seen(gaussian((1, 2), (0.09, 3), (0.0001, 5))), **SMALL)
        .run(progress=False)
        .isel(point=0)
    )


def test_covariances_are_those_of_the_posterior_of_each_prefix():
    rng = np.random.default_rng(0)
    data, x = rng.standard_normal((500, 4)) * [1, 1, 0.3, 0.01], rng.standard_normal((3, 4)) * 0.3
    found = covariances(x, data, TIMES, (7, 130, 500))
    for i, size in enumerate((7, 130, 500)):
        expected = np.stack([posterior(x, data[:size], t).covariance for t in TIMES])
        np.testing.assert_allclose(found[i], expected, rtol=1e-8, atol=1e-13)


def test_probes_are_where_they_are_said_to_be():
    law, rng = LinearGaussian([1.0, 0.5, 0.0]), np.random.default_rng(1)
    data = law.sample(10, rng)
    many = np.stack([Manifold().points(law, data[0], rng) for _ in range(500)])
    assert many.shape == (500, len(PROBES), 3)
    np.testing.assert_array_equal(many[:, 0], 0)
    assert (many[:, 1] == data[0]).all()
    np.testing.assert_allclose(many[:, 2].var(axis=0), law.variances, rtol=0.3)
    np.testing.assert_allclose((many[:, 3] - data[0]).std(axis=0), 0.01, rtol=0.15)


def test_loss_times_of_curves():
    gaussian = TIMES / (TIMES + 1)
    assert loss_times(TIMES, gaussian) == 0  # visible at the least time
    assert loss_times(TIMES, np.full(60, 0.5)) == np.inf  # never below one half
    memorized = np.where(TIMES < 0.1, 1.0, gaussian)
    step = TIMES[TIMES < 0.1].max(), TIMES[TIMES >= 0.1].min()
    assert step[0] < loss_times(TIMES, memorized) < step[1]
    back = memorized.copy()
    back[10] = 0.4  # it is visible once more, lower
    assert TIMES[9] < loss_times(TIMES, back) < TIMES[10]
    np.testing.assert_array_equal(loss_times(TIMES, np.stack([gaussian, memorized])), [0, loss_times(TIMES, memorized)])
    last = np.ones(60)
    last[-1] = 0.2
    assert TIMES[-2] < loss_times(TIMES, last) < TIMES[-1]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(-2, 1), min_size=5, max_size=5), st.floats(0, 1))
def test_a_more_contracted_subspace_is_lost_earlier(values, more):
    times, curve = TIMES[:5], np.array(values)
    time = loss_times(times, curve)
    assert time == 0 or time == np.inf or times[0] <= time <= times[-1]
    assert loss_times(times, curve + more) >= time * (1 - 1e-12)


def test_a_training_point_is_memorized_at_small_t(lost):
    small = lost.isel(time=0).sel(probe="training")
    np.testing.assert_allclose(small.normalized_jacobian, 1, atol=1e-6)
    assert (small.dimension_upper == 0).all()
    assert (lost.loss_time.sel(probe="training").isel(subspace=0) > 0.02).all()


def test_the_limit_is_that_of_the_law_and_large_t_is_near_it(lost):
    for k, variance in enumerate(lost.variance.values):
        expected = lost.time / (lost.time + variance)
        np.testing.assert_allclose(lost.limit_normalized_jacobian.isel(subspace=k, probe=0), expected, rtol=1e-12)
    large = lost.isel(time=-1).sel(probe="origin", size=1000)
    np.testing.assert_allclose(large.normalized_jacobian, large.limit_normalized_jacobian, atol=0.02)
    assert np.array_equal((lost.limit_spectrum.isel(probe=0) < 0.5).sum("direction"), np.interp(
        lost.time, [0.0899, 0.0901, 0.999, 1.001], [5, 2, 2, 0]))  # fmt: skip


def test_intervals_hold_their_medians(lost):
    for name in ("normalized_jacobian", "dimension", "loss_time"):
        assert (lost[f"{name}_lower"] <= lost[name]).all()
        assert (lost[name] <= lost[f"{name}_upper"]).all()
    assert (lost.spectrum.diff("direction") <= 1e-12).all()


def test_more_data_lose_later_at_a_training_point(lost):
    times = lost.loss_time.sel(probe="training").isel(subspace=0)
    assert times.sel(size=1000) < times.sel(size=100)


def test_the_same_seed_gives_the_same_bits():
    one = OrderOfLoss(manifold=seen(gaussian((1, 3), (0.1, 3))), **SMALL).run(progress=False)
    again = OrderOfLoss(manifold=seen(gaussian((1, 3), (0.1, 3))), **SMALL).run(progress=False)
    xr.testing.assert_identical(one, again)
    other = OrderOfLoss(manifold=seen(gaussian((1, 3), (0.1, 3))), seed=1, **SMALL).run(progress=False)
    assert not one.normalized_jacobian.equals(other.normalized_jacobian)


def test_equal_subspaces_show_no_order_and_unequal_ones_do():
    laws = (gaussian((1, 4), (1, 4)), gaussian((1, 4), (0.01, 4)))
    manifold = Manifold(laws=laws, sizes=(4, 4), times=tuple(np.geomspace(1e-3, 10, 40).tolist()))
    order = OrderOfLoss(manifold=manifold, sizes=(500,), replicas=40).run(progress=False)
    equal, unequal = order.isel(point=0, size=0), order.isel(point=1, size=0)
    assert ((equal.contrast_lower < 0) & (equal.contrast_upper > 0)).all()
    assert unequal.contrast_upper.sel(probe="training") < 0  # the higher variance first
    assert unequal.contrast_lower.sel(probe="origin") > 0  # and last


def test_half_time_is_where_half_of_the_share_is_left():
    manifold = Manifold(laws=(gaussian((1, 8)),), sizes=(4, 4), times=OrderOfLoss().manifold.times)
    order = OrderOfLoss(manifold=manifold, sizes=(500,), replicas=40).run(progress=False).isel(point=0, size=0)
    shares = (1 - order.normalized_jacobian) / (1 - order.limit_normalized_jacobian)
    at_half = shares.mean("subspace").interp(time=order.half_time.sel(probe="training").item())
    assert at_half.sel(probe="training").item() == pytest.approx(0.5, abs=0.1)


def test_the_settings_are_those_of_the_paper():
    law = Manifold().laws[0]
    assert isinstance(law, LinearGaussian)
    np.testing.assert_allclose(np.sqrt(law.variances), [1.0] * 2 + [0.3] * 5 + [0.01] * 23)
    np.testing.assert_array_equal(law.variances, paper().variances)  # the groups of the report's figures
    assert {250, 500, 1000, 20_000} <= set(LosingDimensions().sizes)
    assert {250, 500, 20_000} == set(LinearManifold().sizes)


def test_data_sets_and_networks_hold_the_same_settings():
    for profile, manifold in MANIFOLDS.items():
        assert losing.PHASES[profile].manifold is networks_linear.PROFILES[profile].manifold is manifold
        assert [type(law) for law in manifold.laws] == [LinearGaussian, UnitNormGaussian]
        assert manifold.probes == ("origin", "training", "held-out", "generated")


def test_some_probes_are_the_same_points_and_others_refused():
    law, y = LinearGaussian([1.0, 0.5]), np.ones(2)
    every, some = Manifold(), Manifold(probes=("held-out", "training"))
    rng = [np.random.default_rng(3) for _ in range(2)]
    np.testing.assert_array_equal(every.points(law, y, rng[0])[[2, 1]], some.points(law, y, rng[1]))
    with pytest.raises(ValueError, match="probes must be one of"):
        Manifold(probes=("nowhere",))
    with pytest.raises(ValueError, match="times must be > 0, got 0"):
        Manifold(times=(1.0, 0.0))
