r"""Lanczos: a symmetric matrix B in R^d, known by its products with vectors alone, seen from one vector v.

T = Q^T B Q is tridiagonal, with diagonal a_j and side diagonal b_j; Q an orthonormal basis of v, B v, B^2 v, ... Its
eigenvalues theta_i and the squares w_i of the first components of its eigenvectors s_i are nodes and weights of the
Gauss quadrature of the spectral measure of v, which gives an eigenvalue the squared share of v in its eigenspace.

    node      some eigenvalue of B lies within |b_m s_i(m)|, the residual of the Ritz pair, of theta_i
    share     of v below a level c: Golub's rule (SIAM Review 15, 318, 1973) with a node set to c has weights for which
              sum_{theta < c} w <= share <= sum_{theta <= c} w (Chebyshev, Markov, Stieltjes): narrow if c is in a gap
    ends      beyond the highest node c that node's weight is 1/(p_0(c)^2 + .. + p_m(c)^2), p_j the orthonormal
              polynomials: b_j p_j = (c - a_j) p_(j-1) - b_(j-1) p_(j-2). A uniform v has less than this in an
              eigenvector beyond c with the small chance of a Beta(1/2, (d - 1)/2) variable: `highest`, `lowest`
    count     k of eigenvalues below c: for v uniform on the sphere the share is Beta(k/2, (d - k)/2), and with its
              median m_k a share above m_k has a probability of one half. `counts` turns this around

The residuals say nothing of how often an eigenvalue is there (a weight is a random share, of standard deviation
sqrt(2/k) of its mean where k of many directions share it), nor of eigenvalues that v is nearly orthogonal to. Only
counts from several v are bounded, and at an error rate.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from scipy.linalg import eigh_tridiagonal, solve_banded
from scipy.stats import beta

from theory.roots import falling_root

Products = Callable[[np.ndarray], np.ndarray]  # (k, d) -> (k, d): each row times a symmetric matrix

GREAT = 1e100  # of a polynomial: its square is a float, and no chance is as small as one over that
INVARIANT = 1e-12  # of the norm: the Krylov space is exhausted
ROUNDING = 1e-9  # of the norm: a level so near a node is that node; of a share: nothing


@dataclass(frozen=True, eq=False)
class Chain:
    """The tridiagonal matrix of Lanczos.

    Arguments:
        diagonal: a_j, (m,).
        side: b_j, (m - 1,).
        last: b_m, the element that was left out.
    """

    diagonal: np.ndarray
    side: np.ndarray
    last: float

    @cached_property
    def pairs(self) -> tuple[np.ndarray, np.ndarray]:
        """Eigenvalues ascending (m,) and eigenvectors, columns of (m, m)."""
        return eigh_tridiagonal(self.diagonal, self.side)

    @property
    def scale(self) -> float:
        """Largest modulus of a node, or 1."""
        return max(1.0, float(np.abs(self.pairs[0]).max()))

    @property
    def residuals(self) -> np.ndarray:
        """What nodes are off at most from some eigenvalue, (m,)."""
        return np.abs(self.last * self.pairs[1][-1]) + np.finfo(float).eps * self.diagonal.size * self.scale

    @property
    def weights(self) -> np.ndarray:
        """Shares of v, (m,); they add up to 1."""
        return self.pairs[1][0] ** 2

    def share(self, level: float) -> tuple[float, float]:
        """Bounds of the share of v in eigenvectors of eigenvalues below `level`."""
        near = np.abs(self.pairs[0] - level) <= ROUNDING * self.scale
        if near.any() or self.last <= INVARIANT * self.scale:
            rule, at = self, near
        else:
            rule = self._with_node(level)
            at = np.arange(rule.diagonal.size) == np.argmin(np.abs(rule.pairs[0] - level))
        below = float(rule.weights[(rule.pairs[0] < level) & ~at].sum())
        return below, min(1.0, below + float(rule.weights[at].sum()))

    def highest(self, d: int, chance: float) -> float:
        """A bound above all eigenvalues, for a start v that is uniform in R^d.

        Arguments:
            d: the dimension.
            chance: the probability that an eigenvalue lies above, at most.

        Returns:
            The bound.
        """
        top = float(self.pairs[0][-1])
        if self.last <= INVARIANT * self.scale:
            return top
        least = -np.log(beta.ppf(chance, 0.5, (d - 1) / 2))
        if self._log_growth(top) >= least:
            return top
        error = ROUNDING * self.scale
        return falling_root(lambda level: least - self._log_growth(level), top, self.last, error)

    def lowest(self, d: int, chance: float) -> float:
        """A bound below all eigenvalues, for a start v that is uniform in R^d.

        Arguments:
            d: the dimension.
            chance: the probability that an eigenvalue lies below, at most.

        Returns:
            The bound.
        """
        return -Chain(-self.diagonal, self.side, self.last).highest(d, chance)

    def _log_growth(self, level: float) -> float:
        """log of the sum of p_j(level)^2, level >= the highest node, cut short where it is GREAT."""
        before, now, total, side = 0.0, 1.0, 1.0, 0.0
        for a, b in zip(self.diagonal, np.append(self.side, self.last), strict=True):
            before, now = now, ((level - a) * now - side * before) / b
            if abs(now) > GREAT:
                return 2 * math.log(abs(now))
            total, side = total + now**2, b
        return math.log(total)

    def _with_node(self, level: float) -> "Chain":
        """The rule of one node more that has a node at `level`."""
        banded = np.zeros((3, self.diagonal.size))
        banded[0, 1:] = banded[2, :-1] = self.side
        banded[1] = self.diagonal - level
        right = np.zeros(self.diagonal.size)
        right[-1] = self.last**2
        shift = solve_banded((1, 1), banded, right)[-1]
        return Chain(np.append(self.diagonal, level + shift), np.append(self.side, self.last), 0.0)


def chain(products: Products, start: np.ndarray, steps: int) -> Chain:
    """Lanczos from one vector, fully orthogonalized; it ends early where the Krylov space is exhausted.

    Arguments:
        products: of vectors (k, d), their products with the matrix, (k, d).
        start: v, (d,).
        steps: how many, at most.

    Returns:
        The tridiagonal matrix.
    """
    basis, diagonal, side = [start / np.linalg.norm(start)], [], []
    while True:
        image = products(basis[-1][None])[0]
        diagonal.append(float(image @ basis[-1]))
        known = np.stack(basis)
        for _ in range(2):
            image = image - (known @ image) @ known
        length = float(np.linalg.norm(image))
        if len(diagonal) == steps or length <= INVARIANT * max(1.0, np.abs(diagonal).max()):
            return Chain(np.array(diagonal), np.array(side), length)
        side.append(length)
        basis.append(image / length)


def counts(share: tuple[float, float], d: int) -> tuple[float, float, float]:
    """How many directions of R^d a uniform v has this share in.

    Arguments:
        share: its lower and upper bound, in [0, 1].
        d: the dimension.

    Returns:
        Fewest, likely and most; each end errs with a probability of at most one half, as
        `simulate.dimension.reading.typical` needs it.
    """
    medians = _medians(d)
    low, high = share
    fewest = np.searchsorted(medians, low + ROUNDING, side="right") - 1
    most = np.searchsorted(medians, high - ROUNDING, side="left")
    likely = np.clip(np.interp((low + high) / 2, medians, np.arange(d + 1)), fewest, most)
    return float(fewest), float(likely), float(most)


@lru_cache(maxsize=8)
def _medians(d: int) -> np.ndarray:
    """Of the share of a uniform v in k of d directions, k = 0 .. d."""
    k = np.arange(1, d)
    return np.concatenate([[0.0], beta.ppf(0.5, k / 2, (d - k) / 2), [1.0]])
