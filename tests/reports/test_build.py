"""The report as a whole: what a reader, a browser and a shell need of it. Its ledger and prediction are fake ones."""

import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs

import numpy as np
import pytest

from reports import build, contents
from reports.chapters import OTHER, chapters
from reports.claims import claim_page
from reports.figures.claim import claim_figure
from reports.figures.plot import Plot
from reports.paper import theory
from reports.section import Picture, Run, Section, Strip, section_page
from reports.sections import layers
from reports.sections import real as real_section
from reports.typesetting.typeset import ROOT, page_of, typeset
from simulate.run.store import CannotWrite
from tests.reports.tables import claim, ledger, table
from theory.case import PLACES
from verify.data import comparison as real
from verify.layers import cases
from verify.ledger import CLAIMS, by_chapter

FIRST_LOAD = 3_000_000  # bytes
PAPER_PAGES, APPENDIX_PAGES, FINDINGS = 20, 16, 8
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


@pytest.fixture(autouse=True)
def fakes(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    fake(monkeypatch, tmp_path_factory.getbasetemp())


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("data") / r"5 $ of $\data$.npy"  # no part of it is mathematics
    np.save(path, np.random.default_rng(0).uniform(size=(60, 3)))
    return path


@pytest.fixture(scope="module")
def folder(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out")
    with pytest.MonkeyPatch.context() as patch:
        fake(patch, tmp_path_factory.getbasetemp())
        assert build.main(["--data", str(data), "--out", str(out)]) == 0
    return out


@pytest.fixture(scope="module")
def pages(folder: Path) -> dict[str, Reader]:
    """All but the explorer, which has tests of its own."""
    found = sorted(set(folder.glob("*.html")) - {folder / "explorer.html"})
    return {path.name: Reader(path.read_text()) for path in found}


@pytest.fixture(scope="module")
def page(pages: dict[str, Reader]) -> Reader:
    return pages["ledger.html"]


def test_files_are_whole_the_same_again_and_named(
    data: Path, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    assert build.main(["--data", str(data), "--out", str(tmp_path / "out")]) == 0
    names = ["report.html", "report.pdf", "ledger.html", "measurements.html", "explorer.html"]
    assert capsys.readouterr().out.split() == [str(tmp_path / "out" / name) for name in names]
    again, before = (
        {path.relative_to(place): path.read_bytes() for path in place.rglob("*.*")}
        for place in (tmp_path / "out", folder)
    )
    assert again == before
    assert {str(path) for path in again if path.parent == Path()} == set(names)
    assert again[Path("report.html")].startswith(b"<!DOCTYPE html>")
    assert again[Path("report.pdf")].startswith(b"%PDF")
    assert again[Path("report.pdf")].rstrip().endswith(b"%%EOF")


def test_the_paper_stands_alone(pages: dict[str, Reader]) -> None:
    paper = pages["report.html"]
    sources = [a["src"] for _, a in paper.tags if a.get("src")]
    assert sources
    assert all(str(source).startswith("data:") for source in sources)
    assert not paper.all("script")


def test_nothing_is_fetched_from_elsewhere(pages: dict[str, Reader], folder: Path) -> None:
    for reader in pages.values():
        assert not reader.all("link")
        for source in [str(a["src"]) for _, a in reader.tags if a.get("src")]:
            assert source.startswith("data:") or (folder / source).is_file()
    assert "http" not in (ROOT / "ledger.js").read_text()


def test_links_resolve_and_names_are_unique(pages: dict[str, Reader]) -> None:
    names = {name: [str(a["id"]) for _, a in reader.tags if "id" in a] for name, reader in pages.items()}
    for here, reader in pages.items():
        assert len(names[here]) == len(set(names[here]))
        for target in {str(a["href"]) for a in reader.all("a")}:
            file, _, name = target.partition("#")
            assert (file or here) in {*names, "explorer.html"}
            assert not name or name in names[file or here] or asked_of_the_ledger(name)
    assert {"claim-first-claim", "claim-second-claim", "content", "derivations"} <= set(names["ledger.html"])
    assert {"answer", "theory"} <= set(names["report.html"])
    assert {"layers", "real"} <= set(names["measurements.html"])


def asked_of_the_ledger(name: str) -> bool:
    """Whether an address sets filters of the ledger to something that they offer."""
    asked = parse_qs(name.removeprefix("?"))
    offered = {each["name"]: {option["value"] for option in each["options"]} for each in contents.filters([], [])}
    return name.startswith("?") and all(set(values) <= offered[key] for key, values in asked.items())


def test_pages_can_be_read_without_seeing_them(pages: dict[str, Reader]) -> None:
    for reader in pages.values():
        assert reader.all("html")[0]["lang"] == "en"
        assert all(len(str(a.get("alt") or "")) > 40 for a in reader.all("img"))
        assert reader.all("img")
        levels = [int(tag[1]) for tag, _ in reader.tags if re.fullmatch("h[1-6]", tag)]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))
        assert reader.tags[[tag for tag, _ in reader.tags].index("body") + 1][1]["class"] == "skip"
        assert [a["href"] for a in reader.all("a") if a.get("aria-current")] == [
            name for name, other in pages.items() if other is reader
        ]
    assert all(pages[name].all("math") for name in ("report.html", "ledger.html"))


def test_wide_things_scroll_in_boxes_that_keys_can_reach(pages: dict[str, Reader]) -> None:
    for reader in pages.values():
        boxes = [a for a in reader.all("div") if a.get("class") == "scroll"]
        others = [box for box in boxes if box["aria-label"] not in ("Equation", "Command")]
        commands = sum(str(box["aria-label"]).startswith("Command that") for box in boxes)
        assert len(others) == len(reader.all("table")) + commands
        assert all(a["tabindex"] == "0" and a["aria-label"] for a in boxes)


def test_verdicts_are_words(page: Reader, pages: dict[str, Reader]) -> None:
    assert "✓ agrees" in page.words
    assert "✗ disagrees" in page.words
    assert "1 agree and 1 disagree" in page.words
    assert "the claim does not pass" in page.words
    assert not re.search("[Rr]ecorded|deliberate|part ways", page.words)
    assert "nothing: ✗ disagrees. half of t_c: ? inconclusive." in page.words.replace("tc", "t_c")
    assert "losing-dimensions verify first-claim --seed 7" in page.words
    assert "python -m reports.build --profile quick --data" in pages["report.html"].words


def test_other_verdicts_than_the_text_was_written_for_are_said_first(pages: dict[str, Reader]) -> None:
    said = "second-claim disagrees (the text: inconclusive)"
    first, _, _ = pages["report.html"].words.partition("It does.")
    assert said in first
    known = [claim_page(*row) for row in ledger()]
    assert said in contents.unexpected(known)
    assert contents.unexpected(known[:1]) == ""


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


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--profile", "huge"], "--profile"),
        (["--seed", "-1"], "--seed"),
        (["--seed", "x"], "integer"),
        (["--wrong"], "--wrong"),
        (["--data", "/no/such/place"], "no such file"),
        (["--data", __file__], "cannot be read as images"),
        (["--out", __file__], "is a file"),
        (["--out", f"{__file__}/below"], "is a file"),
    ],
)
def test_bad_input_is_one_sentence(arguments: list[str], sentence: str, capsys: pytest.CaptureFixture) -> None:
    assert build.main(arguments) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert said.count("\n") == 1
    assert "Traceback" not in said


def test_too_little_data_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    np.save(tmp_path / "few.npy", np.zeros((5, 3)))
    assert build.main(["--data", str(tmp_path / "few.npy"), "--out", str(tmp_path / "out")]) == 2
    assert "data must have at least 38 points" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_interrupt_leaves_nothing_and_no_traceback(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(contents, "judged", interrupt)
    assert build.main(["--data", str(data), "--out", str(tmp_path / "out")]) == 130
    assert capsys.readouterr().err.startswith("Interrupted")
    assert not (tmp_path / "out").exists()


def test_full_disk_is_one_sentence(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    def full(path: Path, *_: object, **__: object) -> None:
        raise CannotWrite(f"Cannot write {path}.")

    monkeypatch.setattr("simulate.run.store.write_atomic", full)
    assert build.main(["--data", str(data), "--out", str(tmp_path / "out")]) == 2
    assert re.fullmatch(r"Cannot write .*\.\n", capsys.readouterr().err)


def test_help_has_examples(capsys: pytest.CaptureFixture) -> None:
    assert build.main(["--help"]) == 0
    assert "python -m reports.build --profile full" in capsys.readouterr().out


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


def whole(claims: list) -> dict:
    """The values of the page of the ledger with these claims."""
    return contents.ledger_page(claims, chapters(claims)) | {"made": "", "command": ""}
