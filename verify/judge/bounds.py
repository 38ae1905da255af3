"""Intervals of an observation, what its claim tolerates, and the comparison of both with a prediction."""

from dataclasses import dataclass

import numpy as np
import xarray as xr

from verify.judge.statistics import Interval, Rates, Statistic, point_verdict


@dataclass(frozen=True)
class Bounds:
    """Intervals of an observation at both error rates, and what its claim tolerates, along `point`.

    Arguments:
        wide: ends at the rate of false alarms.
        narrow: ends at the rate of misses.
        tolerated: the stated tolerance, (points,), in units of the observation.
        margin: the equivalence margin, (points,), in units of the observation.
    """

    wide: Interval
    narrow: Interval
    tolerated: np.ndarray
    margin: np.ndarray

    @classmethod
    def of(
        cls, statistic: Statistic, observed: xr.Dataset, rates: Rates, tolerated: np.ndarray, margin: np.ndarray
    ) -> "Bounds":
        """The intervals of a statistic at both rates.

        Arguments:
            statistic: how intervals are made.
            observed: the observation, along `point`.
            rates: of false alarms and misses.
            tolerated: the stated tolerance, (points,).
            margin: the equivalence margin, (points,).

        Returns:
            The bounds.
        """
        wide, narrow = (statistic.interval(observed, rate) for rate in (rates.false_alarm, rates.miss))
        return cls(wide, narrow, tolerated, margin)

    def verdicts(self, predicted: np.ndarray) -> np.ndarray:
        """Verdict of each point on a prediction (points,)."""
        allowed = self.wide[0] - self.tolerated, self.wide[1] + self.tolerated
        return point_verdict(predicted, allowed, self.narrow, self.margin)


def compared(
    statistic: Statistic, observed: xr.Dataset, predicted: np.ndarray, bounds: Bounds
) -> dict[str, np.ndarray]:
    """What the table has of each point: prediction, observation, their difference with its interval, and p.

    Arguments:
        statistic: how intervals and p-values are made.
        observed: the observation, along `point`.
        predicted: (points,).
        bounds: of the observation.

    Returns:
        Columns (points,), by name.
    """
    value, stderr = statistic.value(observed)
    nearest = np.clip(value, predicted - bounds.tolerated, predicted + bounds.tolerated)
    return {
        "predicted": predicted,
        "observed": value,
        "stderr": stderr,
        "lower": bounds.wide[0],
        "upper": bounds.wide[1],
        "effect": value - predicted,
        "effect_lower": bounds.wide[0] - predicted,
        "effect_upper": bounds.wide[1] - predicted,
        "p": statistic.p(observed, nearest),
        "point_verdict": bounds.verdicts(predicted).astype(object),
    }
