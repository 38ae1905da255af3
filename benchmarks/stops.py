"""What is left of long commands that are stopped: python -m benchmarks.stops [--only bench sweep] [--signals Ctrl-C]

Every long command runs in a store of its own, and gets Ctrl-C once or twice, SIGTERM or kill -9 after it has used the
processor, with its children, for some seconds, most of which are those of its imports: how long it takes to end, its
exit status, how many processes it leaves, and what it says last. It must be under way until then, end within `SOON`
seconds, leave no process, and show no traceback.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import psutil

from benchmarks.measure import Names, Positive
from simulate.run.processes import as_in_terminal
from theory.checks import choice
from verify.door import door, refusing

SOON = 5.0  # seconds
TRACEBACK, EARLY = "Traceback: ", "Ended by itself: "  # marks of what does not hold
ROOT = Path(__file__).parents[1]
TWICE, BETWEEN = "Ctrl-C twice", 0.3  # seconds
SIGNALS = {"Ctrl-C": signal.SIGINT, TWICE: signal.SIGINT, "SIGTERM": signal.SIGTERM, "kill -9": signal.SIGKILL}
MODEL = "def score(x, t):\n    return -x / (1 + t)\n"
OWN = """
import time
from dataclasses import dataclass
import xarray as xr
from simulate.run.experiment import Experiment, Point

@dataclass(frozen=True, kw_only=True)
class Slow(Experiment):
    along = ("numbers",)
    numbers: tuple[int, ...] = tuple(range(100_000))

    def points(self):
        return [Point(n=n) for n in self.numbers]

    def measure(self, point, rng):
        time.sleep(0.05)
        return xr.Dataset({"observed": rng.random()})

slow = Slow()
"""
COMMANDS = {
    "report": "reports.cli report --out {folder}/out",
    "reports.build": "reports.build --out {folder}/out",
    "verify": "reports.cli verify order-v1 --store {folder}/store",
    "verify, 2 workers": "reports.cli verify --workers 2 --store {folder}/store",
    "pytest verify": "pytest {root}/verify -k order-v1 -p no:cacheprovider --store {folder}/store",
    "pytest verify -n 2": "pytest {root}/verify -n 2 --dist loadgroup -p no:cacheprovider --store {folder}/store",
    "seeds": "reports.cli seeds 50",
    "verify.seeds": "verify.seeds 50",
    "mutate": "reports.cli mutate",
    "verify.mutate": "verify.mutation.mutate",
    "mutate-code": "reports.cli mutate-code --sample 5",
    "probe": "reports.cli probe --model {folder}/model.py:score --data {folder}/data.npy --probes 40",
    "data": "reports.cli data {folder}/data.npy",
    "sweep": "reports.cli sweep {folder}/own_of_stops.py:slow --workers 2",
    "bench": "reports.cli bench theory",
    "figure": "reports.cli figure digits --out {folder}/a.pdf",
    "rates": "verify.rates",
    "layers": "verify.layers",
}


@refusing(ValueError)
def stop(*, after: Positive = 8.0, only: Names = tuple(COMMANDS), signals: Names = tuple(SIGNALS)) -> int:
    """Print one line for each command and signal; exit status 1 where one did not hold.

    Arguments:
        after: seconds of the processor, of the command and its children, until the signal.
        only: names of commands.
        signals: names of signals.
    """
    names = [choice("only", name, tuple(COMMANDS)) for name in only]
    how = [choice("signals", name, tuple(SIGNALS)) for name in signals]
    return min(1, sum(_told(line) for line in stops(names, how, after)))


def _told(line: tuple[str, str, float, int, int, str]) -> int:
    name, how, seconds, status, left, last = line
    print(f"{name:18s} {how:12s} {seconds:6.1f} s  status {status:4d}  {left} left  {last}", flush=True)
    return int(seconds > SOON or left > 0 or last.startswith((TRACEBACK, EARLY)))


def stops(names: list[str], how: list[str], after: float) -> Iterator[tuple[str, str, float, int, int, str]]:
    """Of each command and signal: seconds to its end, exit status, processes left, and what it said last.

    Arguments:
        names: of COMMANDS.
        how: names of SIGNALS.
        after: seconds of the processor until the signal.
    """
    for name in names:
        for each in how:
            with TemporaryDirectory() as folder:
                yield name, each, *stopped(COMMANDS[name], Path(folder), each, after)


def stopped(command: str, folder: Path, how: str, after: float) -> tuple[float, int, int, str]:
    """Start a command, send a signal after some seconds of work, and see what is left of it `SOON` seconds later.

    Arguments:
        command: the arguments of `python -m`.
        folder: of the command's files.
        how: the signal.
        after: seconds of the processor, of the command and its children, until the signal.
    """
    _inputs(folder)
    process = started(command.format(folder=folder, root=ROOT).split(), folder)
    _worked(process, after)
    if process.poll() is not None:
        return 0.0, process.returncode, 0, EARLY + last_line(folder / "said")
    children = psutil.Process(process.pid).children(recursive=True)
    begun = time.monotonic()
    _send(process, how)
    status = process.wait(600)
    return time.monotonic() - begun, status, _left(children), last_line(folder / "said")


def _send(process: subprocess.Popen[bytes], how: str) -> None:
    """One signal, or two; a terminal sends Ctrl-C to all."""
    send = os.killpg if SIGNALS[how] is signal.SIGINT else os.kill
    send(process.pid, SIGNALS[how])
    if how == TWICE:
        time.sleep(BETWEEN)
        with suppress(ProcessLookupError):
            send(process.pid, SIGNALS[how])


def _left(children: list[psutil.Process]) -> int:
    """How many of some processes are there `SOON` seconds later; they are ended then."""
    psutil.wait_procs(children, timeout=SOON)
    left = [child for child in children if child.is_running() and child.status() != psutil.STATUS_ZOMBIE]
    for child in left:
        child.kill()
    return len(left)


def started(arguments: list[str], folder: Path) -> subprocess.Popen[bytes]:
    """`python -m` with these arguments, in a session of its own, that heeds Ctrl-C as in a terminal.

    Arguments:
        arguments: of `python -m`.
        folder: in which it runs.
    """
    places = os.environ | {
        "PYTHONPATH": str(ROOT),
        "OMP_NUM_THREADS": "1",
        "LOSING_DIMENSIONS_STORE": f"{folder}/store",
    }
    with (folder / "said").open("wb") as said:
        command = [sys.executable, "-m", *arguments]
        return subprocess.Popen(
            command, env=places, cwd=folder, stdout=said, stderr=said, start_new_session=True, preexec_fn=as_in_terminal
        )


def _inputs(folder: Path) -> None:
    np.save(folder / "data.npy", np.random.default_rng(0).uniform(size=(20_000, 16, 16)))
    (folder / "model.py").write_text(MODEL)
    (folder / "own_of_stops.py").write_text(OWN)


def _worked(process: subprocess.Popen[bytes], seconds: float) -> None:
    """Wait until a process and its children have used the processor for so long, or until it has ended."""
    while process.poll() is None and _used(process.pid) < seconds:
        time.sleep(0.05)


def _used(pid: int) -> float:
    """Seconds of the processor of a process and of its children."""
    with suppress(psutil.NoSuchProcess):
        own = psutil.Process(pid)
        return sum(sum(one.cpu_times()[:2]) for one in (own, *own.children(recursive=True)))
    return 0.0


def waited(process: subprocess.Popen[bytes], seconds: float) -> None:
    """Wait so long, or until the process has ended.

    Arguments:
        process: a command that runs.
        seconds: at most.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        time.sleep(0.05)


def last_line(said: Path) -> str:
    """The last line of what was said, after a mark if there is a traceback in it."""
    lines = [line for line in said.read_text(errors="replace").splitlines() if line.strip()]
    trace = TRACEBACK if any(line.startswith("Traceback") for line in lines) else ""
    return trace + (lines[-1][:120] if lines else "")


main = door("python -m benchmarks.stops", stop, __doc__)


if __name__ == "__main__":
    sys.exit(main())
