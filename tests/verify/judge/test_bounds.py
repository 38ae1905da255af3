"""Intervals beside a prediction and shifted observations: what the table says of each point, by hand."""

import numpy as np
import pytest
import xarray as xr

from verify.judge.bounds import Bounds, compared
from verify.judge.corrections import Correction, corrected, memoized
from verify.judge.statistics import STATISTICS, Rates, Statistic

VALUE, ERROR = np.array([3.0, 5.0, 7.0]), np.array([0.1, 0.2, 0.3])
OBSERVED = xr.Dataset({"observed": ("point", VALUE), "stderr": ("point", ERROR)})


def width(rate: float) -> float:
    """Half an interval in standard errors: 3 at the rate of false alarms, 2 at that of misses."""
    return 3.0 if rate < 1e-6 else 2.0


NORMAL = Statistic(
    interval=lambda seen, rate: (VALUE - width(rate) * ERROR, VALUE + width(rate) * ERROR),
    p=lambda seen, predicted: np.exp(-np.abs(VALUE - predicted) / ERROR),
)


def test_bounds_are_both_intervals_and_what_is_tolerated_widens_the_wide_one_alone() -> None:
    bounds = Bounds.of(NORMAL, OBSERVED, Rates(), np.array([0.0, 0.5, 0.05]), np.array([0.25, 0.7, 0.59]))
    np.testing.assert_allclose(bounds.wide, [[2.7, 4.4, 6.1], [3.3, 5.6, 7.9]])
    np.testing.assert_allclose(bounds.narrow, [[2.8, 4.6, 6.4], [3.2, 5.4, 7.6]])
    for predicted, verdicts in (
        ([3.31, 6.09, 7.94], ["disagrees", "inconclusive", "inconclusive"]),
        ([2.69, 3.91, 6.06], ["disagrees", "inconclusive", "inconclusive"]),
        ([3.04, 6.11, 7.96], ["agrees", "disagrees", "disagrees"]),
        ([2.96, 3.89, 6.04], ["agrees", "disagrees", "disagrees"]),
        ([3.06, 5.29, 7.0], ["inconclusive", "agrees", "inconclusive"]),
        ([2.94, 4.71, 7.01], ["inconclusive", "agrees", "inconclusive"]),
    ):
        assert bounds.verdicts(np.array(predicted)).tolist() == verdicts


def test_a_table_has_the_effect_with_its_interval_and_p_of_the_nearest_tolerated_prediction() -> None:
    predicted, tolerated = np.array([3.5, 5.1, 6.0]), np.array([0.2, 0.3, 0.4])
    bounds = Bounds.of(NORMAL, OBSERVED, Rates(), tolerated, np.full(3, 0.5))
    found = compared(NORMAL, OBSERVED, predicted, bounds)
    expected = {
        "predicted": predicted,
        "observed": VALUE,
        "stderr": ERROR,
        "lower": [2.7, 4.4, 6.1],
        "upper": [3.3, 5.6, 7.9],
        "effect": [-0.5, -0.1, 1.0],
        "effect_lower": [-0.8, -0.7, 0.1],
        "effect_upper": [-0.2, 0.5, 1.9],
        "p": np.exp([-3.0, 0.0, -2.0]),
    }
    for name, column in expected.items():
        np.testing.assert_allclose(found[name], column, rtol=1e-12, atol=1e-12, err_msg=name)
    assert found["point_verdict"].tolist() == bounds.verdicts(predicted).tolist()
    assert set(found) == {*expected, "point_verdict"}


def test_what_is_added_moves_the_interval_and_its_error_widens_it() -> None:
    shift = Correction(shift=np.array([0.5, -1.0, 2.0]), error=np.array([0.0, 0.2, 0.4]))
    moved = corrected(NORMAL, shift)
    np.testing.assert_allclose(moved.interval(OBSERVED, 1e-9), [[3.2, 3.2, 7.7], [3.8, 4.8, 10.3]])
    value, stderr = moved.value(OBSERVED)
    np.testing.assert_allclose(value, [3.5, 4.0, 9.0])
    np.testing.assert_allclose(stderr, ERROR)
    np.testing.assert_allclose(moved.p(OBSERVED, np.array([3.6, 4.5, 9.3])), np.exp([-1, -1.5, 0]))
    np.testing.assert_allclose(moved.p(OBSERVED, np.array([3.4, 3.5, 8.0])), np.exp([-1, -1.5, -2]))
    assert corrected(NORMAL, None) is NORMAL


def test_a_correction_of_one_case_is_computed_once() -> None:
    asked: list[object] = []
    parts = Correction(np.zeros(1), np.zeros(1))
    remembered = memoized(lambda case: asked.append(case) or parts)
    first, second = OBSERVED, OBSERVED.copy()
    assert [remembered(case) is parts for case in (first, second, first)] == [True] * 3
    assert len(asked) == 2


@pytest.mark.parametrize("name", ["bounded", "t", "median"])
def test_intervals_are_wider_at_a_smaller_rate_and_hold_the_value(name: str) -> None:
    values = np.random.default_rng(0).beta(2, 3, (2, 300))
    mean = values.mean(axis=1)
    columns = {"values": (("point", "replica"), values), "observed": ("point", mean), "stderr": ("point", mean)}
    seen = xr.Dataset({**columns, "replicas": 300, "lowest": 0.0, "highest": 1.0})
    low, high = STATISTICS[name].interval(seen, 1e-9)
    inner_low, inner_high = STATISTICS[name].interval(seen, 1e-3)
    centre = STATISTICS[name].value(seen)[0]
    assert (low < inner_low).all()
    assert (inner_low < centre).all()
    assert (centre < inner_high).all()
    assert (inner_high < high).all()
