"""Sweeps of real processes that are killed and interrupted: what is done is kept, and nobody is left.

LOSING_DIMENSIONS_KILLS is the number of sweeps that are killed in turn, 3 by default.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
import xarray as xr

from simulate.run.experiment import Experiment, Point
from simulate.run.key import ROOT
from simulate.run.processes import as_in_terminal
from simulate.run.store import WHOLE, Store
from simulate.run.user_file import load_experiment

KILLS = int(os.environ.get("LOSING_DIMENSIONS_KILLS", "3"))
LONGEST = 120.0  # seconds
OWN = """
import time
from dataclasses import dataclass
from pathlib import Path
import xarray as xr
from simulate.run.experiment import Experiment, Point

@dataclass(frozen=True, kw_only=True)
class Own(Experiment):
    seconds: tuple[float, ...] = (0.0,)
    additions: int = 0
    along = ("seconds",)

    def points(self):
        return [Point(n=n, seconds=seconds) for n, seconds in enumerate(self.seconds)]

    def measure(self, point, rng):
        time.sleep(point["seconds"])
        if self.additions:
            Path(__file__).with_suffix(".begun").touch()
            sum(range(self.additions))  # a call within which no other thread runs
        return xr.Dataset({"observed": ("replica", rng.standard_normal(5))})

many = Own(seconds=COUNT * (0.03,))
hanging = Own(seconds=(0.0, 600.0, 601.0))
stuck = Own(additions=10**15)
"""


def _started(folder: Path, name: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "reports.cli", "sweep", f"{folder}/faults_own.py:{name}", "--workers", "1"]
    places = os.environ | {
        "PYTHONPATH": str(ROOT),
        "OMP_NUM_THREADS": "1",
        "LOSING_DIMENSIONS_STORE": f"{folder}/store",
    }
    piped: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    terminal: dict[str, Any] = {"start_new_session": True, "preexec_fn": as_in_terminal}
    return subprocess.Popen(command, env=places, cwd=folder, **terminal, **piped)


def _wait(condition: Callable[[], bool], seconds: float = LONGEST) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _children(process: subprocess.Popen[str]) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


def _workers(process: subprocess.Popen[str]) -> list[psutil.Process]:
    return [child for child in _children(process) if "spawn_main" in " ".join(child.cmdline())]


def _gone(processes: list[psutil.Process]) -> bool:
    return not any(process.is_running() for process in processes)


def _own(folder: Path, name: str, count: int = 1) -> tuple[Experiment, Store]:
    (folder / "faults_own.py").write_text(OWN.replace("COUNT", str(count)))
    sys.modules.pop("faults_own", None)
    return load_experiment(f"{folder}/faults_own.py:{name}"), Store(folder / "store")


def test_sweeps_that_are_killed_end_in_the_store_of_an_undisturbed_run(tmp_path: Path) -> None:
    experiment, store = _own(tmp_path, "many", count=30 * (KILLS + 2))
    moments = np.random.default_rng(0).uniform(0, 0.8, KILLS)
    for moment in moments:
        before = len(list(store))
        process = _started(tmp_path, "many")
        _wait(lambda before=before: len(list(store)) > before)
        time.sleep(moment)
        children = _children(process)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        _wait(lambda children=children: _gone(children), 20)
        assert {store.state(key) for key in store} == {WHOLE}
    kept = len(list(store))
    assert kept < len(experiment.points())
    process = _started(tmp_path, "many")
    _wait(lambda: len(list(store)) > kept)
    (worker,) = _workers(process)
    worker.send_signal(signal.SIGKILL)
    out, _ = process.communicate(timeout=LONGEST)
    assert process.returncode == 0
    assert f"{len(experiment.points()) - kept} measured, {kept} cached, 0 failed" in out
    for point, key in experiment.keys().items():
        found = store.load(key)
        assert found is not None
        assert found.drop_attrs().identical(_undisturbed(experiment, point))
    assert sorted(store) == sorted(experiment.keys().values())


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the call comes to its end first")
def test_a_worker_in_the_middle_of_a_call_ends_with_its_sweep(tmp_path: Path) -> None:
    _own(tmp_path, "stuck")
    process = _started(tmp_path, "stuck")
    _wait((tmp_path / "faults_own.begun").exists)
    children = _children(process)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    _, alive = psutil.wait_procs(children, timeout=5)
    assert not alive


def _undisturbed(experiment: Experiment, point: Point) -> xr.Dataset:
    return xr.Dataset({"observed": ("replica", experiment.rng(point).standard_normal(5))}, dict(point))


def test_ctrl_c_ends_a_sweep_at_once_and_leaves_what_is_done_and_nobody(tmp_path: Path) -> None:
    _, store = _own(tmp_path, "hanging")
    process = _started(tmp_path, "hanging")
    _wait(lambda: len(list(store)) == 1)
    children = _children(process)
    listening = [
        one.laddr.ip
        for running in (psutil.Process(process.pid), *children)
        for one in running.net_connections()
        if one.status == psutil.CONN_LISTEN
    ]
    assert set(listening) == {"127.0.0.1"}
    begun = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: workers get the signal too
    _, said = process.communicate(timeout=LONGEST)
    assert time.monotonic() - begun < 5
    assert process.returncode == 130
    assert said == "Interrupted: what was finished is kept, and the next run goes on from there.\n"
    _wait(lambda: _gone(children), 5)
    assert {store.state(key) for key in store} == {WHOLE}
