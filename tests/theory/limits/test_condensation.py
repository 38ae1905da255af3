"""Condensation: each formula derived from the energy law alone, its laws, its values, its controls."""

import mpmath as mp
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.optimize import brentq

from theory.case import Case, typical
from theory.exact.averages import log_partition
from theory.laws import DatasetLaw, LinearGaussian, Sphere, UnitNormGaussian
from theory.laws.copies import Copies
from theory.limits.condensation import (
    condensation_lambda,
    condensation_time,
    directional_entropy_loss,
    free_energy,
    omega_squared,
    r4,
    second_cumulant_time,
)
from theory.limits.entropy import entropy

PAPER = np.array([1.0] * 2 + [0.3] * 5 + [0.01] * 23) ** 2
PAPER_ALPHA = np.log(1000) / 30
VARIANCES = st.lists(st.floats(1e-3, 1e3), min_size=1, max_size=6).map(np.array)
ALPHAS = st.floats(1e-3, 30)
SCALES = st.floats(1e-3, 1e3)
SEEDS = st.integers(0, 2**32 - 1)


def a_point(variances: np.ndarray, seed: int) -> np.ndarray:
    return 2 * np.sqrt(variances) * np.random.default_rng(seed).standard_normal(variances.size)


# Values


def test_the_papers_setting() -> None:
    origin = np.zeros(30)
    assert condensation_time(origin, PAPER, PAPER_ALPHA, order="second-cumulant") == pytest.approx(0.2718, abs=5e-5)
    assert condensation_time(origin, PAPER, PAPER_ALPHA) == pytest.approx(0.010779, abs=5e-7)


def test_the_root_agrees_with_forty_digits() -> None:
    x, variances, log_n = [0.7, -1.3, 0.2], [1.0, 0.5, 0.01], 4.0
    with mp.workdps(40):

        def residue(t: mp.mpf) -> mp.mpf:
            u = [mp.mpf(v) / t for v in variances]
            terms = [
                mp.log(1 + a) - a / (1 + a) + a * mp.mpf(b) ** 2 / (t * (1 + a) ** 2) for a, b in zip(u, x, strict=True)
            ]
            return log_n - sum(terms) / 2

        root = float(mp.findroot(residue, (0.05, 0.06), solver="anderson"))
    assert condensation_time(np.array(x), np.array(variances), log_n / 3) == pytest.approx(root, rel=1e-13)


def test_many_points_have_the_roots_of_each_alone() -> None:
    x = np.random.default_rng(1).standard_normal((700, 30)) * np.sqrt(PAPER)
    together = condensation_time(x, PAPER, PAPER_ALPHA)
    assert together.shape == (700,)
    law, log_n = LinearGaussian(PAPER), 30 * PAPER_ALPHA
    for i in (0, 511, 512, 699):
        alone = brentq(lambda lam, i=i: float(entropy(lam, x[i], law, log_n)), 1e-3, 1e5, xtol=1e-12, rtol=1e-14)
        assert together[i] == pytest.approx(1 / alone, rel=1e-12)


def test_rank_deficient_data_condense_as_in_their_own_dimension() -> None:
    flat = np.concatenate([np.ones(3), np.zeros(7)])
    x = np.concatenate([np.full(3, 0.5), np.full(7, 2.0)])
    assert condensation_time(x, flat, 0.1) == pytest.approx(condensation_time(x[:3], flat[:3], 1 / 3), rel=1e-13)


def test_gaussian_levels_condense_where_the_lowest_of_them_lies() -> None:
    """E log Z / log N below t_c is minus lambda times the lowest level: a control without any energy law."""
    log_n, variances = np.log(20_000), np.repeat(1.0, 40)
    rng = np.random.default_rng(5)
    lowest = [((rng.standard_normal((20_000, 40))) ** 2).sum(1).min() / 2 for _ in range(40)]
    t_c = condensation_time(np.zeros(40), variances, log_n / 40)
    edge = -float(LinearGaussian(variances).lam_derivative(1 / t_c, np.zeros(40)))
    gap = (np.array(lowest) - edge) / t_c  # the lowest level lies O(log log N) temperatures above the edge
    assert gap.mean() - 3 * stats.sem(gap) > 0
    assert gap.mean() < np.log(log_n * 2 * np.pi) + 1


def test_layer_one_is_right_for_small_alpha_with_the_first_correction() -> None:
    """t_2/t_c - 1 -> lambda kappa_3/(3 kappa_2), of order sqrt(alpha)."""
    variances, x = np.repeat([1.0, 0.09], 5), np.ones(10)
    law = LinearGaussian(variances)
    kappa2 = law.lam_derivative(0.0, x, 2)
    kappa3 = -np.imag(law.lam_derivative(1e-20j, x, 2)) / 1e-20
    for alpha in (1e-6, 1e-8):
        claimed = condensation_time(x, variances, alpha, "second-cumulant")
        excess = claimed / condensation_time(x, variances, alpha) - 1
        assert excess == pytest.approx(kappa3 / (3 * kappa2 * claimed), rel=5 * np.sqrt(alpha))


@settings(max_examples=30, deadline=None)
@given(d=st.integers(1, 40), v=st.floats(0.05, 20), t=st.floats(0.05, 20))
def test_equal_variances_have_a_closed_form_at_a_typical_point(d: int, v: float, t: float) -> None:
    assert condensation_time(np.full(d, np.sqrt(v + t)), np.full(d, v), np.log1p(v / t) / 2) == pytest.approx(t, 1e-12)


def test_higher_variance_condenses_first_only_below_t() -> None:
    """Displaced by sqrt(t_c) along an axis, t_c rises most for sigma^2 nearest to t_c."""
    variances = np.array([0.01, 0.1, 1.0, 10.0, 100.0])
    t_0 = condensation_time(np.zeros(5), variances, 0.25)
    times = condensation_time(np.sqrt(t_0) * np.eye(5), variances, 0.25)
    gain = directional_entropy_loss.numeric(t_0, variances)
    assert (times > t_0).all()
    assert np.argsort(times).tolist() == np.argsort(gain).tolist()
    assert times[-1] < times[-2]  # the widest direction is not the first


def test_free_energy_is_continuous_and_frozen_below_t_c() -> None:
    variances, log_n = np.repeat([1.0, 0.09], 10), 8.0
    x = np.stack([np.sqrt(variances), 0 * variances])
    t_c = condensation_time(x, variances, log_n / 20)
    at, below = (np.diag(free_energy(f * t_c, x, variances, log_n)) for f in (1.0, 0.3))
    assert below == pytest.approx(at, rel=1e-12)
    above = free_energy(np.array([2.0, 5.0]), x, variances, log_n)
    law = LinearGaussian(variances)
    assert above[0] == pytest.approx(
        -np.array([2.0, 5.0]) * (log_n + law.log_mgf(np.array([0.5, 0.2]), x[0])), rel=1e-12
    )


@pytest.mark.parametrize("ratio", [0.3, 1.0, 2.0])
def test_free_energy_is_the_limit_of_the_exact_one(ratio: float) -> None:
    errors = []
    for d in (50, 500, 5000):
        variances, log_n = np.repeat([1.0, 0.09], d // 2), 0.4 * d
        x = np.sqrt(variances)
        t = ratio * condensation_time(x, variances, 0.4)
        errors.append(abs(-t * log_partition(t, x, variances, log_n) - free_energy(t, x, variances, log_n)) / d)
    assert errors[0] < 0.02
    assert errors[2] <= max(errors[1] / 6, 1e-12)  # log(d)/d
    assert errors[1] <= max(errors[0] / 5, 1e-12)


def test_any_law_to_second_cumulant_has_its_own_energy_variance() -> None:
    class Doubled(LinearGaussian):
        """Another law in disguise: only its K''(0) is used."""

    x, variances = np.array([0.5, 1.0, -2.0]), np.array([1.0, 2.0, 0.1])
    expected = second_cumulant_time.numeric(r4(variances), omega_squared(x, variances), 0.2)
    assert condensation_time(x, Doubled(variances), 0.2, "second-cumulant") == pytest.approx(expected, rel=1e-14)
    variance = LinearGaussian(variances).lam_derivative(0.0, x, order=2)
    assert expected == pytest.approx(np.sqrt(variance / (2 * 0.6)), rel=1e-14)


@pytest.mark.parametrize("distance", [0.3, 2.0])
def test_the_paper_s_time_of_a_sphere_is_that_of_its_energy_variance(distance: float) -> None:
    """E = (r^2 + |x|^2)/2 - x.y has the variance |x|^2 r^2/d over a sphere in R^d; t_c^2 = Var E/(2 log N)."""
    law, x, log_n = Sphere(4, 1.5), np.array([0.0, distance, 0.0, 0.0, 0.0]), 12.0
    expected = np.sqrt(distance**2 * 1.5**2 / 5 / (2 * log_n))
    assert condensation_time(x, law, log_n / 5, "second-cumulant") == pytest.approx(expected, rel=1e-12)
    assert condensation_time(x, law, 1e-7, "exact") == pytest.approx(expected * np.sqrt(log_n / 5e-7), rel=1e-3)


def test_the_mean_of_the_data_moves_the_point() -> None:
    x, variances = np.array([0.5, 1.0, -2.0]), np.array([1.0, 2.0, 0.1])
    for order in ("exact", "second-cumulant"):
        moved = condensation_time(x + 3, LinearGaussian(variances, mean=3.0), 0.2, order)
        assert moved == pytest.approx(condensation_time(x, variances, 0.2, order), rel=1e-12)


def test_copies_have_the_moments_of_one_about_its_mean() -> None:
    one = LinearGaussian([0.7, 0.2], [1.0, -2.0])
    x = np.array([0.5, 0.4, -0.3, 2.0, 1.5, -1.0])
    square = (x - np.tile([1.0, -2.0], 3)) ** 2
    assert r4(Copies(one, 3)) == pytest.approx((0.49 + 0.04) / 2, rel=1e-13)
    expected = (square[::2].sum() * 0.7 + square[1::2].sum() * 0.2) / 6
    assert omega_squared(x, Copies(one, 3)) == pytest.approx(expected, rel=1e-13)
    np.testing.assert_allclose(omega_squared(np.stack([x, x]), Copies(one, 3)), [expected] * 2, rtol=1e-13)
    with pytest.raises(ValueError, match=r"^variances must be numbers or a law that has them, sphere 3 has none"):
        r4(Sphere(3))


# Laws


@settings(max_examples=40, deadline=None)
@given(VARIANCES, SEEDS, ALPHAS, st.floats(1.001, 5), st.sampled_from(["exact", "second-cumulant"]))
def test_more_data_condense_later(variances: np.ndarray, seed: int, alpha: float, factor: float, order: str) -> None:
    x = a_point(variances, seed)
    assert condensation_time(x, variances, factor * alpha, order) < condensation_time(x, variances, alpha, order)


@settings(max_examples=40, deadline=None)
@given(VARIANCES, SEEDS, ALPHAS, SCALES, st.sampled_from(["exact", "second-cumulant"]))
def test_times_scale_as_variances(variances: np.ndarray, seed: int, alpha: float, scale: float, order: str) -> None:
    x = a_point(variances, seed)
    scaled = condensation_time(scale * x, scale**2 * variances, alpha, order)
    assert scaled == pytest.approx(scale**2 * condensation_time(x, variances, alpha, order), rel=1e-11)


@settings(max_examples=40, deadline=None)
@given(VARIANCES, SEEDS, ALPHAS)
def test_coordinates_may_change_places_and_signs(variances: np.ndarray, seed: int, alpha: float) -> None:
    x, rng = a_point(variances, seed), np.random.default_rng(seed)
    order, signs = rng.permutation(variances.size), rng.choice([-1.0, 1.0], variances.size)
    moved = condensation_time((signs * x)[order], variances[order], alpha)
    assert moved == pytest.approx(float(condensation_time(x, variances, alpha)), rel=1e-11)


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 8), SEEDS, ALPHAS)
def test_isotropic_data_have_no_direction(d: int, seed: int, alpha: float) -> None:
    x = np.random.default_rng(seed).standard_normal(d)
    turned = stats.ortho_group.rvs(d, random_state=seed) @ x
    t_c = condensation_time(np.stack([x, turned]), np.ones(d), alpha)
    assert t_c[0] == pytest.approx(t_c[1], rel=1e-11)


@settings(max_examples=40, deadline=None)
@given(VARIANCES, SEEDS)
def test_the_papers_time_is_the_limit_of_few_data(variances: np.ndarray, seed: int) -> None:
    """The relative difference of the two falls as sqrt(alpha): measured, by a factor 10 from 1e-8 to 1e-10."""
    x = a_point(variances, seed)
    alphas = np.array([1e-8, 1e-10]) / variances.size
    exact = np.array([condensation_time(x, variances, a) for a in alphas])
    error = exact / np.array([condensation_time(x, variances, a, "second-cumulant") for a in alphas]) - 1
    assert abs(error[0]) < 1e-3
    assert error[1] == pytest.approx(error[0] / 10, rel=0.01, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(VARIANCES, SEEDS, ALPHAS)
def test_the_entropy_vanishes_once(variances: np.ndarray, seed: int, alpha: float) -> None:
    x, law, log_n = a_point(variances, seed), LinearGaussian(variances), alpha * variances.size
    lam = float(condensation_lambda(x, law, log_n))
    before_and_after = entropy(lam * np.geomspace(1e-3, 1e3, 61), x, law, log_n)
    assert (np.diff(before_and_after) < 0).all()
    assert entropy(lam, x, law, log_n) == pytest.approx(0, abs=1e-10 * max(1, log_n))


@settings(max_examples=40, deadline=None)
@given(VARIANCES, SEEDS, st.floats(-0.9, 10), st.floats(-0.9, 10))
def test_the_energy_law_is_convex(variances: np.ndarray, seed: int, a: float, b: float) -> None:
    law, x = LinearGaussian(variances), a_point(variances, seed)
    low, high = (float(p if p > 0 else -p * law.lower) for p in (a, b))
    middle = law.log_mgf((low + high) / 2, x)
    mean = (law.log_mgf(low, x) + law.log_mgf(high, x)) / 2
    assert middle <= mean + 1e-12 * (abs(mean) + abs(middle)) + 1e-300
    assert law.lam_derivative(low, x, order=2) > 0


# Arguments


@pytest.mark.parametrize("order", ["exact", "second-cumulant"])
def test_a_case_stands_for_location_law_and_alpha(order: str) -> None:
    case = Case(LinearGaussian(PAPER), typical, np.log(1000), 0.1, training=True)
    t_c = condensation_time(case, order=order)
    assert isinstance(t_c, float)
    assert t_c == condensation_time(case.x, PAPER, PAPER_ALPHA, order)


def test_a_law_stands_for_its_variances() -> None:
    x = a_point(PAPER, 3)
    for law in (LinearGaussian(PAPER), UnitNormGaussian(PAPER)):
        assert r4(law) == r4(PAPER)
        assert omega_squared(x, law) == omega_squared(x, PAPER)
    assert omega_squared(np.stack([x + 2, x + 2]), LinearGaussian(PAPER, mean=2.0)) == pytest.approx(
        [omega_squared(x, PAPER)] * 2, rel=1e-12
    )
    copies = Copies(LinearGaussian(PAPER, mean=2.0), 3)
    assert r4(copies) == pytest.approx(r4(PAPER), rel=1e-14)
    assert omega_squared(np.tile(x + 2, 3), copies) == pytest.approx(omega_squared(x, PAPER), rel=1e-12)
    variance = copies.lam_derivative(0.0, np.tile(x, 3), order=2)
    assert copies.dimension * (r4(copies) / 2 + omega_squared(np.tile(x, 3), copies)) == pytest.approx(
        variance, rel=1e-12
    )


def test_torch_in_torch_out() -> None:
    t_c = condensation_time(torch.zeros(3, 30, dtype=torch.float64), torch.tensor(PAPER), PAPER_ALPHA)
    assert isinstance(t_c, torch.Tensor)
    assert t_c.shape == (3,)
    assert omega_squared(torch.ones(2, 4), torch.ones(4)).tolist() == [1.0, 1.0]
    assert r4(np.array([1.0, 3.0])) == 5.0


@pytest.mark.parametrize("log_n", [0.3, 5.0, 12.0])
def test_rare_points_of_low_energy_condense_long_before_the_energy_varies(log_n: float) -> None:
    """Two energies, of which one in 10^6 is 100 lower: t_c is where the binary entropy is left, above t = 1."""
    rare = 1e-6
    law = DatasetLaw(np.array([[0.0], [np.sqrt(200.0)]]), np.array([rare, 1 - rare]))

    def left(lam: float) -> float:
        share = rare / (rare + (1 - rare) * np.exp(-100 * lam))  # of the lower energy at lambda
        return log_n - share * np.log(share / rare) - (1 - share) * np.log((1 - share) / (1 - rare))

    t_c = condensation_time(np.zeros((2, 1)), law, log_n)
    assert t_c == pytest.approx(1 / brentq(left, 0.05, 0.3, xtol=1e-15), rel=1e-12)
