"""A file system that is full, or may only be read: what is kept stays whole, and the next sweep goes on from there."""

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from distributed import Client, LocalCluster

from reports import cli
from simulate.run.experiment import Experiment
from simulate.run.store import WHOLE, Store
from simulate.run.user_file import load_experiment

OWN = """
from dataclasses import dataclass
import xarray as xr
from simulate.run.experiment import Experiment, Point

@dataclass(frozen=True, kw_only=True)
class Large(Experiment):
    numbers: tuple[int, ...] = tuple(range(12))
    along = ("numbers",)

    def points(self):
        return [Point(n=n) for n in self.numbers]

    def measure(self, point, rng):
        return xr.Dataset({"observed": ("replica", rng.random(36_000))})

large = Large()
"""  # a point has 288 kB, and twelve do not fit into 2 MB
FULL = "(No space left on device): free or open that place, or name another folder in LOSING_DIMENSIONS_STORE."


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 2 MB in memory."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", place], capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"no file system can be mounted here: {mounted.stderr.strip()}")
    yield place
    subprocess.run(["umount", place], check=True)


def remount(place: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", place], check=True)


@pytest.fixture
def asked(tmp_path: Path) -> tuple[str, Experiment]:
    """An experiment, and how a command names it."""
    name = f"{tmp_path}/own_{tmp_path.name}.py"
    Path(name).write_text(OWN)
    return f"{name}:large", load_experiment(f"{name}:large")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Of a cluster in this process, that listens as others do."""
    options: dict[str, Any] = {"protocol": "tcp", "host": "127.0.0.1", "dashboard_address": "127.0.0.1:0"}
    local: Any = LocalCluster(n_workers=1, threads_per_worker=1, processes=False, **options)
    with local as cluster, Client(cluster, set_as_default=False):
        yield cluster.scheduler_address


def test_a_sweep_on_a_full_disk_keeps_what_it_had_and_goes_on_when_there_is_room(
    disk: Path, asked: tuple[str, Experiment], address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    line, experiment = asked
    command = ["sweep", line, "--scheduler", address, "--store", str(disk / "store")]
    assert cli.main(command) == 2
    said = capsys.readouterr().err.splitlines()
    assert [text for text in said if text.startswith("Cannot write")] == said[-1:]
    assert said[-1].endswith(FULL)
    kept = kept_as_undisturbed(disk, experiment)
    assert 0 < kept < 12
    remount(disk, "size=16m")
    assert cli.main(command) == 0
    assert f"{12 - kept} measured, {kept} cached, 0 failed" in capsys.readouterr().out
    assert kept_as_undisturbed(disk, experiment) == 12
    assert cli.main(["store", "verify", "--store", str(disk / "store")]) == 0


def kept_as_undisturbed(disk: Path, experiment: Experiment) -> int:
    """How many points are kept; nothing else is there, and they are what an undisturbed run gives."""
    store = Store(disk / "store")
    found = {point: store.load(key) for point, key in experiment.keys().items() if store.state(key) == WHOLE}
    assert all(
        one is not None and one.drop_attrs().identical(experiment.at(p).drop_attrs()) for p, one in found.items()
    )
    assert len([path for path in (disk / "store").rglob("*") if path.is_file()]) == len(found) + 1  # the schema
    return len(found)


def test_a_store_that_may_only_be_read_is_refused_before_work_and_is_read(
    disk: Path, asked: tuple[str, Experiment], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    line, experiment = asked
    fewer: dict[str, Any] = {"numbers": (0, 1)}
    first = replace(experiment, **fewer)
    table = first.run(Store(disk / "store"), progress=False)
    remount(disk, "ro")
    monkeypatch.delattr("simulate.run.sweep.local_workers")  # no worker starts
    place = ["--store", str(disk / "store")]
    assert cli.main(["sweep", line, *place]) == 2
    (said,) = capsys.readouterr().err.splitlines()
    assert "Read-only file system" in said
    assert "name another folder in LOSING_DIMENSIONS_STORE" in said
    assert cli.main(["sweep", line, "--dry-run", *place]) == 0
    assert "12 points: 10 new, 2 cached" in capsys.readouterr().out
    assert cli.main(["store", "verify", *place]) == 0
    assert first.run(Store(disk / "store"), progress=False).identical(table)
