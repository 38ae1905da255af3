"""On a full disk all that writes says so in one sentence, and leaves what stood there and nothing half-written."""

import errno
import os
from pathlib import Path

import numpy as np
import pytest
import torch

from reports import build
from simulate.run.store import CannotWrite, Store
from tests.reports.made import fake
from tests.simulate.run.test_store import RESULT
from tests.simulate.training.test_training import started, state
from verify.probe.__main__ import main as probe

FULL = r"Cannot write .*{} \(No space left on device\): free or open that place, or name another folder"


def fill(patch: pytest.MonkeyPatch, folder: Path) -> None:
    """Of every file in `folder` two bytes still fit."""
    whole = Path.write_bytes

    def write_bytes(self: Path, content: bytes) -> int:
        if folder not in self.parents:
            return whole(self, content)
        whole(self, content[:2])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    patch.setattr(Path, "write_bytes", write_bytes)


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_last_checkpoint_stays_and_the_training_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run, again = started(), started()
    next(iter(run))
    run.save(tmp_path / "checkpoint")
    before, then = contents(tmp_path), state(run)
    next(iter(run))
    fill(monkeypatch, tmp_path)
    with pytest.raises(CannotWrite, match=FULL.format("checkpoint")):
        run.save(tmp_path / "checkpoint")
    assert contents(tmp_path) == before
    again.load(tmp_path / "checkpoint")
    assert all(map(torch.equal, state(again), then))
    assert next(iter(run))[0] == 3


def test_the_store_keeps_what_it_had(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(tmp_path)
    store.save("old", RESULT)
    before = contents(tmp_path)
    fill(monkeypatch, tmp_path)
    for key in ("old", "new"):
        with pytest.raises(CannotWrite, match=FULL.format(rf"{key}\.nc") + " in LOSING_DIMENSIONS_STORE"):
            store.save(key, RESULT)
    assert contents(tmp_path) == before
    assert store.load("new") is None


@pytest.mark.parametrize("full", ["out", "store"])
def test_the_report_that_stood_there_stays(
    full: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fake(monkeypatch, tmp_path)
    out, data = tmp_path / "out", tmp_path / "data.npy"
    np.save(data, np.random.default_rng(0).uniform(size=(60, 3)))
    out.mkdir()
    (out / "report.html").write_bytes(b"old")
    fill(monkeypatch, tmp_path / full)
    assert build.main(["--data", str(data), "--out", str(out)]) == 2
    said = capsys.readouterr().err.splitlines()[-1]
    assert said.startswith("Cannot write")
    assert "No space left on device" in said
    assert ("--out" if full == "out" else "LOSING_DIMENSIONS_STORE") in said
    assert contents(out) == {out / "report.html": b"old"}
    assert full == "out" or not contents(tmp_path / "store")


def test_the_answer_of_a_probe_is_whole_or_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    np.save(tmp_path / "data.npy", np.random.default_rng(0).normal(size=(9, 3)))
    (tmp_path / "model.py").write_text("def score(x, t):\n    return -x / (1 + t)\n")
    fill(monkeypatch, tmp_path / "out")
    asked = ["--model", f"{tmp_path}/model.py:score", "--data", f"{tmp_path}/data.npy", "--probes", "1"]
    assert probe([*asked, "--times", "0.1", "--out", str(tmp_path / "out")]) == 2
    assert "No space left on device" in capsys.readouterr().err.splitlines()[-1]
    assert not contents(tmp_path / "out")
