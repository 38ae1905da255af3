"""The command line `losing-dimensions data`: its answer, its files, and what it refuses."""

import json
from pathlib import Path

import numpy as np
import pytest

from reports.cli import main
from verify.data import prediction
from verify.data.contents import contents
from verify.data.judged import judged


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Averages at fewer held-out points than a user's."""
    monkeypatch.setattr(prediction, "EXACT", 4)


def points(n: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((n, 5)) * [1, 0.7, 0.4, 0.2, 0.1]


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    """A file of 250 points, of which row 7 is a copy of row 3."""
    data = points(250)
    data[7] = data[3]
    np.save(tmp_path / "data.npy", data)
    return tmp_path / "data.npy"


def test_it_answers_in_sentences_and_in_json(stored: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = stored.parent / "answer"
    assert main(["data", str(stored), "--points", "5000", "--below", "0.1", "--out", str(out)]) == 0
    told = capsys.readouterr().out
    assert told == (out / "data.md").read_text(encoding="utf-8")
    assert "1 points are exact and 0 near copies" in told
    record = json.loads((out / "data.json").read_text(encoding="utf-8"), parse_constant=pytest.fail)
    assert record["n"] == 250
    assert record["exact_copies"] == 1
    halves = {each["n"]: each for each in record["half_condensation"]}
    assert halves[5000]["lower"] < halves[5000]["time"] < halves[5000]["upper"]
    assert f"a score of 5000 such points condenses at t = {halves[5000]['time']:.3g}" in told
    assert record["below"]["std"] == pytest.approx(0.1)
    assert record["below"]["n"] > 225
    assert "bring condensation below std 0.1" in told
    ratio = record["curve"]["participation_ratio"]
    assert ratio == sorted(ratio, reverse=True)


def test_the_same_seed_gives_the_same_answer(stored: Path) -> None:
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
        (["--points", "1"], "sizes must be an integer >= 2"),
        (["--limit", "500"], "limit must be at most 250"),
    ],
)
def test_bad_input_is_one_sentence_and_nothing_is_written(
    stored: Path, capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    out = stored.parent / "answer"
    assert main(["data", str(stored), "--out", str(out), *options]) == 2
    told = capsys.readouterr()
    assert said in told.err
    assert len(told.err.strip().splitlines()) == 1
    assert told.out == ""
    assert not list(out.glob("*"))


def test_what_is_no_file_and_what_is_not_finite_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", str(tmp_path / "none.npy")]) == 2
    np.save(tmp_path / "nan.npy", np.where(np.eye(200, 5) > 0, np.nan, 1.0))
    assert main(["data", str(tmp_path / "nan.npy")]) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 2


def test_near_copies_are_counted_and_left_out() -> None:
    data = points(300)
    data[10:13] = data[20:23] + 1e-7
    known = contents(data)
    assert (known.exact_copies, known.near_copies, len(known.rows)) == (0, 3, 297)
    assert known.dimension.lower < 5 < known.dimension.upper * 1.3


def test_predictions_are_held_against_what_is_measured() -> None:
    (row,) = judged(points(3000, seed=2), 600, (2500,), seed=1)
    assert row["fit"] < 600 < row["n"]
    assert row["lower"] < row["measured"] < row["upper"]
    with pytest.raises(ValueError, match=r"^points must be at most 2700"):
        judged(points(3000), 600, (2800,))
