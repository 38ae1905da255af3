"""What sweeps lose that are killed, and what they do twice: python -m benchmarks.kills [--kills 3] [--seed 1]

Sweeps of one store, one after the other, each with kill -9 at a random moment: of the process that sweeps, of a worker,
or of the scheduler of a cluster on the loopback; then one that is left in peace. Its store must be that of an
undisturbed run, bit by bit. How many points were measured more than once is counted: a kill may cost what was under
way, two tasks of each worker. The exit status is 1 where a result differs, or the last sweep fails.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import psutil

from benchmarks.measure import Count
from benchmarks.stops import ROOT, last_line, started, waited
from simulate.run.processes import ended_with_parent
from simulate.run.store import Store
from simulate.run.user_file import load_experiment
from verify.door import Seed, door

WORKERS = 2
POINTS = 400  # for each kill
OWN = """
import time
from dataclasses import dataclass
from pathlib import Path
import xarray as xr
from simulate.run.experiment import Experiment, Point

@dataclass(frozen=True, kw_only=True)
class Logged(Experiment):
    numbers: tuple[int, ...] = tuple(range(COUNT))
    along = ("numbers",)

    def points(self):
        return [Point(n=n) for n in self.numbers]

    def measure(self, point, rng):
        time.sleep(0.01)
        with (Path(__file__).parent / "measured").open("a") as log:
            log.write(f"{point['n']}\\n")
        return xr.Dataset({"observed": rng.random()})

logged = Logged()
"""


def kill(*, kills: Count = 30, seed: Seed = 0) -> int:
    """Print one line for each killed sweep, and what became of the store.

    Arguments:
        kills: the number of sweeps that are killed.
        seed: of the moments of kills, an integer >= 0.
    """
    with TemporaryDirectory() as folder:
        return swept(Path(folder), kills, np.random.default_rng(seed))


def swept(folder: Path, number: int, rng: np.random.Generator) -> int:
    """Kill `number` sweeps, finish the last, and print what was lost; 1 where the store is not as undisturbed.

    Arguments:
        folder: of the sweep and its store.
        number: of killed sweeps.
        rng: draws the moments of kills.
    """
    (folder / "own_of_kills.py").write_text(OWN.replace("COUNT", str(POINTS * number)))
    for run in range(number):
        target = ("sweep", "worker", "scheduler")[run % 3]
        status, said = _killed(folder, target, float(rng.uniform(0, 4)))
        print(f"{run + 1:3d} {target:9s} status {status:4d}  {len(_held(folder)):5d} kept  {said}", flush=True)
    status = started(_sweeping(folder), folder).wait()
    print(f"    in peace  status {status:4d}  {len(_held(folder)):5d} kept  {last_line(folder / 'said')}")
    return int(status != 0) or _compared(folder)


def _killed(folder: Path, target: str, after: float) -> tuple[int, str]:
    """One sweep with one kill, some seconds after its first result: its exit status and last line."""
    before, cluster = len(_held(folder)), _cluster(folder) if target == "scheduler" else []
    process = started([*_sweeping(folder), *_asked(folder, cluster)], folder)
    try:
        while len(_held(folder)) == before and process.poll() is None:
            time.sleep(0.05)
        waited(process, after)
        if process.poll() is None:
            _victim(process, target, cluster).send_signal(signal.SIGKILL)
        if target == "worker":  # another takes its place: the sweep would go on to its end
            waited(process, 5.0)
            _interrupt(process)
        return process.wait(300), last_line(folder / "said")
    finally:
        for one in cluster:
            one.kill()
            one.wait()


def _interrupt(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGINT)


def _victim(process: subprocess.Popen[bytes], target: str, cluster: list[subprocess.Popen[bytes]]) -> psutil.Process:
    if cluster:
        return psutil.Process(cluster[0].pid)
    children = psutil.Process(process.pid).children(recursive=True)
    workers = [child for child in children if "spawn_main" in " ".join(child.cmdline())]
    return psutil.Process(process.pid) if target == "sweep" else workers[0]


def _sweeping(folder: Path) -> list[str]:
    return ["reports.cli", "sweep", f"{folder}/own_of_kills.py:logged", "--workers", str(WORKERS)]


def _asked(folder: Path, cluster: list[subprocess.Popen[bytes]]) -> list[str]:
    return ["--scheduler", f"tcp://127.0.0.1:{(folder / 'port').read_text()}"] if cluster else []


def _cluster(folder: Path) -> list[subprocess.Popen[bytes]]:
    """A scheduler and workers, each a process of its own, on the loopback."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    (folder / "port").write_text(port)
    home, address = ["--host", "127.0.0.1"], f"tcp://127.0.0.1:{port}"
    scheduler = ["scheduler", *home, "--port", port, "--no-dashboard"]
    worker = ["worker", address, *home, "--nthreads", "1", "--no-dashboard", "--no-nanny"]
    return [_dask(folder, arguments) for arguments in (scheduler, *[worker] * WORKERS)]


def _dask(folder: Path, arguments: list[str]) -> subprocess.Popen[bytes]:
    places = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    command, quiet = [sys.executable, "-m", "dask", *arguments], subprocess.DEVNULL
    return subprocess.Popen(command, env=places, cwd=folder, stdout=quiet, stderr=quiet, preexec_fn=ended_with_parent)


def _held(folder: Path) -> list[str]:
    return list(Store(folder / "store"))


def _compared(folder: Path) -> int:
    """Say what was lost, and compare each result with what the seed alone gives: 1 where they differ."""
    experiment, store = load_experiment(f"{folder}/own_of_kills.py:logged"), Store(folder / "store")
    seen = {point: store.load(key) for point, key in experiment.keys().items()}
    alike = [one is not None and one.observed.item() == experiment.rng(p).random() for p, one in seen.items()]
    often = Counter((folder / "measured").read_text().split())
    again, files = sum(often.values()) - len(often), sum(path.is_file() for path in store.root.rglob("*.nc"))
    left = [path for path in store.root.rglob("*") if path.suffix == ".tmp" or path.parent.name == "leases"]
    print(
        f"{sum(alike)} of {len(alike)} as undisturbed, {again} measured again, {files} files, {len(left)} others left"
    )
    return int(not all(alike))


main = door("python -m benchmarks.kills", kill, __doc__)


if __name__ == "__main__":
    sys.exit(main())
