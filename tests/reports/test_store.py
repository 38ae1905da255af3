"""What a store holds can be shown, checked, cleared and taken out."""

import os
import shutil
import time
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import xarray as xr

from reports import cli
from simulate.run.store import Store
from tests.verify.test_claim import claim
from verify import ledger
from verify.run import run_claim

RESULTS = {
    "alpha": xr.Dataset({"observed": ("time", [0.5, 0.25])}, {"time": [1.0, 2.0], "n": 3}, {"seed": "7"}),
    "beta": xr.Dataset({"observed": ("time", [0.125, 0.0])}, {"time": [1.0, 2.0], "n": 4}, {"seed": "7"}),
    "gamma": xr.Dataset({"other": 1.0}),
}


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    kept = Store(tmp_path / "kept")
    for key, result in RESULTS.items():
        kept.save(key, result)
    monkeypatch.setenv("LOSING_DIMENSIONS_STORE", str(kept.root))
    return kept


def said(capsys: pytest.CaptureFixture[str], *arguments: Any, status: int = 0) -> str:
    assert cli.main(["store", *map(str, arguments)]) == status
    return capsys.readouterr().err if status == 2 else capsys.readouterr().out


def test_a_result_is_shown_by_its_key_or_what_begins_it_alone(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    shown = said(capsys, "show", "al", "beta")
    assert "alpha\n<xarray.Dataset>" in shown
    assert "beta\n<xarray.Dataset>" in shown
    store.save("alphabet", RESULTS["gamma"])
    assert "2 begin with 'al'" in said(capsys, "show", "al", status=2)
    assert said(capsys, "show", "alpha").startswith("alpha\n")
    assert "0 begin with '../x'" in said(capsys, "show", "../x", status=2)
    assert said(capsys, "show", status=2).startswith("key must be at least one")
    store.path("beta").write_bytes(b"")
    assert "beta.nc is damaged" in said(capsys, "show", "beta", status=2)


def test_damaged_files_and_those_of_another_key_are_named_and_set_aside(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said(capsys, "verify") == "3 results, 0 damaged\n"
    store.path("alpha").write_bytes(store.path("alpha").read_bytes()[:-1])
    shutil.copy(store.path("beta"), store.path("copied"))
    told = said(capsys, "verify", status=1)
    assert told.splitlines() == [
        f"{store.path('alpha')} is damaged",
        f"{store.path('copied')} is damaged",
        "4 results, 2 damaged",
    ]
    assert "copied.nc is damaged: moved to" in said(capsys, "verify", "--set-aside", status=1)
    assert said(capsys, "verify") == "2 results, 0 damaged\n"
    assert sorted(path.name for path in (store.root / "damaged").iterdir()) == ["alpha.nc", "copied.nc"]


def test_old_results_are_named_and_go_only_when_that_is_said(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    then = time.time() - 3 * 86_400
    os.utime(store.path("alpha"), (then, then))
    size = store.path("alpha").stat().st_size
    assert "gc needs --older-than DAYS or --outside-ledger" in said(capsys, "gc", status=2)
    assert said(capsys, "gc", "--older-than", 4).startswith("0 of 3 results, 0 bytes")
    named = said(capsys, "gc", "--older-than", 2)
    assert named == f"alpha\n1 of 3 results, {size} bytes: --delete deletes them\n"
    assert list(store) == ["alpha", "beta", "gamma"]
    assert said(capsys, "gc", "--older-than", 2, "--delete") == f"alpha\n1 of 3 results, {size} bytes: deleted\n"
    assert list(store) == ["beta", "gamma"]


def test_what_the_ledger_would_take_stays(
    store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = claim()
    monkeypatch.setattr(ledger, "CLAIMS", (asked,))
    monkeypatch.setattr("verify.run.CLAIMS", (asked,))
    run_claim(asked, "quick", 0, store, progress=False)
    taken = set(store) - set(RESULTS)
    assert len(taken) > 1
    assert said(capsys, "gc", "--outside-ledger").splitlines()[:-1] == list(RESULTS)
    assert "gamma" not in said(capsys, "gc", "--outside-ledger", "--older-than", 1)
    assert set(said(capsys, "gc", "--outside-ledger", "--seed", 1).splitlines()[:-1]) == set(store)


def test_results_are_taken_out_as_one_file(store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table, file = tmp_path / "out.csv", tmp_path / "out.nc"
    said(capsys, "export", "alpha", "beta", "--out", table)
    read = pd.read_csv(table)
    assert read.observed.tolist() == [0.5, 0.25, 0.125, 0.0]
    assert read.n.tolist() == [3, 3, 4, 4]
    assert read.key.tolist() == ["alpha", "alpha", "beta", "beta"]
    said(capsys, "export", "gamma", "--out", table)
    assert pd.read_csv(table).other.tolist() == [1.0]
    said(capsys, "export", "alpha", "beta", "--out", file)
    whole = xr.load_dataset(file, engine="h5netcdf")
    assert whole.observed.values.tolist() == [[0.5, 0.25], [0.125, 0.0]]
    assert whole.key.values.tolist() == ["alpha", "beta"]
    assert whole.attrs == {"seed": "7"}
    assert "out must be one of .nc, .csv" in said(capsys, "export", "alpha", "--out", tmp_path / "out.txt", status=2)


EXPERIMENT = "from tests.verify.test_claim import Coin\ncoin = Coin()\n"


def test_points_are_explained(store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "explained_own.py").write_text(EXPERIMENT)
    told = said(capsys, "explain", f"{tmp_path}/explained_own.py:coin").splitlines()
    assert told[-1] == f"{len(told) - 1} points: {len(told) - 1} new"
    assert all(line.endswith(": new") for line in told[:-1])
