"""The paper's network on its manifold: what is measured is read back for the report."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.manifold import main
from reports.sections.networks_manifold import read_longer

pytestmark = pytest.mark.usefixtures("own_store")
BRIEF = ("--sizes", "6", "9", "--replicas", "1")


@pytest.fixture
def own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOSING_DIMENSIONS_STORE", str(tmp_path / "store"))


def test_what_is_measured_is_read_back(tmp_path: Path) -> None:
    out = str(tmp_path / "manifold.json")
    assert main([*BRIEF, "--steps", "2", "--out", out]) == 0
    found = read_longer(Path(out))
    assert found is not None
    about, table = found
    assert about["command"] == f"python -m benchmarks.manifold --sizes 6 9 --replicas 1 --steps 2 --out {out}"
    assert dict(table.sizes) == {"point": 1, "size": 2, "replica": 1, "probe": 1, "time": 20, "direction": 30, "coordinate": 30}  # noqa: E501  # fmt: skip
    assert (table["size"].values.tolist(), table.steps.item()) == ([6, 9], 2)
    np.testing.assert_allclose(table.network_along.sum("coordinate"), table.network.sum("direction"), atol=1e-3)
    assert (table.t.min(), table.empirical.sel(probe="training").isel(time=0).min() > 0.99) == (1e-4, True)


def test_nothing_measured_is_nothing_read(tmp_path: Path) -> None:
    assert read_longer(tmp_path / "manifold.json") is None


def test_bad_input_gets_one_sentence_and_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*BRIEF, "--rate", "1e30", "--steps", "50", "--out", str(tmp_path / "one.json")]) == 2
    assert "rate must be smaller" in capsys.readouterr().err.splitlines()[-1]
    assert not (tmp_path / "one.json").exists()


def test_where_nothing_can_be_written_nothing_is_trained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert main([*BRIEF, "--out", str(tmp_path / "file" / "one.json")]) == 2
    assert capsys.readouterr().err.splitlines()[0].startswith("Cannot write")
