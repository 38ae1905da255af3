"""Processes side by side: they end with Ctrl-C, with their parent, and a killed one is one sentence."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reports.workers import WorkerKilled, side_by_side

ROOT = Path(__file__).parents[2]
SOON = 5.0  # seconds
PARENT = """
import signal
import sys
from reports.workers import side_by_side
from tests.reports.test_workers import stuck

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # as in a terminal: a background shell has it ignored
    try:
        side_by_side(stuck, [(sys.argv[1],)] * 50, "stuck", False)
    except KeyboardInterrupt:
        sys.exit(130)
"""


def busy(folder: str, seconds: float) -> None:
    """Say who works, and use the processor for so long."""
    (Path(folder) / f"{os.getpid()}.worker").touch()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        sum(range(1000))


def stuck(folder: str) -> None:
    """Say who works, and make a call within which no other thread runs."""
    (Path(folder) / f"{os.getpid()}.worker").touch()
    sum(range(10**15))


def busy_with(folder: str, seconds: float, load: str) -> None:
    """The same, with something large in hand."""
    busy(folder, seconds)


def marked(folder: str, name: str) -> None:
    """Leave a file of that name."""
    (Path(folder) / name).touch()


def killed(folder: str) -> None:
    """What the system does where memory runs out."""
    os.kill(os.getpid(), signal.SIGKILL)


def workers(folder: Path) -> list[int]:
    return [int(path.stem) for path in folder.glob("*.worker")]


def alive(pid: int) -> bool:
    """Whether a process runs: one that has ended, and whose parent has not asked, does not."""
    said = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True).stdout.strip()
    return bool(said) and not said.startswith("Z")


def within(seconds: float, condition: Callable[[], bool]) -> bool:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.05)
    return condition()


@pytest.fixture
def parent(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process, in a group of its own as in a terminal, whose workers have begun."""
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    places = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, str(script), str(tmp_path)]
    with subprocess.Popen(command, env=places, stderr=subprocess.PIPE, text=True, start_new_session=True) as started:
        try:
            assert within(120, lambda: len(workers(tmp_path)) == os.cpu_count())
            yield started
        finally:
            started.kill()
            for worker in filter(alive, workers(tmp_path)):
                os.kill(worker, signal.SIGKILL)


def test_one_interrupt_ends_all_in_seconds(parent: subprocess.Popen[str], tmp_path: Path) -> None:
    os.killpg(parent.pid, signal.SIGINT)
    assert parent.wait(SOON) == 130
    assert not list(filter(alive, workers(tmp_path)))
    assert parent.communicate()[1] == ""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_no_worker_outlives_its_parent(how: signal.Signals, parent: subprocess.Popen[str], tmp_path: Path) -> None:
    os.kill(parent.pid, how)
    assert parent.wait(SOON) == -how
    assert within(SOON, lambda: not any(map(alive, workers(tmp_path))))


def test_a_killed_worker_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(WorkerKilled, match="A process was killed") as error:
        side_by_side(killed, [(str(tmp_path),)], "killed", False)
    assert "\n" not in str(error.value)


def test_what_work_raises_is_raised_and_ends_the_rest(tmp_path: Path) -> None:
    begun = time.monotonic()
    with pytest.raises(TypeError):
        side_by_side(busy, [(str(tmp_path), "no number"), (str(tmp_path), 600.0)], "busy", False)
    assert time.monotonic() - begun < 120
    assert not list(filter(alive, workers(tmp_path)))


def test_inputs_that_fill_a_pipe_hold_nobody_up_when_work_raises(tmp_path: Path) -> None:
    inputs = [(str(tmp_path), "no number", ""), *[(str(tmp_path), 600.0, "x" * 300_000)] * 30]
    begun = time.monotonic()
    with pytest.raises(TypeError):
        side_by_side(busy_with, inputs, "busy", False)
    assert time.monotonic() - begun < 120
    assert not list(filter(alive, workers(tmp_path)))


def test_all_is_done(tmp_path: Path) -> None:
    side_by_side(marked, [(str(tmp_path), name) for name in "abc"], "marks", False)
    assert {path.name for path in tmp_path.iterdir()} == set("abc")


def test_without_work_no_process_starts(capsys: pytest.CaptureFixture[str]) -> None:
    others = set(multiprocessing.active_children())
    side_by_side(marked, [], "nothing", True)
    assert set(multiprocessing.active_children()) <= others
    assert capsys.readouterr() == ("", "")
