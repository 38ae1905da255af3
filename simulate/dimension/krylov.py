r"""Largest eigenvalues of a symmetric matrix B in R^d that is known by its products with vectors alone.

Q is an orthonormal basis of B^q Omega, Omega Gaussian (subspace iteration: Halko, Martinsson and Tropp 0909.4061); its
block is doubled until its lowest Ritz value is small. Where the other eigenvalues are far apart, few products do not
tell them from those looked for: the block Krylov space of Q, B Q, B^2 Q, ... is added until all Ritz pairs (theta,
y) with theta > 0.3 have a small residual B y - theta y (Musco and Musco 1504.05477: in few steps).

What is certain. By Cauchy's interlacing the k-th largest eigenvalue of B is no less than the k-th largest Ritz value,
converged or not, and the k-th lowest no more than the k-th lowest.

What is bounded. Kept are the Y whose residuals are small, at both ends. The eigenvalues left, of
(1 - YY^T) B (1 - YY^T), are within [r_-, r_+], bounds by Lanczos from a random start (`simulate.dimension.lanczos`)
that fail with a chance of 1e-4, the only ones here that may; where more than 1/2 is left, the block was
too small and is doubled again. With c = |(1 - YY^T) B Y| and e(g) = 2 c^2/(g + sqrt(g^2 + 4 c^2)) (Li and Li, Linear
Algebra Appl. 395, 183, 2005) the k-th largest eigenvalue is no more than, for the n positive theta kept,

    theta_k + e(theta_k - r_+)  where theta_k > r_+,    r_+ + c  elsewhere,                  k <= n
    r_+  (interlacing), or r_+ + e(r_+ - theta) beside the highest of the theta < 0 kept,    k > n

and likewise from below. Few theta are kept, in a second look, where many leave no gap to r_+.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.linalg import eigh, qr

from simulate.dimension.lanczos import Products, chain

BLOCK = 32
ITERATIONS = 2
SMALL = 0.1  # of the eigenvalues that may be left out
LARGE = 0.3  # eigenvalues above that must converge, and what is left should stay below
EDGE = 1 / 3  # 1 - visible.NORMAL: where more may be left, only eigenvalues above are kept, for a wider gap
MISSED = 1 / 2  # eigenvalues above that must not be left out
CONVERGED = 0.01  # residual of a Ritz pair that is kept
EXTENSIONS = 10  # of a Krylov space, each by one block
CHECK = (17, 68)  # Lanczos steps over what is left out: first, and where that may be more than LARGE
CHANCE = 1e-4  # that more is left than its bounds say


@dataclass(frozen=True)
class Largest:
    """All d eigenvalues of a symmetric matrix, in descending order, with their bounds.

    Arguments:
        values: (d,), zeros for those left out.
        least: lower bounds, (d,).
        most: upper bounds, (d,).
    """

    values: np.ndarray
    least: np.ndarray
    most: np.ndarray


@dataclass(frozen=True)
class Ritz:
    """Ritz pairs of a symmetric matrix B.

    Arguments:
        values: theta, ascending, (k,).
        vectors: y, (k, d).
        residuals: B y - theta y, (k, d).
    """

    values: np.ndarray
    vectors: np.ndarray
    residuals: np.ndarray


def largest(products: Products, d: int, rng: np.random.Generator) -> Largest:
    """All eigenvalues above SMALL that can be told apart, of a symmetric matrix whose others lie near 0.

    Where the bounds say so, some could not.

    Arguments:
        products: of vectors (k, d), their products with the matrix, (k, d).
        d: the dimension.
        rng: draws the first vectors.

    Returns:
        d eigenvalues with their bounds.
    """
    basis = np.empty((0, d))
    while True:
        block = min(d, max(BLOCK, 2 * len(basis)))
        basis = np.concatenate([basis, rng.standard_normal((block - len(basis), d))])
        for _ in range(ITERATIONS if block < d else 1):
            basis = _orthonormal(products(_orthonormal(basis)))
        ritz = _converged(products, basis)
        if len(ritz.values) == d:
            return Largest(*[ritz.values[::-1]] * 3)
        if block < d and ritz.values[0] >= SMALL:
            continue
        found, missed = _enclosed(products, ritz, rng)
        if block == d or missed <= MISSED:
            return found


def _converged(products: Products, basis: np.ndarray) -> Ritz:
    """Ritz pairs of a Krylov space that starts with an orthonormal basis."""
    block, image = len(basis), products(basis)
    while True:
        values, mixing = eigh((basis @ image.T + image @ basis.T) / 2)
        vectors = mixing.T @ basis
        residuals = mixing.T @ image - values[:, None] * vectors
        far = np.linalg.norm(residuals[values > LARGE], axis=1) > CONVERGED
        if not far.any() or len(basis) > EXTENSIONS * block or len(basis) + block > basis.shape[1]:
            return Ritz(values, vectors, residuals)
        new = _orthonormal(np.concatenate([basis, image[-block:]]))[len(basis) :]
        basis, image = np.concatenate([basis, new]), np.concatenate([image, products(new)])


def _enclosed(products: Products, ritz: Ritz, rng: np.random.Generator) -> tuple[Largest, float]:
    """Bounds of all eigenvalues; and a lower bound of the largest that no converged pair stands for."""
    d, ends = ritz.vectors.shape[1], ritz.values[::-1][np.abs(ritz.values[::-1]) > SMALL]
    values = np.concatenate([ends[ends > 0], np.zeros(d - ends.size), ends[ends < 0]])
    least, most = _certain(ritz.values, d)
    converged = np.linalg.norm(ritz.residuals, axis=1) <= CONVERGED
    missed = np.inf
    for floor in (SMALL, EDGE):
        kept = converged & (np.abs(ritz.values) > floor)
        low, high, seen = _left(products, ritz.vectors[kept], rng)
        theta, missed = ritz.values[kept], min(missed, seen)
        coupling = float(np.linalg.norm(ritz.residuals[kept], 2)) if kept.any() else 0.0
        most = np.minimum(most, _from_above(theta, high, coupling, d))
        least = np.maximum(least, -_from_above(-theta, -low, coupling, d)[::-1])
        if high + coupling <= EDGE:
            break
    return Largest(values, np.minimum(least, values), np.maximum(most, values)), missed


def _certain(ritz: np.ndarray, d: int) -> tuple[np.ndarray, np.ndarray]:
    """Bounds of d eigenvalues, descending: the k-th from either end is no further in than the k-th Ritz value."""
    least, most = np.full(d, -np.inf), np.full(d, np.inf)
    least[: len(ritz)] = ritz[::-1]
    most[d - len(ritz) :] = ritz[::-1]
    return least, most


def _from_above(theta: np.ndarray, high: float, coupling: float, d: int) -> np.ndarray:
    """The most that eigenvalues can be, (d,) descending, where those left beside the kept `theta` end at `high`."""
    positive, negative = np.sort(theta[theta > 0])[::-1], theta[theta < 0]
    rest = high + (_shift(high - negative.max(), coupling) if negative.size else 0.0)
    kept = np.where(positive > high, positive + _shift(positive - high, coupling), high + coupling)
    return np.concatenate([kept, np.full(d - positive.size, rest)])


def _shift(gap: Any, coupling: float) -> Any:
    """What a coupling moves eigenvalues that are apart by `gap`, at most."""
    apart = np.maximum(gap, 0.0)
    return 2 * coupling**2 / (apart + np.hypot(apart, 2 * coupling) + np.finfo(float).tiny)


def _left(products: Products, basis: np.ndarray, rng: np.random.Generator) -> tuple[float, float, float]:
    """Ends, lowest and highest, of the spectrum on the complement of an orthonormal basis (k, d), which only CHANCE
    is beyond; and a lower bound of the highest."""

    def outside(v: np.ndarray) -> np.ndarray:
        return v - (v @ basis.T) @ basis

    start, left = outside(rng.standard_normal((1, basis.shape[1])))[0], basis.shape[1] - len(basis)
    first, more = (min(steps, left) for steps in CHECK)
    found = chain(lambda v: outside(products(v)), start, first)
    if found.highest(left, CHANCE) > LARGE:
        found = chain(lambda v: outside(products(v)), start, more)
    return found.lowest(left, CHANCE), found.highest(left, CHANCE), float(found.pairs[0][-1])


def _orthonormal(rows: np.ndarray) -> np.ndarray:
    return qr(rows.T, mode="economic", check_finite=False)[0].T
