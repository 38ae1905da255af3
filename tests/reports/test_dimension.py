"""The sections on dimension: made from small experiments, they say what these have found."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks.estimators import HERE, KEY, merged, published
from reports.section import Picture, Run, Section, Table, section_page
from reports.sections import dimension, dimension_tables, losing, order
from simulate.experiments.dimension.estimators import Estimators, summary
from simulate.experiments.real import RealData
from simulate.images import digits
from simulate.run.store import Store
from tests.reports.test_texts import UNFORMATTED

SMALL_TIMES = (1e-4, 1e-3, 0.1)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    few = Estimators(manifolds=("unequal", "sphere-10"), times=SMALL_TIMES, queries=2)
    few = replace(few, methods=("test", "gap", "flipd"))
    monkeypatch.setattr(dimension, "PROFILES", {"quick": (few,)})
    monkeypatch.setattr(dimension, "FLIPD", replace(dimension.FLIPD, queries=2))
    training = replace(dimension.NETWORKS.training, steps=20)
    nets = replace(
        dimension.NETWORKS, size=200, times=(1e-3, 1.0), methods=("test", "gap"), queries=2, training=training
    )
    monkeypatch.setattr(dimension, "NETWORKS", nets)
    monkeypatch.setattr(dimension, "find_spec", lambda name: None)
    times = tuple(np.geomspace(1e-4, 10, 12).tolist())
    lost, ordered = (
        replace(one, manifold=replace(one.manifold, times=times), sizes=(250, 1000), replicas=replicas)
        for one, replicas in ((losing.QUICK, 6), (order.ORDERS["quick"], 9))
    )
    monkeypatch.setattr(losing, "PHASES", {"quick": lost})
    monkeypatch.setattr(order, "ORDERS", {"quick": ordered})
    return Run("quick", 0, Store(tmp_path), RealData.of(digits()), "", progress=False)


def tables(section: Section) -> list[Table]:
    return [block for block in section.body if isinstance(block, Table)]


def test_estimators_are_tabled_and_drawn(run: Run) -> None:
    section = dimension.section(run)
    known, failures, kept, population, memorized, networks, published = tables(section)
    assert [(row[0], *row[2:]) for row in known.rows] == [("unequal", "7", "30"), ("sphere-10", "10", "100")]
    assert "with seed 0" in known.caption
    assert [row[:2] for row in failures.rows] == [(n, s) for n in ("test", "gap", "flipd") for s in ("500", "infinite")]
    assert [row[5] for row in failures.rows[:2]] == ["0", "0"]  # the test never fails here
    assert population.rows[0][:4] == ("unequal", "7", "7", population.rows[0][3])
    assert [row[2] for row in memorized.rows] == ["memorized"] * 2
    assert "11" in published.rows[-1]
    assert {"50", "1 000 000"} <= {row[1] for row in kept.rows}
    assert len({row[0] for row in kept.rows}) == 6  # all estimators, none from data alone
    assert failures.head == kept.head == ("Estimator", "N", *dimension_tables.SHARE_NAMES, "Bias", "Deviation")
    assert section.body[-1] == dimension.WITHOUT_PEER
    assert [row[:4] for row in networks.rows[:2]] == [
        ("unequal", "7", "0.001", score) for score in ("network", "exact")
    ]
    assert len(networks.rows) == 4  # none at t = 1
    assert "200, 20 steps" in networks.caption
    assert len(section_page(section)["blocks"]) == 10
    assert not [
        block for block in section.body if UNFORMATTED.search(block if isinstance(block, str) else block.caption)
    ]


def test_readings_are_right_silent_or_wrong(run: Run) -> None:
    observed = dimension.PROFILES["quick"][0].run(run.store, progress=False)
    shares = summary(observed)[["right", "memorized", "no gap", "failure"]].to_dataarray()
    np.testing.assert_allclose(shares.sum("variable"), 1)
    assert (shares > 0).any(("manifold", "size", "time", "estimator")).all()
    assert f"of its {observed.dimension.sel(estimator='test').size} readings" in dimension._introduction(observed)


def test_losses_are_tabled_and_drawn(run: Run) -> None:
    section = losing.section(run)
    (losses,) = tables(section)
    assert len(losses.rows) == 2 * 4 * 2
    origin = [row for row in losses.rows if row[:2] == ("unit-norm data", "origin")]
    assert all(row[3:] == ("kept", "kept") for row in origin)
    pictures = [block for block in section.body if isinstance(block, Picture)]
    assert "infinite N" in pictures[0].plot.alt
    assert "training 0, 0" in pictures[1].plot.alt
    section_page(section)


def test_the_order_of_loss_is_tabled_and_drawn(run: Run) -> None:
    section = order.section(run)
    (contrasts,) = tables(section)
    assert len(contrasts.rows) == 4 * 2
    assert all(row[2].endswith("undecided") for row in contrasts.rows if row[0] == "training")
    assert any(row[4].endswith("higher first") for row in contrasts.rows if row[0] == "training")
    assert any(row[4].endswith("lower first") for row in contrasts.rows if row[0] == "held-out")
    section_page(section)


def test_the_kept_table_holds_published_figures_beside_ours() -> None:
    kept = pd.read_csv(dimension_tables.RESULTS)
    assert not kept.duplicated(KEY).any()
    expected = published()
    papers = kept[kept.source != HERE]
    assert len(papers) == len(expected) == 12
    np.testing.assert_array_equal(np.sort(papers.reading), np.sort(expected.reading))
    pairs = papers[papers.estimator == "flipd"].merge(
        kept[(kept.source == HERE) & (kept.score == "exact")],
        on=["manifold", "size", "t", "estimator"],
        suffixes=("", "_here"),
    )
    assert len(pairs) == 10
    np.testing.assert_allclose(pairs.reading_here, pairs.reading, atol=0.6)


def test_published_figures_and_their_times_do_not_enter_the_means() -> None:
    kept = pd.read_csv(dimension_tables.RESULTS)
    ours = kept[kept.source.eq(HERE) & kept.score.eq("exact") & kept.t.isin(Estimators().times)]
    wrong = kept.assign(right=np.where(kept.index.isin(ours.index), kept.right, 9))
    assert dimension_tables.all_sizes(wrong).rows == dimension_tables.all_sizes(kept).rows


def test_rows_that_are_measured_again_take_the_place_of_the_old() -> None:
    kept = pd.read_csv(dimension_tables.RESULTS)
    pd.testing.assert_frame_equal(merged(kept, published())[kept.columns].reset_index(drop=True), kept)
    changed = published().assign(reading=-1.0)
    again = merged(kept, changed)
    assert len(again) == len(kept)
    assert (again[again.source != HERE].reading == -1).all()


def test_every_manifold_is_there_at_every_size_for_every_estimator_and_two_for_networks() -> None:
    kept = pd.read_csv(dimension_tables.RESULTS)
    exact = kept[(kept.source == HERE) & (kept.score == "exact") & kept.t.isin(Estimators().times)]
    counts = exact.groupby(["size", "estimator"]).size()
    assert set(counts.index.levels[0]) == {50, 500, 5000, 1e5, 1e6, np.inf}
    assert (counts == 10 * 6).all()
    assert len(counts) == 6 * 6
    networks = kept[(kept.source == HERE) & (kept.score == "network")]
    assert set(networks.manifold) == {"unequal", "torus"}
    assert len(networks) == 2 * 6 * 6
