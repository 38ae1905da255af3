r"""The share of data sets in which an observable is positive: a count of independent trials.

Of n values k lie above 0, a share p of their law. k is binomial, and the interval of Clopper and Pearson holds p unless
one of

.. math:: P(K \ge k \mid p) < a/2, \qquad P(K \le k \mid p) < a/2

does at the rate a: it misses at most at that rate, whatever the law of the values. A mean may be carried by few data
sets; this share says in how many of them its sign shows, and 1/2 is where the median changes its sign. A value of 0
counts as not positive.

Reference: Clopper and Pearson (1934), Biometrika 26, 404.
"""

import numpy as np
import xarray as xr
from scipy import stats

from verify.judge.likelihood import Interval


def share_interval(observed: xr.Dataset, rate: float) -> Interval:
    """The interval of the share of values above 0, of Clopper and Pearson.

    Arguments:
        observed: `values` along point and replica.
        rate: the probability that the interval misses the share, at most.

    Returns:
        Lower and upper ends, (points,), in [0, 1].
    """
    count, n = positive(observed)
    lower = np.where(count > 0, stats.beta.ppf(rate / 2, np.maximum(count, 1), n - count + 1), 0.0)
    upper = np.where(count < n, stats.beta.isf(rate / 2, count + 1, np.maximum(n - count, 1)), 1.0)
    return lower, upper


def share_p(observed: xr.Dataset, predicted: np.ndarray) -> np.ndarray:
    """Two-sided p-values of predicted shares of values above 0: twice the smaller tail of a binomial count.

    Arguments:
        observed: as of the interval.
        predicted: (points,), 0 and 1 among them; what is outside of [0, 1] has p = 0.

    Returns:
        (points,).
    """
    count, n = positive(observed)
    share = np.clip(predicted, 0.0, 1.0)
    tails = np.minimum(stats.binom.sf(count - 1, n, share), stats.binom.cdf(count, n, share))
    return np.where(share == predicted, np.minimum(1.0, 2 * tails), 0.0)


def share_and_error(observed: xr.Dataset) -> Interval:
    """The share of values above 0 that was observed, and its standard error."""
    count, n = positive(observed)
    share = count / n
    return share, np.sqrt(share * (1 - share) / n)


def positive(observed: xr.Dataset) -> tuple[np.ndarray, int]:
    """How many values are above 0 at each point, (points,), and of how many."""
    values = observed["values"].transpose("point", "replica").values
    return (values > 0).sum(axis=1), values.shape[1]
