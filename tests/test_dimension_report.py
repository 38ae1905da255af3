"""The sections on dimension: made from small experiments, they say what these have found."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks.dimension import HERE, published
from reports.section import Picture, Run, Section, Table, section_page
from reports.sections import dimension, losing, order
from simulate.experiments.estimators import Estimators, summary
from simulate.experiments.real import RealData
from simulate.images import digits
from simulate.store import Store

SMALL_TIMES = (1e-4, 1e-3, 0.1)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    few = Estimators(manifolds=("unequal", "sphere-10"), times=SMALL_TIMES, queries=2)
    few = replace(few, methods=("test", "gap", "flipd"))
    monkeypatch.setattr(dimension, "PROFILES", {"quick": (few,)})
    monkeypatch.setattr(dimension, "FLIPD", replace(dimension.FLIPD, queries=2))
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
    failures, kept, population, memorized, published = tables(section)
    assert [row[:2] for row in failures.rows] == [(n, s) for n in ("test", "gap", "flipd") for s in ("500", "infinite")]
    assert [row[5] for row in failures.rows[:2]] == ["0", "0"]  # the test never fails here
    assert population.rows[0][:4] == ("unequal", "7", "7", population.rows[0][3])
    assert [row[2] for row in memorized.rows] == ["memorized"] * 2
    assert "11" in published.rows[-1]
    assert {"50", "1 000 000"} <= {row[1] for row in kept.rows}
    assert len({row[0] for row in kept.rows}) == 6  # all estimators, none from data alone
    assert failures.head == kept.head == ("Estimator", "N", *dimension.SHARE_NAMES, "Bias", "Spread")
    assert section.body[-1] == dimension.WITHOUT_PEER
    assert len(section_page(section)["blocks"]) == 8


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
    kept = pd.read_csv(dimension.RESULTS)
    assert not kept.duplicated(["source", "manifold", "size", "t", "estimator"]).any()
    expected = published()
    papers = kept[kept.source != HERE]
    assert len(papers) == len(expected) == 12
    np.testing.assert_array_equal(np.sort(papers.reading), np.sort(expected.reading))
    pairs = papers[papers.estimator == "flipd"].merge(
        kept[kept.source == HERE], on=["manifold", "size", "t", "estimator"], suffixes=("", "_here")
    )
    assert len(pairs) == 10
    np.testing.assert_allclose(pairs.reading_here, pairs.reading, atol=0.6)


def test_published_figures_and_their_times_do_not_enter_the_means() -> None:
    kept = pd.read_csv(dimension.RESULTS)
    ours = kept[kept.source.eq(HERE) & kept.t.isin(Estimators().times)]
    wrong = kept.assign(right=np.where(kept.index.isin(ours.index), kept.right, 9))
    assert dimension._all_sizes(wrong).rows == dimension._all_sizes(kept).rows
