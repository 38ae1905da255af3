"""Chapters of the report: those of the ledger, with every claim in one, in its order."""

from typing import Any

import pytest

from reports.chapters import OTHER, chapters
from reports.derivations import DERIVES, address
from reports.typesetting.sentences import rich
from theory.derivations.results import DERIVATIONS
from theory.formula import FORMULAS
from verify.ledger import CLAIMS, by_chapter

ALL = [{"name": claim.name, "rests_on": list(claim.formulas)} for claim in CLAIMS]


@pytest.fixture(scope="module")
def found() -> list[Any]:
    """The chapters of the ledger."""
    return chapters(ALL)


def words(segments: list[list[str]]) -> str:
    return "".join(text for _, text in segments)


def claims_of(chapter: Any) -> list[str]:
    return [claim["name"] for part in chapter["parts"] for claim in part["claims"]]


def test_the_report_has_the_chapters_of_the_ledger(found: list[Any]) -> None:
    assert OTHER not in [words(chapter["title"]) for chapter in found]
    assert {words(chapter["title"]): claims_of(chapter) for chapter in found} == {
        words(rich(title)): [claim.name for claim in claims] for title, claims in by_chapter().items()
    }
    assert sum(len(claims_of(chapter)) for chapter in found) == len(CLAIMS)


def test_every_chapter_and_every_module_has_a_heading(found: list[Any]) -> None:
    parts = [part for chapter in found for part in chapter["parts"]]
    assert all(words(part["title"]) for part in parts)
    assert len({words(part["title"]) for part in parts}) == len(parts)


def test_claims_of_a_user_come_last_in_a_chapter_of_their_own() -> None:
    found = chapters([{"name": "mine", "rests_on": []}, *ALL[:5]])
    assert [words(chapter["title"]) for chapter in found].index(OTHER) == len(found) - 1
    assert claims_of(found[-1]) == ["mine"]


def test_claims_have_their_equations_and_derivations(found: list[Any]) -> None:
    claims = [claim for chapter in found for part in chapter["parts"] for claim in part["claims"]]
    assert all(len(claim["formulas"]) == len(claim["rests_on"]) for claim in claims)
    named = {claim["name"]: [address for address, _ in claim["derivations"]] for claim in claims}
    assert named["condensation-paper-dense"][0] == "derivation-second-cumulant"
    assert "derivation-exponents-above-t-c" in named["participation-typical"]
    assert {address for addresses in named.values() for address in addresses} == {address(name) for name in DERIVES}


def test_every_derivation_ends_in_what_the_ledger_has() -> None:
    known = {*FORMULAS, *(claim.name for claim in CLAIMS)}
    assert set(DERIVES) <= set(DERIVATIONS)
    assert {end for ends in DERIVES.values() for end in ends} <= known
