"""The variance-preserving process in its own coordinates and on its own clock: score, weights, Jacobian, levels.

A data point y becomes x = e^{-tau} y + sqrt(1 - e^{-2 tau}) z, so data y_1 .. y_N have at clock tau the density of N
Gaussians of variance h = 1 - e^{-2 tau} at e^{-tau} y_mu. Its weights, score and Jacobian are written out here from
that definition alone, in units in which noise is of order one: h^{1/2} u s and -h u J v. The levels of data sets that
no memory could hold are those of the data e^{-tau} y.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from simulate.experiments.condensation.freezing import lowest
from simulate.experiments.score.identities import OneDataSet
from simulate.experiments.setting import SPECTRA, Vast
from simulate.run.experiment import Experiment, Point
from simulate.run.tables import sample
from theory.laws.copies import Copies

CLOCKS = (
    ("one point", 2.0),
    ("d + 1 points", 0.1),
    ("d + 1 points", 0.5),
    ("fewer points than d", 0.5),
    ("many points", 0.01),
    ("many points", 0.1),
    ("a plane", 0.01),
    ("each point three times", 0.1),
    ("each point three times", 0.5),
    ("x a data point", 2.0),
)
DIRECTIONS = (
    ("many directions", 0.3),
    ("many directions", 0.5),
    ("many directions", 0.7),
    ("many directions", 0.9),
    ("fewer points than d", 0.5),
    ("fewer points than d", 0.8),
    ("fewer points than d", 1.1),
    ("many points", 0.1),
    ("many points", 0.3),
)


@dataclass(frozen=True)
class Mixture:
    """N Gaussians of one variance, seen from x: `offsets` (n, d) of their centres, and their weights there."""

    offsets: np.ndarray
    variance: float

    @property
    def weights(self) -> np.ndarray:
        exponents = -(self.offsets**2).sum(axis=1) / (2 * self.variance)
        unnormalized = np.exp(exponents - exponents.max())
        return unnormalized / unnormalized.sum()

    @property
    def score(self) -> np.ndarray:
        return self.weights @ self.offsets / self.variance

    @property
    def jacobian(self) -> np.ndarray:
        centred = self.offsets - self.weights @ self.offsets
        covariance = centred.T @ (self.weights[:, None] * centred)
        return covariance / self.variance**2 - np.eye(centred.shape[1]) / self.variance


def preserved(x: np.ndarray, data: np.ndarray, tau: float) -> Mixture:
    """The density at clock tau, seen from x."""
    return Mixture(np.exp(-tau) * data - x, -float(np.expm1(-2 * tau)))


@dataclass(frozen=True, kw_only=True)
class OnClock(OneDataSet):
    """`cases` are names of CLOUDS and clocks tau."""

    cases: tuple[tuple[str, float], ...] = CLOCKS

    def combine(self, parts: list[xr.Dataset]) -> xr.Dataset:
        """The clock of each row is `tau`: t is a variance everywhere in the suite."""
        return super().combine(parts).rename(t="tau")


@dataclass(frozen=True, kw_only=True)
class PreservingScore(OnClock):
    """h^{1/2} u s(x, tau)."""

    def rows(self, x: np.ndarray, data: np.ndarray, t: float, u: np.ndarray, v: np.ndarray) -> dict[str, float]:
        mixture = preserved(x, data, t)
        return {"u": np.sqrt(mixture.variance) * u @ mixture.score}


@dataclass(frozen=True, kw_only=True)
class PreservingWeights(OnClock):
    """sum w^2."""

    def rows(self, x: np.ndarray, data: np.ndarray, t: float, u: np.ndarray, v: np.ndarray) -> dict[str, float]:
        return {"sum w^2": float((preserved(x, data, t).weights ** 2).sum())}


@dataclass(frozen=True, kw_only=True)
class PreservingJacobian(OnClock):
    """-h u J(x, tau) u and -h u J(x, tau) v."""

    def rows(self, x: np.ndarray, data: np.ndarray, t: float, u: np.ndarray, v: np.ndarray) -> dict[str, float]:
        mixture = preserved(x, data, t)
        along = -mixture.variance * u @ mixture.jacobian
        return {"u, u": float(along @ u), "u, v": float(along @ v)}


@dataclass(frozen=True, kw_only=True)
class PreservingDimension(OnClock):
    """The number of eigenvalues of -h J(x, tau) below 1/2: directions that are not lost."""

    cases: tuple[tuple[str, float], ...] = DIRECTIONS

    def rows(self, x: np.ndarray, data: np.ndarray, t: float, u: np.ndarray, v: np.ndarray) -> dict[str, float]:
        mixture = preserved(x, data, t)
        return {"directions": float((np.linalg.eigvalsh(-mixture.variance * mixture.jacobian) < 1 / 2).sum())}


@dataclass(frozen=True, kw_only=True)
class PreservingLevels(Experiment):
    """1 - sum w^2 at each of `cases`: data e^{-tau} y seen from e^{-tau} x, y and x of the setting, at clocks tau."""

    cases: tuple[tuple[Vast, float], ...]
    replicas: int = 4000
    count: int = 100

    def points(self) -> Sequence[Point]:
        return [Point(**vast.point, tau=tau) for vast, tau in self.cases]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        law, x, variance = shrunk(Vast.of(point), float(point["tau"]))
        levels = lowest(law, x, Vast.of(point).log_n, variance, self.count, self.replicas, rng)
        return sample(1 - levels.participation_ratio(variance))


def shrunk(vast: Vast, tau: float) -> tuple[Copies, np.ndarray, float]:
    """The law of e^{-tau} y, e^{-tau} x, and the variance of the noise at clock tau."""
    law = Copies(np.exp(-2 * tau) * SPECTRA[vast.spectrum](vast.block), vast.copies)
    return law, np.exp(-tau) * vast.x, -float(np.expm1(-2 * tau))
