"""A report whose ledger and prediction are fake ones, and what reads it."""

from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from reports import contents
from reports.chapters import chapters
from reports.claims import claim_page
from reports.figures.claim import claim_figure
from reports.figures.plot import Plot
from reports.paper import theory
from reports.section import Picture, Run, Section, Strip
from reports.sections import layers
from reports.sections import real as real_section
from tests.reports.tables import claim, ledger, table
from verify.data import comparison as real
from verify.layers import cases

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="374.4pt" height="280pt" viewBox="0 0 374.4 280"></svg>'


class Reader(HTMLParser):
    """Tags with their attributes, in order, and all text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def fake(patch: pytest.MonkeyPatch, shared: Path) -> None:
    """A ledger, a prediction and parts that cost little; what they keep is shared by all tests."""
    patch.setattr(contents, "judged", lambda *_: [claim_page(*row) for row in ledger()])
    patch.setattr(contents, "PAPER", (finding, theory.section))
    patch.setattr(contents, "SECTIONS", (layers.section, real_section.section))
    patch.setattr("verify.layers.cases", lambda: cases()[7:8])  # the quickest
    patch.setattr(real, "participation_ratio", lambda t, *_: np.exp(-t))  # the exact one takes a minute here
    patch.setenv("LOSING_DIMENSIONS_STORE", str(shared / "store"))


def finding(run: Run) -> Section:
    """In place of page one: a sentence, a figure, a strip."""
    plot = Plot(claim_figure(claim(), table()).svg, "What the picture shows, said in numbers: 1 against 2, and 3.")
    rows = (("The first holds.", "first-claim", "agrees"), ("The second.", "second-claim", "disagrees"))
    return Section("answer", "Does it?", ("It does.", Picture(plot, "One figure."), Strip(rows, "Statements.")))


def whole(claims: list) -> dict:
    """The values of the page of the ledger with these claims."""
    return contents.ledger_page(claims, chapters(claims)) | {"made": "", "command": ""}
