"""Data of unusual kinds get an answer that holds, or one sentence."""

import json
import warnings
from itertools import count
from types import SimpleNamespace

import numpy as np
import pytest

from simulate.images import digits
from verify.data import as_json, audit, cost, report
from verify.data.contents import contents

RNG = np.random.default_rng(0)
DIGITS = digits().data[:300]


@pytest.mark.parametrize(
    "data",
    [
        RNG.poisson(3.0, (400, 12)),
        np.pad(RNG.standard_normal((300, 6)) * [1, 1, 0.6, 0.6, 0.3, 0.3], ((0, 0), (2, 5)), constant_values=7.0),
        DIGITS > 0.5,
        np.repeat(DIGITS, 2, axis=0),
    ],
    ids=["counts", "constant columns", "binary", "every point twice"],
)
def test_directions_are_lost_near_the_half_condensation_time(data: np.ndarray) -> None:
    """The mean of the variances themselves put one of the directions of these counts at 3e-5 t_half."""
    found = audit(np.asarray(data, dtype=float))
    assert 3 <= len(found.lost) <= 8
    ratios = np.array([each.time for each in found.lost]) / found.prediction.own.time
    assert ratios.min() > 0.3
    assert ratios.max() < 2.5


def test_every_point_twice_is_every_point_once() -> None:
    assert contents(np.repeat(DIGITS, 2, axis=0)).rows.tolist() == list(range(0, 600, 2))


@pytest.mark.parametrize("copies", [1, 2])
def test_rows_far_from_all_others_are_named(copies: int) -> None:
    data = np.concatenate([DIGITS, np.full((copies, 64), 99999.0)])
    with pytest.raises(ValueError, match="data must hold no row far from all others, row 300 is"):
        audit(data)


@pytest.mark.parametrize("n", [2, 3, 99])
def test_too_few_points_are_counted(n: int) -> None:
    with pytest.raises(ValueError, match=f"data must have at least 100 points that are no copies, got {n} of {n}"):
        audit(DIGITS[:n])


def test_classes_in_place_of_points_are_copies_of_each_other() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ValueError, match="got 10 of 300"):
            audit(np.eye(10)[RNG.integers(10, size=300)])


def test_what_predictions_cost_is_said_where_it_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """5 numbers of points: 3 that were measured, one of them N_0, and 2 beyond."""
    found, clock = audit(DIGITS), count(0.0, 0.01)
    monkeypatch.setattr(cost, "time", SimpleNamespace(perf_counter=lambda: next(clock)))
    assert cost.seconds_of(found, curves=True) == pytest.approx(0.01 * 5 * 12)
    assert cost.seconds_of(found, curves=False) == pytest.approx(0.01 * 5 * 3)
    assert cost.told(found, curves=True) == ""
    monkeypatch.setattr(cost, "LONG", 0.3)
    assert cost.told(found, curves=True).startswith("The predictions take about 0.0 min")


@pytest.mark.parametrize("factor", [1e150, 1e300, 1e-200])
def test_data_whose_powers_are_no_floats_are_refused(factor: float) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ValueError, match=r"data must be at most 1e[+]60 and vary by at least 1e-60"):
            audit(DIGITS * factor)


@pytest.mark.parametrize("points", [np.eye(150), np.linspace(0, 1, 200)[:, None]], ids=["one-hot", "grid"])
def test_points_that_are_all_equally_far_have_no_dimension(points: np.ndarray) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = audit(points)
    assert "intrinsic dimension not known" in report(found)
    record = json.loads(as_json(found), parse_constant=pytest.fail)
    assert record["intrinsic_dimension"] == {"value": None, "lower": None, "upper": None}
    assert record["law"]["dropped_nats"] >= 0
