r"""Verdicts from error rates: agrees, disagrees, or inconclusive.

An observation comes as an interval that misses the truth with probability at most `false_alarm`. Against a prediction:

    disagrees      the prediction lies outside that interval: a true formula gets this verdict at most that often
    agrees         it lies inside, and the interval at error rate `miss` shows |truth - prediction| <
    `equivalence_margin`:
                   a formula wrong by `equivalence_margin` or more gets this verdict at most that often (equivalence
                   test)
    inconclusive   neither: too noisy to tell

The false alarms of a whole ledger are shared out evenly over LARGEST points, the most that it may have (Bonferroni);
`verify.rates` measures how often the intervals of each claim miss.
Six kinds of interval, one for each kind of statistic:

    bounded        values X_i in [0, 1], any law: the betting martingale of Waudby-Smith and Ramdas (arXiv:2010.09686),
                   whose wealth K(m) = max_n prod_{i<=n} (1 + b_i (X_i - m)) exceeds 1/a with probability at most a for
                   m the mean
    t              means of many values: the empirical likelihood, Student's t for normal values and skewed as they are
                   (`verify.judge.likelihood`); too few values for their tail have no interval, and are inconclusive
    median         medians of values of any law: order statistics, of which binomially many lie below the median
    share          the share of data sets whose value is above 0: a binomial count (`verify.judge.shares`)
    distribution   a whole distribution: fractions of the values up to several thresholds, against a distribution
                   function; the band of Kolmogorov and Smirnov holds at all thresholds at once, so that it is location
                   *and* shape that agree
    exact          no sampling: `stderr` is a bound on the rounding error, and the interval is observed +- that
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import xarray as xr
from scipy import stats

from verify.judge.likelihood import Interval, mean_interval, mean_p
from verify.judge.shares import share_and_error, share_interval, share_p

Verdict = Literal["agrees", "disagrees", "inconclusive"]

FALSE_ALARM = 1e-6  # of the whole ledger
LARGEST = 1650  # points of the whole ledger
MISS = 1e-3
CAUTION = 0.5  # largest share of the wealth that a bet may lose
BISECTIONS = 24
ONE_SIGMA = 2 * stats.norm.sf(1)


@dataclass(frozen=True)
class Rates:
    """Error rates of one point.

    Arguments:
        false_alarm: the probability that a true prediction disagrees.
        miss: the probability that one wrong by the equivalence margin agrees.
    """

    false_alarm: float = FALSE_ALARM / LARGEST
    miss: float = MISS


def point_verdict(
    predicted: np.ndarray, wide: Interval, narrow: Interval, equivalence_margin: np.ndarray
) -> np.ndarray:
    """The verdict of each point: outside the wide interval "disagrees", with the narrow one within the margin "agrees".

    Arguments:
        predicted: (points,).
        wide: ends of the interval at the rate of false alarms.
        narrow: ends of the interval at the rate of misses.
        equivalence_margin: (points,).

    Returns:
        "agrees", "disagrees" or "inconclusive", (points,).
    """
    outside = (predicted < wide[0]) | (predicted > wide[1])
    within = (narrow[1] - predicted < equivalence_margin) & (predicted - narrow[0] < equivalence_margin)
    return np.where(outside, "disagrees", np.where(within, "agrees", "inconclusive"))


def verdict(of_points: np.ndarray) -> Verdict:
    """One disagreement decides; agreement must be everywhere."""
    if (of_points == "disagrees").any():
        return "disagrees"
    return "agrees" if (of_points == "agrees").all() else "inconclusive"


def bounded_interval(observed: xr.Dataset, rate: float) -> Interval:
    """The interval of means of bounded values, whatever their law, by bets (Waudby-Smith and Ramdas).

    Arguments:
        observed: `values` along point and replica, in [`lowest`, `highest`] (numbers, or along point).
        rate: the probability that the interval misses the mean, at most.

    Returns:
        Lower and upper ends, (points,).
    """
    values, scale, lowest = _unit(observed)
    lower = _end(values, rate)
    upper = 1 - _end(1 - values, rate)
    return lowest + scale * lower, lowest + scale * upper


def bounded_p(observed: xr.Dataset, predicted: np.ndarray) -> np.ndarray:
    """Bound on the p-value of predicted means, from both sides: valid at any sample size, not uniform under the truth.

    Arguments:
        observed: as of the interval.
        predicted: (points,).

    Returns:
        (points,).
    """
    values, scale, lowest = _unit(observed)
    mean = np.clip((predicted - lowest) / scale, 0.0, 1.0)
    rate = FALSE_ALARM / LARGEST  # the bets are those of the interval, so that p and interval never contradict
    ways = ((values, mean), (1 - values, 1 - mean))
    wealth = np.maximum(*(_log_wealth(seen, least, _bets(seen, rate)) for seen, least in ways))
    impossible = (predicted < lowest) | (predicted > lowest + scale)
    return np.where(impossible, 0.0, np.minimum(1.0, 2 * np.exp(-wealth)))


def t_interval(observed: xr.Dataset, rate: float) -> Interval:
    """The interval of means of values of an unknown law, infinite where they are too few for their tail.

    Arguments:
        observed: `values` along point and replica.
        rate: the probability that the interval misses the mean, at most.

    Returns:
        Lower and upper ends, (points,).
    """
    return mean_interval(observed["values"].transpose("point", "replica").values, rate)


def t_p(observed: xr.Dataset, predicted: np.ndarray) -> np.ndarray:
    """Two-sided p-values of predicted means, 1 where values are too few for their tail.

    Arguments:
        observed: as of the interval.
        predicted: (points,).

    Returns:
        (points,).
    """
    return mean_p(observed["values"].transpose("point", "replica").values, predicted)


def median_interval(observed: xr.Dataset, rate: float) -> Interval:
    """The interval of medians; no law of the values is assumed.

    Arguments:
        observed: `values` along point and replica.
        rate: the probability that the interval misses the median, at most.

    Returns:
        Lower and upper ends, (points,).

    Raises:
        ValueError: for fewer values than the rate asks for.
    """
    values = observed["values"].transpose("point", "replica").values
    ends = [stats.quantile_test(row, p=0.5).confidence_interval(1 - rate) for row in values]
    lower, upper = np.reshape(ends, (-1, 2)).T
    if np.isnan(lower).any():
        raise ValueError(f"values must be more for a median at the rate {rate:g}, got {values.shape[1]}")
    return lower, upper


def median_p(observed: xr.Dataset, predicted: np.ndarray) -> np.ndarray:
    """Two-sided p-values of the sign test; values equal to the prediction count for it.

    Arguments:
        observed: as of the interval.
        predicted: (points,).

    Returns:
        (points,).
    """
    values = observed["values"].transpose("point", "replica").values
    above, below = ((values > predicted[:, None]).sum(axis=1), (values < predicted[:, None]).sum(axis=1))
    return np.minimum(1.0, 2 * stats.binom.sf(np.maximum(above, below) - 1, values.shape[1], 0.5))


def distribution_interval(observed: xr.Dataset, rate: float) -> Interval:
    """The band of a distribution function for all thresholds at once (Kolmogorov and Smirnov).

    Arguments:
        observed: `observed`, the fraction of `replicas` values up to a threshold.
        rate: the probability that the band misses the function somewhere, at most.

    Returns:
        Lower and upper ends, (points,).
    """
    counts, rows = np.unique(np.broadcast_to(observed.replicas.values, observed.sizes["point"]), return_inverse=True)
    half = stats.kstwo.isf(rate, counts)[rows]
    return observed.observed.values - half, observed.observed.values + half


def distribution_p(observed: xr.Dataset, predicted: np.ndarray) -> np.ndarray:
    """p-values of Kolmogorov and Smirnov, if each were the largest distance: valid for the largest of them.

    Arguments:
        observed: as of the interval.
        predicted: (points,).

    Returns:
        (points,).
    """
    return stats.kstwo.sf(np.abs(observed.observed.values - predicted), observed.replicas.values)


def exact_interval(observed: xr.Dataset, rate: float) -> Interval:
    """The interval of what was computed: `observed` +- the bound `stderr` on its rounding error.

    Arguments:
        observed: `observed` and `stderr`.
        rate: it does not matter.

    Returns:
        Lower and upper ends, (points,).
    """
    return observed.observed.values - observed.stderr.values, observed.observed.values + observed.stderr.values


def exact_p(observed: xr.Dataset, predicted: np.ndarray) -> np.ndarray:
    """1 for predictions within the bound of rounding, 0 for others.

    Arguments:
        observed: as of the interval.
        predicted: (points,).

    Returns:
        (points,).
    """
    return (np.abs(observed.observed.values - predicted) <= observed.stderr.values).astype(float)


def mean_and_error(observed: xr.Dataset) -> Interval:
    """The means that were observed, with their standard errors."""
    return observed.observed.values, observed.stderr.values


def median_and_error(observed: xr.Dataset) -> Interval:
    """The median of `values`, and half the interval at the rate of one standard deviation."""
    lower, upper = median_interval(observed, ONE_SIGMA)
    return observed["values"].median("replica").values, (upper - lower) / 2


@dataclass(frozen=True)
class Statistic:
    """How an interval, a p-value, and the value with its error that stand for them are made from observations.

    Arguments:
        interval: of an observation and a rate.
        p: of an observation and predictions.
        value: of an observation: value and error, (points,) each.
        needs: variables that an observation must have.
    """

    interval: Callable[[xr.Dataset, float], Interval]
    p: Callable[[xr.Dataset, np.ndarray], np.ndarray]
    value: Callable[[xr.Dataset], Interval] = mean_and_error
    needs: tuple[str, ...] = ()


MEAN, COUNTED = ("values", "observed", "stderr", "replicas"), ("observed", "stderr", "replicas")
IN_UNIT = ("values", "lowest", "highest", "observed", "stderr")
STATISTICS = {
    "bounded": Statistic(bounded_interval, bounded_p, needs=IN_UNIT),
    "t": Statistic(t_interval, t_p, needs=MEAN),
    "median": Statistic(median_interval, median_p, median_and_error, needs=("values",)),
    "share": Statistic(share_interval, share_p, share_and_error, needs=("values",)),
    "distribution": Statistic(distribution_interval, distribution_p, needs=COUNTED),
    "exact": Statistic(exact_interval, exact_p, needs=("observed", "stderr")),
}


def _unit(observed: xr.Dataset) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    lowest, highest = (
        np.broadcast_to(observed[name].values, observed.sizes["point"]) for name in ("lowest", "highest")
    )
    values = observed["values"].transpose("point", "replica").values
    return (values - lowest[:, None]) / (highest - lowest)[:, None], highest - lowest, lowest


def _end(values: np.ndarray, rate: float) -> np.ndarray:
    """Lower end of the interval: the mean at which betting on larger values wins 2/rate. Wealth falls with the mean."""
    low, high, bets = np.zeros(len(values)), values.mean(axis=1), _bets(values, rate)
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        rejected = _log_wealth(values, middle, bets) > np.log(2 / rate)
        low, high = np.where(rejected, middle, low), np.where(rejected, high, middle)
    return low


def _log_wealth(values: np.ndarray, mean: np.ndarray, bets: np.ndarray) -> np.ndarray:
    """Log of the largest wealth won by betting that the mean is larger than `mean`."""
    most = CAUTION / np.maximum(mean, np.finfo(float).tiny)[:, None]
    gains = np.minimum(bets, most) * (values - mean[:, None])
    return np.log1p(gains).cumsum(axis=1).max(axis=1)


def _bets(values: np.ndarray, rate: float) -> np.ndarray:
    """sqrt(2 log(2/rate) / (n variance)), with the variance of earlier values alone: bets must not look ahead."""
    n = values.shape[1]
    count = np.arange(1, n + 1)
    mean = (0.5 + values.cumsum(axis=1)) / (count + 1)
    variance = (0.25 + ((values - mean) ** 2).cumsum(axis=1)) / (count + 1)
    before = np.concatenate([np.full((len(values), 1), 0.25), variance[:, :-1]], axis=1)
    return np.sqrt(2 * np.log(2 / rate) / (n * before))
