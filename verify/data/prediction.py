r"""What a fitted law predicts for any number N of points: the participation curve and the half-condensation time.

For N independent points of the law and one held-out point x_t, E sum w^2 is exact
(`theory.exact.participation_ratio`). Its mean over held-out points is taken over a few of them, evenly along the order
of their condensation times t_c(x_t) (`theory.limits.condensation_lambda`), on which it mainly depends.

What the law misses is measured at N_0 points of the data and at parts of them, c(N) = log t_half(N), measured less
predicted, and taken along to other N:

    log t_half(N) = law(N) + c(N),       c interpolated in log N up to N_0, and beyond  c_0 + (b/2) log(N/N_0)

with b the slope of c in log N over the parts. The interval at 95 % has the error of the measured time; that of b; that
of the choice of a few held-out points, from successive differences along their order; and that of law(N) - law(N_0)
over fits to resampled points, with the limit max(0, 1 - t/t_c(x_t)) for the exact average. Beyond N_0 it is widened by
what nobody has measured: (|b|/2) log(N/N_0), from a miss that stays as it is to one that goes on as before; and on one
side by |D| log(N/N_0), from the fitted law to one whose points lie together as closely as the data do
(`verify.data.neighbours`). D > 0 where the law is smoother than the data, as laws fitted to few points are, and t_half
may be far below its middle. Where the ends are more than a factor KNOWN apart, t_half is not known.
"""

from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from scipy import stats
from scipy.interpolate import PchipInterpolator

from simulate.run.progress import track
from theory.checks import NotComputable
from theory.exact import participation_ratio
from theory.exact.on_a_line import participation_on_a_line
from theory.laws.law import EnergyLaw
from theory.limits.condensation import condensation_lambda
from verify.data.fitted import FittedLaw
from verify.data.held_out import HeldOut, half_time
from verify.data.measured import Measured
from verify.data.neighbours import Slope

EXACT = 16  # held-out points at which the average over data sets is evaluated
LIMIT = 100  # held-out points in the limit of large N
ERRORS = float(stats.norm.isf(0.025))
LIMIT_RATIO = 0.5  # t_half of the limit over the exact one, about: where a search begins
KNOWN = 3.0  # ratio of the ends of an interval, above which a time is not known
LARGEST = 4  # powers of 16 beyond N_0, up to which numbers of points are looked for


@dataclass(frozen=True)
class Interval:
    """A half-condensation time with its interval at 95 %.

    Arguments:
        time: a noise variance, in squared units of the data.
        lower: end of the interval.
        upper: end of the interval.
    """

    time: float
    lower: float
    upper: float

    @property
    def known(self) -> bool:
        """Whether its ends are at most a factor KNOWN apart."""
        return self.upper <= KNOWN * self.lower


@dataclass(frozen=True, eq=False)
class Seen:
    """A law seen from held-out points, in its own coordinates.

    Arguments:
        law: fitted to data.
        held_out: points, with their noise.
    """

    law: EnergyLaw
    held_out: HeldOut

    def values(self, t: float, n: float) -> np.ndarray:
        """E sum w^2 of n points at a few held-out points, evenly along the order of their condensation times.

        Arguments:
            t: noise variance > 0.
            n: number of points N.

        Returns:
            (few,), in the order of t_c.
        """
        x = self.held_out.at(t)
        order = np.argsort(condensation_lambda(x, self.law, np.log(n)))
        count = min(EXACT, len(x))
        evenly = order[((np.arange(count) + 0.5) * len(x) / count).astype(int)]
        return np.array([self.average(t, x[one], n) for one in evenly])

    def average(self, t: float, x: np.ndarray, n: float) -> float:
        """E sum w^2 of n points at one location.

        Arguments:
            t: noise variance > 0.
            x: location, (d,).
            n: number of points N.
        """
        if isinstance(self.law, FittedLaw) and self.law.dimension == 1:
            with suppress(NotComputable):
                return participation_on_a_line(t, float(x[0]), *self.law.fit.on_a_line(), float(np.log(n)))
        return float(participation_ratio(t, x, self.law, float(np.log(n))))

    def log_half(self, n: float, start: float) -> tuple[float, float]:
        """log t_half of n points, and its error from the choice of a few held-out points.

        Arguments:
            n: number of points N.
            start: the noise variance at which the search begins.

        Returns:
            The log, and its standard error.
        """
        seen: list[np.ndarray] = []

        def curve(t: float) -> float:
            seen.append(self.values(t, n))
            return float(seen[-1].mean())

        half = half_time(curve, start)
        steps = np.diff(min(seen, key=lambda values: abs(values.mean() - 0.5)))
        return float(np.log(half.time)), float(np.sqrt((steps**2).mean() / 2 / (steps.size + 1)) / abs(half.slope))

    def log_limit(self, n: float, start: float) -> float:
        """log of the time at which the mean of the limit, 1 - t/t_c(x_t) or 0, is 1/2.

        Arguments:
            n: number of points N.
            start: the noise variance at which the search begins.

        Returns:
            The log.
        """
        few = self.held_out.some(LIMIT)

        def limit(t: float) -> float:
            return float(np.maximum(0.0, 1 - t * condensation_lambda(few.at(t), self.law, np.log(n))).mean())

        return float(np.log(half_time(limit, start).time))


@dataclass(frozen=True, eq=False)
class Prediction:
    """What a law fitted to data predicts at any number of points, corrected by what was measured of the same data.

    Arguments:
        seen: the law, seen from a few of the held-out points.
        measured: half-condensation times of the data at N_0 points and its parts, the whole last.
        resampled: the laws fitted to resampled points, from which the error of the fit is taken.
        steeper: D, by how much more than those of the law distances of neighbours fall with log N.
    """

    seen: Seen
    measured: list[Measured]
    resampled: list[Seen]
    steeper: Slope
    _law: dict[float, tuple[float, float]] = field(default_factory=dict, repr=False)
    _fit_errors: dict[float, float] = field(default_factory=dict, repr=False)

    @property
    def own(self) -> Measured:
        """What was measured at N_0."""
        return self.measured[-1]

    def law_alone(self, n: float) -> tuple[float, float]:
        """log t_half that the law gives, without what it misses, and its error from the choice of a few points."""
        if n not in self._law:
            self._law[n] = self.seen.log_half(n, self._start(n))
        return self._law[n]

    @cached_property
    def missed(self) -> np.ndarray:
        """c(N) at N_0 and its parts."""
        each = track(self.measured, "predicting what was measured")
        return np.array([np.log(one.time) - self.law_alone(one.n)[0] for one in each])

    @cached_property
    def drift(self) -> float:
        """b: the slope of c in log N over N_0 and its parts."""
        logs = np.log([each.n for each in self.measured])
        return float((self.missed[-1] - self.missed[0]) / (logs[-1] - logs[0])) if len(logs) > 1 else 0.0

    @cached_property
    def drift_stderr(self) -> float:
        """Standard error of b, from those of the times that were measured."""
        first, last = self.measured[0], self.measured[-1]
        if first is last:
            return 0.0
        return float(np.hypot(first.log_stderr, last.log_stderr) / np.log(last.n / first.n))

    def half(self, n: float) -> Interval:
        """The half-condensation time of n points, with its interval."""
        log_ratio = max(0.0, float(np.log(n / self.own.n)))
        beyond = log_ratio * self.drift / 2
        inside = np.interp(np.log(n), np.log([each.n for each in self.measured]), self.missed)
        middle = self.law_alone(n)[0] + float(inside) + beyond
        errors = (self.own.log_stderr, self._choice_error(n), log_ratio * self.drift_stderr / 2)
        width = np.hypot(ERRORS * np.linalg.norm(errors), self._fit_error(n)) + abs(beyond)
        closer = -log_ratio * self.steeper.value
        ends = middle, middle - width + min(0.0, closer), middle + width + max(0.0, closer)
        return Interval(*np.exp(ends).tolist())

    def curve(self, n: float, times: np.ndarray) -> np.ndarray:
        """E sum w^2 of n points at times (k,): prediction and the ends of its interval, (3, k), shifted in log t.

        Arguments:
            n: the number of points.
            times: noise variances t, (k,).
        """
        half, law = self.half(n), np.exp(self.law_alone(n)[0])
        shifts = [law / time for time in (half.time, half.upper, half.lower)]
        logs = np.log(np.outer(shifts, times))
        nodes = np.linspace(logs.min(), logs.max(), 3 + int(np.ptp(logs) / np.log(2.0)))
        values = [self.seen.values(float(t), n).mean() for t in np.exp(nodes)]
        return np.clip(PchipInterpolator(nodes, values)(logs), 0.0, 1.0)[[0, 2, 1]]

    def number_below(self, t: float) -> tuple[float, float, float]:
        """How many points bring t_half down to t, with its interval; infinite where that is beyond 16^4 N_0.

        A number below the smallest part measured is that part's.
        """
        sizes = [float(self.measured[0].n), float(self.own.n)]
        while self.half(sizes[-1]).upper > t and len(sizes) < 2 + LARGEST:
            sizes.append(16 * sizes[-1])
        halves = [self.half(n) for n in sizes]
        ends = ([getattr(half, name) for half in halves] for name in ("time", "lower", "upper"))
        number, lower, upper = (_crossing(sizes, end, t) for end in ends)
        return number, lower, upper

    def known(self, n: float) -> bool:
        """Whether t_half of n points is known to a factor KNOWN; of a number that is infinite it is not."""
        return bool(np.isfinite(n)) and self.half(n).known

    def _start(self, n: float) -> float:
        """Where the search for t_half of n points begins: by the power law through the two nearest sizes known."""
        known = {float(each.n): float(np.log(each.time)) for each in self.measured}
        known |= {float(size): log_half for size, (log_half, _) in self._law.items()}
        near, *others = sorted(known, key=lambda size: abs(np.log(size / n)))
        slope = (known[others[0]] - known[near]) / np.log(others[0] / near) if others else 0.0
        return float(np.exp(known[near] + slope * np.log(n / near)))

    def _choice_error(self, n: float) -> float:
        """Standard error of law(N) - law(N_0) from the choice of a few held-out points; none where both are one."""
        return 0.0 if n == self.own.n else float(np.hypot(self.law_alone(n)[1], self.law_alone(self.own.n)[1]))

    def _fit_error(self, n: float) -> float:
        """Half the width at 95 % of law(N) - law(N_0), over resampled fits."""
        if n == self.own.n or len(self.resampled) < 2:
            return 0.0
        if n not in self._fit_errors:
            start = LIMIT_RATIO * float(np.exp(self.law_alone(n)[0]))
            ends = [law.log_limit(n, start) - law.log_limit(self.own.n, start) for law in self.resampled]
            self._fit_errors[n] = float(stats.t.isf(0.025, len(ends) - 1) * np.std(ends, ddof=1))
        return self._fit_errors[n]


def _crossing(sizes: list[float], halves: list[float], t: float) -> float:
    """The number of points at which half-condensation times that fall with it come to t, by log-log interpolation."""
    falling, logs = np.minimum.accumulate(np.log(halves)), np.log(sizes)
    if np.log(t) < falling[-1]:
        return float("inf")
    return float(np.exp(np.interp(-np.log(t), -falling, logs)))
