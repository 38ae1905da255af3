"""A key is of what a point is: neither the points beside it count, nor a comment, nor how a file is run."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
import xarray as xr

from simulate.run.experiment import Experiment, Point
from simulate.run.key import ROOT
from simulate.run.store import Store

MEASURED: list[int] = []


@dataclass(frozen=True, kw_only=True)
class Listed(Experiment):
    sizes: tuple[int, ...] = (1, 2)
    scale: float = 1.0
    along: ClassVar[tuple[str, ...]] = ("sizes",)

    def points(self) -> Sequence[Point]:
        return [Point(n=n) for n in self.sizes]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        MEASURED.append(int(point["n"]))
        return xr.Dataset({"observed": self.scale * rng.random()})


def test_one_more_size_and_a_subset_measure_what_is_new_alone(tmp_path: Path) -> None:
    MEASURED.clear()
    two, more = Listed().run(Store(tmp_path)), Listed(sizes=(3, 2, 1)).run(Store(tmp_path))
    assert MEASURED == [1, 2, 3]
    assert more.isel(point=[2, 1]).drop_attrs().identical(two.drop_attrs())
    assert Listed(sizes=(2,)).run(Store(tmp_path)).observed.item() == two.observed[1]
    assert MEASURED == [1, 2, 3]


def test_what_all_points_share_counts_in_every_key() -> None:
    assert not set(Listed().keys().values()) & set(Listed(scale=2.0).keys().values())
    assert Listed().described() == "Listed(seed=0, scale=1.0)"


def test_an_attribute_that_is_no_field_counts_in_every_key() -> None:
    class Scaled(Listed):
        def __init__(self, power: float) -> None:
            super().__init__()
            object.__setattr__(self, "power", power)

    assert not set(Scaled(2.0).keys().values()) & set(Scaled(3.0).keys().values())


def test_along_names_fields() -> None:
    with pytest.raises(ValueError, match="along must name fields of Astray, got 'size'"):
        type("Astray", (Listed,), {"along": ("size",)})().keys()


def test_a_stored_point_says_how_it_came_about_and_a_table_only_what_its_points_share(tmp_path: Path) -> None:
    store = Store(tmp_path)
    table = Listed().run(store)
    kept = store.load(Listed().keys()[Point(n=1)])
    assert kept is not None
    assert {"experiment", "seed", "versions", "revision", "machine", "made", "seconds"} < set(kept.attrs)
    assert 0 <= kept.attrs["seconds"] < 60
    made = json.loads(kept.attrs["made_of"])
    assert made["settings"]["scale"][0] == "1.0"
    assert "sizes" not in made["settings"]
    assert {"simulate/run/key.py", "tests/simulate/run/test_along.py"} < set(made["files"])
    assert set(table.attrs) == {"experiment", "seed", "versions"}


OWN = """
from dataclasses import dataclass
import helper
from simulate.run.experiment import Experiment, Point

@dataclass(frozen=True)
class Own(Experiment):
    def points(self):
        return [Point(n=1)]

    def measure(self, point, rng):
        return helper.measured(rng)

if __name__ == "__main__":
    print(*Own().keys().values())
"""


def _printed(folder: Path, *arguments: str) -> str:
    places: dict[str, Any] = os.environ | {"PYTHONPATH": f"{folder}{os.pathsep}{ROOT}", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, *arguments]
    return subprocess.run(command, env=places, cwd=folder, capture_output=True, text=True, check=True).stdout


def test_a_comment_and_running_a_file_instead_of_importing_it_leave_its_keys(tmp_path: Path) -> None:
    (tmp_path / "helper.py").write_text("def measured(rng):\n    return 1\n")
    (tmp_path / "own.py").write_text(OWN)
    (tmp_path / "driver.py").write_text("from own import Own\nprint(*Own().keys().values())\n")
    as_script = _printed(tmp_path, "own.py")
    assert len(as_script.strip()) == 64
    assert _printed(tmp_path, "driver.py") == as_script
    (tmp_path / "own.py").write_text(f"# why\n{OWN}".replace("return [Point", "return [  # one\n            Point"))
    (tmp_path / "helper.py").write_text("def measured(rng):\n    return (1)  # more\n")
    assert _printed(tmp_path, "own.py") == as_script
    (tmp_path / "helper.py").write_text("def measured(rng):\n    return 2\n")
    assert _printed(tmp_path, "own.py") != as_script
