r"""How often the interval of a mean misses it: the rate of false alarms, measured at the worst point of each claim.

python -m verify.rates                                      every claim that judges means
python -m verify.rates collapse-time --write docs/results/rates.md

The law of a point is taken to be that of the replicas that were observed, each as likely as the others, made smooth by
normal noise of Silverman's bandwidth unless the statistic is bounded (noise would leave the bounds). Of n values drawn
from it anew the interval at a nominal rate either holds the mean or misses it. Misses of probability 1e-9 are seen by
importance sampling: values :math:`y = (X - m)/\sigma` are drawn from the law tilted by

.. math:: e^{a y - q a^2 y^2},  a = \pm s r/n^{1/2}, \quad q = 0, 1/2,

r the quantile of the normal law at the nominal rate and s one of STRENGTHS, and each trial counts with its likelihood
ratio to the mixture of all tilts. The worst point is that of the largest :math:`|g|/n^{1/2}`, g the skewness.

What is measured is the rate under that law: a tail beyond the largest of the replicas is not in it. Medians,
distributions and what is exact are not in the table: their intervals miss at the nominal rate at most, whatever the
law (binomial counts, the band of Kolmogorov and Smirnov, a bound on rounding).

References: Siegmund (1976), Annals of Statistics 4, 673, for the tilts; Owen and Zhou (2000), JASA 95, 135, for the
mixture.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import xarray as xr
from scipy import stats

from simulate.run.progress import track
from simulate.run.store import CannotWrite, Store
from theory.checks import choice
from verify.claim import Claim
from verify.door import Profile, Seed, door, refusing
from verify.judge.likelihood import skewness
from verify.judge.statistics import MISS, STATISTICS, Interval, Rates
from verify.ledger import CLAIMS
from verify.render.markdown import between_markers, markdown_table, page, write_between

STRENGTHS = (0.5, 0.65, 0.8, 1.0, 1.25, 1.6)  # of a tilt, in units of that of normal values
SQUARES = (0.0, 0.5)
VALUES, TRIALS = 1_000_000, 1000  # drawn for each side and rate; trials at most
NOMINAL = (Rates().false_alarm, MISS)
SMOOTH = 20_000  # values of a smoothed law, at least
MEANS = ("t", "bounded")
MARKED = "rates"  # the markers of the table in a file

Ends = Callable[[np.ndarray], Interval]  # of values (trials, n)


@dataclass(frozen=True)
class Measured:
    """A probability and its standard error.

    Arguments:
        rate: in [0, 1].
        stderr: of the rate.
    """

    rate: float
    stderr: float

    def __add__(self, other: "Measured") -> "Measured":
        return Measured(self.rate + other.rate, float(np.hypot(self.stderr, other.stderr)))

    def __str__(self) -> str:
        return f"{self.rate:.1e} +- {self.stderr:.0e}" if self.rate else "no trial missed"


def miss_rate(law: np.ndarray, n: int, ends: Ends, nominal: float, rng: np.random.Generator) -> Measured:
    """The probability that an interval misses the mean of a law, on either side.

    Arguments:
        law: values (m,), each as likely as the others.
        n: how many values the interval is made from.
        ends: the interval for each row of values (trials, n).
        nominal: the rate at which tilts are aimed.
        rng: the random numbers.
    """
    aim = stats.norm.isf(nominal / 2) / np.sqrt(n)
    return _side(law, n, ends, -aim, rng) + _side(law, n, ends, aim, rng)


def _side(law: np.ndarray, n: int, ends: Ends, aim: float, rng: np.random.Generator) -> Measured:
    """Misses by samples whose mean is too small (aim < 0) or too large."""
    tilts = _tilts((law - law.mean()) / law.std(), aim)
    picked = _picked(tilts, n, int(np.clip(VALUES // n, len(tilts), TRIALS)), rng)
    lower, upper = ends(law[picked])
    missed = upper < law.mean() if aim < 0 else lower > law.mean()
    weighted = missed * np.exp(-_log_mixture(tilts, picked))
    return Measured(float(weighted.mean()), float(weighted.std(ddof=1) / np.sqrt(len(weighted))))


def _tilts(y: np.ndarray, aim: float) -> np.ndarray:
    """Log densities (tilts, m) relative to the law, of values y (m,) in its standard deviations."""
    ways = [(strength * aim, square) for strength in STRENGTHS for square in SQUARES]
    logs = np.array([a * y - square * (a * y) ** 2 for a, square in ways])
    return logs - np.logaddexp.reduce(logs, axis=1, keepdims=True) + np.log(y.size)


def _picked(tilts: np.ndarray, n: int, trials: int, rng: np.random.Generator) -> np.ndarray:
    """Places (trials, n) of values in the law: the trials take turns among the tilts."""
    shares = np.exp(tilts).cumsum(axis=1)
    return np.stack(
        [np.searchsorted(shares[trial % len(tilts)], rng.random(n) * tilts.shape[1]) for trial in range(trials)]
    ).clip(max=tilts.shape[1] - 1)


def _log_mixture(tilts: np.ndarray, picked: np.ndarray) -> np.ndarray:
    """Log density (trials,) of the picked values under the mixture of all tilts, relative to the law."""
    logs = np.stack([tilt[picked].sum(axis=1) for tilt in tilts])
    return np.logaddexp.reduce(logs, axis=0) - np.log(len(tilts))


def at_worst(claim: Claim, observed: xr.Dataset, rng: np.random.Generator) -> tuple[xr.Dataset, list[Measured]]:
    """The worst point of an observation, and the rates at which intervals of its kind miss.

    Arguments:
        claim: what is claimed.
        observed: what was observed, with `values` along point and replica.
        rng: draws further samples of the law of that point.

    Returns:
        The point with the most skewed values, and a rate for each of NOMINAL.
    """
    values = observed["values"].transpose("point", "replica").values
    worst = observed.isel(point=int(np.abs(skewness(values)).argmax()))
    law = worst["values"].values
    n, smooth = law.size, law if claim.statistic == "bounded" else smoothed(law)
    return worst, [miss_rate(smooth, n, partial(_ends, claim.statistic, worst, rate), rate, rng) for rate in NOMINAL]


def smoothed(values: np.ndarray) -> np.ndarray:
    """Values (m,) with normal noise, its quantiles at each of them: 0.9 m^{-1/5} times a standard deviation.

    That is Silverman's bandwidth, with the smaller of two estimates of the standard deviation.
    """
    copies = max(1, SMOOTH // values.size)
    bandwidth = 0.9 * min(values.std(), stats.iqr(values) / 1.34) * values.size**-0.2
    noise = bandwidth * stats.norm.ppf((np.arange(copies) + 0.5) / copies)
    return (values[:, None] + noise).ravel()


def _ends(statistic: str, point: xr.Dataset, rate: float, values: np.ndarray) -> Interval:
    """The interval for each row of values (trials, n) at the bounds of a point."""
    bounds = {name: point[name].item() for name in ("lowest", "highest") if name in point}
    return STATISTICS[statistic].interval(xr.Dataset({"values": (("point", "replica"), values), **bounds}), rate)


def rows(claims: Sequence[Claim], profile: str, seed: int, store: Store) -> Iterator[tuple[str, ...]]:
    """A row of texts for each claim: statistic, n, skewness, place, and the measured rates.

    Arguments:
        claims: those that judge means.
        profile: "quick" or "full".
        seed: an integer >= 0.
        store: of what was observed.

    Returns:
        Rows, one by one.
    """
    for claim in track(list(claims), "rates"):
        observed = claim.estimate_for(profile, seed).run(store, progress=False)
        worst, rates = at_worst(claim, observed, np.random.default_rng(seed))
        values = worst["values"].values
        place = ", ".join(f"{name} = {label.item()}" for name, label in worst.coords.items() if name != "point")
        counted = f"{values.size}", f"{skewness(values[None]).item():.2g}"
        yield f"`{claim.name}`", claim.statistic, *counted, place, *map(str, rates)


@refusing(ValueError, CannotWrite)
def measure(
    *claim: str, profile: Profile = "quick", seed: Seed = 0, store: Path | None = None, write: Path | None = None
) -> int:
    """Measure how often the interval of a mean misses it, at the worst point of each claim.

    Args:
        claim: names of claims (default: all that judge means).
        profile: how much to simulate.
        seed: an integer >= 0.
        store: folder of results (default: store).
        write: a file in which to put the table between its markers too.
    """
    known = {one.name: one for one in CLAIMS if one.statistic in MEANS}
    claims = [known[choice("claim", name, tuple(known))] for name in claim] or list(known.values())
    if write:
        between_markers(page(write), "", MARKED)  # before the work, not after it
    head = ("claim", "statistic", "n", "skewness", "at", *(f"missed at {rate:.2g}" for rate in NOMINAL))
    table = markdown_table(head, rows(claims, profile, seed, Store(store)))
    print(table)
    if write:
        write_between(write, table, MARKED)
    return 0


main = door("python -m verify.rates", measure, __doc__)


if __name__ == "__main__":
    sys.exit(main())
