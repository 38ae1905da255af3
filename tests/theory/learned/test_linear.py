"""The renormalized noise: root, order, limits, covariance of scale, permutations, refusals; and random matrices."""

from typing import Any

import numpy as np
import pytest
import sympy as sp
import torch
from hypothesis import given
from hypothesis import strategies as st

from theory.checks import NotComputable
from theory.formula import symbol
from theory.laws import Sphere
from theory.laws.spectra import halves
from theory.learned import mean_jacobian, renormalized_noise
from theory.learned.linear import finite_jacobian, noise_of_renormalized, renormalization_rate

SPECTRA = st.lists(st.floats(1e-6, 1e4) | st.just(0.0), min_size=1, max_size=12).map(np.array)
TIMES = st.floats(1e-8, 1e6)
SIZES = st.integers(1, 500)
TWO = np.repeat([1.0, 0.1], 100)


@given(TIMES, SPECTRA, SIZES)
def test_it_is_a_root_and_no_smaller_than_the_noise(t: float, variances: np.ndarray, n: int) -> None:
    kappa = renormalized_noise(t, variances, n)
    assert t * (1 - 1e-12) <= kappa <= (t + variances.sum() / n) * (1 + 1e-12)
    slope = kappa / renormalization_rate.numeric(kappa, variances, n)
    assert noise_of_renormalized.numeric(kappa, variances, n) == pytest.approx(t, rel=1e-9, abs=1e-9 * slope)


@given(TIMES, SPECTRA, SIZES, st.floats(1.01, 100))
def test_it_falls_with_n_and_rises_with_t_and_the_variances(
    t: float, variances: np.ndarray, n: int, more: float
) -> None:
    kappa, low = renormalized_noise(t, variances, n), 1 - 1e-12
    assert renormalized_noise(t, variances, n * more) <= kappa / low
    assert renormalized_noise(t * more, variances, n) >= kappa * low
    assert renormalized_noise(t, variances * more, n) >= kappa * low


@given(TIMES, SPECTRA, SIZES, st.floats(1e-3, 1e3))
def test_it_scales_with_the_data_and_forgets_their_order(t: float, variances: np.ndarray, n: int, unit: float) -> None:
    kappa = renormalized_noise(t, variances, n)
    assert renormalized_noise(unit * t, unit * variances, n) == pytest.approx(unit * kappa, rel=1e-10)
    assert renormalized_noise(t, variances[::-1], n) == pytest.approx(kappa, rel=1e-12)
    assert mean_jacobian(t, variances[::-1], n)[::-1] == pytest.approx(mean_jacobian(t, variances, n), rel=1e-10)


@given(TIMES, SPECTRA)
def test_infinitely_many_points_leave_the_noise_as_it_is(t: float, variances: np.ndarray) -> None:
    assert renormalized_noise(t, variances, 1e30) == pytest.approx(t, rel=1e-12)
    assert mean_jacobian(t, variances, 1e30) == pytest.approx(t / (t + variances), rel=1e-12)


def test_the_rate_is_the_slope_of_the_root() -> None:
    v, n, step = np.array([2.0, 0.7, 0.1]), 4.0, 1e-4
    ahead, behind = (renormalized_noise(0.3 + s, v, n) for s in (step, -step))
    rate = renormalization_rate.numeric(renormalized_noise(0.3, v, n), v, n)
    assert rate == pytest.approx((ahead - behind) / (2 * step), rel=1e-6)


def test_equal_variances_solve_a_quadratic() -> None:
    t, v, d, n = 0.3, 2.0, 50, 40
    root = max(np.roots([1, v * (1 - d / n) - t, -t * v]).real)
    assert renormalized_noise(t, np.full(d, v), n) == pytest.approx(root, rel=1e-14)


def test_few_points_bring_a_ridge_of_their_own() -> None:
    """At t -> 0, kappa is finite below N = d, of order sqrt(t) at N = d, and t/(1 - d/N) above."""
    below, at, above = (renormalized_noise(np.array([1e-200, 1e-300]), TWO, n) for n in (100, 200, 400))
    assert below == pytest.approx(np.sqrt(0.1), rel=1e-12)  # where 1/(1 + kappa) + 0.1/(0.1 + kappa) = 1
    assert at == pytest.approx(np.sqrt(200 * np.array([1e-200, 1e-300]) / (1 / TWO).sum()), rel=1e-10)
    assert above == pytest.approx([2e-200, 2e-300], rel=1e-12)


def test_digits_survive_a_gap_of_the_spectrum() -> None:
    variances = np.repeat([1.0, 1e-200], 10)  # kappa^2 = 1e-200 + t for ten points
    assert renormalized_noise(1e-250, variances, 10) == pytest.approx(1e-100, rel=1e-11)
    more = 10 * (1 + 1e-12)  # (N - 10)/N = t/kappa: the ridge is gone
    assert renormalized_noise(1e-250, variances, more) == pytest.approx(1e-250 * more / (more - 10), rel=1e-11)


def test_numbers_that_are_no_floats_are_refused() -> None:
    with pytest.raises(NotComputable, match="within the floats"):
        renormalized_noise(1e-250, np.full(3, 1e308), 1)


def test_two_variances_of_two_hundred_directions() -> None:
    """Numbers of a published check: D follows x by 0.913 and 0.512 at N = 300 and t = 0.05."""
    assert 1 - mean_jacobian(0.05, TWO, 300)[[0, -1]] == pytest.approx([0.913, 0.512], abs=5e-4)


def test_shapes_laws_and_tensors() -> None:
    times = np.array([[0.1, 0.2, 0.3]])
    assert renormalized_noise(times, TWO, 5).shape == (1, 3)
    assert mean_jacobian(times, TWO, 5).shape == (1, 3, 200)
    assert mean_jacobian(0.1, halves(6), 5) == pytest.approx(mean_jacobian(0.1, halves(6).variances, 5))
    found = mean_jacobian(torch.tensor(0.1), torch.ones(3), 7)
    assert isinstance(found, torch.Tensor)
    assert found.dtype == torch.float32


@pytest.mark.parametrize("function", [renormalized_noise, mean_jacobian, finite_jacobian])
@pytest.mark.parametrize(
    ("t", "variances", "n", "message"),
    [
        (0.0, [1.0], 3, "t must be > 0"),
        (-1.0, [1.0], 3, "t must be > 0"),
        (np.nan, [1.0], 3, "t must be finite"),
        (1.0, [1.0, -2.0], 3, "variances must be >= 0"),
        (1.0, [], 3, "variances must have at least one entry"),
        (1.0, [1.0], 0, "n must be >= "),
        (1.0, [1.0], np.inf, "n must be finite"),
        (1.0, Sphere(2), 3, "variances must be those of linear Gaussian data"),
    ],
)
def test_bad_input_is_named(function: Any, t: float, variances: Any, n: float, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        function(t, variances, n)


def test_the_rate_is_the_derivative_of_the_noise() -> None:
    kappa, v, n = (symbol(name) for name in ("kappa", "v", "n"))
    one = kappa - kappa / n * v / (v + kappa)
    assert sp.simplify(1 / sp.diff(one, kappa) - 1 / (1 - v**2 / (v + kappa) ** 2 / n)) == 0


@pytest.mark.parametrize(("n", "t"), [(60, 0.05), (20, 0.02)])
def test_random_covariances_show_it_up_to_the_second_order(n: int, t: float) -> None:
    """4000 data sets of 30 directions: the limit is off by ten standard errors and more, the finite size by less."""
    rng, variances, replicas = np.random.default_rng(7), np.repeat([1.0, 0.1], 15), 4000
    y = np.sqrt(variances) * rng.standard_normal((replicas, n, 30))
    y -= y.mean(axis=1, keepdims=True)
    covariance = np.einsum("rni,rnj->rij", y, y, optimize=True) / n
    seen = np.diagonal(t * np.linalg.inv(covariance + t * np.eye(30)), axis1=1, axis2=2).reshape(replicas, 2, 15)
    mean, error = seen.mean(axis=(0, 2)), seen.mean(axis=2).std(axis=0) / np.sqrt(replicas)
    limit, finite = (law(t, variances, n)[[0, -1]] for law in (mean_jacobian, finite_jacobian))
    assert (np.abs(mean - limit) > 10 * error).all()
    assert np.abs(mean - finite) == pytest.approx(0, abs=0.15 * np.abs(mean - limit).max())
