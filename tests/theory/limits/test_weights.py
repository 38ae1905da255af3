"""The effective number: Poisson-Dirichlet moments from their integral, laws, values, controls."""

from collections.abc import Callable

import mpmath as mp
import numpy as np
import pytest
import sympy as sp
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.special import loggamma

from theory.case import Case
from theory.exact.averages import log_participation_ratio, log_partition
from theory.formula import replaced, symbol
from theory.laws import LinearGaussian
from theory.limits.condensation import condensation_time
from theory.limits.weights import (
    average_exponent,
    condensed_entropy,
    condensed_moment,
    condensed_participation,
    dominant_lambda,
    effective_number,
    limit_participation,
    poisson_dirichlet_moment,
    typical_exponent,
)

K, M, T, T_C = symbol("k"), symbol("m"), symbol("t"), symbol("t_c")


def test_moments_follow_from_the_poisson_process_of_the_lowest_levels() -> None:
    """Boltzmann factors u of levels with density e^{m E} have intensity m u^{-1-m} du; 1/Z^k is an integral over s."""
    s, u, k, m = (sp.Symbol(name, positive=True) for name in ("s", "u", "k", "m"))
    intensity = m * u ** (-1 - m)
    one_level = sp.integrate(u**k * sp.exp(-s * u) * intensity, (u, 0, sp.oo), conds="none")
    hazard_slope = sp.integrate(u * sp.exp(-s * u) * intensity, (u, 0, sp.oo), conds="none")
    hazard = sp.integrate(hazard_slope, s).simplify()  # -log P(no factor is seen at s), 0 at s = 0
    total = sp.Symbol("h", positive=True)  # the hazard as the variable of integration
    density = (s ** (k - 1) / sp.gamma(k) * one_level / sp.diff(hazard, s)).simplify()
    assert sp.simplify(sp.diff(density, s)) == 0
    moment = density * sp.integrate(sp.exp(-total), (total, 0, sp.oo))
    assert sp.gammasimp(moment - poisson_dirichlet_moment(k, m)) == 0


def test_moments_follow_from_a_weight_drawn_by_its_size() -> None:
    """The other road: a size-biased weight is Beta(1 - m, m), and E sum w^k = E W^{k - 1}."""
    for m in (0.1, 0.5, 0.93):
        for k in (2.0, 3.0, 4.5):
            # in b = (1 - w)^m, for the density has a pole at w = 1
            integral = mp.quad(lambda b, m=m, k=k: (1 - b ** (1 / m)) ** (k - 1 - m) / m, [0, 0.5, 1])
            assert condensed_moment(k, m) == pytest.approx(float(integral / mp.beta(1 - m, m)), rel=1e-9)


def test_the_participation_ratio_is_the_second_moment() -> None:
    assert sp.gammasimp(condensed_participation(T, T_C) - poisson_dirichlet_moment(2, T / T_C)) == 0


def test_the_entropy_is_the_slope_of_the_moments_at_one() -> None:
    """-d/dk of sum w^k at k = 1 is -sum w log w."""
    k = sp.Symbol("k", positive=True)
    slope = sp.diff(poisson_dirichlet_moment(k, T / T_C), k).subs(k, 1).rewrite(sp.digamma)
    assert sp.simplify(sp.gammasimp(slope + condensed_entropy(T, T_C))) == 0
    np.testing.assert_allclose(condensed_entropy.numeric(np.array([0.0, 0.5]), 1.0), [0, 2 * np.log(2)], atol=1e-15)


def test_stick_breaking_has_these_moments() -> None:
    """GEM sticks V_j ~ Beta(1 - m, j m) build the same weights; two-sided, six numbers, false alarm 1e-4 in all."""
    rng, sticks, replicas = np.random.default_rng(3), 4000, 400
    for m in (0.3, 0.6):
        v = rng.beta(1 - m, np.arange(1, sticks + 1) * m, (replicas, sticks))
        weights = v * np.cumprod(np.concatenate([np.ones((replicas, 1)), 1 - v[:, :-1]], axis=1), axis=1)
        for k in (2, 3, 4):
            moments = (weights**k).sum(1)
            assert abs(moments.mean() - condensed_moment(k, m)) < stats.norm.isf(1e-4 / 12) * stats.sem(moments)


@given(st.floats(0, 1), st.floats(1, 40), st.floats(0, 10))
def test_moments_are_ordered_and_bounded(m: float, k: float, more: float) -> None:
    value = condensed_moment(k, m)
    assert 0 <= value <= 1
    assert condensed_moment(k + more, m) <= value + 1e-12


@given(st.floats(0.01, 0.98), st.floats(1e-3, 0.01), st.floats(1.1, 20))
def test_moments_fall_as_the_temperature_rises(m: float, step: float, k: float) -> None:
    assert condensed_moment(k, m + step) < condensed_moment(k, m)


def test_limits_of_the_moments() -> None:
    assert condensed_moment(2, np.array([0.0, 1.0])) == pytest.approx([1, 0], abs=1e-300)
    assert condensed_moment(1, np.array([0.0, 0.4, 1.0])) == pytest.approx(1)
    assert condensed_moment(7, 0.25) == pytest.approx(float(poisson_dirichlet_moment(7, sp.Rational(1, 4))), rel=1e-13)


@given(st.floats(1e-6, 1e6), st.floats(1e-6, 1e6), st.floats(1, 1e12))
def test_the_effective_number_counts_points(t: float, t_c: float, n: float) -> None:
    number = effective_number(t, t_c, n)
    assert 1 <= number <= n
    assert number == n if t >= t_c else number == pytest.approx(min(n, 1 / (1 - t / t_c)), rel=1e-9)


def test_values_of_the_effective_number() -> None:
    numbers = effective_number(np.array([1e-9, 0.5, 0.99, 1.0, 3.0]), 1.0, 50)
    assert numbers == pytest.approx([1, 2, 50, 50, 50])
    assert effective_number(torch.tensor([0.5]), 1.0, 50).tolist() == [2.0]


# Above the condensation time


def halves(d: int) -> tuple[np.ndarray, np.ndarray, float, float]:
    """x, variances, log N and t_c at alpha = 0.4: half of the sigma_i = 1, half 0.3, x_i = sigma_i."""
    variances = np.repeat([1.0, 0.09], d // 2)
    x = np.sqrt(variances)
    return x, variances, 0.4 * d, float(condensation_time(x, variances, 0.4))


def test_the_two_branches_of_gaussian_levels() -> None:
    """K = lambda^2 s/2: with r = t_c/t, rare branch theta = (lambda_c^2/lambda + lambda)/2 for r > 1/sqrt 3."""
    lam, theta, s, log_n, lam_c = sp.symbols("lam theta s L lam_c", positive=True)
    log_z = log_n + lam**2 * s / 2
    rare = sp.solve(theta * s - log_z / lam, theta)[0].subs(s, 2 * log_n / lam_c**2)
    assert sp.simplify(rare - (lam_c**2 / lam + lam) / 2) == 0
    exponent = (log_n + theta**2 * s / 2 - theta * log_z / lam).subs(s, 2 * log_n / lam_c**2)
    many, few = exponent.subs(theta, 2 * lam), exponent.subs(theta, rare)
    assert sp.solve(rare - 2 * lam, lam)[0] == lam_c / sp.sqrt(3)
    assert sp.simplify((many - few).subs(lam, lam_c / sp.sqrt(3))) == 0
    assert sp.simplify(few.subs(lam, lam_c)) == 0
    assert sp.simplify(sp.diff(few, lam).subs(lam, lam_c)) == 0  # no kink at t_c: N~ leaves its frozen value slowly


def test_the_branches_join_at_the_condensation_time_and_at_each_other() -> None:
    x, variances, log_n, t_c = halves(20)
    t = t_c * np.geomspace(0.2, 1e6, 400)
    average, typical = average_exponent(t, x, variances, log_n), typical_exponent(t, x, variances, log_n)
    for exponent in (average, typical):
        assert exponent[t < t_c] == pytest.approx(0, abs=1e-12)
        assert (np.diff(exponent[t > t_c]) > 0).all()
        assert np.abs(np.diff(exponent)).max() < 0.03
        assert exponent[-1] == pytest.approx(1, abs=1e-9)
    assert (typical >= average - 1e-12).all()
    assert typical[t > 2 * t_c] == pytest.approx(average[t > 2 * t_c], abs=1e-12)
    assert typical[np.abs(t / t_c - 1.4).argmin()] > average[np.abs(t / t_c - 1.4).argmin()] + 0.01


@pytest.mark.parametrize(("ratio", "growth"), [(1.3, 0.5), (1.6, 0.5), (2.5, 0.0), (4.0, 0.0)])
def test_the_exact_average_grows_with_this_power(ratio: float, growth: float) -> None:
    """The exponent leaves sqrt(log N) to the rare branch, and nothing at all to the other."""
    rest = []
    for d in (500, 5000):
        x, variances, log_n, t_c = halves(d)
        exact = log_participation_ratio(ratio * t_c, x, variances, log_n)
        rest.append(-exact - log_n * average_exponent(ratio * t_c, x, variances, log_n))
    assert (rest[1] - rest[0]) / np.log(10) == pytest.approx(growth, abs=0.21 if growth else 1e-10)


@pytest.mark.parametrize(("ratio", "limit"), [(1.3, 0.003), (1.6, 0.002), (2.5, 1e-12)])
def test_the_exact_geometric_mean_grows_with_the_typical_power(ratio: float, limit: float) -> None:
    """log sum w^2 = log Z(2 lambda) - 2 log Z(lambda), and both means are exact at any N."""
    x, variances, log_n, t_c = halves(5000)
    t = ratio * t_c
    mean_log = log_partition(t / 2, x, variances, log_n) - 2 * log_partition(t, x, variances, log_n)
    assert -mean_log / log_n == pytest.approx(typical_exponent(t, x, variances, log_n), abs=limit)


def test_the_rare_branch_with_its_prefactor() -> None:
    """N int p(E) [1 + e^{lambda (E - E*)}]^{-2} dE with p(E) = e^{K + theta E} / sqrt(2 pi K''): error 1/log N."""
    errors = []
    for d in (500, 5000):
        x, variances, log_n, t_c = halves(d)
        t = 1.4 * t_c
        theta = float(dominant_lambda(t, x, variances, log_n))
        variance = float(LinearGaussian(variances).lam_derivative(theta, x, order=2))
        log_prefactor = loggamma(theta * t) + loggamma(2 - theta * t) + np.log(t) - np.log(2 * np.pi * variance) / 2
        predicted = log_prefactor - log_n * average_exponent(t, x, variances, log_n)
        errors.append(float(log_participation_ratio(t, x, variances, log_n) - predicted))
    assert abs(errors[0]) < 0.1
    assert errors[1] / errors[0] == pytest.approx(0.1, abs=0.03)


def test_the_dominant_temperature() -> None:
    x, variances, log_n, t_c = halves(20)
    ratios = np.array([[0.3, 1.0, 1.2, 5.0]])
    lam = dominant_lambda(ratios * t_c, np.stack([x, x]), variances, log_n)
    assert lam.shape == (2, 1, 4)
    assert lam[0, 0, :2] == pytest.approx(1 / t_c)
    assert 1 < lam[0, 0, 2] * 1.2 * t_c < 2
    assert lam[1, 0, 3] * 5 * t_c == 2


# Negative controls


@pytest.mark.parametrize("garbled", [T ** (1 / T_C - 1), (1 - T / T_C) / T])
def test_the_garbled_formulas_depend_on_the_unit_of_time(garbled: sp.Expr) -> None:
    """N~ = min(N, t^{1 - 1/t_c}) and min(N, t/(1 - t/t_c)), as printed elsewhere: neither is dimensionless."""
    with replaced("condensed_participation", garbled):
        one_unit = effective_number(0.25, 0.75, 1e9)
    assert effective_number(0.25, 0.75, 1e9) == pytest.approx(effective_number(2.5, 7.5, 1e9), rel=1e-14)
    scale = sp.Symbol("c", positive=True)
    assert sp.simplify(garbled.subs({T: scale * T, T_C: scale * T_C}, simultaneous=True) - garbled) != 0
    assert one_unit != pytest.approx(1.5, rel=0.05)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: effective_number(0.0, 1.0, 5), "t must be > 0"),
        (lambda: effective_number(1.0, -1.0, 5), "t_c must be > 0"),
        (lambda: effective_number(1.0, 1.0, 0.5), "n must be >= 1"),
        (lambda: condensed_moment(2, 1.5), r"m must be in \[0, 1\]"),
        (lambda: condensed_moment(2, np.array([0.5, -0.1])), r"m must be in \[0, 1\]"),
        (lambda: condensed_moment(0.5, 0.5), "k must be >= 1"),
    ],
)
def test_bad_arguments_are_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


def test_the_generated_moment_takes_arrays_and_is_the_one_of_logs() -> None:
    m = np.array([0.1, 0.5, 0.9])
    np.testing.assert_allclose(poisson_dirichlet_moment.numeric(3, m), condensed_moment(3, m), rtol=1e-13)


@pytest.mark.parametrize("order", ["exact", "second-cumulant"])
def test_the_limit_at_a_case_falls_to_nothing_at_its_condensation_time(order: str) -> None:
    case = Case(LinearGaussian([0.7, 0.2, 0.3]), np.array([0.4, -0.3, 0.5]), 2.5, 1.0)
    t_c = float(condensation_time(case.x, case.law, 2.5 / 3, order))
    for ratio, expected in ((0.3, 0.7), (0.9, 0.1), (1.0, 0.0), (2.5, 0.0)):
        assert limit_participation(case.at(ratio * t_c), order) == pytest.approx(expected, abs=1e-12)
    assert limit_participation(case.at(0.01)) == limit_participation(case.at(0.01), "exact")
