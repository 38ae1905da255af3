"""The report as a whole: what a reader, a browser and a shell need of it. Its ledger and prediction are fake ones."""

import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from reports import build, contents
from reports.chapters import OTHER, chapters
from reports.claims import claim_page
from reports.derivations import derivation_pages
from reports.section import Section, section_page
from reports.sections import layers
from reports.sections import real as real_section
from reports.typesetting.typeset import typeset
from simulate.run.store import CannotWrite
from tests.reports.tables import claim, compared, ledger, table
from theory.case import PLACES
from verify.data import comparison as real
from verify.layers import cases
from verify.ledger import CLAIMS, by_chapter


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
    """A ledger, a prediction and sections that cost little; what they keep is shared by all tests."""
    patch.setattr(contents, "judged", lambda *_: [claim_page(*row) for row in ledger()])
    patch.setattr(contents, "SECTIONS", (layers.section, real_section.section))
    patch.setattr("verify.layers.cases", lambda: cases()[7:8])  # the quickest
    patch.setattr(real, "participation_ratio", lambda t, *_: np.exp(-t))  # the exact one takes a minute here
    patch.setenv("LOSING_DIMENSIONS_STORE", str(shared / "store"))


@pytest.fixture(autouse=True)
def fakes(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    fake(monkeypatch, tmp_path_factory.getbasetemp())


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("data") / r"5 $ of $\data$.npy"  # no part of it is mathematics
    np.save(path, np.random.default_rng(0).uniform(size=(60, 3)))
    return path


@pytest.fixture(scope="module")
def page(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Reader:
    out = tmp_path_factory.mktemp("out")
    with pytest.MonkeyPatch.context() as patch:
        fake(patch, tmp_path_factory.getbasetemp())
        assert build.main(["--data", str(data), "--out", str(out)]) == 0
    return Reader((out / "report.html").read_text())


def test_both_files_are_whole_the_same_again_and_named(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    files = [tmp_path / "out" / "report.html", tmp_path / "out" / "report.pdf"]
    arguments = ["--data", str(data), "--out", str(tmp_path / "out")]
    assert build.main(arguments) == 0
    assert capsys.readouterr().out.split() == [str(path) for path in files]
    first = [path.read_bytes() for path in files]
    assert build.main(arguments) == 0
    assert [path.read_bytes() for path in files] == first
    assert first[0].startswith(b"<!DOCTYPE html>")
    assert first[1].startswith(b"%PDF")
    assert first[1].rstrip().endswith(b"%%EOF")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["report.html", "report.pdf"]


def test_page_stands_alone(page: Reader) -> None:
    sources = [a["src"] for _, a in page.tags if a.get("src")]
    assert sources
    assert all(str(source).startswith("data:") for source in sources)
    assert not page.all("script")
    assert not page.all("link")


def test_links_resolve_and_names_are_unique(page: Reader) -> None:
    glyph = re.compile("g[0-9A-F]{20,}")  # Typst repeats the outline of a glyph, under one name, in every formula
    names = [a["id"] for _, a in page.tags if "id" in a and not glyph.fullmatch(str(a["id"]))]
    targets = {str(a["href"])[1:] for a in page.all("a")}
    assert len(names) == len(set(names))
    assert targets <= set(names)
    assert {"content", "claim-first-claim", "claim-second-claim", "ledger", "real"} <= targets


def test_page_can_be_read_without_seeing_it(page: Reader) -> None:
    assert page.all("html")[0]["lang"] == "en"
    assert all(len(str(a.get("alt") or "")) > 40 for a in page.all("img"))
    assert len(page.all("img")) == 5
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert page.tags[[tag for tag, _ in page.tags].index("body") + 1][1]["class"] == "skip"
    assert page.all("math")


def test_wide_things_scroll_in_boxes_that_keys_can_reach(page: Reader) -> None:
    boxes = [a for a in page.all("div") if a.get("class") == "scroll"]
    assert len([box for box in boxes if box["aria-label"] != "Equation"]) == len(page.all("table")) + 1
    assert all(a["tabindex"] == "0" and a["aria-label"] for a in boxes)


def test_verdicts_are_words(page: Reader) -> None:
    assert "✓ agrees" in page.words
    assert "✗ disagrees" in page.words
    assert "1 agree and 1 disagree" in page.words
    assert "the claim does not pass" in page.words
    assert "What disagrees" not in page.words  # none of these claims is expected to
    assert not re.search("[Dd]ecoy|recorded|deliberate|part ways", page.words)
    assert "Negative controls: nothing: ✗ disagrees; half of t_c: ? inconclusive" in page.words.replace("tc", "t_c")
    assert "python -m reports.build --profile quick --data" in page.words


def test_named_places_are_explained(page: Reader) -> None:
    said = contents.named_places()
    assert all(f'"{place.__name__.replace("_", "-")}": ' in said for place in PLACES)
    assert '"typical": ' in page.words
    assert "none is inconclusive" in page.words


def test_formulas_are_numbered_once(page: Reader) -> None:
    assert [a["id"] for a in page.all("div") if a.get("class") == "formula" and "id" in a] == ["formula-1", "formula-2"]
    assert page.words.count("It rests on formula (1) and (2).") == 1


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
    assert (page["effect"], page["where"]) == ([["text", "0.07"]], [["text", "d = 10, t = 1"]])
    assert (page["rejected"], page["points"]) == (1, 6)


def test_words_of_a_claim_cannot_break_the_page(data: Path) -> None:
    names = ["<i>#x", r"a \$ b $\text{\#panic(\_) @<*}$"]
    wild = claim(statement='#panic("x") \\$ <b>&_*`\\ @no', controls=dict.fromkeys(names))
    page = claim_page(wild, table().assign_coords(control=names))
    html = typeset(whole(claims=[page]), "html").decode()
    assert '#panic("x") $ <b>&_*`\\ @no' in Reader(html).words


def test_claims_stand_under_chapter_and_module() -> None:
    names = (CLAIMS[0].name, CLAIMS[-1].name, "mine")
    html = typeset(whole(claims=[claim_page(claim(name), table()) for name in names]), "html").decode()
    heads = re.findall(r"<h(\d)[^>]*>(.*?)</h\1>", html, re.DOTALL)
    after = [(int(level), re.sub("<.*?>|^[0-9.]+ ", "", text)) for level, text in heads]
    start = after.index((2, "The claims"))
    outline = [(level, text) for level, text in after[start + 1 : start + 10]]
    assert [level for level, _ in outline][:9] == [3, 4, 5, 3, 4, 5, 3, 4, 2]
    assert [text for level, text in outline if level == 3] == [*(list(by_chapter())[i] for i in (0, 1)), OTHER]
    assert outline[2][1] == f"Title of {names[0]}"


def whole(claims: list, **changes: object) -> dict:
    """The values of a page with these claims and real data."""
    section = Section("real", "Real data", real_section.real_body("x", np.ones(3), 5, compared()))
    texts = {"title": "T", "summary": [], "ledger": [], "settings": [], "made": "", "command": "", "disagreeing": []}
    parts = {"chapters": chapters(claims), "sections": [section_page(section)], "derivations": derivation_pages()}
    return texts | parts | changes
