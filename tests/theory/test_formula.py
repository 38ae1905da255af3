"""A formula has one expression: what is printed, evaluated, differentiated and replaced is always that one."""

from collections.abc import Iterator
from typing import Any

import mpmath as mp
import numpy as np
import pytest
import sympy as sp
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from theory import laws
from theory.formula import FORMULAS, Formula, Mean, Total, expand, formula, numeric_twin, replaced, symbol
from theory.learned import collision, divergence, doubling, linear, random_features, splits, timescales, training
from theory.limits import (
    condensation,  # their formulas register themselves
    fluctuation,
    spectrum,
)
from theory.limits import related as neighbours
from theory.limits import weights as participation

RNG = np.random.default_rng(0)
COORDINATES = ("x", "v", "mu")
X, V, T = symbol("x"), symbol("v"), symbol("t")
assert collision
assert condensation
assert fluctuation
assert divergence
assert doubling
assert laws
assert linear
assert splits
assert timescales
assert training
assert neighbours
assert participation
assert random_features
assert spectrum
REGISTERED = tuple(FORMULAS)


@pytest.fixture(autouse=True)
def forget_formulas() -> Iterator[None]:
    before = dict(FORMULAS)
    yield
    FORMULAS.clear()
    FORMULAS.update(before)


def quotient() -> Formula:
    @formula(source="a test", regime="always")
    def ratio(x: sp.Symbol, t: sp.Symbol) -> sp.Expr:
        """Square over time."""
        return x**2 / t

    return ratio


@pytest.mark.parametrize("name", REGISTERED)
def test_every_numeric_twin_equals_its_expression_in_thirty_digits(name: str) -> None:
    chosen = FORMULAS[name]
    for _ in range(5):
        values = [RNG.uniform(0.1, 0.9, 3 if s.name in COORDINATES else None) for s in chosen.symbols]
        exact = expand(chosen.expression, 3).subs(_numbers(chosen.symbols, values))
        one_by_one = [exact.subs(_coordinate(chosen.symbols, values, i)) for i in range(3)]  # what stands in no sum
        numbers = np.broadcast_to(chosen.numeric(*values), 3)
        assert numbers == pytest.approx(np.array([float(sp.N(e, 30)) for e in one_by_one]), rel=1e-13)


def _coordinate(symbols: tuple[sp.Symbol, ...], values: list[Any], i: int) -> dict[sp.Symbol, sp.Float]:
    """Values of coordinate i, by symbol."""
    pairs = zip(symbols, values, strict=True)
    return {s: sp.Float(float(value[i]), 30) for s, value in pairs if s.name in COORDINATES}


def _numbers(symbols: tuple[sp.Symbol, ...], values: list[Any]) -> dict[sp.Symbol, sp.Float]:
    """Values by symbol, with those of the coordinates under the names that `expand` gives them."""
    numbers = {}
    for s, value in zip(symbols, values, strict=True):
        names = [f"{s.name}{i}" for i in range(1, 4)] if s.name in COORDINATES else [s.name]
        for name, number in zip(names, np.atleast_1d(value), strict=True):
            numbers[sp.Symbol(name, **s.assumptions0)] = sp.Float(float(number), 30)
    return numbers


@pytest.mark.parametrize("name", REGISTERED)
def test_every_formula_says_what_it_is_and_prints(name: str) -> None:
    chosen = FORMULAS[name]
    assert chosen.name == name
    assert chosen.statement.endswith(".")
    assert chosen.source
    assert chosen.regime
    assert chosen.latex
    assert "Total" not in chosen.latex
    assert "Mean" not in chosen.latex


def test_a_formula_keeps_name_symbols_and_statement() -> None:
    ratio = quotient()
    assert (ratio.name, ratio.statement) == ("ratio", "Square over time.")
    assert ratio.symbols == (X, T)
    assert FORMULAS["ratio"] is ratio
    assert ratio.latex == r"\frac{x_i^{2}}{t}"
    assert ratio(T, X) == T**2 / X  # arguments change places all at once
    with pytest.raises(ValueError, match="zip"):
        ratio(X)


def test_symbols_have_the_assumptions_of_the_field() -> None:
    assert symbol("t").is_positive
    assert symbol("x").is_real
    assert not symbol("x").is_positive
    assert symbol("v") == sp.Symbol("v", positive=True)


@given(arrays(np.float64, (4, 3), elements=st.floats(-10, 10)))
def test_sums_run_over_the_last_axis(x: np.ndarray) -> None:
    np.testing.assert_allclose(numeric_twin((X,), Total(X**2))(x), (x**2).sum(-1))
    np.testing.assert_allclose(numeric_twin((X,), Mean(X**2) + 1)(x), (x**2).mean(-1) + 1)


def test_sums_are_written_out_coordinate_by_coordinate() -> None:
    x1, x2 = sp.symbols("x1 x2", real=True)
    v1, v2 = sp.symbols("v1 v2", positive=True)
    assert expand(Total(X * V), 2) == x1 * v1 + x2 * v2
    assert expand(Mean(X) ** 2 / T, 2) == ((x1 + x2) / 2) ** 2 / T
    assert expand(Total(T * X), 1) == T * x1


@pytest.mark.parametrize("total", [Total, Mean])
def test_sums_commute_with_derivatives(total: type[sp.Function]) -> None:
    term = sp.log(1 + T * V) + T * X**2 / (1 + T * V)
    for order in (1, 2):
        inside = expand(sp.diff(total(term), T, order), 3)
        outside = sp.diff(expand(total(term), 3), T, order)
        assert sp.simplify(inside - outside) == 0


def test_an_empty_sum_vanishes() -> None:
    assert Total(sp.S.Zero) == 0
    assert sp.diff(Total(X), T) == 0


def test_a_derivative_is_a_formula_of_the_same_arguments() -> None:
    slope = quotient().derivative("t", order=2)
    assert slope.symbols == (X, T)
    assert slope.expression == 2 * X**2 / T**3
    assert slope.numeric(np.array([3.0]), 2.0) == pytest.approx([18 / 8])
    assert "order 2 in t" in slope.statement


def test_a_mutant_rules_inside_and_is_gone_outside() -> None:
    ratio = quotient()
    with replaced("ratio", X + T):
        assert ratio.expression == X + T
        assert ratio.numeric(2.0, 3.0) == 5.0
        assert ratio.derivative("t").expression == 1
        assert ratio.latex == "t + x_i"
        with replaced("ratio", X):
            assert ratio.numeric(2.0, 3.0) == 2.0
        assert ratio.numeric(2.0, 3.0) == 5.0
    assert ratio.numeric(2.0, 4.0) == 1.0
    assert ratio.written == ratio.expression


def test_a_mutant_is_gone_after_an_error() -> None:
    ratio = quotient()
    with pytest.raises(RuntimeError), replaced("ratio", T):
        raise RuntimeError
    assert ratio.expression == X**2 / T


def test_only_formulas_can_be_replaced() -> None:
    with pytest.raises(ValueError, match=r"name must be a formula, one of .*; got 'nothing'"), replaced("nothing", T):
        pass


@pytest.mark.parametrize("small", [1e-3, 1e-9, 1e-18, 1e-300])
def test_small_arguments_lose_no_digit(small: float) -> None:
    log_twin = numeric_twin((T, V), sp.log(1 + T * V))
    exp_twin = numeric_twin((T, V), sp.exp(T * V) - 1)
    with mp.workdps(350):
        assert log_twin(small, 2.0) == pytest.approx(float(mp.log(1 + 2 * mp.mpf(small))), rel=1e-14)
        assert exp_twin(small, 2.0) == pytest.approx(float(mp.exp(2 * mp.mpf(small)) - 1), rel=1e-14)


@pytest.mark.parametrize("written", [sp.log(1 + V / T), Total(sp.log(1 + V / T)), Mean(sp.log(1 + V / T) / V) * V])
def test_logs_of_ratios_lose_no_digit_over_thirty_six_decades(written: sp.Expr) -> None:
    """Relative error; SymPy's rewriting to log(t + v) - log(t) would lose all digits of small v/t."""
    twin = numeric_twin((T, V), written)
    for u in np.geomspace(1e-18, 1e18, 73):
        for t in (1.0, 1e-3, 1e5):
            with mp.workdps(60):
                exact = float(mp.log1p(mp.mpf(float(u) * t) / mp.mpf(t)))
            assert float(np.squeeze(twin(t, np.array([u * t])))) == pytest.approx(exact, rel=4e-16)


def test_exponentials_inside_sums_and_logs_lose_no_digit() -> None:
    clock = numeric_twin((T, V), Total(sp.log(1 + V / (sp.exp(2 * T) - 1)) / (sp.exp(T) - 1)))
    for t in (1e-12, 1e-3, 1.0):
        with mp.workdps(40):
            exact = float(mp.log1p(2 / mp.expm1(2 * mp.mpf(t))) / mp.expm1(mp.mpf(t)))
        assert clock(t, np.array([2.0])) == pytest.approx(exact, rel=1e-15)


def test_small_arguments_inside_sums_lose_no_digit_either() -> None:
    twin = numeric_twin((T, V), Total(sp.log(1 + T * V)))
    assert twin(1e-18, np.ones(4)) == pytest.approx(4e-18, rel=1e-14)


def test_torch_in_torch_out() -> None:
    values = torch.tensor([1.0, 2.0], dtype=torch.float32)
    result = quotient().numeric(values, 2.0)
    assert isinstance(result, torch.Tensor)
    assert result.dtype == torch.float32
    assert result.tolist() == [0.5, 2.0]
