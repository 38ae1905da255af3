"""The options of `pytest verify/` and the files that it writes."""

import json
import os
import re
import subprocess
import sys
from argparse import ArgumentTypeError
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.verify.test_claim import claim, table
from verify.claim_files import claims_in
from verify.conftest import pytest_configure, seed
from verify.render.files import record, run_markdown, write_ledger

ROOT = Path(__file__).parents[3]
OWN = """
import numpy as np
from simulate.estimate import Estimate
from simulate.observables.condensation import EnergyVariance
from simulate.samplers import FirstPoints
from theory.case import Case, far, origin
from theory.laws.spectra import equal
from verify.claim import Claim

CASES = tuple(Case(equal(5), at, np.log(2), 1.0) for at in (origin, far))
CLAIMS = (Claim(
    name="own|claim", statement="s", source="s", regime="r", interpretation="m",
    estimate=Estimate(cases=CASES, observable=EnergyVariance(), sampler=FirstPoints(), replicas=20_000),
    prediction=lambda case: 2.5 + (case.x**2).sum(),
    controls={"a": lambda case: 1.0, "b": lambda case: 9.0},
    statistic="t", equivalence_margin=0.3, relative=True,
),)
"""


FULL_DISK = """
import errno, os, pathlib

def write_bytes(self, content):
    with self.open("wb") as file:
        file.write(content[:2])
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

pathlib.Path.write_bytes = write_bytes
CLAIMS = ()
"""


def pytest_verify(*options: str, path: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "verify", "-q", "-p", "no:cacheprovider", *options]
    environment = os.environ | {"PYTHONPATH": str(path)}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_a_run_of_own_claims_writes_its_ledger(tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text(OWN)
    run = pytest_verify("--claims", str(tmp_path), "--ledger", str(tmp_path / "out"), "--device", "cpu")
    assert run.returncode == 0, run.stdout
    (said,) = json.loads((tmp_path / "out/ledger.json").read_text())
    assert (said["verdict"], said["passed"], said["points"]) == ("agrees", True, 2)
    assert said["worst"]["at"]["law"] == "gaussian 1*5"
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
    assert said["controls"] == {"more": "disagrees", "less": "disagrees"}
    assert said["worst"]["lower"] < said["worst"]["observed"] < said["worst"]["upper"]
    assert f"| **{verdict}** | agrees |" in run_markdown([said])
    write_ledger([said], tmp_path / "new" / "folder")
    assert json.loads((tmp_path / "new/folder/ledger.json").read_text()) == [json.loads(json.dumps(said))]


@pytest.mark.parametrize(
    ("code", "says"),
    [
        (None, "claims must be a folder of Python files, one at least with claims"),
        ("x = 1", "one at least with claims"),
        ("CLAIMS = 3", "claims must be a tuple CLAIMS of Claim"),
        ("import nothing_there", "claims must be Python that runs, .*ModuleNotFoundError: No module named"),
        (
            "from verify.claims.order.displaced import CLAIMS\nCLAIMS = CLAIMS[:1] * 2",
            "claims must have names of their own, .* has order-displaced twice",
        ),
        ("CLAIMS = (", "claims must be Python that runs, .*SyntaxError"),
        ("import sys\nsys.exit(3)", "claims must be Python that runs, .*SystemExit: 3"),
    ],
)
def test_a_folder_without_claims_is_refused(code: str | None, says: str, tmp_path: Path) -> None:
    if code is not None:
        (tmp_path / "own.py").write_text(code)
    with pytest.raises(ValueError, match=says):
        claims_in(tmp_path)


def test_a_name_of_a_folder_that_no_system_takes_is_refused() -> None:
    with pytest.raises(ValueError, match="claims must be a folder"):
        claims_in(Path("a" * 300))


def test_an_option_that_cannot_be_is_one_sentence_before_the_first_test(tmp_path: Path) -> None:
    run = pytest_verify("--claims", str(tmp_path / "MISSING"))
    assert run.returncode == pytest.ExitCode.USAGE_ERROR
    assert run.stdout == ""
    assert run.stderr.strip().startswith("ERROR: --claims must be a folder of Python files")
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"device": "foo"}, "--device must be auto or one that torch finds here, got 'foo'"),
        ({"ledger": Path("/dev/null/out")}, "--ledger must be a folder that can be written, /dev/null/out: Not a dir"),
        ({"store": Path("/dev/null")}, "--store must be a folder that can be written, /dev/null: File exists"),
    ],
)
def test_bad_options(wrong: dict[str, object], says: str) -> None:
    config = SimpleNamespace(getoption=wrong.get, stash=pytest.Stash())
    with pytest.raises(pytest.UsageError, match=says):
        pytest_configure(config)  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("wrong", ["-3", "x", "1.5"])
def test_a_seed_is_a_number(wrong: str) -> None:
    with pytest.raises(ArgumentTypeError, match=f"must be an integer >= 0, got '{wrong}'"):
        seed(wrong)


def test_a_full_disk_ends_a_run_in_one_sentence(tmp_path: Path) -> None:
    """Every write of a file fails, as on a full disk."""
    (tmp_path / "full_disk.py").write_text(FULL_DISK)
    (tmp_path / "own.py").write_text(OWN)
    out, store = str(tmp_path / "out"), str(tmp_path / "store")
    run = pytest_verify("-p", "full_disk", "--claims", str(tmp_path), "--ledger", out, "--store", store, path=tmp_path)
    assert run.returncode == pytest.ExitCode.USAGE_ERROR  # which `losing-dimensions verify` tells from Ctrl-C, 2
    assert len(re.findall(r"Cannot write .*\(No space left on device\): free or open that place", run.stdout)) == 1
    assert "Traceback" not in run.stdout + run.stderr
    assert not [path for folder in (out, store) for path in Path(folder).rglob("*") if path.is_file()]
