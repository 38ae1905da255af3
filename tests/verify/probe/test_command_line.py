"""The command line of the probe, and the files that it reads a model from."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from verify.probe.__main__ import load_score, main
from verify.probe.told.verdict import VERDICTS


def test_from_the_command_line(tmp_path, data: np.ndarray, capsys: pytest.CaptureFixture[str]) -> None:
    np.save(tmp_path / "data.npy", data)
    (tmp_path / "model.py").write_text("def score(x, t):\n    return -x / (1 + t)\n")
    where = ["--data", str(tmp_path / "data.npy"), "--probes", "2", "--times", "0.1", "0.01"]
    out, told = str(tmp_path / "out"), tmp_path / "told.json"
    assert main(["--model", f"{tmp_path}/model.py:score", *where, "--out", out, "--json", str(told)]) == 0
    assert json.loads(told.read_text())["verdict"] in VERDICTS
    assert "40 points in 6 dimensions" in capsys.readouterr().out
    assert (tmp_path / "out/probe.md").read_text().startswith("- 40 points")
    assert xr.load_dataset(tmp_path / "out/probe.nc", engine="h5netcdf").sizes["time"] == 2
    assert main(["--model", f"{tmp_path}/model.py:other", *where]) == 2
    assert "no 'other'" in capsys.readouterr().err


def test_a_model_may_import_what_lies_beside_it_and_have_any_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "beside_it.py").write_text("variance = 2.0")
    (tmp_path / "types.py").write_text("from beside_it import variance\n\ndef score(x, t): return -x / (variance + t)")
    kept = sys.modules["types"]
    assert load_score(f"{tmp_path}/types.py:score")(3.0, 1.0) == -1.0
    assert sys.modules["types"] is kept


def test_the_limit_is_one_of_the_training_data_alone(tmp_path: Path, data: np.ndarray, held_out: np.ndarray) -> None:
    np.savez(tmp_path / "data.npz", points=data, labels=data[:, :1])
    np.savez(tmp_path / "held_out.npz", points=held_out[:5], labels=data[:, :1])
    (tmp_path / "model.py").write_text("def score(x, t):\n    return -x / (1 + t)\n")
    places = ["--data", f"{tmp_path}/data.npz", "--held-out", f"{tmp_path}/held_out.npz", "--array", "points"]
    given = ["--model", f"{tmp_path}/model.py:score", *places, "--limit", "20", "--times", "0.1", "--probes", "2"]
    assert main([*given, "--out", f"{tmp_path}/out"]) == 0
    assert (tmp_path / "out/probe.md").read_text().startswith("- 20 points")


def test_a_folder_that_cannot_be_is_refused_before_anything_is_computed(
    tmp_path: Path, data: np.ndarray, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    np.save(tmp_path / "data.npy", data)
    (tmp_path / "model.py").write_text("def score(x, t):\n    raise AssertionError\n")
    given = ["--model", f"{tmp_path}/model.py:score", "--data", f"{tmp_path}/data.npy"]
    assert main([*given, "--out", f"{tmp_path}/data.npy/out"]) == 2
    assert "Cannot write" in capsys.readouterr().err


@pytest.mark.parametrize("code", ["import nothing_there", "def score(", "1 / 0"])
def test_a_model_that_does_not_run_is_refused_in_one_sentence(code: str, tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text(code)
    with pytest.raises(ValueError, match=r"model must be Python that runs, .*model\.py raises \w+Error: "):
        load_score(f"{tmp_path}/model.py:score")


def test_a_model_is_a_function_of_a_file_that_exists() -> None:
    for nowhere in ("nowhere.py:score", "pyproject.toml:score", f"{__file__}", ""):
        with pytest.raises(ValueError, match=r"model must be FILE\.py:name"):
            load_score(nowhere)


def test_the_example_without_diffusers_is_one_sentence(tmp_path: Path) -> None:
    """A module of that name that cannot be imported stands in its way."""
    example = Path(__file__).parents[3] / "examples/diffusers_unet.py"
    (tmp_path / "diffusers.py").write_text("raise ImportError")
    run = subprocess.run(
        [sys.executable, str(example), "--help"],
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert run.stderr.startswith("diffusers must be installed: ")
    assert run.stderr.count("\n") == 1
