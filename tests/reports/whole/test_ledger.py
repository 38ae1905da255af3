"""The page of the ledger: every claim is found, under its chapter, with its own numbers and words."""

import re
from pathlib import Path

import pytest

from reports import contents
from reports.chapters import OTHER
from reports.claims import claim_page
from reports.figures.plot import Plot
from reports.typesetting.typeset import typeset
from tests.reports.made import SVG, Reader, whole
from tests.reports.tables import claim, table
from theory.case import PLACES
from verify.ledger import CLAIMS, by_chapter

FIRST_LOAD = 3_000_000  # bytes


def test_named_places_are_explained(page: Reader) -> None:
    said = contents.named_places()
    assert all(f'"{place.__name__.replace("_", "-")}": ' in said for place in PLACES)
    assert '"typical": ' in page.words
    assert "none is inconclusive" in page.words


def test_every_claim_can_be_found_by_every_filter(page: Reader) -> None:
    lines = [a for a in page.all("details") if a["class"] == "claim"]
    assert [a["id"] for a in lines] == ["claim-first-claim", "claim-second-claim"]
    assert [a["data-verdict"] for a in lines] == ["agrees", "disagrees"]
    assert all(set(str(a["data-works"]).split("|")) == {"arXiv:2410.08727"} for a in lines)
    assert all("the mean of sum w^2 is 1 - t/t_c. alpha -> 0" in str(a["data-words"]) for a in lines)
    offered = {str(a["value"]) for a in page.all("option")}
    assert {str(a[f"data-{name}"]) for a in lines for name in ("verdict", "chapter", "kind")} <= offered
    assert {a["name"] for a in page.all("select")} == {"verdict", "chapter", "works", "kind"}
    labelled = {a["for"] for a in page.all("label")}
    assert labelled == {a["id"] for tag in ("select", "input") for a in page.all(tag)}


def test_figures_of_the_ledger_wait_until_they_are_seen(page: Reader, folder: Path) -> None:
    assert page.all("img")
    assert all(a["loading"] == "lazy" and int(str(a["width"])) > 0 < int(str(a["height"])) for a in page.all("img"))
    assert {str(a["src"]) for a in page.all("img")} <= {
        path.relative_to(folder).as_posix() for path in folder.glob("figures/*.svg")
    }


def test_the_whole_ledger_loads_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "reports.claims.claim_figure", lambda *_: Plot(SVG, "An alternative text of usual length. " * 8)
    )
    claims = [claim_page(each, table()) for each in CLAIMS]
    made = whole(claims)
    page = typeset(made | {"pages": [], "here": ""}, "html", "ledger")
    assert len(page) < FIRST_LOAD
    found = Reader(page.decode())
    lines = [a for a in found.all("details") if a["class"] == "claim"]
    assert {a["id"] for a in lines} == {f"claim-{each.name}" for each in CLAIMS}
    offered = {str(a["value"]) for a in found.all("option")}
    assert {work for a in lines for work in str(a["data-works"]).split("|")} <= offered
    assert all(a["data-chapter"] in by_chapter() for a in lines)


def test_numbers_come_from_the_table() -> None:
    made = table()
    made["effect"][2] = 0.07
    page = claim_page(claim(), made)
    assert "".join(text for _, text in page["effect"]).startswith("+14 % of the prediction (interval ")
    assert page["where"] == [["text", "d = 10, t = 1"]]
    assert (page["rejected"], page["points"]) == (1, 6)
    assert page["experiment"] == [["text", "Tosses of coins, each on its own."]]


def test_words_of_a_claim_cannot_break_the_page() -> None:
    names = ["<i>#x", r"a \$ b $\text{\#panic(\_) @<*}$"]
    wild = claim(statement='#panic("x") \\$ <b>&_*`\\ @no', controls=dict.fromkeys(names))
    page = claim_page(wild, table().assign_coords(control=names))
    html = typeset(whole([page]), "html", "ledger").decode()
    assert '#panic("x") $ <b>&_*`\\ @no' in Reader(html).words


def test_claims_stand_under_chapter_and_module() -> None:
    names = (CLAIMS[0].name, CLAIMS[-1].name, "mine")
    html = typeset(whole([claim_page(claim(name), table()) for name in names]), "html", "ledger").decode()
    heads = re.findall(r"<h(\d)[^>]*>(.*?)</h\1>", html, re.DOTALL)
    outline = [(int(level), re.sub("<.*?>", "", text)) for level, text in heads]
    chapters_found = [text for level, text in outline if level == 2]
    assert chapters_found[:3] == [*(list(by_chapter())[i] for i in (0, 1)), OTHER]
    assert [level for level, _ in outline][:7] == [1, 2, 3, 2, 3, 2, 2]
