r"""A linear manifold y = F z off the axes: the population's score and the whole of its Jacobian.

    s = -(F F^T + t I)^{-1} x,      -t J = t (F F^T + t I)^{-1} = I - F (F^T F + t I)^{-1} F^T

so -t J is 1 off the manifold and t/(t + gamma) along an eigenvector of F F^T to its eigenvalue gamma, and its entries
between two axes are not 0. Empirical means over data sets of N points differ from it by a finite-size part, which is an
exact average over the rotated law (`theory.exact.averages`). Entries are means of light tails far above t_c: Student's
t.
"""

from collections.abc import Callable
from functools import cache

import numpy as np
import xarray as xr

from simulate.experiments.score.population import ManifoldJacobian, ManifoldScore, factors, held_out
from theory.exact.averages import mean_jacobian, mean_score
from theory.laws import RotatedGaussian
from verify.claim import Claim, Correction, Prediction
from verify.claims.score.identities import POPULATION

Manifold = tuple[int, int, float]  # d, m, t


def score(d: int, m: int, t: float, factor: float = 1.0) -> np.ndarray:
    """-(F F^T + factor t I)^{-1} x, (d,)."""
    return -np.linalg.solve(factors(d, m) @ factors(d, m).T + factor * t * np.eye(d), held_out(d, m))


def jacobian(d: int, m: int, t: float, factor: float = 1.0) -> np.ndarray:
    """I - F (F^T F + factor t I)^{-1} F^T, (d, d)."""
    f = factors(d, m)
    return np.eye(d) - f @ np.linalg.solve(f.T @ f + factor * t * np.eye(m), f.T)


def along_axes(d: int, m: int, t: float) -> np.ndarray:
    """t/(t + C_ii) on the diagonal, as if the axes were eigenvectors of C = F F^T."""
    return np.diag(t / (t + (factors(d, m) ** 2).sum(axis=1)))


def score_along_axes(d: int, m: int, t: float) -> np.ndarray:
    """-x_i/(t + C_ii)."""
    return -held_out(d, m) / (t + (factors(d, m) ** 2).sum(axis=1))


def entries(predict: Callable[..., np.ndarray], **fixed: float) -> Prediction:
    """Of `predict(d, m, t, **fixed)` the entry that each row is about."""

    def prediction(observed: xr.Dataset) -> np.ndarray:
        return np.array([predict(*manifold, **fixed)[axes] for manifold, axes in _rows(observed)])

    return prediction


def finite_size(exact: Callable[[Manifold, float], np.ndarray]) -> Callable[[xr.Dataset], Correction]:
    """Of endlessly many data less that of N, exactly."""

    def correction(observed: xr.Dataset) -> Correction:
        sizes = np.log(observed["n"].values)
        pairs = zip(_rows(observed), sizes, strict=True)
        shift = [(exact(manifold, POPULATION) - exact(manifold, size))[axes] for (manifold, axes), size in pairs]
        return Correction(np.array(shift), np.zeros(len(shift)))

    return correction


@cache
def mean_score_of(manifold: Manifold, log_n: float) -> np.ndarray:
    """E s over data sets, (d,)."""
    d, m, t = manifold
    return np.asarray(mean_score(t, held_out(d, m), RotatedGaussian.from_factors(factors(d, m)), log_n))


@cache
def mean_jacobian_of(manifold: Manifold, log_n: float) -> np.ndarray:
    """E[-t J] over data sets, (d, d)."""
    d, m, t = manifold
    return -t * np.asarray(mean_jacobian(t, held_out(d, m), RotatedGaussian.from_factors(factors(d, m)), log_n))


def _rows(observed: xr.Dataset) -> list[tuple[Manifold, tuple[int, ...]]]:
    """The manifold and the axes of each row."""
    axes = zip(*(observed[name].values.astype(int) for name in ("i", "j") if name in observed.coords), strict=True)
    numbers = zip(*(observed[name].values for name in ("d", "m", "t")), strict=True)
    return [((int(d), int(m), float(t)), at) for (d, m, t), at in zip(numbers, axes, strict=True)]


SCORE = Claim(
    name="manifold-score",
    title="The population's score on a manifold off the axes",
    statement="For y = F z the mean empirical score tends to -(F F^T + t I)^-1 x for N -> infinity.",
    source="arXiv:2410.08727, sec. 4; arXiv:2410.05898",
    regime="random F with d = 4, m = 2 and d = m = 3, t above t_c; N = 300 with its exact finite-size part",
    interpretation="Nothing of the linear manifold asks for axes: what counts is the covariance F F^T.",
    formulas=("linear_energy_law",),
    estimate=ManifoldScore(),
    correction=finite_size(mean_score_of),
    prediction=entries(score),
    controls={
        "-x_i/(t + C_ii), C = F F^T": entries(score_along_axes),
        "-(F F^T + 2 t I)^-1 x": entries(score, factor=2.0),
        "-(F F^T + (t/2) I)^-1 x": entries(score, factor=0.5),
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
    title="The population's Jacobian on a manifold off the axes",
    statement="For y = F z the mean of -t J tends to I - F (F^T F + t I)^-1 F^T, in every entry, for N -> infinity.",
    source="arXiv:2410.08727, sec. 4; arXiv:2410.05898",
    regime=SCORE.regime,
    interpretation=(
        "The whole matrix is the population's above t_c, off the diagonal too: its eigenvectors are those of F F^T, "
        "and what it says of a direction is not what it says of an axis."
    ),
    formulas=("linear_energy_law",),
    estimate=ManifoldJacobian(),
    correction=finite_size(mean_jacobian_of),
    prediction=entries(jacobian),
    controls={
        "diagonal, t/(t + C_ii)": entries(along_axes),
        "I - F (F^T F)^-1 F^T, off the manifold alone": entries(jacobian, factor=0.0),
        "2 t for t": entries(jacobian, factor=2.0),
        "F (F^T F + t I)^-1 F^T": entries(lambda d, m, t: np.eye(d) - jacobian(d, m, t)),
    },
    statistic="t",
    equivalence_margin=0.02,
    axis="t",
    series="m",
    value_label="mean of -t J_ij",
)

CLAIMS = (SCORE, JACOBIAN)
