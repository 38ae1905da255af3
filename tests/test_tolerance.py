"""Error rates as stated: false alarms under true predictions, misses under wrong ones, over 2,000 trials each."""

import numpy as np
import pytest
import xarray as xr
from scipy import stats

from verify.tolerance import STATISTICS, bounded_interval, bounded_p, point_verdict, t_interval, verdict

TRIALS = 2000
NOMINAL = 0.05


def bounded(values: np.ndarray, lowest: float = 0.0, highest: float = 1.0) -> xr.Dataset:
    mean, stderr = values.mean(axis=1), values.std(axis=1, ddof=1) / np.sqrt(values.shape[1])
    along = {"observed": ("point", mean), "stderr": ("point", stderr), "values": (("point", "replica"), values)}
    return xr.Dataset({**along, "replicas": values.shape[1], "lowest": lowest, "highest": highest})


def binomial_limits(rate: float) -> tuple[float, float]:
    return stats.binom.interval(1 - 1e-6, TRIALS, rate)


def test_t_false_alarms_are_nominal() -> None:
    observed = bounded(np.random.default_rng(1).normal(3.0, 2.0, (TRIALS, 50)))
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
    normal_lower, normal_upper = t_interval(bounded(values + 1e-12), NOMINAL)
    assert ((normal_lower > 0.01) | (normal_upper < 0.01)).sum() > 3 * NOMINAL * TRIALS


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
    """A prediction wrong by exactly the smallest error agrees in at most the stated share of trials."""
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
