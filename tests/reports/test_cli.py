"""One door: what it opens, what it refuses, and its exit status."""

import errno
import os
import shlex
import subprocess
import sys
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest
import xarray as xr

from reports import build, cli
from simulate.run.store import Store
from tests.verify.test_claim import claim
from verify import door, seeds

COMMANDS = ("report", "probe", "verify", "mutate", "seeds", "store", "bench")
LONG = "a" * 300  # letters: no system takes such a name
SHOWN = [(command, line) for command, lines in cli.EXAMPLES.items() for line in lines]


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--help"]) == cli.main([]) == 0
    said = capsys.readouterr().out
    assert all(f"│ {command} " in said for command in COMMANDS)
    assert "losing-dimensions report --data images/" in said


@pytest.mark.parametrize(("command", "line"), SHOWN)
def test_help_has_examples_and_they_can_be_read(command: str, line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([*command.split(), "--help"]) == 0
    assert f"    losing-dimensions {line}\n" in f"{capsys.readouterr().out}\n"
    function, _, _ = cli.command_line().parse_args(shlex.split(line), exit_on_error=False, print_error=False)
    assert callable(function)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nothing"], "Unknown command 'nothing'"),
        (["report", "--wrong"], "--wrong"),
        (["report", "--seed", "-1"], "--seed: must be an integer >= 0, got '-1'"),
        (["report", "--profile", "huge"], "--profile"),
        (["probe"], "--model"),
        (["probe", "--model", "none.py:score", "--data", "none.npy"], "model must be FILE.py:name"),
        (["seeds"], "NUMBER"),
        (["seeds", "0"], "seeds must be an integer >= 1"),
        (["seeds", "1", "no-such-claim"], "claim must be"),
        (["mutate", "no_such_formula"], "formula must be"),
        (["verify", "no-such-claim"], "claim must be"),
        (["store", "ls", "/no/such/place"], "there is none at /no/such/place"),
        (["store", "ls", LONG], "File name too long"),
        (["report", "--out", LONG], "File name too long"),
        (["report", "--data", LONG], "File name too long"),
        (["bench", "nothing"], "arguments must begin with the name of a benchmark"),
    ],
)
def test_bad_input_is_one_sentence(arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(arguments) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert said.count("\n") == 1


def test_both_doors_of_a_command_say_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["report", "--data", "/no/such/place"]) == build.main(["--data", "/no/such/place"]) == 2
    first, second = capsys.readouterr().err.splitlines()
    assert first == second


@pytest.mark.parametrize(("predicted", "status"), [(0.5, 0), (0.75, 1)])
def test_a_check_that_fails_is_status_1(predicted: float, status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seeds, "CLAIMS", (claim(prediction=lambda _: predicted),))
    assert cli.main(["seeds", "1", "--first", "4", "coin"]) == status


def test_interruption_is_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(build, "build", interrupt)
    monkeypatch.setattr(seeds, "run_claim", interrupt)
    again: list[str] = []
    monkeypatch.setattr(door.interrupts, "end_at_once", lambda: again.append("ends at once"))
    for command, sentence in (("report", f"Interrupted: {door.KEPT}\n"), ("seeds 1", "Interrupted.\n")):
        assert cli.main(command.split()) == door.INTERRUPTED
        assert capsys.readouterr().err.endswith(sentence)
    assert again == ["ends at once"] * 2  # from here on, at a second Ctrl-C


@pytest.mark.parametrize("command", ["store ls", "report", "seeds 1"])
def test_a_folder_that_may_not_be_read_is_one_sentence(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Root may read all, so the system is made to refuse."""

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(tmp_path))

    monkeypatch.setattr(build, "build", refuse)
    monkeypatch.setattr(seeds, "TemporaryDirectory", refuse)
    monkeypatch.setattr(Store, "results", refuse)
    monkeypatch.setenv("LOSING_DIMENSIONS_STORE", str(tmp_path))
    assert cli.main(command.split()) == 2
    assert capsys.readouterr().err == f"Cannot use {tmp_path}: Permission denied.\n"


@pytest.mark.parametrize(("code", "status"), [(0, 0), (1, 1), (2, 130), (3, 1), (4, 2), (5, 2)])
def test_verify_is_pytest_with_its_options(code: int, status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[str] = []
    monkeypatch.setattr(pytest, "main", lambda arguments: given.extend(arguments) or code)
    line = ["order-v1", "--seed", "3", "--break", "omega2-halved", "--workers", "2", "--store", "kept"]
    assert cli.main(["verify", *line]) == status
    test, *options = given
    assert test.endswith("verify/test_claims.py::test_claim[order-v1]")
    assert Path(test.split("::")[0]).is_file()
    assert {"--profile=quick", "--seed=3", "--break=omega2-halved", "--store=kept", "--numprocesses=2"} < set(options)
    given.clear()
    cli.main(["verify"])
    assert given == [str(cli.ROOT / "verify" / "test_claims.py"), "--profile=quick", "--seed=0"]


def test_verify_takes_a_claim_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("from tests.verify.test_claim import claim\n\nCLAIMS = (claim(name='mine'),)\n")
    places = os.environ | {"PYTHONPATH": str(cli.ROOT), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "reports.cli", "verify", "mine", "--claims", str(tmp_path)]
    finished = subprocess.run(command, cwd=tmp_path, env=places, capture_output=True, text=True)
    assert finished.returncode == 0, finished.stdout
    assert "mine                     agrees" in finished.stdout


def test_a_model_that_exits_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "leaves.py").write_text("import sys\nsys.exit(3)\n")
    assert cli.main(["probe", "--model", f"{tmp_path}/leaves.py:score", "--data", "none.npy"]) == 2
    assert capsys.readouterr().err.endswith("leaves.py raises SystemExit: 3\n")


def test_benchmarks_are_given_their_own_arguments(monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[list[str]] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        runs.append(command[1:])
        return subprocess.CompletedProcess(command, 3)

    monkeypatch.setattr(subprocess, "run", run)
    assert cli.main(["bench", "engine", "--only", "W1", "--scale", "0.1"]) == 1
    assert cli.main(["bench"]) == 1
    assert cli.main(["bench", "engine", "--help"]) == 1
    assert runs == [
        ["-m", "benchmarks.engine", "--only", "W1", "--scale", "0.1"],
        ["-m", "benchmarks"],
        ["-m", "benchmarks.engine", "--help"],
    ]


def test_every_benchmark_can_be_named_and_nothing_else() -> None:
    """`benchmarks.disk` runs inside that of the engine."""
    named = {file.stem for file in (cli.ROOT / "benchmarks").glob("*.py") if "__main__" in file.read_text()}
    assert set(cli.BENCHMARKS) == named - {"__main__", "disk"}
    assert cli.main(["bench", "../verify/ledger"]) == 2


def test_the_help_of_a_benchmark_is_its_own(capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["bench", "theory", "--help"]) == 0
    assert "python -m benchmarks.theory" in capfd.readouterr().out


def test_without_installation_there_is_help_and_no_version(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(cli, "version", missing)
    assert cli.main(["--version"]) == cli.main(["--help"]) == 0
    assert capsys.readouterr().out.startswith("not installed")


def test_the_store_is_listed_with_attributes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    store = Store(tmp_path)
    store.save("beta", xr.Dataset({"observed": 1.0}, attrs={"seed": "7", "experiment": "Long(" + 200 * "1, "}))
    store.save("alpha", xr.Dataset({"observed": 0.5}, {"t": 0.1}, {"claim": "coin", "verdict": "agrees"}))
    (tmp_path / "gamma.nc").write_bytes(b"cut off")
    monkeypatch.setenv("LOSING_DIMENSIONS_STORE", str(tmp_path))
    with pytest.warns(match="damaged"):
        assert cli.main(["store", "ls"]) == 0
    alpha, coin, verdict, t, beta, seed, long, gamma, damaged = capsys.readouterr().out.splitlines()
    assert (alpha, coin, verdict, t) == ("alpha", "    claim: coin", "    verdict: agrees", "    t: 0.1")
    assert (beta, seed, gamma, damaged) == ("beta", "    seed: 7", "gamma", "    damaged")
    assert long.endswith(" ...")
    assert len(long) < 130


def test_nothing_heavy_is_imported_for_help() -> None:
    code = "import sys; from reports.cli import main; main(['--help']); sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=cli.ROOT, capture_output=True).returncode == 0
