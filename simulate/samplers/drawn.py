"""What a sampler draws: data sets as energies, or as points, which answer for their weights."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol, runtime_checkable

import numpy as np

from simulate.levels.sums import log_sum
from theory.case import Case

ENTRIES = 2_000_000  # of one table of data


@runtime_checkable
class Sampler(Protocol):
    """How data of a case are drawn."""

    def parts(self, case: Case, replicas: int, rng: np.random.Generator) -> Iterator[Any]:
        """What is drawn of independent data sets, some at a time.

        Arguments:
            case: the data, x and t.
            replicas: number of data sets.
            rng: draws them; the same seed gives the same bits.

        Returns:
            Parts that observables take, `replicas` data sets in all.
        """
        ...


@dataclass(frozen=True, eq=False)
class Weighted:
    """Data sets of one case as energies E = |x - y|^2/2, which answer for their weights e^{-E/t}/Z.

    Arguments:
        energies: less what all of a case have in common, (replicas, n), in squared units of the data.
        common: what they have in common.
    """

    energies: np.ndarray
    common: float = 0.0  # left out of every energy

    def weights(self, t: float | np.ndarray) -> np.ndarray:
        """w (replicas, n) at noise variance t."""
        factors = self._factors(t)
        factors /= factors.sum(axis=-1, keepdims=True)
        return factors

    def participation_ratio(self, t: float) -> np.ndarray:
        """sum w^2, (replicas,)."""
        factors = self._factors(t)
        return np.einsum("...n,...n->...", factors, factors) / factors.sum(axis=-1) ** 2

    def log_partition(self, t: float) -> np.ndarray:
        """log sum e^{-E/t}, (replicas,)."""
        return log_sum(-self.energies / t) - self.common / t

    def _factors(self, t: float | np.ndarray) -> np.ndarray:
        """e^{-E/t} over the largest of a data set, (replicas, n): as one table, which is gone through in place."""
        exponents = -self.energies / t
        exponents -= exponents.max(axis=-1, keepdims=True)
        return np.exp(exponents, out=exponents)


@dataclass(frozen=True, eq=False)
class Points:
    """Data sets of one case as points, which answer for their weights, means and covariances.

    Arguments:
        offsets: y - x, (replicas, n, d), in units of the data.
    """

    offsets: np.ndarray

    @cached_property
    def levels(self) -> Weighted:
        """Their energies |x - y|^2/2."""
        return Weighted(np.einsum("rnd,rnd->rn", self.offsets, self.offsets) / 2)

    def weights(self, t: float) -> np.ndarray:
        """w (replicas, n) at noise variance t."""
        return self.levels.weights(t)

    def participation_ratio(self, t: float) -> np.ndarray:
        """sum w^2, (replicas,)."""
        return self.levels.participation_ratio(t)

    def log_partition(self, t: float) -> np.ndarray:
        """log sum e^{-E/t}, (replicas,)."""
        return self.levels.log_partition(t)

    def mean(self, t: float) -> np.ndarray:
        """sum w (y - x), (replicas, d): t times the score."""
        return _means(self.weights(t), self.offsets)

    def variances(self, t: float) -> np.ndarray:
        """Var_w(y_i), (replicas, d)."""
        w = self.weights(t)
        centred = self._centred(w)
        return _means(w, np.square(centred, out=centred))

    def covariance(self, t: float) -> np.ndarray:
        """Cov_w(y), (replicas, d, d)."""
        w = self.weights(t)
        centred = self._centred(w)
        return (w[:, :, None] * centred).swapaxes(1, 2) @ centred

    def _centred(self, w: np.ndarray) -> np.ndarray:
        return self.offsets - _means(w, self.offsets)[:, None]

    def seen_from(self, step: np.ndarray) -> "Points":
        """The same data sets seen from x + step (d,)."""
        return Points(self.offsets - step)


def _means(w: np.ndarray, values: np.ndarray) -> np.ndarray:
    """sum_mu w_mu v_mu (replicas, d) of w (replicas, n) and v (replicas, n, d), as products of matrices."""
    return (w[:, None, :] @ values)[:, 0]


def chunks(replicas: int, entries: int) -> Iterator[int]:
    """Numbers of data sets that are made at once, so that their tables fit in memory.

    Arguments:
        replicas: data sets in all.
        entries: numbers in the table of one.

    Returns:
        Numbers >= 1 that add up to `replicas`.
    """
    most = max(1, ENTRIES // entries)
    for start in range(0, replicas, most):
        yield min(most, replicas - start)
