"""The linear Gaussian law against integrals per coordinate, samplers, and what it must be whatever the numbers."""

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.theory.laws.checks import assert_derivatives, assert_door, assert_sampler, assert_shapes
from theory.laws import LinearGaussian
from theory.limits.condensation import condensation_time

X = np.array([0.5, -1.0, 0.3, 0.2])
FULL = LinearGaussian([1.0, 0.3, 0.05, 2.0])
MOVED = LinearGaussian([1.0, 0.3, 0.05, 2.0], np.array([0.4, -0.2, 1.0, 0.0]))
DEFICIENT = LinearGaussian([1.0, 0.0, 0.3, 0.0], 0.5)
LAWS = pytest.mark.parametrize("law", [FULL, MOVED, DEFICIENT], ids=["full rank", "mean", "rank deficient"])
SPECTRA = st.lists(st.floats(0.01, 5), min_size=4, max_size=4)
LAMBDAS = st.floats(0.01, 50)


@LAWS
@pytest.mark.parametrize("lam", [0.0, 0.7, -0.3, 40.0, 0.5 + 8j])
def test_k_agrees_with_an_integral_in_each_coordinate(law: LinearGaussian, lam: complex) -> None:
    with mp.workdps(30):
        total = mp.mpf(0)
        for v, mu, x in zip(law.variances, law.mean, X, strict=True):
            if v == 0:
                total -= mp.mpc(lam) * (x - mu) ** 2 / 2
                continue
            scale = mp.sqrt(v)

            def boltzmann(z: mp.mpf, mu: float = mu, x: float = x, scale: mp.mpf = scale) -> mp.mpc:
                return mp.exp(-mp.mpc(lam) * (x - mu - scale * z) ** 2 / 2 - z**2 / 2) / mp.sqrt(2 * mp.pi)

            total += mp.log(mp.quad(boltzmann, mp.linspace(-14, 14, 29)))
    assert complex(law.log_mgf(lam, X)) == pytest.approx(complex(total), rel=1e-12, abs=1e-13)


@LAWS
@pytest.mark.parametrize("lam", [0.8, 4.0, -0.3, 0.5 + 3j])
def test_derivatives(law: LinearGaussian, lam: complex) -> None:
    assert_derivatives(law, X, lam)


@LAWS
def test_shapes_and_sampler(law: LinearGaussian) -> None:
    """18 comparisons in all: a false alarm in one run of 5000."""
    assert_shapes(law, X)
    assert_door(law, X)
    assert_sampler(law, X, 1.5)


@LAWS
def test_the_levels_are_those_of_the_posterior(law: LinearGaussian) -> None:
    """Mean mu + (x - mu) v/(v + t), variance v t/(v + t), from the gradient and the curvature at lambda = 1/t."""
    t = 0.37
    mean, variance = X + t * law.gradient(1 / t, X), t + t**2 * law.curvature(1 / t, X)
    np.testing.assert_allclose(mean, law.mean + (X - law.mean) * law.variances / (law.variances + t), rtol=1e-13)
    np.testing.assert_allclose(variance, law.variances * t / (law.variances + t), rtol=1e-12, atol=1e-15)


@given(SPECTRA, st.floats(-0.15, 50), st.floats(0.001, 1))
@settings(max_examples=50, deadline=None)
def test_k_is_convex_and_vanishes_at_zero(spectrum: list[float], lam: float, step: float) -> None:
    law = LinearGaussian(spectrum)
    step = min(step, lam + 0.19)
    low, middle, high = law.log_mgf(np.array([lam - step, lam, lam + step]), X)
    assert low + high - 2 * middle >= -1e-13 * (abs(low) + abs(high))
    assert law.lam_derivative(lam, X, 2) > 0
    assert law.log_mgf(0.0, X) == 0


@given(SPECTRA, LAMBDAS, st.floats(0.1, 10))
@settings(max_examples=50, deadline=None)
def test_scale_and_permutation(spectrum: list[float], lam: float, scale: float) -> None:
    law, order = LinearGaussian(spectrum, X[::-1]), np.array([2, 0, 3, 1])
    scaled = LinearGaussian(law.variances * scale**2, law.mean * scale)
    assert scaled.log_mgf(lam / scale**2, X * scale) == pytest.approx(law.log_mgf(lam, X), rel=1e-11)
    permuted = LinearGaussian(law.variances[order], law.mean[order])
    assert permuted.log_mgf(lam, X[order]) == pytest.approx(law.log_mgf(lam, X), rel=1e-12)
    np.testing.assert_allclose(permuted.gradient(lam, X[order]), law.gradient(lam, X)[order], rtol=1e-14)


@given(SPECTRA, st.floats(0.01, 2), st.floats(1.01, 3))
@settings(max_examples=30, deadline=None)
def test_tc_is_the_only_zero_of_the_entropy_and_falls_with_alpha(
    spectrum: list[float], alpha: float, more: float
) -> None:
    law = LinearGaussian(spectrum)
    t_c = condensation_time(X, law, alpha)
    assert condensation_time(X, law, more * alpha) < t_c
    lams = np.geomspace(1e-3, 1e3, 61) / t_c
    loss = law.entropy_loss(lams, X[None])[0]
    assert (np.diff(loss) > 0).all()
    assert loss[30] == pytest.approx(4 * alpha, rel=1e-11)


def test_the_largest_variance_bounds_the_half_plane() -> None:
    assert FULL.lower == -0.5
    assert LinearGaussian([0.0, 0.0]).lower == -np.inf


@pytest.mark.parametrize(
    ("variances", "mean", "message"),
    [
        ([1.0, -1.0], 0.0, "variances must be >= 0"),
        ([1.0, np.inf], 0.0, "variances must be finite"),
        ([], 0.0, "variances must have at least one entry"),
        ([1.0, 1.0], np.zeros(3), "mean must be one number or 2 coordinates"),
        ([1.0, 1.0], np.nan, "mean must be finite"),
        ([0.0, 1e-160], 0.0, "variances must all be 0 or have their largest between 1e-150 and .*, got 1e-160"),
        ([1.0, 1e160], 0.0, "variances must all be 0 or have their largest between .*, got 1e.160"),
    ],
)
def test_bad_arguments_name_themselves(variances: list[float], mean: float | np.ndarray, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        LinearGaussian(variances, mean)
