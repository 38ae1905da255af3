r"""How far products with the Jacobian J of a score are off: its antisymmetric part, and what differences cost.

Of the first a bound of |K| is found, K = (J - J^T)/2, from products with vectors.

A density's score has K = 0, a network's has not. Spectra are those of -t (J + J^T)/2; singular values of -t J are off
by no more than t |K| more (Weyl), and its eigenvalues lie within t |K| of some of theirs (Bauer and Fike).

For Gaussian v a matrix A has |A| <= a sqrt(2/pi) max |A v| over r of them, but with a probability of a^-r, here 1e-8
(Halko, Martinsson and Tropp 0909.4061, lemma 4.1). So with A = K; where no gradient flows only products u K v
= (u J v - v J u)/2 are to be had, and the lemma is used once for v and once for u.

J v is a central difference of scores, with an error of step^2 and one of their rounding. With the step doubled it
changes by three times the first, and about the second: `inexactness`, measured along random v, no bound for all v.
"""

import numpy as np

from simulate.dimension.field import Field

VECTORS = 12
FACTOR = 10 ** (8 / VECTORS) * np.sqrt(2 / np.pi)


def asymmetry(field: Field, x: np.ndarray, rng: np.random.Generator) -> float:
    """Bound of t |K| at x, K = (J - J^T)/2 the antisymmetric part of the Jacobian; 0 where J is known to be symmetric.

    Arguments:
        field: the score at one variance t.
        x: location, (d,), in units of the data.
        rng: draws the random vectors, or noised points.

    Returns:
        A number that is too low with a probability of 2e-8 at most.
    """
    if field.symmetric:
        return 0.0
    if field.explicit:
        return of_matrix(field.t * field.jacobians(x[None])[0])
    vectors = rng.standard_normal((2 * VECTORS, x.size))
    if field.differentiable:
        forward, backward = field.sided(x, vectors[:VECTORS])
        return float(FACTOR * field.t * np.linalg.norm((forward - backward) / 2, axis=1).max())
    across = vectors @ field.sided(x, vectors)[0].T
    return float(FACTOR**2 * field.t * np.abs((across - across.T)[:VECTORS, VECTORS:] / 2).max())


def inexactness(field: Field, x: np.ndarray, rng: np.random.Generator) -> float:
    """How much t J v changes with the step of its differences doubled, at most over random v with |v| = 1.

    Arguments:
        field: the score at one variance t.
        x: location, (d,), in units of the data.
        rng: draws the random vectors, or noised points.

    Returns:
        A number >= 0; no bound for all v.
    """
    if field.explicit:
        return 0.0
    vectors = rng.standard_normal((VECTORS, x.size))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    near, far = (field.differences(x, vectors, step) for step in (field.step, 2 * field.step))
    return float(field.t * np.linalg.norm(far - near, axis=1).max())


def of_matrix(matrix: np.ndarray) -> float:
    """The norm for a matrix that is known; that of Frobenius, which is no less."""
    return float(np.linalg.norm((matrix - matrix.T) / 2))
