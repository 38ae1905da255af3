"""What a shell needs of the report: its files, its exit status, one sentence for what is wrong."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from reports import build, contents
from simulate.run.store import CannotWrite
from verify.data import curves, prediction


def test_files_are_whole_the_same_again_and_named(
    data: Path, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    assert build.main(["--data", str(data), "--out", str(tmp_path / "out")]) == 0
    names = ["report.html", "report.pdf", "ledger.html", "measurements.html", "explorer.html"]
    said = capsys.readouterr()
    assert said.out.split() == [str(tmp_path / "out" / name) for name in names]
    assert "There is no short report of these data: data must have at least 100" in said.err
    again, before = (
        {path.relative_to(place): path.read_bytes() for path in place.rglob("*.*")}
        for place in (tmp_path / "out", folder)
    )
    assert again == before
    assert {str(path) for path in again if path.parent == Path()} == set(names)
    assert again[Path("report.html")].startswith(b"<!DOCTYPE html>")
    assert again[Path("report.pdf")].startswith(b"%PDF")
    assert again[Path("report.pdf")].rstrip().endswith(b"%%EOF")


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


def test_the_short_report_of_data_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setattr(prediction, "EXACT", 4)
    monkeypatch.setattr(curves, "TIMES", np.array([0.5, 1.0, 2.0]))
    monkeypatch.setattr(contents, "pages", lambda *_: {})
    monkeypatch.setattr("reports.files.files", lambda *_: {"report.html": "the report"})
    data, out = tmp_path / "my points.npy", tmp_path / "out"
    np.save(data, np.random.default_rng(0).standard_normal((120, 4)) * [1, 0.7, 0.4, 0.2])
    assert build.main(["--data", str(data), "--out", str(out), "--seed", "2"]) == 0
    assert capsys.readouterr().out.split()[:2] == [str(out / "data.html"), str(out / "report.html")]
    assert (out / "data.pdf").read_bytes().startswith(b"%PDF")
    assert json.loads((out / "data.json").read_text())["seed"] == 2
    assert f"losing-dimensions data '{data}' --out {out} --seed 2" in (out / "data.html").read_text()


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
