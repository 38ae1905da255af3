r"""A linear manifold y = F z off the axes: the population's score and the whole of its Jacobian.

    s = -(F F^T + t I)^{-1} x,      -t J = t (F F^T + t I)^{-1} = I - F (F^T F + t I)^{-1} F^T

so -t J is 1 off the manifold and t/(t + gamma) along an eigenvector of F F^T to its eigenvalue gamma, and its entries
between two axes are not 0. Empirical means over data sets of N points differ from it by a finite-size part, which is an
exact average over the rotated law (`theory.exact.score`). Entries are means of light tails far above t_c: Student's
t.
"""

import numpy as np

from simulate.estimate import Estimate
from simulate.observables.score import JacobianEntries, Score
from theory.case import Case
from theory.exact.score import mean_jacobian, mean_score
from theory.laws import RotatedGaussian
from verify.claim import Claim
from verify.claims.population import to_population

DRAWN = 1908  # seed of F and of x


def factors(d: int, m: int) -> np.ndarray:
    """F (d, m), with entries of variance 1/m, the same in every run.

    Arguments:
        d: the dimension of the space.
        m: that of the manifold.
    """
    return np.random.default_rng([DRAWN, d, m]).standard_normal((d, m)) / np.sqrt(m)


def held_out(d: int, m: int) -> np.ndarray:
    """A point of the manifold, (d,), not in the data.

    Arguments:
        d: the dimension of the space.
        m: that of the manifold.
    """
    return factors(d, m) @ np.random.default_rng([DRAWN, d, m, 1]).standard_normal(m)


def on_manifold(d: int, m: int, n: int, t: float) -> Case:
    """N points of y = F z seen from the held-out point.

    Arguments:
        d: the dimension of the space.
        m: that of the manifold.
        n: the number of points.
        t: the noise variance.
    """
    return Case(RotatedGaussian.from_factors(factors(d, m)), held_out(d, m), np.log(n), t, label="held-out")


def covariance(case: Case) -> np.ndarray:
    """C = F F^T, (d, d)."""
    principal = principal_factors(case)
    return principal @ principal.T


def principal_factors(case: Case) -> np.ndarray:
    """F (d, m) with orthogonal columns: that of the same covariance F F^T."""
    assert isinstance(case.law, RotatedGaussian)
    variances = case.law.law.variances
    return (case.law.basis * np.sqrt(variances))[:, variances > 0]


def score(case: Case, factor: float = 1.0) -> np.ndarray:
    """The score of the law, -(F F^T + t I)^{-1} x, (d,).

    Arguments:
        case: the law, x and t.
        factor: on t, for a control.
    """
    return -np.linalg.solve(covariance(case) + factor * case.t * np.eye(case.d), case.x)


def jacobian(case: Case, factor: float = 1.0) -> np.ndarray:
    """The normalized Jacobian of the law, I - F (F^T F + t I)^{-1} F^T, (d, d).

    Arguments:
        case: the law and t.
        factor: on t, for a control.
    """
    f = principal_factors(case)
    return np.eye(case.d) - f @ np.linalg.solve(f.T @ f + factor * case.t * np.eye(f.shape[1]), f.T)


def along_axes(case: Case) -> np.ndarray:
    """t/(t + C_ii) on the diagonal, as if the axes were eigenvectors of C = F F^T, (d, d)."""
    return np.diag(case.t / (case.t + np.diag(covariance(case))))


def score_along_axes(case: Case) -> np.ndarray:
    """-x_i/(t + C_ii), (d,)."""
    return -case.x / (case.t + np.diag(covariance(case)))


def entries(matrix: np.ndarray) -> np.ndarray:
    """The entries i <= j of a matrix, as `JacobianEntries` orders them."""
    return matrix[np.triu_indices(len(matrix))]


def exact_jacobian(case: Case) -> np.ndarray:
    """E[-t J_ij] over data sets at finite N, i <= j."""
    return entries(-case.t * np.asarray(mean_jacobian(case)))


CASES = (on_manifold(4, 2, 300, 0.4), on_manifold(4, 2, 300, 1.5), on_manifold(3, 3, 300, 0.8))

SCORE = Claim(
    name="manifold-score",
    title="The score of the law on a manifold off the axes",
    statement=r"For $y = F z$ the mean empirical score tends to $-(F F^T + t I)^{-1} x$ as $N \to \infty$.",
    source="arXiv:2410.08727, sec. 4; arXiv:2410.05898",
    regime="random F with d = 4, m = 2 and d = m = 3, t above t_c; N = 300 with its exact finite-size part",
    interpretation=r"The score of a linear manifold depends on the covariance $F F^T$ and on no axes.",
    formulas=("linear_energy_law",),
    estimate=Estimate(cases=CASES, observable=Score(), replicas=8000),
    correction=to_population(mean_score),
    prediction=score,
    controls={
        "-x_i/(t + C_ii), C = F F^T": score_along_axes,
        "-(F F^T + 2 t I)^-1 x": lambda case: score(case, factor=2.0),
        "-(F F^T + (t/2) I)^-1 x": lambda case: score(case, factor=0.5),
    },
    statistic="t",
    equivalence_margin=0.05,
    axis="i",
    axis_label="component i",
    series="t",
    value_label="mean of the score",
)

JACOBIAN = Claim(
    name="manifold-jacobian",
    title="The Jacobian of the law on a manifold off the axes",
    statement=r"For $y = F z$ the mean of $-t J$ tends to $I - F (F^T F + t I)^{-1} F^T$ as $N \to \infty$.",
    source="arXiv:2410.08727, sec. 4; arXiv:2410.05898",
    regime=SCORE.regime,
    interpretation=r"Above $t_c$ the mean Jacobian has the eigenvectors of $F F^T$, which are not the axes.",
    formulas=("linear_energy_law",),
    estimate=Estimate(cases=CASES, observable=JacobianEntries(), replicas=8000),
    correction=to_population(exact_jacobian),
    prediction=lambda case: entries(jacobian(case)),
    controls={
        "diagonal, t/(t + C_ii)": lambda case: entries(along_axes(case)),
        "I - F (F^T F)^-1 F^T, off the manifold alone": lambda case: entries(jacobian(case, factor=0.0)),
        "2 t for t": lambda case: entries(jacobian(case, factor=2.0)),
        "F (F^T F + t I)^-1 F^T": lambda case: entries(np.eye(case.d) - jacobian(case)),
    },
    statistic="t",
    equivalence_margin=0.02,
    axis="t",
    series="law",
    value_label="mean of -t J_ij",
)

CLAIMS = (SCORE, JACOBIAN)
