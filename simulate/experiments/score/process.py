"""The variance-preserving process in its own coordinates and on its own clock: score, weights, Jacobian.

A data point y becomes x = e^{-tau} y + sqrt(1 - e^{-2 tau}) z, so data y_1 .. y_N have at clock tau the density of N
Gaussians of variance h = 1 - e^{-2 tau} at e^{-tau} y_mu. Its weights, score and Jacobian are written out here from
that definition alone, in units in which noise is of order one: h^{1/2} u s and -h u J v.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import xarray as xr
from scipy.special import softmax

from simulate.experiments.score.identities import OneDataSet, Quantity, Rows, at_times
from theory.case import Case
from theory.process import exploding_time, preserving_time


def on_clock(*kinds: tuple[str, float]) -> tuple[Case, ...]:
    """Cases of KINDS at clocks tau: seen from e^tau x at t = e^{2 tau} - 1."""
    return at_times(*((name, float(exploding_time(tau))) for name, tau in kinds))


CLOCKS = on_clock(
    ("one point", 2.0),
    ("d + 1 points", 0.1),
    ("d + 1 points", 0.5),
    ("fewer points than d", 0.5),
    ("many points", 0.01),
    ("many points", 0.1),
    ("a plane", 0.01),
    ("points drawn several times", 0.1),
    ("points drawn several times", 0.5),
    ("x a data point", 2.0),
)
DIRECTIONS = on_clock(
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
    """N Gaussians of one variance, seen from x.

    Arguments:
        offsets: of their centres from x, (n, d).
        variance: of each along every direction.
    """

    offsets: np.ndarray
    variance: float

    @property
    def weights(self) -> np.ndarray:
        return softmax(-(self.offsets**2).sum(axis=1) / (2 * self.variance))

    @property
    def score(self) -> np.ndarray:
        return self.weights @ self.offsets / self.variance

    @property
    def jacobian(self) -> np.ndarray:
        centred = self.offsets - self.weights @ self.offsets
        covariance = centred.T @ (self.weights[:, None] * centred)
        return covariance / self.variance**2 - np.eye(centred.shape[1]) / self.variance


def preserved(x: np.ndarray, data: np.ndarray, tau: float) -> Mixture:
    """The density at clock tau, seen from x.

    Arguments:
        x: location in the coordinates of the process, (d,).
        data: points y, (n, d).
        tau: the clock.
    """
    return Mixture(np.exp(-tau) * data - x, -float(np.expm1(-2 * tau)))


def seen(x: np.ndarray, data: np.ndarray, t: float) -> Mixture:
    """The preserving density seen from e^{-tau} x at the clock tau of t.

    Arguments:
        x: location in the coordinates of the exploding process, (d,).
        data: points y, (n, d).
        t: the noise variance of the exploding process.
    """
    tau = float(preserving_time(t))
    return preserved(np.exp(-tau) * x, data, tau)


def along_score(x: np.ndarray, data: np.ndarray, t: float, u: np.ndarray, v: np.ndarray) -> Rows:
    """h^{1/2} u s(x, tau).

    Arguments:
        x: location in the coordinates of the exploding process, (d,).
        data: points, (n, d).
        t: the noise variance of the exploding process.
        u, v: unit directions, (d,).
    """
    mixture = seen(x, data, t)
    return {"u": np.sqrt(mixture.variance) * u @ mixture.score}


def participation(x: np.ndarray, data: np.ndarray, t: float, u: np.ndarray, v: np.ndarray) -> Rows:
    """sum w^2.

    Arguments:
        x: location in the coordinates of the exploding process, (d,).
        data: points, (n, d).
        t: the noise variance of the exploding process.
        u, v: of no effect.
    """
    return {"sum w^2": float((seen(x, data, t).weights ** 2).sum())}


def along_jacobian(x: np.ndarray, data: np.ndarray, t: float, u: np.ndarray, v: np.ndarray) -> Rows:
    """-h u J(x, tau) u and -h u J(x, tau) v.

    Arguments:
        x: location in the coordinates of the exploding process, (d,).
        data: points, (n, d).
        t: the noise variance of the exploding process.
        u, v: unit directions, (d,).
    """
    mixture = seen(x, data, t)
    along = -mixture.variance * u @ mixture.jacobian
    return {"u, u": float(along @ u), "u, v": float(along @ v)}


def dimension(x: np.ndarray, data: np.ndarray, t: float, u: np.ndarray, v: np.ndarray) -> Rows:
    """The number of eigenvalues of -h J(x, tau) below 1/2: directions that are not lost.

    Arguments:
        x: location in the coordinates of the exploding process, (d,).
        data: points, (n, d).
        t: the noise variance of the exploding process.
        u, v: of no effect.
    """
    mixture = seen(x, data, t)
    return {"directions": float((np.linalg.eigvalsh(-mixture.variance * mixture.jacobian) < 1 / 2).sum())}


@dataclass(frozen=True, kw_only=True)
class OnClock(OneDataSet):
    """One data set of each case in the coordinates of the preserving process, `tau` the clock of each row.

    The location that a row carries is that of the exploding process: e^{tau} x.

    Arguments:
        cases: the cases, with different labels.
        quantity: "score" for h^{1/2} u s, "weights" for sum w^2, "jacobian" for -h u J u and -h u J v, "dimension" for
            the number of directions that are not lost.
        seed: of the random numbers, an integer >= 0.
    """

    cases: tuple[Case, ...] = CLOCKS
    quantities: ClassVar[Mapping[str, Quantity]] = {
        "score": along_score,
        "weights": participation,
        "jacobian": along_jacobian,
        "dimension": dimension,
    }

    def combine(self, parts: list[xr.Dataset]) -> xr.Dataset:
        """Rows with their clock as the coordinate `tau`."""
        table = super().combine(parts)
        return table.assign_coords(tau=("point", np.asarray(preserving_time(table["t"].values))))
