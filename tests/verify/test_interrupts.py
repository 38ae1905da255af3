"""Ctrl-C while commands import, and while workers of pytest are in the middle of a long computation."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from simulate.run.interrupts import INTERRUPTED
from simulate.run.key import ROOT
from simulate.run.processes import as_in_terminal

SOON = 5.0  # seconds
LONGEST = 180.0
ENDLESS = """
from pathlib import Path
import pytest

@pytest.mark.parametrize("name", ["first", "second"])
def test_endless(name):
    Path(__file__).with_name(f"{name}.begun").touch()
    sum(range(10**15))  # one call, which looks at no signal
"""


@contextmanager
def started(module: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """`python -m` in a session of its own, as in a terminal."""
    said = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    places = environment | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", module, *arguments]
    process = subprocess.Popen(command, env=places, start_new_session=True, preexec_fn=as_in_terminal, **said)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def wait(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LONGEST
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def imports_numpy(process: subprocess.Popen[str]) -> bool:
    """Whether a process has the library of NumPy, the first of those that take time, in its memory."""
    assert process.poll() is None, process.communicate()
    return any("numpy" in one.path for one in psutil.Process(process.pid).memory_maps())


def imports(process: subprocess.Popen[str], library: str) -> bool:
    """Whether a process has a library in its memory."""
    assert process.poll() is None, process.communicate()
    return any(library in one.path for one in psutil.Process(process.pid).memory_maps())


@pytest.mark.skipif(sys.platform != "linux", reason="what a process has imported is read from /proc")
@pytest.mark.parametrize(("command", "library"), [("verify.rates", "/numpy/"), ("pytest", "/scipy/")])
def test_ctrl_c_while_a_command_imports_is_one_line(command: str, library: str) -> None:
    arguments = ["verify", "-p", "no:cacheprovider"] if command == "pytest" else []
    with started(command, *arguments) as process:
        wait(lambda: imports(process, library))
        os.killpg(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=LONGEST)
        assert process.returncode == INTERRUPTED
        assert said == ("" if command == "pytest" else "Interrupted.\n")  # pytest holds back what is said in imports


@contextmanager
def endless(folder: Path) -> Iterator[tuple[subprocess.Popen[str], list[psutil.Process]]]:
    """A session of pytest, and its two workers in the middle of a call."""
    (folder / "test_endless.py").write_text(ENDLESS)
    options = ["-n", "2", "-p", "verify.session", "-p", "no:cacheprovider", "-p", "no:zarr"]
    with started("pytest", str(folder), "--rootdir", str(folder), *options) as process:
        wait(lambda: len(list(folder.glob("*.begun"))) == 2)
        yield process, psutil.Process(process.pid).children(recursive=True)


def test_one_ctrl_c_ends_workers_of_pytest_in_the_middle_of_a_call(tmp_path: Path) -> None:
    with endless(tmp_path) as (process, workers):
        begun = time.monotonic()
        os.killpg(process.pid, signal.SIGINT)
        said, errors = process.communicate(timeout=LONGEST)
        assert time.monotonic() - begun < SOON
        assert process.returncode == pytest.ExitCode.INTERRUPTED
        assert "KeyboardInterrupt" in said
        assert "Traceback" not in said + errors
        assert not psutil.wait_procs(workers, timeout=SOON)[1]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the call comes to its end first")
def test_workers_of_pytest_end_with_it(tmp_path: Path) -> None:
    with endless(tmp_path) as (process, workers):
        process.terminate()
        assert process.wait(SOON) == -signal.SIGTERM
        assert not psutil.wait_procs(workers, timeout=SOON / 2)[1]
