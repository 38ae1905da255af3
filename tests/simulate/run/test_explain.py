"""For each point: cached, new, damaged, or stale and then why."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
import xarray as xr

from simulate.run import key, provenance
from simulate.run.experiment import Experiment, Point
from simulate.run.explain import explain
from simulate.run.store import Store


@dataclass(frozen=True, kw_only=True)
class Asked(Experiment):
    sizes: tuple[int, ...] = (1, 2)
    replicas: int = 100
    along: ClassVar[tuple[str, ...]] = ("sizes",)

    def points(self) -> Sequence[Point]:
        return [Point(n=n) for n in self.sizes]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        return xr.Dataset({"observed": rng.random()})


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store of two points."""
    kept = Store(tmp_path)
    Asked().run(kept)
    return kept


def test_points_are_cached_new_or_damaged(store: Store) -> None:
    path = store.path(Asked().keys()[Point(n=1)])
    path.write_bytes(path.read_bytes()[:-1])
    found = explain(Asked(sizes=(1, 2, 3)), store)
    assert [found[Point(n=n)] for n in (1, 2, 3)] == [("damaged", ""), ("cached", ""), ("new", "")]


def test_of_all_stale_results_the_nearest_is_named(store: Store) -> None:
    replace(Asked(), replicas=50, seed=1).run(store)
    assert set(explain(Asked(replicas=200), store).values()) == {("stale", "setting replicas was 100, is 200")}
    assert set(explain(Asked(replicas=50, seed=2), store).values()) == {("stale", "setting seed was 1, is 2")}


def test_changed_code_and_versions_are_named(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    digests = key._digests
    before = dict(digests(key.MEASUREMENT))
    changed = before | {"simulate/estimate.py": "0" * 64}
    with monkeypatch.context() as patch:
        patch.setattr(key, "_digests", lambda _: changed)
        assert set(explain(Asked(), store).values()) == {("stale", "code simulate/estimate.py changed")}
    moved = [f"numpy {2 * '0'}" if text.startswith("numpy") else text for text in key.versions()]
    for module in (key, provenance):
        monkeypatch.setattr(module, "versions", lambda: moved)
    told = f"version of numpy was {np.__version__}, is 00"
    assert set(explain(Asked(), store).values()) == {("stale", told)}


def test_a_result_of_another_class_is_no_relative(store: Store) -> None:
    other: Any = type("Other", (Asked,), {})
    assert {state for state, _ in explain(other(), store).values()} == {"new"}


def test_what_a_key_is_made_of_fits_in_an_attribute_of_a_file() -> None:
    assert len(Asked().made_of) < 60_000
    assert len(json.loads(Asked().made_of)["files"]) > 100
