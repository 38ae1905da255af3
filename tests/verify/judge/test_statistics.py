"""Error rates as stated: false alarms under true predictions, misses under wrong ones, over 2,000 trials each."""

import numpy as np
import pytest
import xarray as xr
from scipy import stats

from verify.judge.statistics import (
    FALSE_ALARM,
    LARGEST,
    STATISTICS,
    Rates,
    _bets,
    bounded_interval,
    bounded_p,
    distribution_interval,
    distribution_p,
    exact_interval,
    median_interval,
    median_p,
    point_verdict,
    t_interval,
    t_p,
    verdict,
)

TRIALS = 2000
NOMINAL = 0.05


def bounded(values: np.ndarray, lowest: float = 0.0, highest: float = 1.0) -> xr.Dataset:
    mean, stderr = values.mean(axis=1), values.std(axis=1, ddof=1) / np.sqrt(values.shape[1])
    along = {"observed": ("point", mean), "stderr": ("point", stderr), "values": (("point", "replica"), values)}
    return xr.Dataset({**along, "replicas": values.shape[1], "lowest": lowest, "highest": highest})


def binomial_limits(rate: float) -> tuple[float, float]:
    return stats.binom.interval(1 - 1e-6, TRIALS, rate)


@pytest.mark.parametrize(("law", "count"), [(stats.norm(3.0, 2.0), 50), (stats.expon(2.0), 400)])
def test_t_false_alarms_are_nominal(law: stats.rv_continuous, count: int) -> None:
    observed = bounded(law.rvs((TRIALS, count), random_state=1))
    lower, upper = t_interval(observed, NOMINAL)
    low, high = binomial_limits(NOMINAL)
    assert low <= ((lower > 3) | (upper < 3)).sum() <= high


@pytest.mark.parametrize("mean", [0.05, 0.5, 0.95])
def test_bounded_false_alarms_stay_below_nominal(mean: float) -> None:
    # conservative by construction: a martingale pays for holding at every sample size
    values = np.random.default_rng(2).beta(2 * mean, 2 * (1 - mean), (TRIALS, 200))
    lower, upper = bounded_interval(bounded(values), NOMINAL)
    assert ((lower > mean) | (upper < mean)).sum() <= binomial_limits(NOMINAL)[1]


def test_bounded_covers_means_carried_by_rare_values() -> None:
    """Heavy-tailed weights: one value in a hundred is near 1, where normal intervals fail."""
    values = (np.random.default_rng(3).random((TRIALS, 100)) < 0.01).astype(float)
    lower, upper = bounded_interval(bounded(values), NOMINAL)
    assert ((lower > 0.01) | (upper < 0.01)).sum() <= binomial_limits(NOMINAL)[1]
    distance, stderr = np.abs(values.mean(axis=1) - 0.01), values.std(axis=1, ddof=1) / 10
    assert (distance > stats.norm.isf(NOMINAL / 2) * stderr).sum() > 3 * NOMINAL * TRIALS


def test_bounded_interval_is_not_much_wider_than_normal() -> None:
    observed = bounded(np.random.default_rng(4).random((20, 1000)))
    widths = np.subtract(*bounded_interval(observed, 1e-3)[::-1]) / np.subtract(*t_interval(observed, 1e-3)[::-1])
    assert (widths > 1).all()
    assert (widths < 1.6).all()


def test_bounded_interval_follows_the_range() -> None:
    values = np.random.default_rng(5).random((3, 100))
    unit, scaled = bounded_interval(bounded(values), 0.01), bounded_interval(bounded(2 + 5 * values, 2.0, 7.0), 0.01)
    np.testing.assert_allclose(scaled, 2 + 5 * np.array(unit), rtol=1e-9)


def test_bounded_p_is_small_for_wrong_means_alone() -> None:
    observed = bounded(np.random.default_rng(6).beta(2, 2, (TRIALS, 100)))
    assert (bounded_p(observed, np.full(TRIALS, 0.5)) < NOMINAL).sum() <= binomial_limits(NOMINAL)[1]
    assert (bounded_p(observed, np.full(TRIALS, 0.9)) < 1e-9).all()
    assert (bounded_p(observed, np.full(TRIALS, 1.1)) == 0).all()


@pytest.mark.parametrize("statistic", ["t", "bounded"])
def test_misses_stay_below_nominal(statistic: str) -> None:
    """A prediction wrong by exactly the equivalence margin agrees in at most the stated share of trials."""
    values = np.random.default_rng(7).beta(2, 2, (TRIALS, 400))
    interval, wrong = STATISTICS[statistic].interval, np.full(TRIALS, 0.6)
    observed = bounded(values)
    verdicts = point_verdict(wrong, interval(observed, 1e-9), interval(observed, NOMINAL), np.full(TRIALS, 0.1))
    assert (verdicts == "agrees").sum() <= binomial_limits(NOMINAL)[1]


def test_three_verdicts() -> None:
    wide, narrow = (np.array([0.0]), np.array([1.0])), (np.array([0.3]), np.array([0.7]))
    assert point_verdict(np.array([1.1]), wide, narrow, np.array([9.0])) == "disagrees"
    assert point_verdict(np.array([0.5]), wide, narrow, np.array([0.21])) == "agrees"
    assert point_verdict(np.array([0.5]), wide, narrow, np.array([0.19])) == "inconclusive"


def test_one_disagreement_decides_and_agreement_must_be_everywhere() -> None:
    assert verdict(np.array(["agrees", "inconclusive", "disagrees"])) == "disagrees"
    assert verdict(np.array(["agrees", "inconclusive"])) == "inconclusive"
    assert verdict(np.array(["agrees", "agrees"])) == "agrees"


def test_t_p_values_are_uniform() -> None:
    observed = bounded(np.random.default_rng(8).normal(3.0, 2.0, (TRIALS, 50)))
    assert stats.kstest(t_p(observed, np.full(TRIALS, 3.0)), "uniform").pvalue > 1e-6


@pytest.mark.parametrize("law", [stats.cauchy(), stats.expon(), stats.norm(scale=1e-3)])
def test_median_false_alarms_are_nominal_for_any_law(law: stats.rv_continuous) -> None:
    """Counts are discrete: the interval takes the largest rate that they allow below the nominal one."""
    observed = bounded(law.rvs((TRIALS, 401), random_state=9))
    lower, upper = median_interval(observed, NOMINAL)
    wrong = (lower > law.median()) | (upper < law.median())
    outside = stats.binom.ppf(NOMINAL / 2, 401, 0.5)
    low, high = binomial_limits(2 * stats.binom.cdf(outside - 1, 401, 0.5))
    assert low <= wrong.sum() <= high <= binomial_limits(NOMINAL)[1]
    assert (median_p(observed, np.full(TRIALS, law.median())) < NOMINAL).sum() == wrong.sum()


def test_a_median_needs_enough_values() -> None:
    with pytest.raises(ValueError, match="values must be more"):
        median_interval(bounded(np.random.default_rng(10).random((2, 20))), 1e-9)


def fractions(values: np.ndarray) -> tuple[xr.Dataset, np.ndarray]:
    """Of (trials, replicas): the fraction up to each of the values, along point, and the thresholds."""
    count = values.shape[1]
    observed = np.tile(np.arange(1, count + 1) / count, len(values))
    return xr.Dataset({"observed": ("point", observed), "replicas": count}), np.sort(values, axis=1).ravel()


def test_distribution_false_alarms_are_nominal_over_all_thresholds_together() -> None:
    count = 400
    observed, thresholds = fractions(np.random.default_rng(11).normal(size=(TRIALS, count)))
    lower, upper = distribution_interval(observed, NOMINAL)
    predicted = stats.norm.cdf(thresholds)
    # the distance at a threshold is looked at from both sides, as at a grid of all numbers
    wrong = ((predicted < lower) | (predicted > upper + 1e-12) | (predicted > upper - 1 / count)).reshape(TRIALS, count)
    low, high = binomial_limits(NOMINAL)
    assert low <= wrong.any(axis=1).sum() <= high
    farthest = np.abs(observed.observed.values - predicted).reshape(TRIALS, count).argmax(axis=1)
    chosen = np.arange(TRIALS) * count + farthest
    p = distribution_p(observed.isel(point=chosen), predicted[chosen])
    assert (p < NOMINAL).sum() <= high


def test_distribution_sees_a_shape_whose_mean_is_right() -> None:
    observed, thresholds = fractions(np.random.default_rng(12).random((1, 4000)))
    lower, upper = distribution_interval(observed, Rates().false_alarm)
    for law, seen in ((stats.uniform(), False), (stats.beta(2, 2), True), (stats.uniform(0.1), True)):
        predicted = law.cdf(thresholds)
        assert ((predicted < lower) | (predicted > upper)).any() == seen


@pytest.mark.parametrize("rate", [NOMINAL, 1e-9])
def test_rounding_is_not_a_matter_of_rates(rate: float) -> None:
    observed = xr.Dataset({"observed": ("point", [1.0, 2.0]), "stderr": ("point", [1e-15, 1e-3])})
    lower, upper = exact_interval(observed, rate)
    np.testing.assert_allclose(upper - lower, [2e-15, 2e-3], rtol=0.2)


def test_median_misses_stay_below_nominal() -> None:
    values = np.random.default_rng(13).standard_cauchy((TRIALS, 400))
    observed, wrong = bounded(values), np.full(TRIALS, 0.5)
    verdicts = point_verdict(wrong, median_interval(observed, 1e-9), median_interval(observed, NOMINAL), wrong)
    assert (verdicts == "agrees").sum() <= binomial_limits(NOMINAL)[1]


def test_distribution_misses_stay_below_nominal() -> None:
    """A shift of 0.1 in probability, seen at nine thresholds, agrees at all of them in few trials."""
    thresholds = np.arange(0.1, 0.95, 0.1)
    sample = np.random.default_rng(14).random((TRIALS, 400))
    seen = (sample[:, :, None] <= thresholds).mean(axis=1).ravel()
    observed = xr.Dataset({"observed": ("point", seen), "replicas": 400})
    wrong = np.tile(thresholds + 0.1, TRIALS)
    wide, narrow = (distribution_interval(observed, rate) for rate in (1e-9, NOMINAL))
    verdicts = point_verdict(wrong, wide, narrow, np.full(wrong.size, 0.1)).reshape(TRIALS, -1)
    assert (verdicts == "agrees").all(axis=1).sum() <= binomial_limits(NOMINAL)[1]


def test_a_bet_does_not_look_at_the_value_it_is_made_on() -> None:
    values = np.random.default_rng(15).random((1, 50))
    before = _bets(values, NOMINAL)
    for i in range(50):
        changed = values.copy()
        changed[0, i] = 1 - changed[0, i]
        after = _bets(changed, NOMINAL)
        np.testing.assert_array_equal(after[0, : i + 1], before[0, : i + 1])
        assert i == 49 or (after[0, i + 1 :] != before[0, i + 1 :]).any()


def test_points_are_judged_at_their_share_of_the_rate_of_the_ledger() -> None:
    assert Rates().false_alarm == pytest.approx(FALSE_ALARM / LARGEST, rel=1e-12)
    assert FALSE_ALARM / LARGEST < 1e-9


def test_each_point_has_the_bounds_that_are_its_own() -> None:
    values = np.random.default_rng(14).random((2, 100))
    lowest, highest = np.array([2.0, -1.0]), np.array([7.0, -0.5])
    own = lowest[:, None] + (highest - lowest)[:, None] * values
    apart = bounded(own).assign(lowest=("point", lowest), highest=("point", highest))
    lower, upper = bounded_interval(bounded(values), 0.01)
    found = bounded_interval(apart, 0.01)
    np.testing.assert_allclose(found, [lowest + (highest - lowest) * end for end in (lower, upper)], rtol=1e-9)
    wrong = lowest + (highest - lowest) * np.array([0.2, 0.9])
    np.testing.assert_allclose(bounded_p(apart, wrong), bounded_p(bounded(values), np.array([0.2, 0.9])), rtol=1e-6)
    assert bounded_p(apart, highest + 0.1).tolist() == [0, 0]


def test_the_band_is_that_of_as_many_values_as_each_point_has() -> None:
    counts = np.array([400, 50, 400])
    fractions = xr.Dataset({"observed": ("point", [0.3, 0.5, 0.6]), "replicas": ("point", counts)})
    lower, upper = distribution_interval(fractions, 0.01)
    np.testing.assert_allclose(stats.kstwo.sf((upper - lower) / 2, counts), 0.01, rtol=1e-4)
    np.testing.assert_allclose((upper + lower) / 2, [0.3, 0.5, 0.6], rtol=1e-12)
    np.testing.assert_allclose(distribution_p(fractions, lower), 0.01, rtol=1e-4)


def test_the_sign_test_counts_by_hand() -> None:
    """Of five values: all on one side 2/32, four 12/32; what is equal to the prediction counts for it."""
    seen = bounded(np.tile([1.0, 2.0, 3.0, 4.0, 10.0], (4, 1)))
    np.testing.assert_allclose(median_p(seen, np.array([0.5, 9.0, 3.0, 10.0])), [2 / 32, 12 / 32, 1.0, 12 / 32])
