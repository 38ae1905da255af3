"""A sweep measures what a run measures, each point once; one that raises is recorded and holds nobody up."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
import xarray as xr
from distributed import Client, LocalCluster

from reports import cli
from reports.sweep import _experiments, _raised
from simulate.experiments.networks.pairs import NetworkPairs
from simulate.run import sweep as module
from simulate.run.experiment import Experiment, Point
from simulate.run.explain import explain
from simulate.run.store import CannotWrite, Store
from simulate.run.sweep import missing, record, sweep
from simulate.run.tasks import refuse_other
from simulate.run.user_file import load_experiment
from verify import ledger
from verify.run import run_claim

MEASURED: list[Any] = []


@dataclass(frozen=True, kw_only=True)
class Drawn(Experiment):
    sizes: tuple[int, ...] = (1, 2, 3, 4)
    along: ClassVar[tuple[str, ...]] = ("sizes",)

    def points(self) -> Sequence[Point]:
        return [Point(n=n) for n in self.sizes]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        MEASURED.append(point["n"])
        if point["n"] == 13:
            raise ZeroDivisionError("thirteen")
        if point["n"] == 14:
            return xr.Dataset({"observed": ((), 0.0, {"scale_factor": 2.0})})
        return xr.Dataset({"observed": ("replica", rng.standard_normal(3))})


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    """A cluster in this process, which listens; it is the client that xarray would ask for a lock."""
    options: dict[str, Any] = {"protocol": "tcp", "host": "127.0.0.1", "dashboard_address": "127.0.0.1:0"}
    local = LocalCluster(n_workers=1, threads_per_worker=1, processes=False, **options)
    with local as cluster, Client(cluster) as asked:
        yield asked


@pytest.fixture
def store(tmp_path: Path) -> Store:
    MEASURED.clear()
    return Store(tmp_path / "store")


def values(experiment: Experiment, store: Store) -> list[Any]:
    return [found.drop_attrs() if (found := store.load(key)) else None for key in experiment.keys().values()]


def test_a_sweep_fills_the_store_as_a_run_does_and_a_second_one_measures_what_is_new(
    client: Client, store: Store, tmp_path: Path
) -> None:
    done = sweep(Drawn(), store, client, progress=False)
    assert (done.measured, done.cached, done.failed) == (4, 0, {})
    assert sorted(MEASURED) == [1, 2, 3, 4]
    Drawn().run(Store(tmp_path / "run"), progress=False)
    swept, run = values(Drawn(), store), values(Drawn(), Store(tmp_path / "run"))
    assert all(one.identical(other) for one, other in zip(swept, run, strict=True))
    MEASURED.clear()
    assert sweep(Drawn(sizes=(5, 4, 3)), store, client, progress=False).cached == 2
    assert MEASURED == [5]
    key = Drawn().keys()[Point(n=2)]
    store.path(key).write_bytes(b"damaged")
    assert missing(Drawn(), store) == {Point(n=2): key}


def test_a_point_that_raises_is_recorded_and_the_others_are_measured(
    client: Client, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Drawn(sizes=(13, 1, 2))
    done = sweep(asked, store, client, progress=False)
    assert (done.measured, list(done.failed)) == (2, [Point(n=13)])
    file = record(store, asked.keys()[Point(n=13)])
    kept = file.read_text()
    assert kept.startswith("Point(n=13)\n\nTraceback")
    assert _raised(done.failed[Point(n=13)]) == "ZeroDivisionError: thirteen"
    monkeypatch.setattr(Drawn, "measure", lambda self, point, rng: xr.Dataset({"observed": 0.0}))
    assert not sweep(asked, store, client, progress=False).failed
    assert not file.exists()


def test_a_point_that_cannot_be_kept_as_it_is_holds_nobody_up(client: Client, store: Store) -> None:
    done = sweep(Drawn(sizes=(14, 1)), store, client, progress=False)
    assert (done.measured, list(done.failed)) == (1, [Point(n=14)])
    assert "observed must have no attribute 'scale_factor'" in done.failed[Point(n=14)]


def test_a_worker_of_other_code_is_refused() -> None:
    refuse_other({"own.py": "1", "driver.py": "2"}, {"own.py": "1", "lazy.py": "3"})
    with pytest.raises(RuntimeError, match=r"a worker has another version of own\.py: start the cluster anew"):
        refuse_other({"own.py": "1"}, {"own.py": "2"})


def test_what_cannot_be_kept_or_done_is_refused_before_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(module, "local_workers")
    (tmp_path / "file").write_text("in the way")
    MEASURED.clear()
    for place in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(CannotWrite, match="Cannot write"):
            sweep(Drawn(), Store(place))
        with pytest.raises(CannotWrite, match="Cannot write"):
            Drawn().run(Store(place), progress=False)
    with pytest.raises(ValueError, match="workers must be an integer >= 1"):
        sweep(Drawn(), Store(tmp_path / "store"), workers=0)
    with pytest.raises(ValueError, match="seed must be"):
        sweep(replace(Drawn(), seed=-1), Store(tmp_path / "store"))
    assert MEASURED == []


OWN = "from tests.simulate.run.test_sweep import Drawn\nlocal_experiment = Drawn(sizes=(1, 2, 3))\nnumber = 3\n"


def test_a_dry_run_counts_and_measures_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "dry_own.py").write_text(OWN)
    monkeypatch.setenv("LOSING_DIMENSIONS_STORE", str(tmp_path / "kept"))
    Drawn().run(Store(tmp_path / "kept"), progress=False)
    MEASURED.clear()
    place = f"{tmp_path}/dry_own.py:local_experiment"
    assert cli.main(["sweep", place, "--dry-run"]) == 0
    assert cli.main(["sweep", place, "--dry-run", "--store", str(tmp_path / "new")]) == 0
    assert capsys.readouterr().out == "3 points: 0 new, 3 cached, 0 stale\n3 points: 3 new, 0 cached, 0 stale\n"
    assert MEASURED == []
    assert not (tmp_path / "new").exists()


def test_a_dry_run_says_why_points_are_stale(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "seeded_own.py").write_text(OWN + "other = Drawn(sizes=(1, 2, 5), seed=1)\n")
    store = Store(tmp_path / "kept")
    Drawn(sizes=(1, 2, 3)).run(store, progress=False)
    store.path(Drawn().keys()[Point(n=3)]).write_bytes(b"damaged")
    for name in ("other", "local_experiment"):
        assert cli.main(["sweep", f"{tmp_path}/seeded_own.py:{name}", "--dry-run", "--store", str(store.root)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "3 points: 1 new, 0 cached, 2 stale",
        "2 stale: setting seed was 0, is 1",
        "3 points: 0 new, 2 cached, 0 stale, 1 damaged",
    ]


def test_a_scheduler_file_names_a_cluster(client: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert client.scheduler is not None
    (tmp_path / "filed_own.py").write_text(OWN)
    (tmp_path / "scheduler.json").write_text(json.dumps({"type": "Scheduler", "address": client.scheduler.address}))
    (tmp_path / "other.json").write_text("[1]")
    command = ["sweep", f"{tmp_path}/filed_own.py:local_experiment", "--store", str(tmp_path / "kept"), "--scheduler"]
    assert cli.main([*command, f"{tmp_path}/scheduler.json"]) == 0
    assert "3 measured, 0 cached, 0 failed" in capsys.readouterr().out
    assert cli.main([*command, f"{tmp_path}/other.json"]) == 2
    assert "scheduler must be an address such as tcp://host:8786, or a scheduler file" in capsys.readouterr().err


def test_the_experiments_of_the_ledger_are_swept_and_the_verdict_finds_them(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert client.scheduler is not None
    claim = next(claim for claim in ledger.CLAIMS if claim.name == "participation-finite")
    monkeypatch.setattr(ledger, "CLAIMS", (claim, claim))
    command = ["sweep", "ledger", "--seed", "3", "--store", str(tmp_path)]
    assert cli.main([*command, "--scheduler", str(client.scheduler.address)]) == 0
    count = len(claim.estimate.points())
    assert f"{count} points: {count} measured, 0 cached, 0 failed" in capsys.readouterr().out
    assert cli.main([*command, "--dry-run"]) == 0
    assert capsys.readouterr().out == f"{count} points: 0 new, {count} cached, 0 stale\n"
    monkeypatch.delattr(type(claim.estimate), "measure")
    run_claim(claim, "quick", 3, Store(tmp_path), progress=False)


def test_what_reads_the_points_of_another_experiment_has_those_swept() -> None:
    """Three claims read pairs of networks: the pairs are swept, once, and nothing that no verdict would find."""
    asked = _experiments("ledger", "quick", 0)
    assert all(type(one).run is Experiment.run for one in asked)
    assert sum(isinstance(one, NetworkPairs) for one in asked) == 1


def test_what_is_no_experiment_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other_own.py").write_text(OWN)
    (tmp_path / "json.py").write_text(OWN)
    (tmp_path / "leaving_own.py").write_text("raise SystemExit(3)\n")
    for place, sentence in (
        ("none.py:one", "experiment must be FILE.py:NAME with a file that exists, got 'none.py:one'"),
        (f"{tmp_path}/other_own.py:absent", "'absent' is not there"),
        (f"{tmp_path}/other_own.py:number", "'number' is of type int"),
        (f"{tmp_path}/leaving_own.py:one", "leaving_own.py raises SystemExit: 3"),
        (f"{tmp_path}/json.py:one", "experiment must be in a file with a name of its own, json is"),
    ):
        with pytest.raises(ValueError, match=sentence):
            load_experiment(place)


def test_the_guide_shows_what_a_dry_run_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    guide = (cli.ROOT / "docs" / "sweeps.md").read_text(encoding="utf-8")
    (tmp_path / "guide_own.py").write_text(guide.split("```python\n")[1].split("```")[0])
    place = f"{tmp_path}/guide_own.py:means"
    means, store = load_experiment(place), Store(tmp_path / "store")
    assert cli.main(["sweep", place, "--dry-run", "--store", str(store.root)]) == 0
    assert f"--dry-run      {capsys.readouterr().out}" in guide
    assert len(means.run(store, progress=False).observed) == 3
    explained = replace(means, **{"sizes": (100, 5), "scale": 2.0})
    assert list(explain(explained, store).values()) == [("stale", "setting scale was 1.0, is 2.0"), ("new", "")]
    assert "stale: setting scale was 1.0, is 2.0" in guide
