"""Cosine features: moments against those of the simulation and of many data, flow, Jacobian, and directions lost."""

import numpy as np
import pytest

from simulate.learned.features_training import Cosines, FeatureFlow
from theory.case import Case, typical
from theory.laws.spectra import halves
from theory.learned.features import CosineFeatures, FeatureDenoiser, directions_lost, flowed

RNG = np.random.default_rng(6)
WAVES, PHASES = RNG.standard_normal((20, 3)), RNG.uniform(0, 2 * np.pi, 20)
FEATURES, DATA, T = CosineFeatures(WAVES, PHASES), RNG.standard_normal((7, 3)), 0.3


def test_moments_are_those_of_the_simulation() -> None:
    for ours, theirs in zip(FEATURES.of_data(DATA, T), Cosines(WAVES, PHASES).moments(DATA, T), strict=True):
        assert ours == pytest.approx(theirs, abs=1e-14)


def test_many_gaussian_data_have_the_moments_of_the_law() -> None:
    variances = np.array([1.0, 0.3, 0.0])
    data = np.sqrt(variances) * RNG.standard_normal((100_000, 3))
    for ours, many in zip(FEATURES.of_gaussian(variances, T), FEATURES.of_data(data, T), strict=True):
        assert ours == pytest.approx(many, abs=0.02)


def test_flow_is_that_of_the_simulation_and_ends_at_the_least_loss() -> None:
    u, v = FEATURES.of_data(DATA, T)
    assert flowed(u, v, 0.7) == pytest.approx(FeatureFlow(Cosines(WAVES, PHASES), DATA, DATA, T).coefficients(0.7))
    assert flowed(u, v, 0.0) == pytest.approx(np.zeros_like(v))
    assert flowed(u, v, 1e12) @ u == pytest.approx(v, abs=1e-6)


def test_a_jacobian_is_the_slope_of_its_denoiser() -> None:
    denoiser = FeatureDenoiser(FEATURES, flowed(*FEATURES.of_data(DATA, T), 5.0))
    x, step = RNG.standard_normal((4, 3)), 1e-6 * np.eye(3)
    slopes = [(denoiser.denoise(x + one) - denoiser.denoise(x - one)) / 2e-6 for one in step]
    assert denoiser.jacobian(x) == pytest.approx(np.stack(slopes, axis=-1), abs=1e-6)


def test_linear_and_feature_models_lose_the_lower_variance_first_where_the_empirical_score_loses_all() -> None:
    """Seen from one of 40 points in ten dimensions at t = 0.02."""
    case = Case(halves(10), typical, np.log(40), 0.02, training=True)
    rng = np.random.default_rng(0)
    features = CosineFeatures(rng.standard_normal((300, 10)) / 3, rng.uniform(0, 2 * np.pi, 300))
    data = case.law.sample(40, rng)
    data[0] = case.x
    lost = directions_lost(case, features, data, tau=1e3)
    for name in ("linear", "features"):
        assert lost[name][1] > lost[name][0] + 0.1
    assert lost["empirical"] == pytest.approx(1, abs=1e-3)
    assert lost["linear"] == pytest.approx([0.025, 0.222], abs=1e-3)


def test_bad_input_is_named() -> None:
    with pytest.raises(ValueError, match=r"^t must be > 0"):
        FEATURES.of_data(DATA, 0.0)
    with pytest.raises(ValueError, match=r"^tau must be >= 0"):
        flowed(np.eye(2), np.ones((1, 2)), -1.0)
    with pytest.raises(ValueError, match=r"^variances must be >= 0"):
        FEATURES.of_gaussian(np.array([1.0, -1.0, 0.0]), T)
