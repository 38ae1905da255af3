r"""From a score to a spectrum: the eigenvalues of -t J, or the singular values that stand for them.

Along a direction in which the data have the posterior variance v, -t J = 1 - v/t: 1 along a normal of a manifold and
everywhere for a memorized score, t/(t + sigma^2) along a tangent of Gaussian data. Six ways, dense and matrix-free:

    jacobian      eigenvalues of -t (J + J^T)/2, exactly
    differences   the same from central differences along the axes; Weyl: off by no more than |J_h - J| in norm
    orthogonal    paper, v1: scores at x + sqrt(t) z_i, z the rows of a Haar-orthogonal matrix; first value dropped
    gaussian      Stanczuk et al. 2212.12611: scores at K = 4 d points x + sqrt(t) z, z ~ N(0, I); scaled by 1/sqrt(K)
    symmetrized   paper, v2: (s(x + sqrt(t) z) - s(x - sqrt(t) z))/2 at K = 4 d rows of orthogonal matrices
    randomized    the largest eigenvalues of I + t J by subspace iteration; the rest, near 1, bounded by a random start
    lanczos       the quadrature of Lanczos: nodes, each with a weight, d in all

Eigenvalues are those of the symmetric part. What a score that is no density's has beside it is bounded by `asymmetry`;
only where no gradient flows does it enter the products, and so the bounds of the eigenvalues.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps

import numpy as np
from scipy.stats import ortho_group

from simulate.dimension import krylov
from simulate.dimension.asymmetry import asymmetry, inexactness, of_matrix
from simulate.dimension.field import Field
from simulate.dimension.lanczos import Chain, chain, counts
from simulate.dimension.refusals import NotDifferentiable
from theory.checks import NotComputable

COPIES = 4  # scores for each dimension
DENSE = 4096  # dimensions up to which a d x d matrix is made
STEPS = 48  # of Lanczos
SYMMETRIC = 0.01  # of -t J: an antisymmetric part up to which products with J alone stand for the symmetric part
MATRICES = 1 << 24  # entries of Jacobians that are asked for together


@dataclass(frozen=True, eq=False)
class Spectrum:
    """Eigenvalues of -t J, or singular values that stand for them, with their bounds.

    Arguments:
        values: descending, (n,); 1 is normal.
        weights: how many directions each counts as, (n,).
        least: lower bounds, (n,).
        most: upper bounds, (n,).
        asymmetry: by how much more singular values of -t J may be off.
    """

    values: np.ndarray
    weights: np.ndarray
    least: np.ndarray
    most: np.ndarray
    asymmetry: float = 0.0

    @property
    def errors(self) -> np.ndarray:
        """What the values are off at most, (n,)."""
        return np.maximum(self.most - self.values, self.values - self.least)

    def below(self, level: float) -> tuple[float, float, float]:
        """Directions with an eigenvalue below `level`: how many surely, as it seems, and at most."""
        surely, seemingly, possibly = (float((ends < level).sum()) for ends in (self.most, self.values, self.least))
        return surely, seemingly, possibly


@dataclass(frozen=True, eq=False)
class Quadrature(Spectrum):
    """A spectrum as seen by one random vector: between `least` and `most` lies some eigenvalue, whatever its rank.

    The counts of `below` err to either side with a probability of at most one half (`simulate.dimension.lanczos`).

    Arguments:
        values: nodes, descending, (n,).
        weights: of the quadrature, times d, (n,).
        least: lower bounds, (n,).
        most: upper bounds, (n,).
        asymmetry: by how much more singular values of -t J may be off.
        chain: the tridiagonal matrix.
    """

    chain: Chain = field(kw_only=True)

    def below(self, level: float) -> tuple[float, float, float]:
        return counts(self.chain.share(level), round(self.weights.sum()))


At = Callable[[Field, np.ndarray, np.random.Generator], Spectrum]  # x (d,)
AtEach = Callable[[Field, np.ndarray, np.random.Generator], list[Spectrum]]  # points (m, d)


def jacobian(field: Field, points: np.ndarray, rng: np.random.Generator) -> list[Spectrum]:
    """Eigenvalues of -t (J + J^T)/2, exactly; points share passes over the data of a score that has data.

    Arguments:
        field: the score at one variance t.
        points: locations, (m, d), in units of the data.
        rng: not used.

    Returns:
        One spectrum for each point.

    Raises:
        NotDifferentiable: where no gradient flows.
        NotComputable: where d is too large.
    """
    _fits(points[0])
    few = max(1, MATRICES // points.shape[1] ** 2)
    parts = (field.jacobians(points[start : start + few]) for start in range(0, len(points), few))
    return [_of_matrix(-field.t * matrix, field.rounding) for part in parts for matrix in part]


def differences(field: Field, x: np.ndarray, rng: np.random.Generator) -> Spectrum:
    """Eigenvalues of -t (J + J^T)/2 by central differences, for any score; bounds by Weyl's inequality.

    The bounds are what |t J| is off in norm: how much it changes with the step doubled, and what the rounding of the
    shifted points does to the step.

    Arguments:
        field: the score at one variance t.
        x: location, (d,), in units of the data.
        rng: not used.

    Returns:
        d eigenvalues.

    Raises:
        NotComputable: where d is too large.
    """
    _fits(x)
    axes = np.eye(x.size)
    near, far = (-field.t * field.differences(x, axes, step).T for step in (field.step, 2 * field.step))
    rounded = field.unit * (np.abs(x).max() + field.step) / (2 * field.step)
    return _of_matrix(near, field.unit, float(np.linalg.norm(far - near, 2) + rounded * np.linalg.norm(near, 2)))


def orthogonal(field: Field, x: np.ndarray, rng: np.random.Generator) -> Spectrum:
    """The d - 1 singular values of d scores along an orthogonal frame, the paper's first version.

    The first value, of the mean score, is dropped.

    Arguments:
        field: the score at one variance t.
        x: location, (d,), in units of the data.
        rng: draws the random vectors, or noised points.

    Returns:
        d - 1 singular values.

    Raises:
        NotComputable: where d is too large.
    """
    _fits(x)
    scores = field.scores(x + field.std * _frame(x.size, rng))
    return _plain(field.std * np.linalg.svd(scores, compute_uv=False)[1:], 0.0)


def gaussian(field: Field, points: np.ndarray, rng: np.random.Generator) -> list[Spectrum]:
    """Singular values of 4 d scores around x; those of normal directions fill a Marchenko-Pastur bulk about 1.

    Arguments:
        field: the score at one variance t.
        points: locations x, (m, d); they share calls of the score.
        rng: draws the random vectors, or noised points.

    Returns:
        For each point, d singular values.

    Raises:
        NotComputable: where d is too large.
    """
    _fits(points[0])
    count, d = COPIES * points.shape[1], points.shape[1]
    few = max(1, MATRICES // (count * d))
    parts = (points[start : start + few] for start in range(0, len(points), few))
    noised = (np.concatenate([x + field.std * rng.standard_normal((count, d)) for x in part]) for part in parts)
    scores = (one for part in noised for one in field.scores(part).reshape(-1, count, d))
    return [_plain(field.std * np.linalg.svd(one, compute_uv=False) / np.sqrt(count), 0.0) for one in scores]


def symmetrized(field: Field, x: np.ndarray, rng: np.random.Generator) -> Spectrum:
    """Singular values of the paper's second version: what is even about x, the mean score for one, cancels.

    Arguments:
        field: the score at one variance t.
        x: location, (d,), in units of the data.
        rng: draws the random vectors, or noised points.

    Returns:
        d singular values.

    Raises:
        NotComputable: where d is too large.
    """
    _fits(x)
    shifts = field.std * np.concatenate([_frame(x.size, rng) for _ in range(COPIES)])
    odd = (field.scores(x + shifts) - field.scores(x - shifts)) / 2
    return _plain(field.std * np.linalg.svd(odd, compute_uv=False) / np.sqrt(COPIES), 0.0)


def randomized(field: Field, x: np.ndarray, rng: np.random.Generator) -> Spectrum:
    """Eigenvalues of -t J below 1, matrix-free; the others are given as 1 with bounds on what they are.

    Arguments:
        field: the score at one variance t.
        x: location, (d,), in units of the data.
        rng: draws the random vectors, or noised points.

    Returns:
        d eigenvalues with their bounds.
    """
    found = krylov.largest(lambda v: v + field.t * field.products(x, v), x.size, rng)
    values, most, least = (1 - ends[::-1] for ends in (found.values, found.least, found.most))
    beside, inexact = (of(field, x, rng.spawn(1)[0]) for of in (asymmetry, inexactness))
    error = _rounding(values, field.rounding) + inexact + (0.0 if field.differentiable else 2 * beside)
    return Spectrum(values, np.ones(x.size), least - error, most + error, beside)


def lanczos(field: Field, x: np.ndarray, rng: np.random.Generator) -> Quadrature:
    """Nodes and weights of a quadrature for traces of functions of -t J, from one random start.

    Arguments:
        field: the score at one variance t.
        x: location, (d,), in units of the data.
        rng: draws the random vectors, or noised points.

    Returns:
        The quadrature, with bounds.

    Raises:
        NotDifferentiable: where neither a gradient nor a symmetric Jacobian is to be had.
    """
    start = rng.standard_normal(x.size)
    found = chain(lambda v: -field.t * field.products(x, v), start, min(x.size, STEPS))
    nodes, weights = found.pairs[0][::-1], x.size * found.weights[::-1]
    beside, inexact = (of(field, x, rng.spawn(1)[0]) for of in (asymmetry, inexactness))
    if beside > SYMMETRIC and not field.differentiable:
        raise NotDifferentiable(
            f"score must let gradients flow, or be a gradient, for lanczos: |K| may be {beside:.1g}"
        )
    errors = found.residuals[::-1] + inexact + (0.0 if field.differentiable else beside)
    return Quadrature(nodes, weights, nodes - errors, nodes + errors, beside, chain=found)


def _each(one: At) -> AtEach:
    """The same at points (m, d), one after the other."""

    @wraps(one)
    def several(field: Field, points: np.ndarray, rng: np.random.Generator) -> list[Spectrum]:
        return [one(field, x, rng) for x in points]

    return several


SPECTRA: dict[str, AtEach] = {
    "jacobian": jacobian,
    "differences": _each(differences),
    "orthogonal": _each(orthogonal),
    "gaussian": gaussian,
    "symmetrized": _each(symmetrized),
    "randomized": _each(randomized),
    "lanczos": _each(lanczos),
}


def _of_matrix(matrix: np.ndarray, unit: float, error: float = 0.0) -> Spectrum:
    values = np.linalg.eigvalsh((matrix + matrix.T) / 2)[::-1]
    return _plain(values, error + _rounding(values, unit), of_matrix(matrix))


def _rounding(values: np.ndarray, unit: float) -> float:
    return float(unit * values.size * np.abs(values).max())


def _plain(values: np.ndarray, error: float, asymmetry: float = 0.0) -> Spectrum:
    return Spectrum(values, np.ones(values.size), values - error, values + error, asymmetry)


def _frame(d: int, rng: np.random.Generator) -> np.ndarray:
    """A Haar-orthogonal matrix."""
    return ortho_group.rvs(d, random_state=rng) if d > 1 else np.ones((1, 1))


def _fits(x: np.ndarray) -> None:
    if x.size > DENSE:
        raise NotComputable(f"x must have at most {DENSE} coordinates for a dense spectrum, not {x.size}: randomized")
