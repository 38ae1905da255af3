r"""Parts of the spectrum of a symmetric matrix that is known by its products with vectors alone.

Subspace iteration (Halko, Martinsson and Tropp 0909.4061): Q an orthonormal basis of B^q Omega, Omega Gaussian. The
eigenvalues theta of Q^T B Q are lower bounds of those of B, in order (Cauchy). The block is doubled until its lowest
theta is small; r, the largest modulus of the eigenvalues left, of (1 - QQ^T) B (1 - QQ^T), is that of a few Lanczos
steps from a random start plus their residual (Kuczynski and Wozniakowski: too low by half with a probability below
1.65 sqrt(d) e^{-sqrt(1/2) (2 j - 1)} for j steps, 1e-8 at d = 12,288 for j = 17). With c = |(1 - QQ^T) B Q|, the theta
and zeros for those left, all in order, are off by no more than (Li and Li, Linear Algebra Appl. 395, 183, 2005)

    2 c^2/(g + sqrt(g^2 + 4 c^2)),  g = |theta| - r,    for |theta| > r;        r + c for all others.

Lanczos from a random v, |v|^2 = d: the eigenvalues of the tridiagonal matrix and d times the squares of the first
components of its eigenvectors are nodes and weights of a Gauss quadrature of v^T f(B) v, whose mean is tr f(B).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.linalg import eigh_tridiagonal, eigvalsh, qr

Products = Callable[[np.ndarray], np.ndarray]  # (k, d) -> (k, d): each row times a symmetric matrix

BLOCK = 32
ITERATIONS = 2
SMALL = 0.1  # of the eigenvalues that may be left out
CHECK = 17  # Lanczos steps over what is left out
STEPS = 48  # Lanczos steps of a quadrature
INVARIANT = 1e-12  # of the norm: the Krylov space is exhausted


@dataclass(frozen=True)
class Largest:
    """Ritz values descending and what they are off at most, (k,); what zeros for the other d - k are off at most."""

    values: np.ndarray
    errors: np.ndarray
    remainder: float


def largest(products: Products, d: int, rng: np.random.Generator) -> Largest:
    """All eigenvalues above SMALL of a matrix in R^d whose others lie near 0."""
    basis = np.empty((0, d))
    while True:
        block = min(d, max(BLOCK, 2 * len(basis)))
        basis = np.concatenate([basis, rng.standard_normal((block - len(basis), d))])
        for _ in range(ITERATIONS if block < d else 1):
            basis = _orthonormal(products(_orthonormal(basis)))
        image = products(basis)
        values = eigvalsh((basis @ image.T + image @ basis.T) / 2)
        if block == d or values[0] < SMALL:
            break
    left = 0.0 if block == d else _remainder(products, basis, rng)
    coupling = float(np.linalg.norm(image - (image @ basis.T) @ basis, 2))
    return Largest(values[::-1], _errors(values[::-1], left, coupling), left + coupling)


def quadrature(products: Products, d: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Nodes ascending and weights, which add up to d, of at most STEPS Lanczos steps."""
    diagonal, side, _ = _lanczos(products, rng.choice([-1.0, 1.0], d), min(d, STEPS))
    nodes, vectors = eigh_tridiagonal(diagonal, side)
    return nodes, d * vectors[0] ** 2


def _errors(values: np.ndarray, left: float, coupling: float) -> np.ndarray:
    """What Ritz values are off beside eigenvalues left out up to a modulus `left`."""
    gap = np.abs(values) - left
    apart = 2 * coupling**2 / (np.maximum(gap, 0.0) + np.hypot(gap, 2 * coupling) + np.finfo(float).tiny)
    return np.where(gap > 0, apart, left + coupling)


def _remainder(products: Products, basis: np.ndarray, rng: np.random.Generator) -> float:
    """Largest modulus of an eigenvalue on the complement of an orthonormal basis (k, d): estimate plus residual."""

    def outside(v: np.ndarray) -> np.ndarray:
        return v - (v @ basis.T) @ basis

    start = outside(rng.standard_normal((1, basis.shape[1])))[0]
    diagonal, side, last = _lanczos(lambda v: outside(products(v)), start, min(CHECK, len(start) - len(basis)))
    values, vectors = eigh_tridiagonal(diagonal, side)
    return float((np.abs(values) + np.abs(last * vectors[-1]))[[0, -1]].max())


def _lanczos(products: Products, start: np.ndarray, steps: int) -> tuple[np.ndarray, np.ndarray, float]:
    """Diagonal (j,), side diagonal (j - 1,) and the next side element, j <= steps, fully orthogonalized."""
    basis, diagonal, side = [start / np.linalg.norm(start)], [], []
    while True:
        image = products(basis[-1][None])[0]
        diagonal.append(float(image @ basis[-1]))
        known = np.stack(basis)
        for _ in range(2):
            image = image - (known @ image) @ known
        length = float(np.linalg.norm(image))
        if len(diagonal) == steps or length <= INVARIANT * max(1.0, np.abs(diagonal).max()):
            return np.array(diagonal), np.array(side), length
        side.append(length)
        basis.append(image / length)


def _orthonormal(rows: np.ndarray) -> np.ndarray:
    return qr(rows.T, mode="economic", check_finite=False)[0].T
