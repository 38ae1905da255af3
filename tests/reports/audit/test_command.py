"""The command line `losing-dimensions data`: its answer, its files, and the same again."""

import json
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from reports.cli import main
from verify.data import curves, prediction

NAME = "a $b$ <script>#[x]_1\x01.npy"  # no part of it is markup


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Averages at fewer held-out points than a user's, and at fewer times."""
    monkeypatch.setattr(prediction, "EXACT", 4)
    monkeypatch.setattr(curves, "TIMES", np.array([0.5, 1.0, 2.0]))


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    """A file of 250 points, of which row 7 is a copy of row 3."""
    data = np.random.default_rng(0).standard_normal((250, 5)) * [1, 0.7, 0.4, 0.2, 0.1]
    data[7] = data[3]
    np.save(tmp_path / NAME, data)
    return tmp_path / NAME


def test_it_answers_in_sentences_in_json_and_as_a_report(stored: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = stored.parent / "answer"
    assert main(["data", str(stored), "--points", "5000", "--noise", "0.01", "--out", str(out)]) == 0
    told = capsys.readouterr().out
    assert "1 exact and 0 near copies of other points" in told
    assert "bring condensation below std 0.1" in told
    assert sorted(path.name for path in out.iterdir()) == ["data.html", "data.json", "data.pdf"]
    record = json.loads((out / "data.json").read_text(encoding="utf-8"), parse_constant=pytest.fail)
    assert (record["n"], record["exact_copies"], record["copies"]["exact"]) == (250, 1, [[7, 3]])
    halves = {each["n"]: each for each in record["half_condensation"]}
    assert halves[5000]["lower"] < halves[5000]["time"] < halves[5000]["upper"]
    assert not halves[5000]["known"]
    assert f"is not known [t from {halves[5000]['lower']:.3g} to {halves[5000]['upper']:.3g} at 95 %]" in told
    assert f"a score of 900 such points condenses at t = {halves[900]['time']:.3g}" in told
    assert 900 < record["known_to"] < 5000
    assert record["below"]["std"] == pytest.approx(0.1)
    assert record["below"]["n"] > 225
    _curves_are_whole(record["curves"])
    assert record["linear_denoiser"]["acts_at"] > record["linear_denoiser"]["time"] == pytest.approx(0.01)
    page = (out / "data.html").read_text(encoding="utf-8")
    assert "a $b$ &lt;script>#[x]_1\N{REPLACEMENT CHARACTER}.npy" in page
    assert "<script" not in page
    assert "below your noise, a standard deviation of 0.1" in " ".join(page.split())
    assert (out / "data.pdf").read_bytes().startswith(b"%PDF")


def _curves_are_whole(curves: list[dict[str, list[float]]]) -> None:
    for curve in curves:
        assert curve["predicted"] == sorted(curve["predicted"], reverse=True)
        assert len(curve["measured"]) == (0 if curve["n"] > 225 else len(curve["times"]))
    (own,) = (curve for curve in curves if curve["n"] == 225)
    assert np.abs(np.subtract(own["measured"], own["predicted"])).max() < 0.15


def test_the_same_seed_gives_the_same_answer(stored: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prediction, "EXACT", 2)
    monkeypatch.setattr(import_module("verify.data.audit"), "BEYOND", ())
    files = [stored.parent / f"{name}.json" for name in ("one", "two", "other")]
    for file, seed in zip(files, "001", strict=True):
        assert main(["data", str(stored), "--json", str(file), "--seed", seed]) == 0
    first, again, other = (file.read_text(encoding="utf-8") for file in files)
    assert first == again != other


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--limit", "50"], "data must have at least 100 points that are no copies, got 49 of 50"),
        (["--below", "0"], "below must be > 0"),
        (["--noise", "nan"], "noise must be"),
        (["--noise", "1", "--below", "1"], "noise must be left out where below is given"),
        (["--points", "1"], "sizes must be an integer >= 2"),
        (["--limit", "500"], "limit must be at most 250"),
        (["--size", "4"], "has no height and width for crop, size or grey"),
    ],
)
def test_bad_options_are_one_sentence_and_nothing_is_written(
    stored: Path, capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    out = stored.parent / "answer"
    assert main(["data", str(stored), "--out", str(out), *options]) == 2
    told = capsys.readouterr()
    assert said in told.err
    assert len(told.err.strip().splitlines()) == 1
    assert told.out == ""
    assert not list(out.glob("*"))
