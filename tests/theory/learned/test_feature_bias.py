"""Bias and variance of random features: their sum, limits, traces by derivatives, drawn pairs."""

import numpy as np
import pytest
import sympy as sp

from simulate.learned.features_bias import parts_of
from theory.learned.feature_bias import feature_bias, parts
from theory.learned.random_features import losses

T = 0.25


def test_the_traces_are_derivatives_of_r() -> None:
    """Along b q + a r = 1 and 1/r = 1/q + psi_p a, with q as a function of a, b and r."""
    a, b, r, psi = sp.symbols("a b r psi", positive=True)
    q = (1 - a * r) / b
    curve = 1 / r - 1 / q - psi * a
    in_b, in_a = (-sp.diff(curve, name) / sp.diff(curve, r) for name in (b, a))
    known = sp.symbols("q", positive=True)
    shape = r**2 / (b * known**2 + a * r**2)
    along = {a: (1 - b * known) / r}
    for found, said in ((-in_b, shape * known), (-in_a, shape * (r + psi * b * known**2))):
        assert sp.simplify((found - said.subs(known, q)).subs(along)) == 0


@pytest.mark.parametrize(("a", "b", "psi_p"), [(0.7, 0.4, 0.6), (2.0, 0.1, 0.3)])
def test_the_bias_is_a_mean_over_the_spectrum_of_the_weights(a: float, b: float, psi_p: float) -> None:
    """By quadrature over Marchenko and Pastur's law of W W^T/d, p < d."""
    angles = np.arange(1, 400) * np.pi / 400
    h = 1 + psi_p + 2 * np.sqrt(psi_p) * np.cos(angles)
    weights = 2 * np.sin(angles) ** 2 / (400 * h)
    q, r, once, twice = (weights @ (h**k / (b + a * h) ** n) for k, n in ((0, 1), (1, 1), (1, 2), (2, 2)))
    signal, mu, rest, c = 0.35, 0.8, 0.3, 0.6
    followed = (mu**2 * twice + rest * once) / (psi_p * r**2)
    said = 1 - 2 * mu * np.sqrt(1 - c) * signal + signal**2 * followed
    assert weights.sum() == pytest.approx(1, rel=1e-12)
    assert feature_bias.numeric(q, r, signal, psi_p, mu, rest, c) == pytest.approx(said, rel=1e-9)


def test_both_parts_are_the_test_loss() -> None:
    found = parts(T, 2.0, 5.0, 3.0, 0.01)
    assert found.bias + found.variance == pytest.approx(losses(T, 2.0, 5.0, 3.0, 0.01).test)
    assert min(found.bias, found.variance) > 0


def test_infinitely_many_points_have_no_variance_and_a_large_ridge_fits_nothing() -> None:
    many = parts(T, 1e6, 3.0, 2.0, 0.01)
    assert many.variance == pytest.approx(0, abs=1e-5)
    assert many.bias == pytest.approx(losses(T, 1e6, 3.0, 2.0, 0.01).test, abs=1e-5)
    assert parts(T, 2.0, 3.0, 2.0, 1e9).bias == pytest.approx(1)


def test_drawn_pairs_of_sixty_dimensions_have_these_parts() -> None:
    rng, shape = np.random.default_rng(0), (2.0, 3.0, 2)
    seen = np.mean([parts_of(60, *shape, T, 0.01, rng) for _ in range(6)], axis=0)
    said = parts(T, *shape, 0.01)
    assert seen == pytest.approx([said.bias, said.variance], rel=0.04)


def test_bad_arguments_are_named() -> None:
    with pytest.raises(ValueError, match="ridge must be > 0"):
        parts(T, 1.0, 1.0, 1.0, 0.0)
