r"""What an estimator says of one spectrum, and what it says of several: a median, and an interval that needs no law.

A reading is a dimension with the least and the largest that the spectrum allows. Of m independent readings, the r-th
lowest of the lower ends is above the median of the lower end with a probability of at most P(Bin(m, 1/2) < r): the sign
test. So with the largest r for which this is at most half the error rate, the interval from the r-th lowest lower end
to the r-th highest upper end covers the typical dimension at the error rate, whatever the distribution.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.stats import binom

OUTCOMES = ("dimension", "memorized", "no gap")


@dataclass(frozen=True)
class Reading:
    """What an estimator says of a spectrum.

    Arguments:
        dimension: a number of directions.
        lower: the least that the spectrum allows.
        upper: the most.
        outcome: one of OUTCOMES.
    """

    dimension: float
    lower: float
    upper: float
    outcome: str


def exact(dimension: float) -> Reading:
    """A reading without an interval of its own; less than half a dimension is none."""
    return Reading(dimension, dimension, dimension, "dimension" if dimension >= 0.5 else "memorized")


@lru_cache
def rank(count: int, error_rate: float) -> int:
    """The r of the interval from the r-th lowest to the r-th highest of independent readings: the sign test.

    Arguments:
        count: number of readings.
        error_rate: of the interval, in (0, 1).

    Returns:
        The largest r with P(Bin(count, 1/2) < r) <= error_rate/2.

    Raises:
        ValueError: where the readings are too few for any.
    """
    allowed = int((binom.cdf(np.arange(count), count, 0.5) <= error_rate / 2).sum())
    if allowed == 0:
        raise ValueError(f"repeats must be >= {fewest(error_rate)} for an error rate of {error_rate:g}, got {count}")
    return allowed


def fewest(error_rate: float) -> int:
    """The least number of readings that have an interval: 6 at an error rate of 5 %."""
    return int(np.ceil(1 - np.log2(error_rate)))


def typical(values: np.ndarray, error_rate: float) -> tuple[float, float]:
    """Interval of the median of independent values, infinite ones included, whatever their law.

    Arguments:
        values: (m,).
        error_rate: of the interval, in (0, 1).

    Returns:
        Its ends.

    Raises:
        ValueError: where the values are too few.
    """
    r = rank(len(values), error_rate)
    ordered = np.sort(values)
    return float(ordered[r - 1]), float(ordered[-r])


def together(readings: list[Reading], error_rate: float) -> Reading:
    """Median, interval and most frequent outcome of independent readings; a single one stands as it is.

    Arguments:
        readings: at least one.
        error_rate: of the interval, in (0, 1).

    Returns:
        One reading.

    Raises:
        ValueError: where several are too few for an interval.
    """
    if len(readings) == 1:
        return readings[0]
    dimension = float(np.median([reading.dimension for reading in readings]))
    lower = typical(np.array([reading.lower for reading in readings]), error_rate)[0]
    upper = typical(np.array([reading.upper for reading in readings]), error_rate)[1]
    outcomes = [reading.outcome for reading in readings]
    return Reading(dimension, lower, upper, max(OUTCOMES, key=outcomes.count))
