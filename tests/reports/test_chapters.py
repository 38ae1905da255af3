"""Chapters of the report: those of the ledger, with every claim in one, in its order."""

from itertools import chain
from typing import Any

from reports.chapters import OTHER, chapters
from reports.typesetting.sentences import rich
from verify.ledger import CLAIMS, by_chapter

ALL = [{"name": claim.name, "rests_on": list(claim.formulas)} for claim in CLAIMS]


def words(segments: list[list[str]]) -> str:
    return "".join(text for _, text in segments)


def claims_of(chapter: Any) -> list[str]:
    return [claim["name"] for part in chapter["parts"] for claim in part["claims"]]


def test_the_report_has_the_chapters_of_the_ledger() -> None:
    found = chapters(ALL)
    assert OTHER not in [words(chapter["title"]) for chapter in found]
    assert {words(chapter["title"]): claims_of(chapter) for chapter in found} == {
        words(rich(title)): [claim.name for claim in claims] for title, claims in by_chapter().items()
    }
    assert sum(len(claims_of(chapter)) for chapter in found) == len(CLAIMS)


def test_every_chapter_and_every_module_has_a_heading() -> None:
    parts = [part for chapter in chapters(ALL) for part in chapter["parts"]]
    assert all(words(part["title"]) for part in parts)
    assert len({words(part["title"]) for part in parts}) == len(parts)


def test_claims_of_a_user_come_last_in_a_chapter_of_their_own() -> None:
    found = chapters([{"name": "mine", "rests_on": []}, *ALL])
    assert [words(chapter["title"]) for chapter in found].index(OTHER) == len(found) - 1
    assert claims_of(found[-1]) == ["mine"]


def test_formulas_are_numbered_in_the_order_in_which_they_are_printed() -> None:
    claims = [claim for chapter in chapters(ALL) for part in chapter["parts"] for claim in part["claims"]]
    printed = [formula["number"] for claim in claims for formula in claim["formulas"]]
    assert printed == list(range(1, 1 + len({name for claim in ALL for name in claim["rests_on"]})))
    for i, claim in enumerate(claims):
        before = list(chain.from_iterable(other["formulas"] for other in claims[:i]))
        assert set(claim["earlier"]) <= {formula["number"] for formula in before}
