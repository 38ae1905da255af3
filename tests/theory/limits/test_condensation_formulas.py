"""Formulas of the condensation time derived: the energy law, the paper's time, the entropy that is lost."""

import numpy as np
import pytest
import sympy as sp

from tests.theory.limits.test_condensation import PAPER, PAPER_ALPHA
from theory.formula import DIMENSION, Mean, expand, replaced, symbol
from theory.laws.linear import linear_energy_law
from theory.limits.condensation import (
    condensation_time,
    directional_entropy_loss,
    directional_variance,
    global_variance,
    linear_entropy_loss,
    mean_entropy_loss,
    second_cumulant_time,
)

LAM, X, V, T = symbol("lam"), symbol("x"), symbol("v"), symbol("t")
LAW = linear_energy_law.expression
SLOPE, VARIANCE = sp.diff(LAW, LAM), sp.diff(LAW, LAM, 2)


# Derivations


def test_the_energy_law_is_a_gaussian_integral() -> None:
    y = sp.Symbol("y", real=True)
    density = sp.exp(-(y**2) / (2 * V)) / sp.sqrt(2 * sp.pi * V)
    integral = sp.integrate(density * sp.exp(-LAM * (X - y) ** 2 / 2), (y, -sp.oo, sp.oo))
    assert sp.simplify(sp.expand_log(sp.log(integral) - LAW.args[0], force=True)) == 0


def test_r4_and_omega_are_the_variance_of_the_energies() -> None:
    per_coordinate = Mean(0) + global_variance.expression / 2 + directional_variance.expression
    assert sp.simplify(expand(VARIANCE.subs(LAM, 0) - DIMENSION * per_coordinate, 3)) == 0


def test_the_papers_time_is_where_the_entropy_vanishes_to_second_order() -> None:
    alpha, large, omega2 = symbol("alpha"), symbol("r4"), symbol("omega2")
    law = -LAM * sp.Symbol("E") + LAM**2 * DIMENSION * (large / 2 + omega2) / 2  # the first two cumulants
    vanishing = alpha * DIMENSION + law - LAM * sp.diff(law, LAM)
    assert sp.simplify(vanishing.subs(LAM, 1 / second_cumulant_time(large, omega2, alpha))) == 0


def test_the_entropy_falls_with_the_variance_of_the_energies() -> None:
    law = sp.Function("K")(LAM)
    assert sp.simplify(sp.diff(law - LAM * sp.diff(law, LAM), LAM) + LAM * sp.diff(law, LAM, 2)) == 0


def test_the_exact_condition_for_linear_data() -> None:
    u = V / T
    printed = (sp.log(1 + u) - u / (1 + u) + u * X**2 / (T * (1 + u) ** 2)) / 2
    loss = (LAM * VARIANCE.func(sp.diff(LAW.args[0], LAM)).args[0] - LAW.args[0]).subs(LAM, 1 / T)
    assert sp.simplify(sp.expand_log(loss - printed, force=True)) == 0


def test_averaged_over_noised_points_it_is_the_mutual_information() -> None:
    loss = (LAM * sp.diff(LAW.args[0], LAM) - LAW.args[0]).subs(X**2, V + 1 / LAM)
    assert sp.simplify(loss - sp.log(1 + LAM * V) / 2) == 0


def test_isotropic_collapse_of_biroli() -> None:
    alpha = symbol("alpha")
    t_c = V / (sp.exp(2 * alpha) - 1)
    assert sp.simplify(sp.log(1 + V / t_c) / 2 - alpha) == 0


def test_the_entropy_lost_is_that_of_the_linear_law() -> None:
    law = expand(linear_energy_law.written, 2)
    assert sp.simplify(LAM * sp.diff(law, LAM) - law - expand(linear_entropy_loss.written, 2)) == 0


def test_the_direction_dependent_part_and_its_sign_change() -> None:
    term = linear_entropy_loss.written.args[1].args[0] / 2
    displaced = (term.subs(X, sp.sqrt(T)) - term.subs(X, 0)).subs(LAM, 1 / T)
    assert sp.simplify(displaced - directional_entropy_loss.written) == 0
    slope = sp.diff(directional_entropy_loss.written, V)
    assert sp.simplify(slope - T * (T - V) / (2 * (T + V) ** 3)) == 0


def test_the_mean_loss_is_the_average_of_the_loss() -> None:
    square = sp.Symbol("square", positive=True)
    loss = expand(linear_entropy_loss.written, 1).subs(sp.Symbol("x1", real=True), sp.sqrt(square))
    v = sp.Symbol("v1", positive=True)
    mean = loss.subs({square: T + v, LAM: 1 / T}, simultaneous=True)  # linear in x^2, whose mean is t + sigma^2
    assert sp.diff(loss, square, 2) == 0
    assert sp.simplify(mean - expand(mean_entropy_loss.written, 1).subs(LAM, 1 / T)) == 0


# Negative controls


@pytest.mark.parametrize(
    "mutant",
    [
        LAW.func(LAW.args[0] / 2),
        LAW.func(-(sp.log(1 + LAM * V) + LAM * X**2) / 2),
        LAW.func(-(sp.log(1 + LAM * V) + LAM * X**2 / (1 + LAM * V) ** 2) / 2),
    ],
)
def test_a_wrong_energy_law_moves_the_root(mutant: sp.Expr) -> None:
    x, right = np.sqrt(PAPER), float(condensation_time(np.sqrt(PAPER), PAPER, PAPER_ALPHA))
    with replaced("linear_energy_law", mutant):
        assert abs(condensation_time(x, PAPER, PAPER_ALPHA) / right - 1) > 0.05
    assert condensation_time(x, PAPER, PAPER_ALPHA) == right


def test_a_wrong_paper_formula_is_followed_too() -> None:
    large, omega2, alpha = second_cumulant_time.symbols
    with replaced("second_cumulant_time", sp.sqrt((large + omega2) / (2 * alpha))):
        assert condensation_time(np.zeros(30), PAPER, PAPER_ALPHA, "second-cumulant") == pytest.approx(
            0.2718 * np.sqrt(2), abs=1e-4
        )
