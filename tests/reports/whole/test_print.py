"""The report in print: as many pages as a reader will turn."""

from types import SimpleNamespace
from typing import Any

import pytest

from reports.chapters import chapters
from reports.claims import claim_page
from reports.figures.plot import Plot
from reports.paper import theory
from reports.section import Picture, Section, section_page
from reports.typesetting.typeset import page_of
from tests.reports.made import SVG
from tests.reports.tables import table
from verify.ledger import CLAIMS

PAPER_PAGES, APPENDIX_PAGES, FINDINGS = 20, 16, 8


def test_print_is_short(monkeypatch: pytest.MonkeyPatch) -> None:
    """The appendix of all claims, and a paper of as many figures as ours, within the pages that a reader will turn."""
    monkeypatch.setattr("reports.claims.claim_figure", lambda *_: Plot(SVG, "An alternative text of usual length."))
    picture = Picture(Plot(SVG, "An alternative text."), "A caption of the usual length, with its settings. " * 8)
    text = "A paragraph of some length, with numbers from a table, and what they mean for the reader. " * 6
    parts = [Section(f"part-{i}", "A finding", (text, picture, text)) for i in range(FINDINGS)]
    run: Any = SimpleNamespace()
    sections = [*map(section_page, parts), *(section_page(made(run)) for made in (theory.question, theory.section))]
    values = {
        "title": "T",
        "outcome": [],
        "unexpected": [],
        "of_the_paper": [],
        "disagreeing": [],
        "ledger": [],
        "made": "",
        "command": "",
        "sections": sections,
    }
    values["chapters"] = chapters([claim_page(each, table()) for each in CLAIMS])
    assert pages_before("ledger", values) <= PAPER_PAGES
    assert pages_before("parting", values) <= PAPER_PAGES + APPENDIX_PAGES


def pages_before(label: str, values: dict) -> int:
    """The number of pages before the one that a heading of the print stands on."""
    return page_of(values, label) - 1
