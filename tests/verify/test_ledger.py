"""The ledger: its page in step, few enough points for the error rates, mutants noticed, messages that help."""

import json
from pathlib import Path

import numpy as np
import pytest
import sympy as sp

from theory.formula import FORMULAS
from verify.claims.condensation.energies import ENERGY_VARIANCE
from verify.claims.ladder import missing
from verify.claims.weights.participation import LIMIT, finite_size
from verify.ledger import CLAIMS, by_chapter, main
from verify.mutation.mutants import MUTANTS, broken
from verify.render.explanation import explanation
from verify.render.ledger import chapters_markdown, expected_json, expected_markdown, text_table
from verify.render.markdown import between_markers
from verify.run import run_claim
from verify.untested import NOT_TESTED

OPENING, CLOSING = "<!-- ledger -->", "<!-- /ledger -->"
PAGE = Path(__file__).parents[2] / "docs" / "ledger.md"


def test_the_page_holds_the_expected_verdicts() -> None:
    text = PAGE.read_text()
    written = between_markers(text, chapters_markdown(by_chapter()))
    assert written == text, "run: python -m verify.ledger --write docs/ledger.md"
    assert not set(expected_markdown(CLAIMS).splitlines()) - set(text.splitlines())


def test_chapters_hold_every_claim_once_and_disagreements_first() -> None:
    chapters = by_chapter()
    assert [claim for claims in chapters.values() for claim in claims if claim not in CLAIMS] == []
    assert sum(map(len, chapters.values())) == len(CLAIMS)
    for table in chapters_markdown(chapters).split("## ")[1:]:
        rows = [line for line in table.splitlines() if line.startswith("| `")]
        verdicts = [found for row in rows if (found := row.split("**")[1]) != NOT_TESTED]
        assert "disagrees" not in verdicts[verdicts.count("disagrees") :]


def test_names_are_unique_and_formulas_exist() -> None:
    assert len({claim.name for claim in CLAIMS}) == len(CLAIMS)
    assert {name for claim in CLAIMS for name in claim.formulas} <= set(FORMULAS)


@pytest.mark.parametrize("name", ["omega2-halved", "r4-halved"])
def test_a_mutant_is_noticed_and_the_message_says_where(name: str) -> None:
    with broken(name):
        table = run_claim(ENERGY_VARIANCE, "quick", seed=0, progress=False)
    message = explanation(ENERGY_VARIANCE, table)
    assert not table.attrs["passed"]
    for part in (
        "energy-variance",
        "expected: agrees; found: disagrees",
        "law =",
        "predicted",
        "interval",
        "p <=",
    ):
        assert part in message
    assert "energy-variance" in text_table([(ENERGY_VARIANCE, table)])


def test_every_mutant_changes_its_formula_and_leaves_no_trace() -> None:
    for name, mutant in MUTANTS.items():
        written = FORMULAS[mutant.formula].written
        with broken(name):
            assert sp.simplify(FORMULAS[mutant.formula].expression - written) != 0
        assert FORMULAS[mutant.formula].expression == written


def test_an_unknown_mutant_is_refused() -> None:
    with pytest.raises(ValueError, match="break must be one of"), broken("everything"):
        pass


def test_markers_must_be_there() -> None:
    with pytest.raises(ValueError, match="ledger"):
        between_markers("no table here", expected_markdown(CLAIMS))


def test_json_tells_what_markdown_tells() -> None:
    assert [row["expected_verdict"] for row in json.loads(expected_json(CLAIMS))] == [
        claim.expected_verdict for claim in CLAIMS
    ]


def test_the_door_writes_between_the_markers_and_refuses_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{OPENING}\nold\n{CLOSING}\nafter\n")
    assert main(["--write", str(page)]) == 0
    assert page.read_text() == f"before\n{OPENING}\n{chapters_markdown(by_chapter())}\n{CLOSING}\nafter\n"
    page.write_text("nothing")
    assert main(["--write", str(page)]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert page.read_text() == "nothing"


def test_a_page_that_is_none_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    binary = tmp_path / "binary.md"
    binary.write_bytes(b"\xff\xfe\xfd")
    wrong = {tmp_path / "none.md": "No such file", tmp_path: "Is a directory", binary: "it is not UTF-8"}
    for path, why in wrong.items():
        assert main(["--write", str(path)]) == 2
        said = capsys.readouterr().err
        assert said.startswith(f"write must name a text file with markers for the table, {path}: {why}")
        assert said.count("\n") == 1


def test_the_limit_is_put_to_the_test_by_exact_finite_sizes_alone() -> None:
    """A wrong limit formula must not move what is observed, else the claim would test itself."""
    case = LIMIT.estimate.cases[0]
    before = finite_size(case)
    missing.cache_clear()
    with broken("participation-squared"):
        np.testing.assert_allclose(finite_size(case).shift, before.shift, rtol=1e-9)
