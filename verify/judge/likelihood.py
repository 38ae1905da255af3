r"""The mean of values of an unknown law: an interval as wide as Student's t for normal values, skewed where they are.

Of all laws of mean m, the one under which n values :math:`X_i` are likeliest gives each a weight of its own, and may
give the rest to b, which lies REACH times as far from their mean as the farthest of them. Its log likelihood ratio is

.. math:: l(m) = 2 \max_\lambda \sum_i \log(1 - \lambda (X_i - m)),  0 \le \lambda \le 1/(b - m), \quad m > \bar X,

with signs changed below the mean. The interval at a rate a holds all m with

.. math:: l(m) \le n \log(1 + q^2/(n - 1)), \qquad q \text{ the quantile of Student's t at } 1 - a/2,

which is the likelihood ratio of normal values, where it gives Student's t. A law is missed at the rate of the large
deviations of its own samples, whatever its skewness, if it does not reach beyond b; the correction of t for skewness
(Johnson 1978) is its second order. Too few values for their tail, n < LEAST (1 + g^2) at the skewness g, have no ends.

References: Owen (2001), Empirical Likelihood; Honda and Takemura (2010), COLT, for b; Cochran (1977), Sampling
Techniques, sec. 2.15, n > 25 g^2. `verify.rates` measures the rates.
"""

import numpy as np
from scipy import stats
from scipy.optimize import elementwise

Interval = tuple[np.ndarray, np.ndarray]

REACH = 2.0  # of the law that the interval allows for, in units of that of its values
LEAST = 25.0  # values, and of those for each unit of the squared skewness
EDGE = 1e-12  # from the value at which no weight is left to the others
TOLERANCE = {"xatol": 0.0, "xrtol": 1e-10, "fatol": 1e-10, "frtol": 0.0}


def mean_interval(values: np.ndarray, rate: float) -> Interval:
    """Intervals for means of values of an unknown law, by empirical likelihood with a point beyond the farthest value.

    Arguments:
        values: (points, n).
        rate: the probability that an interval misses its mean, about.

    Returns:
        Lower and upper ends, (points,); infinite where n is too small for the tail of the values.
    """
    n, few = values.shape[1], too_few(values)
    level = n * np.log1p(stats.t.isf(rate / 2, n - 1) ** 2 / (n - 1))
    lower, upper = -_upper_end(-values, level), _upper_end(values, level)
    return np.where(few, -np.inf, lower), np.where(few, np.inf, upper)


def mean_p(values: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    """Two-sided p-values of predicted means of values of an unknown law.

    Arguments:
        values: (points, n).
        predicted: (points,).

    Returns:
        (points,); 1 where n is too small for the tail of the values.
    """
    n, above = values.shape[1], predicted >= values.mean(axis=1)
    sign = np.where(above, 1.0, -1.0)
    ratio = _log_ratio(sign[:, None] * values, sign * predicted)
    t = np.sqrt((n - 1) * np.expm1(np.minimum(ratio / n, 600.0)))
    return np.where(too_few(values), 1.0, 2 * stats.t.sf(t, n - 1))


def too_few(values: np.ndarray) -> np.ndarray:
    """Where n < LEAST (1 + g^2) for values (points, n) of skewness g."""
    return values.shape[1] < LEAST * (1 + skewness(values) ** 2)


def skewness(values: np.ndarray) -> np.ndarray:
    """g of values (points, n), 0 where all are equal."""
    centred, _ = _centred(values)
    variance = (centred**2).mean(axis=1)
    return np.where(variance > 0, (centred**3).mean(axis=1) / np.maximum(variance, np.finfo(float).tiny) ** 1.5, 0.0)


def _centred(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Values less their mean in units of the farthest above it, and that distance."""
    centred = values - values.mean(axis=1, keepdims=True)
    least = np.abs(centred).max(axis=1) / values.shape[1]  # more than rounding leaves of equal values
    unit = np.maximum(np.maximum(centred.max(axis=1), least), np.finfo(float).tiny)
    return centred / unit[:, None], unit


def _upper_end(values: np.ndarray, level: float) -> np.ndarray:
    """The largest m with l(m) <= level: without mass at b where that is likelier, else with lambda = 1/(b - m)."""
    centred, unit = _centred(values)
    reached = _without_b(centred, level)
    beyond = REACH - np.exp(np.log(REACH - centred).mean(axis=1) - level / (2 * values.shape[1]))
    inside = ((centred - reached[:, None]) / (REACH - centred)).sum(axis=1) > 0  # l falls before lambda = 1/(b - m)
    return values.mean(axis=1) + unit * np.where(inside, reached, beyond)


def _without_b(centred: np.ndarray, level: float) -> np.ndarray:
    """The m with l(m) = level for laws on the values alone, of weights as 1/(1 - share X_i); b where there is none."""
    n = centred.shape[1]

    def distance(share: np.ndarray, row: np.ndarray) -> np.ndarray:
        left = 1 - share[:, None] * centred[row]
        ratio = 2 * np.log(left).sum(axis=1) + 2 * n * np.log((1 / left).mean(axis=1))
        return np.sqrt(np.maximum(ratio, 0.0)) - np.sqrt(level)

    rows = np.arange(len(centred))
    ends = np.zeros(len(rows)), np.full(len(rows), 1 - EDGE)
    found = elementwise.find_root(distance, ends, args=(rows,), tolerances=TOLERANCE)
    weights = 1 / (1 - found.x[:, None] * centred)
    return np.where(found.success, (weights * centred).sum(axis=1) / weights.sum(axis=1), REACH)


def _log_ratio(values: np.ndarray, m: np.ndarray) -> np.ndarray:
    """l(m) at m (points,) not below the means of values (points, n): infinite beyond b."""
    centred, unit = _centred(values)
    at = (m - values.mean(axis=1)) / unit
    within = np.clip(at, 0.0, REACH * (1 - EDGE))
    most = 1 / (REACH - within)

    def slope(share: np.ndarray, row: np.ndarray) -> np.ndarray:
        offsets = centred[row] - within[row, None]
        return -(offsets / (1 - (share * most[row])[:, None] * offsets)).sum(axis=1)

    rows = np.arange(len(centred))
    found = elementwise.find_root(slope, (np.zeros(len(rows)), np.ones(len(rows))), args=(rows,), tolerances=TOLERANCE)
    share = np.where(slope(np.ones(len(rows)), rows) > 0, 1.0, np.nan_to_num(found.x))
    ratio = 2 * np.log1p(-(share * most)[:, None] * (centred - within[:, None])).sum(axis=1)
    return np.where(at < REACH, ratio, np.inf)
