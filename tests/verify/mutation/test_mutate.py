"""Mutants: each changes one thing, and the claims that rest on a formula notice."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
import sympy as sp

from theory.case import Case, origin, typical
from theory.exact.averages import participation_ratio
from theory.exact.jacobian import normalized_jacobian
from theory.formula import FORMULAS
from theory.laws.spectra import equal, halves
from verify.claim import judge
from verify.claims.condensation.energies import ENERGY_VARIANCE
from verify.claims.weights.participation import LIMIT, finite_size
from verify.mutation.changes import Change, changes
from verify.mutation.mutants import broken
from verify.mutation.mutate import judged, main, mutation_table

SMALL = replace(ENERGY_VARIANCE.estimate, cases=(Case(halves(6), typical, np.log(2), 1.0),), replicas=100_000)


def fates(claim, experiment, formula: str) -> Iterator[tuple[str, str]]:
    observed = experiment.run(progress=False)
    entry = (claim, observed, judge(claim, observed))
    return ((change.what, judged(change, [entry], every=False).fate) for change in changes(formula))


def test_mutants_are_formulas_that_differ_from_each_other_and_from_the_formula() -> None:
    for name in ("second_cumulant_time", "linear_energy_law", "poisson_dirichlet_moment"):
        found = [change.expression for change in changes(name)]
        assert len(set(found)) == len(found) > 8
        assert FORMULAS[name].written not in found


def test_every_kind_of_change_is_made() -> None:
    t, t_c = FORMULAS["condensed_participation"].symbols
    found = {change.expression for change in changes("condensed_participation")}
    assert {2 - t / t_c, 1 + t / t_c, sp.S.One, -t / t_c, 1 - 2 * t / t_c, 1 - t / t_c**2} <= found


@pytest.mark.parametrize("formula", ["directional_variance", "global_variance"])
def test_all_mutants_of_the_variance_are_caught_but_those_too_small_to_see(formula: str) -> None:
    claim = replace(ENERGY_VARIANCE, estimate=SMALL)
    found = [fate for _, fate in fates(claim, SMALL, formula)]
    assert set(found) <= {"caught", "small"}
    assert found.count("caught") >= 3


def test_a_mutant_that_no_claim_rests_on_is_equivalent() -> None:
    claim, observed = replace(ENERGY_VARIANCE, estimate=SMALL), SMALL.run(progress=False)
    entry = (claim, observed, judge(claim, observed))
    change = Change("second_cumulant_time", "doubled", 2 * FORMULAS["second_cumulant_time"].written)
    assert judged(change, [entry], every=True).fate == "equivalent"


def test_a_blind_claim_leaves_a_survivor_in_the_table() -> None:
    blind = replace(
        ENERGY_VARIANCE,
        estimate=SMALL,
        expected_verdict="disagrees",
        reading_to_avoid=True,
        prediction=lambda _: 0.0,
        controls={"none": lambda _: 0, "near": lambda case: 1.3 * ENERGY_VARIANCE.prediction(case)},
    )
    observed = SMALL.run(progress=False)
    table = judge(replace(blind, prediction=ENERGY_VARIANCE.prediction), observed)
    change = Change("global_variance", "doubled", 2 * FORMULAS["global_variance"].written)
    outcome = judged(change, [(blind, observed, table)], every=True)
    assert outcome.fate == "survives"
    assert "| `global_variance` | 1 | 0 | 0 | 0 | 1 |" in mutation_table([outcome])


def test_a_mutant_in_force_forgets_what_claims_kept_of_the_theory_before() -> None:
    case = LIMIT.estimate.cases[1]

    def extrapolated() -> float:
        return float(finite_size(case).shift + participation_ratio(case))

    before = extrapolated()
    with broken("t_c"):
        assert abs(extrapolated() - before) > 0.05
    assert extrapolated() == pytest.approx(before, rel=1e-9)


def test_an_unknown_formula_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["no_such_formula"]) == 2
    assert "formula must be" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (["--seed", "-1"], "--seed: must be an integer >= 0, got '-1'"),
        (["--write", "nowhere/none.md"], "write must name a text file with markers for the table"),
        (["--store", "/dev/null/store"], "Cannot write /dev/null/store"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(
    wrong: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["final_gap", *wrong]) == 2
    assert says in capsys.readouterr().err.splitlines()[-1]


def test_a_mutant_meets_no_average_of_the_true_theory() -> None:
    case = Case(equal(2), origin, np.log(10), 0.5)
    true = normalized_jacobian(case)
    with broken("t_c"):
        wrong = normalized_jacobian(case)
    assert np.abs(wrong - true).min() > 0.01
    np.testing.assert_array_equal(normalized_jacobian(case), true)
