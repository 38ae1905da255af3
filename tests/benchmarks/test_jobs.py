"""The further workloads run at a small size and say what they are said to say."""

import pytest

from benchmarks import jobs


def test_the_published_job_counts_pairs_and_states_its_error() -> None:
    tables = jobs.published(0.001, "cpu")
    assert len(tables) == 3
    for table in tables.values():
        row = table["engine"]
        assert row["pairs per second"] * row["seconds"] == pytest.approx(1000 * 131)
        assert 0 < row["error"] < 1e-4


def test_independent_queries_are_asked_of_scores_and_of_a_diagram() -> None:
    tables = jobs.independent(0.005, "cpu")
    assert [name.split(",")[0] for name in tables] == ["W1 scores"] * 3 + ["W2 phase diagram"]
    assert all(table["engine"]["ratio"] > 0 for table in tables.values())
