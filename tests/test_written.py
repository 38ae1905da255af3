"""The options of `pytest verify/` and the files that it writes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_claim import claim, table
from verify.written import record, run_markdown, write_ledger

ROOT = Path(__file__).parents[1]
OWN = """
from simulate.experiments.condensation import EnergyVariance
from simulate.experiments.setting import Setting
from verify.claim import Claim, each_setting

SETTINGS = (Setting("equal", "origin", 5, 2), Setting("equal", "far", 5, 2))
CLAIMS = (Claim(
    name="own|claim", statement="s", source="s", regime="r", meaning="m",
    experiment=EnergyVariance(settings=SETTINGS, pairs=20_000),
    prediction=each_setting(lambda setting, t: 2.5 + (setting.x**2).sum()),
    decoys={"a": each_setting(lambda setting, t: 1.0), "b": each_setting(lambda setting, t: 9.0)},
    statistic="t", smallest_error=0.3, relative=True,
),)
"""


def pytest_verify(*options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "verify", "-q", "-p", "no:cacheprovider", *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_a_run_of_own_claims_writes_its_ledger(tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text(OWN)
    run = pytest_verify("--claims", str(tmp_path), "--ledger", str(tmp_path / "out"), "--device", "cpu")
    assert run.returncode == 0, run.stdout
    (said,) = json.loads((tmp_path / "out/ledger.json").read_text())
    assert (said["verdict"], said["stands"], said["points"]) == ("agrees", True, 2)
    assert said["worst"]["at"]["spectrum"] == "equal"
    assert r"own\|claim" in (tmp_path / "out/ledger.md").read_text()


def test_verdicts_under_a_mutant_are_not_written(tmp_path: Path) -> None:
    run = pytest_verify("--break", "t_c", "--ledger", str(tmp_path / "out"))
    assert run.returncode != 0
    assert "--break must not meet --ledger" in run.stdout + run.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("predicted", "verdict"), [(0.5, "agrees"), (0.75, "disagrees")])
def test_both_files_tell_the_verdict(predicted: float, verdict: str, tmp_path: Path) -> None:
    tried = claim(prediction=lambda _: predicted)
    found = table(tried)
    said = record(tried, found)
    assert said["verdict"] == verdict
    assert said["decoys"] == {"more": "disagrees", "less": "disagrees"}
    assert said["worst"]["lower"] < said["worst"]["observed"] < said["worst"]["upper"]
    assert f"| **{verdict}** | agrees |" in run_markdown([said])
    write_ledger([said], tmp_path / "new" / "folder")
    assert json.loads((tmp_path / "new/folder/ledger.json").read_text()) == [json.loads(json.dumps(said))]
