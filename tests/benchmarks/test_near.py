"""Rivals on data near few dimensions: what is exact has the engine's digits, and what is not says so."""

from pathlib import Path

import pytest

from benchmarks import near


def test_errors_stand_beside_times(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["near", "--points", "600", "--queries", "8", "--out", str(tmp_path / "near.json")])
    monkeypatch.setattr(near, "PLANES", ((12, 256, 0.01),))
    near.main()
    assert (tmp_path / "near.json").exists()


def test_a_subset_of_the_nearest_points_is_approximate_where_all_count() -> None:
    y = near.plane(12, 256, 0.01, 600)
    table = near.compared(y, near.half_time(y), 8)
    assert table["engine"]["error"] < 1e-4 < table["subset"]["error"]


def test_few_points_carry_a_score_far_below_condensation_and_all_do_far_above() -> None:
    y = near.plane(12, 256, 0.01, 600)
    half = near.half_time(y)
    assert near.carriers(y, 1e-4 * half, 8)["ratio"] == pytest.approx(1 / 600)
    assert near.carriers(y, 1e4 * half, 8)["ratio"] > 0.99
