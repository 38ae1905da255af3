"""Neighbours: conditions derived from the energy law, order of the times, and what the exact averages say at them."""

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from theory.exact.averages import log_partition, participation_ratio
from theory.formula import expand, symbol
from theory.laws.linear import linear_energy_law
from theory.limits.condensation import condensation_time, linear_entropy_loss, mean_entropy_loss
from theory.limits.related import (
    best_generalization_time,
    collapse_time,
    equal_collapse_clock,
    equal_collapse_time,
    held_out_condensation_time,
    held_out_entropy_loss,
    held_out_lowest_energy,
    onset_entropy,
    onset_time,
    speciation_time,
)
from theory.process import preserving_time

T, V, X, LAM, ALPHA = (symbol(name) for name in ("t", "v", "x", "lam", "alpha"))
V1 = sp.Symbol("v1", positive=True)
TERM = linear_energy_law.written.args[0].subs(V, V1)
SPECTRA = st.lists(st.floats(0.01, 5), min_size=1, max_size=6).map(np.array)


def at_square(term: sp.Expr, square: sp.Expr) -> sp.Expr:
    """A coordinate's term at x^2 = square and lambda = 1/t."""
    return term.subs(X, sp.sqrt(square)).subs(LAM, 1 / T)


# Derivations


def test_the_own_level_outweighs_the_others_at_the_collapse() -> None:
    """log N + K = -E_1/t with E x^2 = sigma^2 + t and E_1 = t/2 for each coordinate."""
    own = -sp.Rational(1, 2)
    assert sp.simplify(-at_square(TERM, V1 + T) + own - expand(mean_entropy_loss.written, 1).subs(LAM, 1 / T)) == 0


def test_and_at_the_data_point_itself_at_the_onset() -> None:
    assert sp.simplify(-at_square(TERM, V1) - expand(onset_entropy.written, 1).subs(LAM, 1 / T)) == 0


def test_held_out_data_condense_and_see_a_lowest_level() -> None:
    loss = expand(linear_entropy_loss.written, 1).subs(sp.Symbol("x1", real=True), X)
    assert sp.simplify(at_square(loss, V1) - expand(held_out_entropy_loss.written, 1).subs(LAM, 1 / T)) == 0
    assert sp.simplify(-at_square(sp.diff(TERM, LAM), V1) - expand(held_out_lowest_energy.written, 1)) == 0


def test_the_best_time_is_a_minimum_and_lies_in_the_condensed_phase() -> None:
    m, energy = sp.symbols("m energy", positive=True)
    divergence = m / 2 * sp.log(2 * sp.pi * T) + energy / T
    assert sp.solve(sp.diff(divergence, T), T) == [2 * energy / m]
    ratio = 2 * expand(held_out_lowest_energy.written, 1) / T  # t_g / t_f for one direction
    assert sp.simplify(ratio - (1 - T**2 / (T + V1) ** 2)) == 0


def test_the_clock_of_the_preserving_process() -> None:
    t = sp.exp(2 * equal_collapse_clock.written) - 1
    assert sp.simplify(t - equal_collapse_time.written) == 0
    n, d = 64, 4
    known = np.log1p(0.7 / (n ** (2 / d) - 1)) / 2  # as printed in arXiv:2402.18491
    assert equal_collapse_clock.numeric(0.7, np.log(n) / d) == pytest.approx(known, rel=1e-14)
    assert preserving_time(collapse_time(np.full(d, 0.7), np.log(n))) == pytest.approx(known, rel=1e-12)


def test_speciation_is_where_the_shrunk_variance_meets_the_noise() -> None:
    largest = 50.0
    tau = preserving_time(speciation_time.numeric(largest))
    assert largest * np.exp(-2 * tau) == pytest.approx(1)
    assert tau == pytest.approx(np.log(largest) / 2)


# Laws


@settings(max_examples=25, deadline=None)
@given(SPECTRA, st.floats(0.01, 3), st.floats(0.1, 10))
def test_the_order_of_the_times(variances: np.ndarray, alpha: float, scale: float) -> None:
    log_n = alpha * variances.size
    functions = (best_generalization_time, held_out_condensation_time, collapse_time, onset_time)
    times = [f(variances, log_n) for f in functions]
    assert (np.diff(times) > 0).all()
    assert [f(scale * variances, log_n) for f in functions] == pytest.approx([scale * t for t in times], rel=1e-10)
    assert (np.array([f(variances, 1.5 * log_n) for f in functions]) < times).all()
    assert [f(np.append(variances, 0.0), log_n) for f in functions] == pytest.approx(times, rel=1e-12)


@settings(max_examples=20, deadline=None)
@given(SPECTRA, st.floats(0.05, 20))
def test_times_are_condensation_times_of_their_points(variances: np.ndarray, log_n: float) -> None:
    alpha = log_n / variances.size
    held_out, collapse = held_out_condensation_time(variances, log_n), collapse_time(variances, log_n)
    assert condensation_time(np.sqrt(variances), variances, alpha) == pytest.approx(held_out, rel=1e-9)
    assert condensation_time(np.sqrt(variances + collapse), variances, alpha) == pytest.approx(collapse, rel=1e-9)


# What the exact averages say


def test_the_training_point_carries_the_score_below_collapse_and_onset() -> None:
    d, log_n = 800, 160.0
    variances = np.repeat([1.0, 0.09], d // 2)
    signs = np.where(np.arange(d) % 2, 1.0, -1.0)
    own, noise = np.sqrt(variances) * signs, np.roll(signs, 1) * np.where(np.arange(d) % 4 < 2, 1.0, -1.0)
    for t_0, at_point in ((collapse_time(variances, log_n), False), (onset_time(variances, log_n), True)):
        shares = []
        for t in (0.9 * t_0, 1.1 * t_0):
            x = own if at_point else own + np.sqrt(t) * noise
            shares.append(float(participation_ratio(t, x, variances, log_n, own)))
        assert shares[0] > 0.99
        assert shares[1] < 0.2


def test_the_divergence_from_held_out_data_is_least_at_the_best_time() -> None:
    d, log_n = 1600, 640.0
    variances = np.repeat([1.0, 0.09], d // 2)
    best = best_generalization_time(variances, log_n)
    t = best * np.array([0.94, 0.97, 1.0, 1.03, 1.06])
    divergence = d / 2 * np.log(t) - log_partition(t, np.sqrt(variances), variances, log_n)
    curve = np.polyfit(np.log(t / best), divergence, 2)
    assert curve[0] > 0
    assert -curve[1] / (2 * curve[0]) == pytest.approx(0, abs=0.02)  # log of the minimum over t_g


@pytest.mark.parametrize("scale", [1e-300, 1e-150, 1e150, 1e300])
def test_the_best_time_scales_as_the_variances_wherever_they_are_floats(scale: float) -> None:
    variances = np.array([1.0, 0.3, 0.0])
    expected = scale * best_generalization_time(variances, 2.0)
    assert best_generalization_time(scale * variances, 2.0) == pytest.approx(expected, rel=1e-11, abs=0)


def test_bad_arguments_are_named() -> None:
    for function in (best_generalization_time, held_out_condensation_time, collapse_time, onset_time):
        with pytest.raises(ValueError, match="log_n must be > 0"):
            function(np.ones(3), 0.0)
        with pytest.raises(ValueError, match="variances not all 0"):
            function(np.zeros(3), 1.0)
        with pytest.raises(ValueError, match="log_n must be within reach"):
            function(np.ones(1), 1e5)
