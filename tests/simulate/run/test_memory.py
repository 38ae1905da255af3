"""The process that sweeps keeps nothing of the tasks that are done: its memory does not grow with the points."""

import gc
import pickle
import tracemalloc
from collections import Counter
from pathlib import Path
from typing import Any

import dask.config
import pytest
from distributed import Client, LocalCluster

from simulate.run.experiment import Point
from simulate.run.pace import Pace
from simulate.run.store import Store
from simulate.run.sweep import sweep
from simulate.run.workers import SETTINGS
from tests.simulate.run.test_sweep import Drawn


def test_tasks_that_are_done_are_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Pace, "size", lambda *_: 1)
    one: dict[str, Any] = {"n_workers": 1, "threads_per_worker": 1, "processes": False, "dashboard_address": None}
    with dask.config.set(SETTINGS), LocalCluster(**one) as cluster, Client(cluster, set_as_default=False) as client:
        assert sweep(Drawn(sizes=tuple(range(100, 200))), Store(tmp_path), client, progress=False).measured == 100
        gc.collect()
        alive = Counter(type(one).__name__ for one in gc.get_objects())
    assert alive["Task"] < 50  # those of the last messages, of 100


def test_a_point_takes_no_more_memory_once_it_has_been_sent() -> None:
    points = [Point(n=n) for n in range(1000)]
    tracemalloc.start()
    assert pickle.loads(pickle.dumps(points)) == points
    gc.collect()
    kept = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert kept < 10_000  # bytes
