"""Derivations: every step reduces to zero, and ends in the formula in force."""

from collections.abc import Callable

import pytest
import sympy as sp

from theory.derivations.derivation import Derivation, Step
from theory.derivations.results import (
    DERIVATIONS,
    frozen_jacobian,
    linear_condensation,
    poisson_dirichlet,
    second_cumulant,
)
from theory.formula import FORMULAS, Total, replaced
from theory.limits.condensation import linear_entropy_loss

STEPS = [(name, i) for name, build in DERIVATIONS.items() for i in range(len(build().steps))]


@pytest.mark.parametrize(("name", "i"), STEPS, ids=[f"{name}-{i}" for name, i in STEPS])
def test_every_step_reduces_to_zero(name: str, i: int) -> None:
    assert DERIVATIONS[name]().steps[i].residue == 0


@pytest.mark.parametrize("name", DERIVATIONS)
def test_a_derivation_says_what_it_shows_and_where_it_holds(name: str) -> None:
    derivation = DERIVATIONS[name]()
    assert derivation.statement.endswith(".")
    assert derivation.source
    assert derivation.regime
    assert len(derivation.steps) > 2
    for step in derivation.steps:
        assert step.equation.lhs == step.left
        assert step.text
        assert sp.latex(step.equation)


def test_a_wrong_step_leaves_a_residue() -> None:
    x = sp.Symbol("x", positive=True)
    assert Step("", sp.log(x**2), 2 * sp.log(x)).residue == 0
    assert Step("", sp.log(x**2), 3 * sp.log(x)).residue != 0


@pytest.mark.parametrize(
    ("name", "build"),
    [
        ("global_variance", second_cumulant),
        ("directional_variance", second_cumulant),
        ("second_cumulant_time", second_cumulant),
        ("directional_entropy_loss", linear_condensation),
        ("condensed_participation", poisson_dirichlet),
        ("poisson_dirichlet_moment", poisson_dirichlet),
        ("frozen_normalized_jacobian", frozen_jacobian),
        ("frozen_score_variance", frozen_jacobian),
    ],
)
def test_a_wrong_formula_leaves_a_residue(name: str, build: Callable[[], Derivation]) -> None:
    with replaced(name, 2 * FORMULAS[name].written):
        assert any(residue != 0 for residue in build().residues)


def test_a_wrong_loss_leaves_a_residue() -> None:
    with replaced("linear_entropy_loss", Total(2 * linear_entropy_loss.written.args[1].args[0])):
        assert any(residue != 0 for residue in linear_condensation().residues)
