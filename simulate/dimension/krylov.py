r"""Parts of the spectrum of a symmetric matrix that is known by its products with vectors alone.

Largest eigenvalues of B. Q is an orthonormal basis of B^q Omega, Omega Gaussian (subspace iteration: Halko, Martinsson
and Tropp 0909.4061); its block is doubled until its lowest Ritz value is small. Where the other eigenvalues spread far,
few products do not tell them from those looked for: the block Krylov space of Q, B Q, B^2 Q, ... is added until all
Ritz pairs (theta, y) with |theta| > 0.3 have a small residual B y - theta y (Musco and Musco 1504.05477: in few steps).
Kept are the Y whose residuals are small, those of far negative theta too, or r would be theirs. r, the largest modulus
of the eigenvalues left, of (1 - YY^T) B (1 - YY^T), is that of a few Lanczos steps from a random start plus their
residual (Kuczynski and Wozniakowski: too low by half with a probability below 1.65 sqrt(d) e^{-sqrt(1/2) (2 j - 1)} for
j steps, 1e-8 at d = 12,288 for j = 17); where it finds an eigenvalue above 1/2 left, the block was too small and is
doubled again. With c = |(1 - YY^T) B Y|, the theta and zeros for those left, all in order, are off by no more than (Li
and Li, Linear Algebra Appl. 395, 183, 2005)

    2 c^2/(g + sqrt(g^2 + 4 c^2)),  g = |theta| - r,    for |theta| > r;        r + c for all others.

Lanczos from a random v, |v|^2 = d: the eigenvalues of the tridiagonal matrix and d times the squares of the first
components of its eigenvectors are nodes and weights of a Gauss quadrature of v^T f(B) v, whose mean is tr f(B).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.linalg import eigh, eigh_tridiagonal, qr

Products = Callable[[np.ndarray], np.ndarray]  # (k, d) -> (k, d): each row times a symmetric matrix

BLOCK = 32
ITERATIONS = 2
SMALL = 0.1  # of the eigenvalues that may be left out
LARGE = 0.3  # moduli above that must converge: what is left out has to stay below 1 - visible.NORMAL = 1/3
MISSED = 1 / 2  # eigenvalues above that must not be left out
CONVERGED = 0.01  # residual of a Ritz pair that is kept
EXTENSIONS = 10  # of a Krylov space, each by one block
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
    """All eigenvalues beyond +-SMALL that can be told apart of a matrix in R^d whose others lie near 0.

    Where the errors say so, some could not.
    """
    basis = np.empty((0, d))
    while True:
        block = min(d, max(BLOCK, 2 * len(basis)))
        basis = np.concatenate([basis, rng.standard_normal((block - len(basis), d))])
        for _ in range(ITERATIONS if block < d else 1):
            basis = _orthonormal(products(_orthonormal(basis)))
        values, vectors, residuals = _converged(products, basis)
        if block < d and values[0] >= SMALL:
            continue
        kept = (np.linalg.norm(residuals, axis=1) <= CONVERGED) & (np.abs(values) > SMALL)
        if block == d:
            kept[:] = True
        left, top = (0.0, 0.0) if kept.sum() == d else _remainder(products, vectors[kept], rng)
        if block == d or top <= MISSED:
            break
    coupling = float(np.linalg.norm(residuals[kept], 2)) if kept.any() else 0.0
    return Largest(values[kept][::-1], _errors(values[kept][::-1], left, coupling), left + coupling)


def quadrature(products: Products, d: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Nodes ascending and weights, which add up to d, of at most STEPS Lanczos steps."""
    diagonal, side, _ = _lanczos(products, rng.choice([-1.0, 1.0], d), min(d, STEPS))
    nodes, vectors = eigh_tridiagonal(diagonal, side)
    return nodes, d * vectors[0] ** 2


def _converged(products: Products, basis: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ritz values ascending, vectors and residuals (k, d) of a Krylov space that starts with an orthonormal basis."""
    block, image = len(basis), products(basis)
    while True:
        values, mixing = eigh((basis @ image.T + image @ basis.T) / 2)
        vectors = mixing.T @ basis
        residuals = mixing.T @ image - values[:, None] * vectors
        far = np.linalg.norm(residuals[np.abs(values) > LARGE], axis=1) > CONVERGED
        if not far.any() or len(basis) > EXTENSIONS * block or len(basis) + block > basis.shape[1]:
            return values, vectors, residuals
        fresh = _orthonormal(np.concatenate([basis, image[-block:]]))[len(basis) :]
        basis, image = np.concatenate([basis, fresh]), np.concatenate([image, products(fresh)])


def _errors(values: np.ndarray, left: float, coupling: float) -> np.ndarray:
    """What Ritz values are off beside eigenvalues left out up to a modulus `left`."""
    gap = np.abs(values) - left
    apart = 2 * coupling**2 / (np.maximum(gap, 0.0) + np.hypot(gap, 2 * coupling) + np.finfo(float).tiny)
    return np.where(gap > 0, apart, left + coupling)


def _remainder(products: Products, basis: np.ndarray, rng: np.random.Generator) -> tuple[float, float]:
    """Eigenvalues on the complement of an orthonormal basis (k, d): largest modulus, as estimate plus residual; and a
    lower bound of the largest."""

    def outside(v: np.ndarray) -> np.ndarray:
        return v - (v @ basis.T) @ basis

    start = outside(rng.standard_normal((1, basis.shape[1])))[0]
    diagonal, side, last = _lanczos(lambda v: outside(products(v)), start, min(CHECK, len(start) - len(basis)))
    values, vectors = eigh_tridiagonal(diagonal, side)
    return float((np.abs(values) + np.abs(last * vectors[-1]))[[0, -1]].max()), float(values[-1])


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
