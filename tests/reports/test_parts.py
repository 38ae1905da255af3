"""A part is made again where a claim that it asked for has changed, and a section where results of benchmarks have."""

from pathlib import Path

import pytest

from reports import parts
from reports.paper.evidence import named
from reports.section import Run, Section
from simulate.experiments.real import RealData
from simulate.images import digits
from simulate.run.store import Store

MADE: list[str] = []


def asking(run: Run) -> Section:
    """In place of a part of the paper: it asks for one claim."""
    MADE.append(named("score-identity").name)
    return Section("asking", "Asking", ("A sentence.",))


def run(folder: Path) -> Run:
    return Run("quick", 0, Store(folder), RealData.of(digits()), "", progress=False)


def test_a_part_is_made_again_with_a_claim_that_it_asked_for_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = {"score-identity": "a", "energy-variance": "a"}
    monkeypatch.setattr(parts, "code_of_claims", lambda names, *_: "".join(codes[name] for name in names))
    MADE.clear()
    first = parts.parts(run(tmp_path), [asking])
    assert parts.parts(run(tmp_path), [asking]) == first
    codes["energy-variance"] = "b"
    parts.parts(run(tmp_path), [asking])
    assert MADE == ["score-identity"]
    codes["score-identity"] = "b"
    assert parts.parts(run(tmp_path), [asking]) == first
    assert MADE == ["score-identity"] * 2


def test_a_section_is_made_again_with_other_results_of_benchmarks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "RESULTS", tmp_path / "results")
    MADE.clear()
    first = parts.section_kept(asking, run(tmp_path))
    assert parts.section_kept(asking, run(tmp_path)) == first
    assert len(MADE) == 1
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "engine.json").write_text("{}")
    assert parts.section_kept(asking, run(tmp_path)) == first
    assert len(MADE) == 2
