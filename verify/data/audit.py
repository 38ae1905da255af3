r"""Your data: what is in them, a law fitted to them, and what follows for a score that is learned from N such points.

    found = audit(data)                     data (N, d)
    print(report(found))                    in sentences (`verify.data.answer`)
    found.prediction.half(100_000)          t_half of 100,000 such points, with its interval at 95 %

A few points are held out. They are used neither as data nor in the fit: all that is predicted is what they see. Where
they are fewer than 300, points of the data join them in what is measured, each of which sees all the data but itself.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from simulate.run.progress import track
from theory.checks import finite, integer, positive
from verify.data.contents import Contents, contents
from verify.data.curves import Curve, curve
from verify.data.directions import Lost, lost_at
from verify.data.energies import Energies
from verify.data.fit import Space, chosen, dropped, one_gaussian
from verify.data.held_out import HeldOut
from verify.data.measured import measure
from verify.data.mixtures import Fit, fit_mixture
from verify.data.neighbours import steeper
from verify.data.prediction import KNOWN, Interval, Prediction, Seen

HELD_OUT = 300  # points, at most; and points that t_half is measured from
SHARE = 0.1  # of the data that are held out, at most
FITTED = 10_000  # points that the law is fitted to, at most
RESAMPLED = 4  # fits to resampled points
FEW_STEPS = 10  # of their expectation and maximization
BEYOND = (4, 16)  # times the number of points, for which t_half is predicted unasked
FARTHEST = 1e60  # of data, at most
START = 0.01  # of the total variance: where the search for t_half begins


@dataclass(frozen=True, eq=False)
class Audit:
    """What was found of data.

    Arguments:
        contents: what is in the data.
        space: their principal axes.
        fit: the mixture of low-rank Gaussians, in the leading ones.
        prediction: what it predicts at any N, with intervals.
        energies: of the data, seen from the points held out, and from some of the data where these are few.
        gaussian: one Gaussian, the baseline, as seen from the same points.
        lost: groups of like axes and the times at which they are half lost, the first first.
        sizes: numbers of points for which t_half is reported.
        below: noise variance that t_half is to come down to, or None.
        seed: of the points held out, the fits and the noise.
    """

    contents: Contents
    space: Space
    fit: Fit
    prediction: Prediction
    energies: Energies
    gaussian: Seen
    lost: list[Lost]
    sizes: tuple[int, ...]
    below: float | None
    seed: int

    @property
    def dropped(self) -> float:
        """Nats of entropy that the floor of the remaining axes loses too much at the measured t_half."""
        return dropped(self.space.variances, self.space.leading, self.prediction.own.time)

    @property
    def law_alone(self) -> float:
        """The half-condensation time of the fitted law at the measured number of points, over the one measured."""
        return float(np.exp(-self.prediction.missed[-1]))

    @property
    def wanted(self) -> float:
        """The noise variance asked for; if none was, a quarter of t_half today: half of its standard deviation."""
        return self.prediction.own.time / 4 if self.below is None else self.below

    @cached_property
    def curves(self) -> list[Curve]:
        """Participation curves at the numbers of points that were measured, and at those reported beyond."""
        sizes = [each.n for each in self.prediction.measured]
        sizes += [n for n in self.sizes if n > self.prediction.own.n]
        return [curve(self.prediction, self.energies, n) for n in track(sizes, "participation curves")]

    def halves(self) -> dict[int, Interval]:
        """Half-condensation times at the sizes reported."""
        return {n: self.prediction.half(n) for n in track(self.sizes, "predicting other numbers of points")}

    @property
    def known_to(self) -> float:
        """The number of points up to which t_half is known to a factor `verify.data.prediction.KNOWN`.

        Widths of intervals are interpolated in log N between the sizes reported; infinite where all of these are known.
        """
        halves = {n: half for n, half in self.halves().items() if n >= self.prediction.own.n}
        if all(half.known for half in halves.values()):
            return float("inf")
        widths = [np.log(half.upper / half.lower) for half in halves.values()]
        return float(np.exp(np.interp(np.log(KNOWN), np.maximum.accumulate(widths), np.log(list(halves)))))

    def one_gaussian(self, n: int) -> float:
        """The half-condensation time of n points of one Gaussian of the mean and covariance of the data."""
        return float(np.exp(self.gaussian.log_half(n, self.prediction.half(n).time)[0]))


def audit(data: np.ndarray, *, sizes: tuple[int, ...] = (), below: float | None = None, seed: int = 0) -> Audit:
    """What is in data, a law fitted to them, and at which noise a score of N such points condenses.

    Arguments:
        data: (N, d), at least 100 points that are no copies of each other, in any units.
        sizes: further numbers of points, at least 2, for which the half-condensation time is predicted.
        below: a standard deviation of the noise; the number of points is asked that brings condensation below it.
        seed: of the points held out, the fits and the noise, an integer >= 0.

    Returns:
        An `Audit`; `verify.data.answer.report` puts it in sentences.

    Raises:
        ValueError: for data that are not finite or too few, and where they are all equal.
    """
    points = _within_reach(finite("data", data, ndim=(2,)))
    asked = tuple(integer("sizes", n, least=2) for n in sizes)
    noise = None if below is None else float(positive("below", below)) ** 2
    rng, known = np.random.default_rng(seed), contents(points)
    rows = rng.permutation(known.rows)
    count = min(HELD_OUT, int(SHARE * len(rows)))
    held_out = HeldOut(points[rows[:count]], rng.standard_normal((count, points.shape[1])))
    return _audited(points[rows[count:]], held_out, known, asked, noise, seed, rng)


def _within_reach(points: np.ndarray) -> np.ndarray:
    """The points, if their fourth powers are floats. Raises ValueError otherwise."""
    largest, width = float(np.abs(points).max()), float(np.ptp(points, axis=0).max())
    if largest > FARTHEST or 0 < width < 1 / FARTHEST:
        raise ValueError(
            f"data must be at most {FARTHEST:g} and vary by at least {1 / FARTHEST:g}, so that their fourth powers are "
            f"floats: they reach {largest:.3g} and vary by {width:.3g}; give them in other units"
        )
    return points


def _audited(
    data: np.ndarray,
    held_out: HeldOut,
    known: Contents,
    asked: tuple[int, ...],
    below: float | None,
    seed: int,
    rng: np.random.Generator,
) -> Audit:
    among = min(HELD_OUT - len(held_out), len(data))
    others = HeldOut(data[:among], rng.spawn(1)[0].standard_normal((among, data.shape[1])))
    energies = Energies.of(held_out + others, data, among)
    measured = measure(energies, START * float(data.var(axis=0).sum()))
    own, fitted = measured[-1], data[:FITTED]
    space = Space.of(fitted, own.time, own.n)
    points, inside = space.leading_of(fitted), space.inside(held_out)
    count, rank = chosen(points, own.time, rng)
    fit = fit_mixture(points, count, rank, rng)
    seen = Seen(space.law(fit), inside)
    resampled = [Seen(space.law(one), inside) for one in _resampled(points, fit, rng)]
    closer = steeper(data, seen.law, rng.spawn(1)[0])
    prediction = Prediction(seen, measured, resampled, closer)
    lost = lost_at(space.leading_of(data), space, seen.law, held_out, energies, own.time)
    sizes = tuple(sorted({own.n, *(factor * own.n for factor in BEYOND), *asked}))
    gaussian = Seen(space.law(one_gaussian(points, rng)), inside)
    return Audit(known, space, fit, prediction, energies, gaussian, lost, sizes, below, seed)


def _resampled(points: np.ndarray, fit: Fit, rng: np.random.Generator) -> list[Fit]:
    """Fits of the same number of components and rank to points drawn with replacement."""
    draws = [points[rng.integers(len(points), size=len(points))] for _ in range(RESAMPLED)]
    return [fit_mixture(drawn, len(fit.weights), fit.rank, rng, FEW_STEPS) for drawn in draws]
