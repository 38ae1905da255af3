r"""Cosine features of noised data in training time, with all noise averaged: when they generalize, when they memorize.

Features :math:`\phi_j(x) = \sqrt2 \cos(w_j \cdot x + b_j)` have averages over the noise in closed form,

.. math::

    2\, \mathbb{E}_z \cos\alpha_j \cos\alpha_k
    = e^{-t |w_j - w_k|^2/2} \cos(a_j - a_k) + e^{-t |w_j + w_k|^2/2} \cos(a_j + a_k), \qquad a_j = w_j \cdot y + b_j

so that the moments :math:`U = \mathbb{E} \phi \phi^T` and :math:`V = \mathbb{E} y \phi^T` of a data set are exact, and
gradient flow on :math:`|A \phi - y|^2` from A = 0 is solved in the eigenvectors of U.

`theory.learned.features` has these moments too, from the characteristic function of the data: the two are written
apart, so that one can judge the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import xarray as xr
from scipy.optimize import brentq, minimize_scalar

from simulate.run.experiment import Experiment, Point
from simulate.run.tables import rows, summaries
from theory.checks import NotComputable, finite, positive, scalar
from theory.digits import has_digits

LOGS = np.linspace(np.log(1e-3), np.log(1e4), 29)  # of training times that are looked at
EVENTS = ("generalize", "memorize")
HELD_OUT = 500


@dataclass(frozen=True, eq=False)
class Cosines:
    """Features sqrt(2) cos(w_j x + b_j).

    Arguments:
        waves: w, (p, d), in inverse units of the data.
        phases: b, (p,).
    """

    waves: np.ndarray
    phases: np.ndarray

    @classmethod
    def drawn(cls, p: int, d: int, length: float, rng: np.random.Generator) -> "Cosines":
        """Random features: waves with normal entries, and phases uniform on the circle.

        Arguments:
            p: number of features.
            d: dimension.
            length: one over the standard deviation of an entry, in units of the data.
            rng: draws them.

        Returns:
            The features.
        """
        return cls(rng.standard_normal((p, d)) / length, rng.uniform(0, 2 * np.pi, p))

    def moments(self, data: np.ndarray, t: float) -> tuple[np.ndarray, np.ndarray]:
        """Moments of the features of noised points, over all noise: U = E phi phi^T and V = E y phi^T.

        Arguments:
            data: points, (n, d), in units of the data.
            t: noise variance > 0.

        Returns:
            U (p, p) and V (d, p).

        Raises:
            ValueError: where an argument is not finite or out of range.
        """
        rows, noise = finite("data", data, ndim=(2,)), float(positive("t", scalar("t", t)))
        phase, squares = rows @ self.waves.T + self.phases, (self.waves**2).sum(axis=1)
        cosine, sine, cross = np.cos(phase), np.sin(phase), self.waves @ self.waves.T
        both, damped = squares[:, None] + squares, np.exp(-noise * squares / 2)
        even, odd = cosine.T @ cosine / len(rows), sine.T @ sine / len(rows)
        u = np.exp(-noise * (both / 2 - cross)) * (even + odd) + np.exp(-noise * (both / 2 + cross)) * (even - odd)
        return u, np.sqrt(2) * rows.T @ cosine / len(rows) * damped

    def at(self, x: np.ndarray) -> np.ndarray:
        """phi at x (n, d), (n, p)."""
        return np.sqrt(2) * np.cos(x @ self.waves.T + self.phases)


@dataclass(frozen=True, eq=False)
class FeatureFlow:
    """Losses of A in training time, on the data that it is trained on and on others.

    Arguments:
        features: the features.
        data: points (n, d) to train on.
        held_out: other points of the law, (m, d).
        t: the noise variance > 0, in squared units of the data.
    """

    features: Cosines
    data: np.ndarray
    held_out: np.ndarray
    t: float

    def coefficients(self, tau: float) -> np.ndarray:
        """A (d, p) after the training time tau. Raises NotComputable where no digits are left."""
        rates, vectors, along = self._modes
        return (along * _learned(rates, tau)) @ vectors.T

    def training_loss(self, tau: float) -> float:
        """Mean of |D - y|^2 over the training points and all noise."""
        rates, _, along = self._modes
        gain = _learned(rates, tau)
        return float((self.data**2).sum(axis=1).mean() + ((along**2).sum(axis=0) * gain * (rates * gain - 2)).sum())

    def test_loss(self, tau: float) -> float:
        """Mean of |D - y|^2 over the held-out points and all noise."""
        rates, _, along = self._modes
        u, v = self._held_out_moments
        weights = along * _learned(rates, tau)
        return float((self.held_out**2).sum(axis=1).mean() + ((weights @ u) * weights).sum() - 2 * (weights * v).sum())

    @cached_property
    def _modes(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Eigenvalues u >= 0 of U, its eigenvectors, and V along them."""
        u, v = self.features.moments(self.data, self.t)
        rates, vectors = np.linalg.eigh(u)
        return np.maximum(rates, 0.0), vectors, v @ vectors

    @cached_property
    def _held_out_moments(self) -> tuple[np.ndarray, np.ndarray]:
        """U and V of the held-out points along the eigenvectors of the training points."""
        u, v = self.features.moments(self.held_out, self.t)
        vectors = self._modes[1]
        return vectors.T @ u @ vectors, v @ vectors


def _learned(rates: np.ndarray, tau: float) -> np.ndarray:
    """(1 - e^{-2 u tau})/u, 2 tau where u = 0. Raises NotComputable where rounding of the modes leaves no digits."""
    has_digits(rates, tau)
    small = 2 * tau * rates < 1e-12
    return np.where(small, 2 * tau, -np.expm1(-2 * tau * rates) / np.where(small, 1.0, rates))


@dataclass(frozen=True, kw_only=True)
class GrowthOfTimes(Experiment):
    """How training times grow with N: slopes of their logarithms against log N, between two sizes.

    Arguments:
        sizes: two numbers of points.
        d, p: numbers of dimensions and features, of waves of standard deviation 1/sqrt(d).
        t: the noise variance > 0, in units of the variance of the isotropic data.
        replicas: the number of independent pairs of data sets and features.
        seed: of all random numbers, an integer >= 0.

    Row by row `happens` is "generalize", the time of the least test loss, or "memorize", that at which the test loss
    less the training loss is half of what it is at the end.
    """

    sizes: tuple[int, int]
    d: int
    p: int
    t: float
    replicas: int = 50

    def points(self) -> Sequence[Point]:
        return [Point(d=self.d, t=self.t)]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        logs = np.array([[self._logs(n, rng) for n in self.sizes] for _ in range(self.replicas)])
        slopes = (logs[:, 1] - logs[:, 0]).T / np.log(self.sizes[1] / self.sizes[0])
        return summaries(slopes, "event").assign_coords(happens=("event", list(EVENTS)))

    def combine(self, parts: list[xr.Dataset]) -> xr.Dataset:
        """One row for each event."""
        return rows(parts, "event")

    def _logs(self, n: int, rng: np.random.Generator) -> tuple[float, float]:
        """Logarithms of the two times, of one data set."""
        features = Cosines.drawn(self.p, self.d, np.sqrt(self.d), rng)
        data, held_out = (rng.standard_normal((count, self.d)) for count in (n, HELD_OUT))
        flow = FeatureFlow(features, data, held_out, self.t)
        return log_generalization(flow), log_memorization(flow)


def log_generalization(flow: FeatureFlow) -> float:
    """Log of the training time at which the test loss is least."""
    losses = [flow.test_loss(np.exp(log)) for log in LOGS]
    middle = int(np.clip(np.argmin(losses), 1, len(LOGS) - 2))
    bounds = LOGS[middle - 1], LOGS[middle + 1]
    return float(minimize_scalar(lambda log: flow.test_loss(np.exp(log)), bounds=bounds, method="bounded").x)


def log_memorization(flow: FeatureFlow) -> float:
    """Log of the first training time at which test loss less training loss is half of that at the end."""

    def missing(log: float) -> float:
        return flow.test_loss(np.exp(log)) - flow.training_loss(np.exp(log)) - end / 2

    end = flow.test_loss(np.exp(LOGS[-1])) - flow.training_loss(np.exp(LOGS[-1]))
    first = int(np.argmax([missing(log) > 0 for log in LOGS]))
    if first == 0:
        raise NotComputable(f"the losses must part after the training time {np.exp(LOGS[0]):g}, they have before")
    return float(brentq(missing, LOGS[first - 1], LOGS[first], xtol=1e-4))
