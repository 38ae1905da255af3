"""One process measures one result; the leases of dead processes may be taken, those of living ones may not."""

import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import ClassVar

import numpy as np
import pytest
import xarray as xr

from simulate.run import lease
from simulate.run.experiment import Experiment, Point
from simulate.run.lease import LEASES, Leases
from simulate.run.processes import here
from simulate.run.store import CannotWrite, Store

MEASURED: list[int] = []


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / LEASES


def test_one_owner_alone_has_a_lease(folder: Path) -> None:
    with Leases(folder) as one, Leases(folder) as other:
        assert one.take(["key", "another"]) == {"key", "another"}
        assert one.take(["key"]) == {"key"}
        assert other.take(["key", "free"]) == {"free"}
        with one.taken("second") as mine, other.taken("second") as too:
            assert (mine, too) == (True, False)
        one.give_back(["key", "stranger"])
        assert other.take(["key", "another", "second"]) == {"key", "second"}
        assert one.take(["key", "another", "free"]) == {"another"}
    assert list(folder.iterdir()) == []


def test_many_leases_are_one_file(folder: Path) -> None:
    with Leases(folder) as one:
        assert len(one.take(f"key{number}" for number in range(1000))) == 1000
        assert len(list(folder.iterdir())) == 1


def dead(folder: Path, *keys: str) -> str:
    """The name of a process that has ended and could give nothing back of some keys."""
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        pass
    owner = f"{here()}:{ended.pid}:word"
    folder.mkdir(exist_ok=True)
    (folder / f"{owner}.alive").write_text("".join(f"{key}\n" for key in keys))
    return owner


def test_the_lease_of_a_process_that_has_ended_is_taken_at_once(folder: Path) -> None:
    (folder.parent / LEASES).mkdir()
    (folder / "taking").write_text(dead(folder, "key"))  # it ended while it took keys
    with Leases(folder) as one:
        assert one.take(["key", "other"]) == {"key", "other"}
        assert [path.name for path in folder.iterdir()] == [f"{one.name}.alive"]
    assert list(folder.iterdir()) == []


def test_an_owner_elsewhere_is_dead_when_it_has_stood_still(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.mkdir()
    alive = folder / "elsewhere:1:word.alive"
    alive.write_text("key\nback\n-back\n")
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    with Leases(folder) as one:
        assert one.take(["key", "back"]) == {"back"}
        for _ in range(4):
            assert not one.take(["key"])
            now[0] += 0.9 * lease.GONE / 3
        alive.write_text("key\n")
        assert not one.take(["key"])
        now[0] += lease.GONE
        assert one.take(["key"])


def test_one_that_died_before_it_said_who_it_is_holds_nobody_up(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.mkdir()
    (folder / "taking").touch()
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    monkeypatch.setattr(time, "sleep", lambda seconds: now.append(now.pop() + 1000 * seconds))
    with Leases(folder) as one:
        assert one.take(["key"])
    assert lease.GONE <= now[0] - 1000.0 < lease.GONE + 100.0
    assert list(folder.iterdir()) == []


def test_a_full_disk_is_said_in_words(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with Leases(folder) as one:
        one.take(["key"])
        monkeypatch.setattr(one, "_write", full)
        with pytest.raises(CannotWrite, match=r"No space left on device.*another folder in LOSING_DIMENSIONS_STORE"):
            one.take(["other"])


def test_an_owner_shows_signs_of_life(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "BEAT", 0.01)
    with Leases(folder) as one:
        one.take(["key"])
        file = folder / f"{one.name}.alive"
        before = file.stat().st_mtime_ns
        end = time.monotonic() + 30
        while file.stat().st_mtime_ns == before:
            assert time.monotonic() < end


@dataclass(frozen=True, kw_only=True)
class Counted(Experiment):
    sizes: tuple[int, ...] = tuple(range(30))
    along: ClassVar[tuple[str, ...]] = ("sizes",)

    def points(self) -> Sequence[Point]:
        return [Point(n=n) for n in self.sizes]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        MEASURED.append(int(point["n"]))
        time.sleep(0.01)
        return xr.Dataset({"observed": rng.random()})


def test_several_runs_of_one_experiment_measure_each_point_once(tmp_path: Path) -> None:
    MEASURED.clear()
    tables: list[xr.Dataset] = []
    runs = [Thread(target=lambda: tables.append(Counted().run(Store(tmp_path), progress=False))) for _ in range(3)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert sorted(MEASURED) == list(range(30))
    alone = Counted().run(progress=False)
    assert len(tables) == 3
    assert all(table.identical(alone) for table in tables)
    assert list((tmp_path / LEASES).iterdir()) == []


def test_a_run_goes_on_where_a_process_died(tmp_path: Path) -> None:
    dead(tmp_path / LEASES, Counted().keys()[Point(n=3)])
    assert Counted(sizes=(3,)).run(Store(tmp_path), progress=False).sizes["point"] == 1
