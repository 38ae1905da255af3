"""The effective number: Poisson-Dirichlet moments from their integral, laws, values, decoys."""

from collections.abc import Callable

import mpmath as mp
import numpy as np
import pytest
import sympy as sp
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from theory.formula import replaced, symbol
from theory.participation import condensed_moment, condensed_participation, effective_number, poisson_dirichlet_moment

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
        (lambda: condensed_moment(0.5, 0.5), "k must be >= 1"),
    ],
)
def test_bad_arguments_are_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
