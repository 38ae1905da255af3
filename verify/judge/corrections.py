"""Exact theory added to an observation before it is compared, as the finite-size part of a limit."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import xarray as xr

from verify.judge.statistics import Interval, Statistic


@dataclass(frozen=True)
class Correction:
    """Exact theory added to an observation before it is compared, as the finite-size part of a limit.

    Arguments:
        shift: what is added, a number or (points,), in units of the observation.
        error: a bound on the error of the shift, of the same shape.
    """

    shift: np.ndarray
    error: np.ndarray


PARTS = tuple(part.name for part in fields(Correction))


def memoized(correction: Callable[[Any], Correction]) -> Callable[[Any], Correction]:
    """A correction that computes the parts of one case, or of one table, once."""
    found: dict[int, Correction] = {}

    def remembered(asked: Any) -> Correction:
        if id(asked) not in found:
            found[id(asked)] = correction(asked)
        return found[id(asked)]

    return remembered


def corrected(statistic: Statistic, correction: Correction | None) -> Statistic:
    """A statistic for observations that are shifted; the error of the shift widens its interval.

    Arguments:
        statistic: how intervals are made.
        correction: what is added; None for nothing.

    Returns:
        A statistic.
    """
    if correction is None:
        return statistic

    def interval(observed: xr.Dataset, rate: float) -> Interval:
        lower, upper = statistic.interval(observed, rate)
        return lower + correction.shift - correction.error, upper + correction.shift + correction.error

    def p(observed: xr.Dataset, predicted: np.ndarray) -> np.ndarray:
        raw, centre = predicted - correction.shift, statistic.value(observed)[0]
        nearest = np.clip(centre, raw - correction.error, raw + correction.error)
        return statistic.p(observed, nearest)

    def value(observed: xr.Dataset) -> Interval:
        centre, stderr = statistic.value(observed)
        return centre + correction.shift, stderr

    return Statistic(interval, p, value)
