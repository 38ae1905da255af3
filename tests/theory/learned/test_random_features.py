"""Losses of random features: against drawn ones, limits, order, and refusals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulate.learned.features import drawn, solved
from theory.checks import NotComputable
from theory.learned.random_features import (
    Equations,
    constants_of,
    first_equivalent,
    fitted_overlap,
    losses,
    moments,
    roots,
    second_equivalent,
    signal_overlap,
)

T = 0.25
Shape = tuple[float, float, float, int, float]  # t, N/d, p/d, m, ridge
SHAPES: tuple[Shape, ...] = ((0.5, 0.5, 2.0, 3, 0.05), (2.0, 2.0, 0.7, 2, 0.3), (5.0, 0.4, 0.5, 5, 0.02))


def test_drawn_features_of_sixty_dimensions_have_these_losses() -> None:
    rng, d, shape, ridge = np.random.default_rng(1), 60, (2.0, 3.0, 2), 0.01
    found = []
    for _ in range(12):
        data = drawn(d, 2 * d, 3 * d, 2, T, rng)
        b = solved(data, ridge)
        training = data.training_loss(b)
        found.append((data.test_loss(b), training, training + ridge * (b**2).sum() / d))
    said = losses(T, *shape, ridge)
    assert np.mean(found, axis=0) == pytest.approx([said.test, said.training, said.penalised], rel=0.03)


def overlaps(shape: Shape) -> tuple[float, float, float, tuple[float, ...]]:
    """T1, T2, r and the constants of a shape."""
    *_, ridge = shape
    constants = constants_of(*shape[:4])
    q, r = roots(-ridge, Equations.at(constants))
    fitted, signal = (float(one.numeric(q, r, *constants)) for one in (fitted_overlap, signal_overlap))
    return fitted, signal, r, constants


@pytest.mark.parametrize("shape", SHAPES)
def test_both_overlaps_are_those_of_drawn_features(shape: Shape) -> None:
    """What the penalised fit saves, and the slope of the fitted noise along the weights of the features."""
    (t, points, width, m, ridge), d, rng, found = shape, 100, np.random.default_rng(1), []
    for _ in range(30):
        weights = rng.standard_normal((round(width * d), d)) / 10
        data = drawn(d, round(points * d), len(weights), m, t, rng, weights=weights, held_out=1)
        b = solved(data, ridge)
        saved = 1 - data.training_loss(b) - ridge * (b**2).sum() / d
        found.append((saved, np.trace(b @ weights) / d))
    fitted, signal, *_ = overlaps(shape)
    assert np.mean(found, axis=0) == pytest.approx([fitted, signal], rel=0.01)


@pytest.mark.parametrize("shape", SHAPES)
def test_one_overlap_follows_from_the_other(shape: Shape) -> None:
    r"""T1 = 1 - T/m + T2^2/(psi_p r), where T2 = psi_p mu_1 Delta^{1/2} r T/m."""
    fitted, signal, r, (_, psi_p, _, mu, _, _, c) = overlaps(shape)
    left = signal / (psi_p * mu * np.sqrt(1 - c) * r)
    assert fitted == pytest.approx(1 - left + signal**2 / (psi_p * r), rel=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_the_equations_are_those_of_the_reference(seed: int) -> None:
    """As printed there, term by term, with kappa for the overlap, zeta and z not at the solution."""
    q, r, z, zeta, psi_n, psi_p, mu, rest, kappa, c = numbers = np.random.default_rng(seed).uniform(0.2, 0.9, 10)
    m, delta = 3.7, 1 - c
    first = 1 + psi_p / (psi_n * m) * (mu**2 * r * (c * m + delta) + rest * q * (1 + (m - 1) * kappa))
    second = 1 + psi_p / (psi_n * m) * (mu**2 * r * delta + rest * q * (1 - kappa))
    signal = mu**2 * psi_p * ((c + delta / m) / first + (m - 1) * (delta / m) / second)
    noise = psi_p * rest * ((1 + (m - 1) * kappa) / (m * first) + (m - 1) * (1 - kappa) / (m * second))
    arguments = (*numbers[:6], m, *numbers[6:])
    assert first_equivalent.numeric(*arguments) == pytest.approx(1 / r + psi_p * zeta - 1 / q - signal, rel=1e-12)
    said = z * psi_p - (1 - psi_p) / q + r / q**2 - noise
    assert second_equivalent.numeric(*arguments) == pytest.approx(said, rel=1e-12)


def test_no_features_leave_all_noise() -> None:
    """For p -> 0 the rest of T is one: 1/L1 + (m - 1)/L2 = m."""
    fitted, signal, r, (_, psi_p, _, mu, _, _, c) = overlaps((0.5, 2.0, 1e-9, 3, 0.05))
    assert signal == pytest.approx(psi_p * mu * np.sqrt(1 - c) * r, rel=1e-8)
    assert fitted == pytest.approx(0, abs=1e-8)


def test_a_large_ridge_fits_nothing_and_a_small_one_interpolates() -> None:
    nothing = losses(T, 2, 3, 2, 1e9)
    assert (nothing.test, nothing.training, nothing.penalised) == pytest.approx((1, 1, 1), abs=1e-6)
    assert losses(T, 2, 8, 2, 1e-9).training < 1e-6
    assert losses(T, 2, 3, 2, 1e-9).training > 0.1  # p < N m


def test_without_a_ridge_the_test_loss_is_largest_at_n_m() -> None:
    for noises in (1, 3):
        at, before, behind = (losses(T, 2, 2 * noises * ratio, noises, 1e-7).test for ratio in (1, 0.8, 1.25))
        assert at > 5 * max(before, behind)


def test_one_curve_of_p_over_n_where_n_is_much_larger_than_d() -> None:
    few, many, more = (losses(T, points, 2 * points, 4, 1e-3).test for points in (1, 100, 1000))
    assert many == pytest.approx(more, rel=0.005)
    assert few > 1.3 * more


def test_noises_without_data_are_points() -> None:
    """At t -> infinity points are pure noise: m noises of N points are N m points with one noise each."""
    noised, independent = losses(1e9, 2, 3, 4, 0.01), losses(1e9, 8, 3, 1, 0.01)
    assert noised.test == pytest.approx(independent.test, rel=1e-6)
    assert noised.training == pytest.approx(independent.training, rel=1e-6)


@settings(max_examples=10)
@given(st.floats(0.01, 10), st.floats(0.1, 50), st.floats(0.1, 50), st.floats(1, 20), st.floats(1e-6, 10))
def test_losses_are_in_order(t: float, points: float, width: float, noises: float, ridge: float) -> None:
    found = losses(t, points, width, noises, ridge)
    assert 0 <= found.training <= found.penalised * (1 + 1e-9) <= 1 + 1e-8
    assert found.test >= found.training * (1 - 1e-6)
    assert losses(t, points, width, noises, 2 * ridge).training >= found.training * (1 - 1e-9)


def test_a_linear_activation_has_nothing_but_its_slope() -> None:
    mu, rest, _ = moments(lambda g: 2 * g + 0.001 * g**3, 0.5)
    assert (mu, rest) == pytest.approx((2.003, 6e-6), rel=1e-9)
    assert moments(np.tanh, 1.0)[2] == pytest.approx(1)
    assert moments(np.tanh, 1e-12)[2] == pytest.approx(0, abs=1e-20)


def test_roots_solve_the_equations() -> None:
    equations = Equations.at((2.0, 3.0, 2.0, *moments(np.tanh, 0.8), 0.8))
    q, r = 2.0, 1.5
    step = 1e-6
    slope = (equations.value(q + step, r, -0.1) - equations.value(q - step, r, -0.1)) / (2 * step)
    assert equations.slope(q, r, -0.1, "q")[:, 0] == pytest.approx(slope, rel=1e-6)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0.0, 1, 1, 1, 0.1), "t must be > 0"),
        ((1.0, 0, 1, 1, 0.1), "points must be > 0"),
        ((1.0, 1, -1, 1, 0.1), "width must be > 0"),
        ((1.0, 1, 1, 0.5, 0.1), "noises must be >= 1"),
        ((1.0, 1, 1, 1, 0.0), "ridge must be > 0"),
    ],
)
def test_bad_input_is_named(arguments: tuple[float, ...], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        losses(*arguments)


def test_ridges_out_of_reach_are_refused() -> None:
    with pytest.raises(NotComputable, match=r"^ridge must be at least 1e-20"):
        losses(T, 4, 16, 4, 1e-40)
