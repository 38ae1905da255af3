r"""The linear denoiser, whose finite data act as a larger noise.

Its finite-size part is known to the next order in 1/N (`theory.learned.linear`): what is observed is compared with the
limit after that part has been taken off, and the square of the part bounds what is left. Jacobians are averages over
many directions: Student's t.

Seen beside the statements:

    learned-linear-renormalization: with N < d the noise kappa does not vanish with t.
    learned-linear-order: lower variances are also learned last (learned-linear-training): what is learned last is
        lost first.
"""

import numpy as np

from simulate.estimate import Estimate
from simulate.learned.linear_observables import LinearJacobian
from simulate.observables import Contrast
from theory.case import Case, grid, origin, typical
from theory.exact import mean_jacobian as exact_jacobian
from theory.laws.spectra import gaussian, graded, halves, paper
from theory.learned import mean_jacobian
from theory.learned.linear import WANG, finite_jacobian, renormalized_jacobian
from verify.claim import Claim, Correction
from verify.claims.predictions import opposite

TWO = gaussian((1.0, 100), (0.1, 100))


def limit(case: Case) -> np.ndarray:
    """kappa/(kappa + sigma^2) of each subspace."""
    return case.over_subspaces(mean_jacobian(case.t, case.variances, case.n))


def finite(case: Case) -> np.ndarray:
    """`limit` with its part of order 1/N."""
    return case.over_subspaces(finite_jacobian(case.t, case.variances, case.n))


def finite_size(case: Case) -> Correction:
    """The limit less its value at finite N, and the square of that as what is left."""
    shift = limit(case) - finite(case)
    return Correction(shift, shift**2)


def population(case: Case) -> np.ndarray:
    """t/(t + sigma^2): infinitely many data."""
    return case.over_subspaces(renormalized_jacobian.numeric(case.t, case.variances))


def inflated(case: Case) -> np.ndarray:
    """t (1 + d/N) in place of kappa."""
    return case.over_subspaces(renormalized_jacobian.numeric(case.t * (1 + case.d / case.n), case.variances))


def without_factor(case: Case) -> np.ndarray:
    """The root of kappa = t + (1/N) sum sigma^2/(sigma^2 + kappa), which a public note prints, in place of kappa."""
    kappa = case.t
    for _ in range(500):
        kappa = (kappa + case.t + (case.variances / (case.variances + kappa)).sum() / case.n) / 2
    return case.over_subspaces(renormalized_jacobian.numeric(kappa, case.variances))


def first_minus_second(values: np.ndarray) -> float:
    """The value of the first subspace minus that of the second, of values (subspaces,)."""
    return float(values[0] - values[1])


def contrast(case: Case) -> float:
    """-t J of the first subspace minus the second, in the limit."""
    return first_minus_second(limit(case))


def contrast_finite_size(case: Case) -> Correction:
    """The contrast of the limit less that at finite N."""
    parts = finite_size(case)
    return Correction(np.array(first_minus_second(parts.shift)), parts.error.sum())


def empirical_contrast(case: Case) -> float:
    """-t J of the empirical score in the first subspace minus the second, an exact average over data sets."""
    return first_minus_second(case.over_subspaces(-case.t * np.diag(exact_jacobian(case))))


CLAIMS = (
    Claim(
        name="learned-linear-renormalization",
        title="Finite data are a larger noise",
        statement=(
            r"The mean of $-t J_{ii}$ of the linear denoiser of $N$ points is that of infinitely many at the noise "
            r"$\kappa$, $\kappa - t = (\kappa/N) \sum_k \sigma_k^2/(\sigma_k^2 + \kappa)$."
        ),
        source=f"{WANG}, deterministic equivalence; its part of order 1/N is derived here",
        stated_by=f"Wang et al., {WANG}, for d and N -> infinity at a fixed ratio",
        regime=(
            "d and N -> infinity; d = 200 with variances 1 and 0.1, N = 300 at t = 0.05 and N = 100 at t = 0.001; d = "
            "60 with variances 1/i, N = 40 at t = 0.02; the paper's spectrum, N = 250 at t = 0.01; known 1/N part"
        ),
        interpretation=(
            "A linear denoiser of few data shrinks as one of infinitely many at more noise: at d = 200, N = 300 "
            "and t = 0.05 the denoiser follows x by 0.913 and 0.512 in place of 0.952 and 0.667."
        ),
        formulas=("renormalized_jacobian", "renormalization_rate", "linear_finite_size"),
        estimate=Estimate(
            cases=(
                *grid(TWO, origin, (0.05,), n=300),
                *grid(TWO, origin, (0.001,), n=100),
                *grid(graded(60), origin, (0.02,), n=40, sizes=(20, 20, 20)),
                *grid(paper(), origin, (0.01,), n=250),
            ),
            observable=LinearJacobian(),
            replicas=60,
        ),
        prediction=limit,
        correction=finite_size,
        controls={
            "a tenth more points": lambda case: limit(case.with_points(1.1)),
            "infinitely many data": population,
            "t (1 + d/N) in place of kappa": inflated,
            "kappa = t + (1/N) sum sigma^2/(sigma^2 + kappa)": without_factor,
        },
        statistic="t",
        equivalence_margin=0.03,
        axis="variance",
        axis_label=r"variance $\sigma^2$",
        series="n",
        value_label=r"$-t J_{ii}$",
    ),
    Claim(
        name="learned-linear-order",
        title="Lower variances are lost first",
        statement=(
            r"The linear denoiser loses directions of lower variance first: those with $\sigma_i^2 < \kappa$, at every "
            r"$x$, $N$ and $t$."
        ),
        source="renormalized_jacobian, which falls as the variance grows",
        regime="variances 1 and 0.09, d = 40; N = 15, 60 and 250 at t = 0.01 and 0.3; known 1/N part",
        interpretation=(
            "What a model can resolve decides here, not which points outweigh others: the order does not depend "
            "on x, and is the reverse of what arXiv:2410.08727 states of the empirical score, the negative "
            "control."
        ),
        formulas=("renormalized_jacobian",),
        estimate=Estimate(
            cases=grid(halves(40), typical, (0.01, 0.3), n=(15, 60, 250)),
            observable=Contrast(LinearJacobian()),
            replicas=100,
        ),
        prediction=contrast,
        correction=contrast_finite_size,
        controls={
            "the higher variance first": opposite(contrast),
            "no order": lambda _: 0.0,
            "the empirical score": empirical_contrast,
            "infinitely many data": lambda case: first_minus_second(population(case)),
        },
        statistic="t",
        equivalence_margin=0.05,
        axis="n",
        axis_label="N",
        series="t",
        value_label=r"$-t J$, variance 1 minus 0.09",
    ),
)
