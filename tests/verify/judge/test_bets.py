"""Bets are fair, look at no value that they bet on, and share out one false alarm among all points of the ledger."""

import itertools

import numpy as np
import pytest
import xarray as xr
from scipy import stats

from verify.judge.statistics import (
    FALSE_ALARM,
    LARGEST,
    Rates,
    _bets,
    _log_wealth,
    bounded_interval,
    bounded_p,
    exact_p,
    median_and_error,
    point_verdict,
)

N = 10  # tosses of a coin: few enough for all 2^N sequences
SEQUENCES = np.array(list(itertools.product((0.0, 1.0), repeat=N)))


def coin(mean: float) -> np.ndarray:
    """Probabilities of all sequences."""
    heads = SEQUENCES.sum(axis=1)
    return mean**heads * (1 - mean) ** (N - heads)


def in_unit(values: np.ndarray) -> xr.Dataset:
    return xr.Dataset({"values": (("point", "replica"), values), "lowest": 0.0, "highest": 1.0})


def test_the_points_of_a_ledger_share_out_one_false_alarm() -> None:
    assert Rates().false_alarm * LARGEST == pytest.approx(FALSE_ALARM) == 1e-6
    assert Rates().false_alarm == pytest.approx(1e-6 / 1650)
    assert Rates().miss == 1e-3


def test_a_bet_does_not_see_the_value_that_it_is_made_on_nor_later_ones() -> None:
    seen = np.random.default_rng(0).random((1, 50))
    for place in range(50):
        other = seen.copy()
        other[:, place:] = 1 - other[:, place:]
        np.testing.assert_array_equal(_bets(other, 0.01)[:, : place + 1], _bets(seen, 0.01)[:, : place + 1])
    assert (_bets(1 - seen**4, 0.01) != _bets(seen, 0.01))[:, 1:].all()


def test_a_bet_is_the_root_of_2_log_2_over_rate_over_n_times_the_variance_so_far() -> None:
    """By hand, from a prior value of mean 1/2 and variance 1/4: after a 1 the mean is 3/4, the variance 5/32."""
    bets = _bets(np.array([[1.0, 0.0, 0.0]]), 0.01)
    after = (0.25 + (1 - 0.75) ** 2) / 2, (0.25 + (1 - 0.75) ** 2 + (0 - 0.5) ** 2) / 3
    np.testing.assert_allclose(bets, np.sqrt(2 * np.log(200) / (3 * np.array([[0.25, *after]]))), rtol=1e-14)


@pytest.mark.parametrize("mean", [0.1, 0.5, 0.8])
def test_the_expected_wealth_at_the_true_mean_is_one(mean: float) -> None:
    """Over all sequences of a coin: a fair game has E prod (1 + b_i (X_i - m)) = 1 after every toss."""
    bets = np.minimum(_bets(SEQUENCES, 0.05), 0.5 / mean)
    wealth = np.cumprod(1 + bets * (SEQUENCES - mean), axis=1)
    np.testing.assert_allclose(coin(mean) @ wealth, 1.0, rtol=1e-12)
    np.testing.assert_allclose(
        _log_wealth(SEQUENCES, np.full(len(SEQUENCES), mean), _bets(SEQUENCES, 0.05)), np.log(wealth.max(axis=1))
    )


@pytest.mark.parametrize("mean", [0.1, 0.5, 0.8])
@pytest.mark.parametrize("rate", [0.5, 0.1])
def test_the_interval_misses_a_coin_at_most_at_its_rate(mean: float, rate: float) -> None:
    lower, upper = bounded_interval(in_unit(SEQUENCES), rate)
    assert coin(mean) @ ((lower > mean) | (upper < mean)) <= rate


def test_the_end_of_an_interval_is_where_the_wealth_is_2_over_the_rate() -> None:
    seen = np.random.default_rng(1).beta(2, 3, (4, 200))
    lower, upper = bounded_interval(in_unit(seen), 0.01)
    for values, end in ((seen, lower), (1 - seen, 1 - upper)):
        np.testing.assert_allclose(_log_wealth(values, end, _bets(values, 0.01)), np.log(200), rtol=1e-4)


def test_p_is_below_the_rate_exactly_outside_the_interval() -> None:
    seen = in_unit(np.random.default_rng(2).beta(2, 3, (1, 2000)))
    (lower,), (upper,) = bounded_interval(seen, Rates().false_alarm)
    for predicted, outside in (
        (lower - 1e-4, True),
        (lower + 1e-4, False),
        (upper - 1e-4, False),
        (upper + 1e-4, True),
    ):
        assert (bounded_p(seen, np.array([predicted]))[0] < Rates().false_alarm) == outside
    assert [bounded_p(seen, np.array([wrong]))[0] for wrong in (-1e-9, 1 + 1e-9)] == [0, 0]


def test_p_is_1_where_no_bet_was_won() -> None:
    assert bounded_p(in_unit(np.full((1, 60), 0.5)), np.array([0.5])).tolist() == [1]


def test_p_does_not_know_the_unit_of_values_nor_their_direction() -> None:
    values, predicted = np.random.default_rng(4).beta(2, 3, (3, 60)), np.array([0.4, 0.25, 0.62])
    once = bounded_p(in_unit(values), predicted)
    assert ((once > 1e-12) & (once < 0.9)).all()
    other = in_unit(-2 + 5 * values).assign(lowest=-2.0, highest=3.0)
    np.testing.assert_allclose(bounded_p(other, -2 + 5 * predicted), once, rtol=1e-9)
    np.testing.assert_allclose(bounded_p(in_unit(1 - values), 1 - predicted), once, rtol=1e-9)


def test_the_error_of_a_median_is_that_of_many_normal_values() -> None:
    """sigma (pi/2n)^(1/2)."""
    seen = in_unit(np.random.default_rng(3).normal(5.0, 2.0, (40, 4000)))
    value, stderr = median_and_error(seen)
    assert np.mean(stderr) == pytest.approx(2 * np.sqrt(np.pi / 8000), rel=0.05)
    assert stats.chi2.cdf((((value - 5) / stderr) ** 2).sum(), 40) == pytest.approx(0.5, abs=0.499)


def test_a_rounding_error_is_a_bound_on_both_sides() -> None:
    seen = xr.Dataset({"observed": ("point", [1.0] * 4), "stderr": ("point", [0.1] * 4)})
    np.testing.assert_array_equal(exact_p(seen, np.array([0.8, 0.95, 1.05, 1.2])), [0, 1, 1, 0])


def test_agreement_is_asked_for_on_both_sides_of_the_prediction() -> None:
    wide, narrow, margin = (np.zeros(5), np.ones(5)), (np.full(5, 0.4), np.full(5, 0.6)), np.full(5, 0.12)
    found = point_verdict(np.array([-0.1, 0.45, 0.5, 0.55, 1.1]), wide, narrow, margin)
    assert found.tolist() == ["disagrees", "inconclusive", "agrees", "inconclusive", "disagrees"]
