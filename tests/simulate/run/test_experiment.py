"""Same seed, same bits, in any order; an interrupted run goes on; no point is measured twice."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

from simulate.run.experiment import Experiment, Point
from simulate.run.store import DamagedResult, Store

MEASURED: list[Point] = []


@dataclass(frozen=True)
class Noise(Experiment):
    sizes: tuple[int, ...] = (3, 1, 2)
    alpha: float = 0.4

    def points(self) -> Sequence[Point]:
        return [Point(n=n, alpha=self.alpha, law="linear") for n in self.sizes]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        MEASURED.append(point)
        return xr.Dataset({"observed": ("time", rng.standard_normal(2)), "mean": rng.random()}, {"time": [0.5, 1.0]})


@pytest.fixture(autouse=True)
def forget() -> None:
    MEASURED.clear()


def test_points_are_combined_in_order_with_their_settings() -> None:
    result = Noise().run(progress=False)
    assert result.observed.dims == ("point", "time")
    assert result.n.values.tolist() == [3, 1, 2]
    assert result.alpha.dims == result.law.dims == ("point",)
    assert result.law.values.tolist() == ["linear"] * 3
    assert "sizes=(3, 1, 2), alpha=0.4" in result.attrs["experiment"]
    assert result.attrs["seed"] == "0"
    assert f"numpy {np.__version__}" in result.attrs["versions"]


@pytest.mark.parametrize("name", ["observed", "stderr"])
@pytest.mark.parametrize("value", [np.nan, complex(0, np.nan)])
def test_what_is_observed_is_never_nan(name: str, value: complex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Noise, "measure", lambda self, point, rng: xr.Dataset({name: ("time", [1.0, value])}))
    with pytest.raises(ValueError, match=rf"{name} must be a number, got NaN from Noise at Point\(n=3"):
        Noise().run(progress=False)


def test_the_same_seed_gives_the_same_bits_in_any_order() -> None:
    result = Noise(seed=7).run().sortby("n").drop_attrs()
    assert Noise(seed=7, sizes=(2, 3, 1)).run().sortby("n").drop_attrs().identical(result)
    assert not Noise(seed=8).run().sortby("n").drop_attrs().equals(result)
    assert len(np.unique(result["mean"])) == 3


def test_a_store_changes_no_bit_and_saves_the_work(tmp_path: Path) -> None:
    anew = Noise().run()
    MEASURED.clear()
    assert Noise().run(Store(tmp_path)).identical(anew)
    assert Noise().run(Store(tmp_path)).identical(anew)
    assert len(MEASURED) == 3


def test_only_new_points_are_measured_when_a_setting_or_the_seed_changes() -> None:
    keys = [set(e.keys().values()) for e in (Noise(), Noise(seed=1), Noise(alpha=np.nextafter(0.4, 1)))]
    assert len(set.union(*keys)) == 9


def test_code_that_changed_has_other_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    before = Noise().keys()
    monkeypatch.setattr("simulate.run.key.versions", lambda: ["changed"])
    assert not set(before.values()) & set(Noise().keys().values())


def test_a_damaged_point_alone_is_measured_again(tmp_path: Path) -> None:
    anew = Noise().run(Store(tmp_path))
    key = Noise().keys()[Noise().points()[1]]
    path = tmp_path / f"{key}.nc"
    path.write_bytes(path.read_bytes()[:100])
    MEASURED.clear()
    with pytest.warns(DamagedResult):
        assert Noise().run(Store(tmp_path)).identical(anew)
    assert [point["n"] for point in MEASURED] == [1]


def test_a_point_does_not_end_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Noise, "measure", lambda *_: sys.exit(0))
    with pytest.raises(RuntimeError, match=r"measure of Noise must return, it ended the program at Point\(n=3"):
        Noise().run(progress=False)


def test_ctrl_c_loses_only_the_point_in_progress(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    measure = Noise.measure

    def interrupted(self: Noise, point: Point, rng: np.random.Generator) -> xr.Dataset:
        if point["n"] == 2:
            raise KeyboardInterrupt
        return measure(self, point, rng)

    with monkeypatch.context() as patch:
        patch.setattr(Noise, "measure", interrupted)
        with pytest.raises(KeyboardInterrupt):
            Noise().run(Store(tmp_path))
    Noise().run(Store(tmp_path))
    assert [point["n"] for point in MEASURED] == [3, 1, 2]


@pytest.mark.parametrize("sizes", [(), (1, 2, 1)])
def test_no_points_and_equal_points_are_refused(sizes: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="points of Noise must be at least one and all different"):
        Noise(sizes=sizes).run()


@pytest.mark.parametrize("seed", [-1, 0.5, "one"])
def test_a_seed_that_is_none_is_refused(seed: Any) -> None:
    with pytest.raises(ValueError, match="seed must be"):
        replace(Noise(), seed=seed).run()


def test_points_are_plain() -> None:
    assert Point(n=1, d=2) == Point(d=2, n=1)
    assert len({Point(n=1, d=2), Point(d=2, n=1)}) == 1
    with pytest.raises(ValueError, match="x must be a string, boolean or number"):
        Point(x=[1.0])


SLOW = """
import sys, time
from dataclasses import dataclass
from pathlib import Path
import xarray as xr
from simulate.run.experiment import Experiment, Point
from simulate.run.store import Store

@dataclass(frozen=True)
class Slow(Experiment):
    def points(self):
        return [Point(n=n) for n in range(8)]

    def measure(self, point, rng):
        with open("log", "a") as log:
            print(point["n"], file=log)
        time.sleep(0.1)
        return xr.Dataset({"observed": rng.random()})

print(Slow().run(Store("kept")).observed.values.tolist())
"""


def test_kill_9_loses_only_the_point_in_progress(tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text(SLOW)
    options: dict[str, Any] = {
        "cwd": tmp_path,
        "env": os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])},
        "stdout": subprocess.PIPE,
        "text": True,
    }
    process = subprocess.Popen([sys.executable, "slow.py"], **options)
    _wait_for_lines(tmp_path / "log", 4)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    resumed = subprocess.run([sys.executable, "slow.py"], check=True, **options).stdout
    measured = (tmp_path / "log").read_text().split()
    assert set(measured) == set("01234567")
    assert len(measured) <= 9  # the point that was in progress, once more
    again = subprocess.run([sys.executable, "slow.py"], check=True, **options).stdout
    assert again == resumed
    assert (tmp_path / "log").read_text().split() == measured


def _wait_for_lines(path: Path, count: int) -> None:
    deadline = time.monotonic() + 60
    while not path.exists() or len(path.read_text().split()) < count:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_points_of_another_kind_are_refused() -> None:
    for points in ([{"n": 3}], [("n", 3)]):
        with pytest.raises(ValueError, match=r"points of \w+ must be of the kind Point\(t=0.1\), got"):
            type("Strange", (Noise,), {"points": lambda self, points=points: points})().run(progress=False)


class Odd(Experiment):
    """Points that go wrong, each in its own way."""

    def points(self) -> list[Point]:
        return [Point(n=1), Point(n=2)]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        return xr.Dataset({"observed": 0.0} if point["n"] == 1 else {"observed": 0.0, "more": 1.0})


class Taken(Odd):
    """A setting named as what is measured."""

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        return xr.Dataset({"n": 7.0})


class Raising(Odd):
    """A point that raises."""

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        raise ZeroDivisionError("no")


def test_points_that_measure_different_things_are_not_filled_with_nan() -> None:
    with pytest.raises(ValueError, match="points of Odd must all measure more, or none"):
        Odd().run(progress=False)


def test_a_setting_does_not_overwrite_what_is_measured() -> None:
    with pytest.raises(ValueError, match="n must not name both a setting and what is measured, in Taken"):
        Taken().run(progress=False)


def test_what_is_measured_must_be_a_dataset() -> None:
    measured = type("Loose", (Odd,), {"measure": lambda self, point, rng: {"observed": 0.0}})()
    with pytest.raises(ValueError, match="measure of Loose must return a Dataset, got dict"):
        measured.run(progress=False)


def test_the_point_that_raised_is_named() -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        Raising().run(progress=False)
    assert caught.value.__notes__ == ["raised by Raising at Point(n=1)"]


def test_a_point_without_a_number_is_refused() -> None:
    with pytest.raises(ValueError, match="t must be a number in a point, got NaN"):
        Point(t=float("nan"))
