"""What a reader and a browser need of every page of the report."""

import re
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qs

from reports import contents
from reports.claims import claim_page
from reports.typesetting.typeset import ROOT
from tests.reports.made import Reader
from tests.reports.tables import ledger


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
