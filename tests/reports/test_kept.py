"""What was made is not made again: bytes come back as bytes, and typeset files only where their values are the same."""

from pathlib import Path
from typing import Any

import pytest

from reports import files as module
from reports.contents import parts
from reports.kept import kept_bytes
from reports.section import Run, Section
from simulate.experiments.real import RealData
from simulate.images import digits
from simulate.run.store import Store


def test_bytes_come_back_as_bytes_and_are_made_once(tmp_path: Path) -> None:
    made: list[int] = []

    def make() -> bytes:
        made.append(1)
        return bytes(range(256))

    store = Store(tmp_path)
    assert kept_bytes(store, ["a"], make) == kept_bytes(store, ["a"], make) == bytes(range(256))
    assert len(made) == 1
    kept_bytes(store, ["b"], make)
    kept_bytes(store, ["a"], make, ("reports/typesetting",))
    assert len(made) == 3


def test_a_page_is_typeset_again_only_where_its_values_or_sources_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, str]] = []

    def counted(values: dict[str, Any], kind: str, source: str = "paper") -> bytes:
        asked.append((source, kind))
        return f"{source} {kind} {values['title']}".encode()

    monkeypatch.setattr(module, "typeset", counted)
    store, pages = Store(tmp_path), {name: {"title": "T"} for name in ("report", "ledger", "measurements")}
    first = module.files(pages, store)
    every = [("paper", "html"), ("paper", "pdf"), ("ledger", "html"), ("measurements", "html")]
    assert asked == every
    assert module.files(pages, store) == first
    assert asked == every
    other = module.files(pages | {"ledger": {"title": "another"}}, store)
    assert asked == [*every, ("ledger", "html")]
    assert other["ledger.html"] == b"ledger html another"
    monkeypatch.setattr(module, "sources", lambda: {"paper.typ": "another"})
    module.files(pages, store)
    assert asked[5:] == every


def test_a_part_of_the_paper_is_made_again_only_for_another_run(tmp_path: Path) -> None:
    made: list[int] = []

    def section(run: Run) -> Section:
        made.append(run.seed)
        return Section("answer", "Does it?", (f"Of seed {run.seed}.",))

    images = digits()
    runs = [Run("quick", seed, Store(tmp_path), RealData.of(images, seed=seed), images.description) for seed in (0, 1)]
    first = parts(runs[0], (section, lambda _: None))
    assert parts(runs[0], (section, lambda _: None)) == first
    assert [page["name"] for page in first] == ["answer"]
    assert parts(runs[1], (section,)) != first
    assert made == [0, 1]
