r"""The transition of the levels as log N grows, by order statistics at sizes that no memory could hold.

Collapsed        (log N)^{1/2} sum w^2
Drop             log[ E sum w^2 (at t) / E sum w^2 (at t') ] between two times, in the same data sets
Entropy          -sum w log w
HalfTime         the time t, a variance, at which the mean of sum w^2 is 1/2
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from scipy.optimize import brentq

from simulate.experiments.setting import Vast
from simulate.experiments.weights.lowest import LowestLevels
from simulate.levels.lowest import Levels, draw_levels
from simulate.run.experiment import Experiment, Point
from simulate.run.tables import sample, summary
from theory.checks import choice
from theory.laws import LinearGaussian

STEP = 1e-4  # of t, in a central difference
TOLERANCE = 2e-3  # of the log of a time: small beside its error
TWICE = float(np.log(2))
GROWTHS: dict[str, Callable[[int], float]] = {  # log N
    "exp(0.2 d)": lambda d: 0.2 * d,
    "d^2": lambda d: 2 * float(np.log(d)),
    "5 d": lambda d: float(np.log(5 * d)),
}


@dataclass(frozen=True)
class Growing:
    """N of d by name, in `GROWTHS`: half of the variances 1, half 0.09, seen from x_i = +-sigma_i."""

    growth: str
    d: int

    def __post_init__(self) -> None:
        choice("growth", self.growth, tuple(GROWTHS))

    @property
    def vast(self) -> Vast:
        return Vast("halves", "typical", self.d, 1, GROWTHS[self.growth](self.d) / self.d)

    @property
    def point(self) -> Point:
        return Point(growth=self.growth, d=self.d)

    @classmethod
    def of(cls, labels: Mapping[Any, Any]) -> "Growing":
        """As `Vast.of`."""
        return cls(str(labels["growth"]), int(labels["d"]))


@dataclass(frozen=True, kw_only=True)
class Collapsed(LowestLevels):
    """(log N)^{1/2} sum w^2, in [0, (log N)^{1/2}]."""

    def observe(self, levels: Levels, point: Point, rng: np.random.Generator) -> xr.Dataset:
        root = float(np.sqrt(levels.log_n))
        return sample(root * levels.participation_ratio(float(point["t"])), highest=root)


@dataclass(frozen=True, kw_only=True)
class Drop(Experiment):
    """log of the ratio of mean sum w^2 at the two `ends` around t, at each of `cases`."""

    cases: tuple[tuple[Vast, float], ...]
    replicas: int = 4000
    count: int = 100

    def points(self) -> Sequence[Point]:
        return [Point(**case.point, t=t) for case, t in self.cases]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        vast = Vast.of(point)
        levels = drawn(vast, self.count, self.replicas, rng)
        ratios = np.stack([levels.participation_ratio(end) for end in ends(vast, float(point["t"]))])
        means = ratios.mean(axis=1, keepdims=True)
        spread = summary((ratios / means)[0] - (ratios / means)[1])  # of the log, by its derivatives
        return spread.assign(observed=np.log(means[0, 0] / means[1, 0]))


@dataclass(frozen=True, kw_only=True)
class Entropy(LowestLevels):
    """-sum w log w = d(t log Z)/dt, by a difference in t: relative error 1e-8."""

    def observe(self, levels: Levels, point: Point, rng: np.random.Generator) -> xr.Dataset:
        t = float(point["t"])
        below, above = ((1 + sign * STEP) * levels.log_partition((1 + sign * STEP) * t) for sign in (-1, 1))
        return summary((above - below) / (2 * STEP))


@dataclass(frozen=True, kw_only=True)
class HalfTime(Experiment):
    """The time at which the mean of sum w^2 over `replicas` data sets is 1/2; its error by the slope there."""

    cases: tuple[Growing, ...]
    replicas: int = 1500
    count: int = 50

    def points(self) -> Sequence[Point]:
        return [case.point for case in self.cases]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        levels = drawn(Growing.of(point).vast, self.count, self.replicas, rng)

        def excess(log_t: float) -> float:
            return float(levels.participation_ratio(float(np.exp(log_t))).mean()) - 0.5

        low = high = float(np.log(levels.energies.std(axis=1).mean()))
        while excess(low) < 0:
            low -= TWICE
        while excess(high) > 0:
            high += TWICE
        root = float(brentq(excess, low, high, xtol=TOLERANCE))
        there = summary(levels.participation_ratio(float(np.exp(root))))
        slope = (excess(root + 0.1) - float(there.observed) + 0.5) / 0.1
        time = float(np.exp(root))
        return there.assign(observed=time, stderr=time * there.stderr / abs(slope))


def ends(vast: Vast, t: float) -> tuple[float, float]:
    """t (1 - h) and t (1 + h), 2 h = (log N)^{-1/2}."""
    h = 0.5 / float(np.sqrt(vast.log_n))
    return t * (1 - h), t * (1 + h)


def drawn(vast: Vast, count: int, replicas: int, rng: np.random.Generator) -> Levels:
    """The lowest `count` levels, at most half of them, of so many data sets."""
    fewer = min(count, int(np.exp(min(vast.log_n, 30.0)) / 2))
    return draw_levels(LinearGaussian(vast.variances), vast.x, vast.log_n, fewer, rng, replicas)
