r"""Freezing times in units of the energies' own spread: by what factor Gaussian levels would freeze too early or late.

N Gaussian levels with the standard deviation s of the energies E = |x - y|^2/2 freeze at t_G = s/(2 log N)^{1/2}, a
variance in the units of t. Observed, in units of t_G or the other way round, are two times of the levels as they are:

    FreezingTime      (1 - sum w^2)/t, of mean 1/t_c for log N -> infinity, from the lowest levels at t < t_c
    FreezingRatio     t_G (1 - sum w^2)/t, of mean t_G/t_c
    OwnTime           t*/t_G, at which the weight of a data point at x itself, a level of energy 0 besides N others,
                      has fallen to one half: sum exp(-E/t*) = 1 over the others, every one of which is drawn

alpha is log N per *intrinsic* dimension here: for each variance that is not 0.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from simulate.experiments.setting import SPECTRA, Vast
from simulate.experiments.weights.lowest import LARGEST, InverseTime, energies
from simulate.levels.lowest import Levels, draw_levels
from simulate.run.experiment import Experiment, Point
from simulate.run.tables import sample
from theory.checks import NotComputable
from theory.laws.copies import Copies

HIDDEN = ("block", "copies", "alpha", "t")
DIGITS = 6  # of alpha as a label
NEWTON = 50  # steps; about ten are needed
ACCURACY = 1e-12


@dataclass(frozen=True, kw_only=True)
class FreezingTime(InverseTime):
    """(1 - sum w^2)/t as `InverseTime`, in any number of dimensions at the cost of one block."""

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        vast, t = Vast.of(point), float(point["t"])
        levels = lowest(copied(vast), vast.x, vast.log_n, t, self.count, self.replicas, rng)
        return self.observe(levels, point, rng)


@dataclass(frozen=True, kw_only=True)
class FreezingRatio(FreezingTime):
    """t_G (1 - sum w^2)/t."""

    def observe(self, levels: Levels, point: Point, rng: np.random.Generator) -> xr.Dataset:
        observed, unit = super().observe(levels, point, rng), gaussian_time(Vast.of(point))
        scaled = {name: unit * observed[name] for name in ("values", "observed", "stderr", "lowest", "highest")}
        return observed.assign(scaled)

    def combine(self, parts: list[xr.Dataset]) -> xr.Dataset:
        return per_intrinsic(super().combine(parts))


@dataclass(frozen=True, kw_only=True)
class OwnTime(Experiment):
    """t*/t_G at each of `cases`, for `replicas` data sets of floor(N) points besides the one at x."""

    cases: tuple[Vast, ...]
    replicas: int = 300

    def points(self) -> Sequence[Point]:
        return [case.point for case in self.cases]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        vast = Vast.of(point)
        levels = energies(vast, (self.replicas, vast.whole), rng) + vast.variances.sum() / 2
        return sample(own_time(levels) / gaussian_time(vast)).drop_vars(["lowest", "highest"])

    def combine(self, parts: list[xr.Dataset]) -> xr.Dataset:
        return per_intrinsic(super().combine(parts))


def lowest(
    law: Copies, x: np.ndarray, log_n: float, t: float, count: int, replicas: int, rng: np.random.Generator
) -> Levels:
    """The `count` lowest levels; NotComputable where the others move Z by more than LARGEST of it."""
    levels = draw_levels(law, x, log_n, count, rng, replicas)
    error = levels.error(t).max()
    if not error < LARGEST:
        raise NotComputable(f"count must be larger at t = {t:g}: the other levels move Z by {error:.2g} of it")
    return levels


def copied(vast: Vast) -> Copies:
    """The law of a vast setting: what it costs does not grow with the copies."""
    return Copies(SPECTRA[vast.spectrum](vast.block), vast.copies)


def gaussian_time(vast: Vast) -> float:
    """t_G, a variance, from the variance of one energy."""
    return float(np.sqrt(copied(vast).lam_derivative(0.0, vast.x, order=2) / (2 * vast.log_n)))


def own_time(levels: np.ndarray) -> np.ndarray:
    """1/lambda at the root of log sum exp(-lambda E) = 0, for energies (replicas, N) > 0.

    The left side is convex and falls from log N: Newton's method from 0 climbs to the root. NotComputable if it fails.
    """
    lam = np.zeros(len(levels))
    for _ in range(NEWTON):
        factors = np.exp(-lam[:, None] * levels)
        total = factors.sum(axis=1)
        step = np.log(total) * total / (factors * levels).sum(axis=1)
        lam += step
        if (np.abs(step) <= ACCURACY * lam).all():
            return 1 / lam
    raise NotComputable(f"levels must have a root of log Z within {NEWTON} steps of Newton's method")


def per_intrinsic(observed: xr.Dataset) -> xr.Dataset:
    """Labelled by alpha per intrinsic dimension; the settings that it stands for become variables."""
    hidden = [name for name in HIDDEN if name in observed.coords]
    ambient = observed.reset_coords(hidden).rename(alpha="ambient_alpha")
    intrinsic = [case.log_n / np.count_nonzero(case.variances) for case in cases_of(ambient)]
    return ambient.assign_coords(alpha=("point", np.round(intrinsic, DIGITS)))


def cases_of(observed: xr.Dataset) -> list[Vast]:
    """The setting of each row of `per_intrinsic`."""
    rows = zip(*(observed[n].values for n in ("spectrum", "query", "block", "copies", "ambient_alpha")), strict=True)
    return [Vast(str(spectrum), str(query), int(b), int(c), float(a)) for spectrum, query, b, c, a in rows]
