r"""Divergence of the Gaussian that a linear denoiser learns.

Divergences of well over d points have light tails: Student's t.
"""

import numpy as np

from simulate.estimate import Estimate
from simulate.learned.linear_observables import FittedDivergence
from theory.case import Case, grid, origin
from theory.laws.spectra import equal, halves
from theory.learned.divergence import MERGER, divergence_per_direction, linear_divergence, mean_divergence
from verify.claim import Claim, Correction
from verify.claims.predictions import scaled


def of_the_fit(case: Case) -> float:
    """E KL/d of a Gaussian fitted to the points, exact."""
    return mean_divergence(case.d, case.n) / case.d


def quarter(case: Case) -> float:
    """d/(4N)."""
    return float(linear_divergence.numeric(case.d / case.n))


def many_directions(case: Case) -> Correction:
    """The limit of many directions at d/N less the exact divergence per direction."""
    return Correction(np.array(of_many(case) - of_the_fit(case)), np.array(0.0))


def of_many(case: Case) -> float:
    """The limit of many directions at d/N."""
    return float(divergence_per_direction.numeric(case.d / case.n))


def two_terms(case: Case) -> float:
    """The limit of many directions to second order in d/N."""
    return quarter(case) + 5 / 12 * (case.d / case.n) ** 2


CLAIMS = (
    Claim(
        name="learned-linear-divergence",
        title="Divergence of the learned Gaussian",
        statement=(
            r"The Gaussian that a linear denoiser learns from $N$ points has, on average, the divergence "
            r"$\frac12 [N d/(N-d-2) - d + d/(N-d-2) + \sum_{i \leq d} \psi((N-i)/2) + d \log(2/N)]$ from the law, "
            "whatever its covariance."
        ),
        source="Wishart's law with an estimated mean",
        regime="exact for Gaussian data, N > d + 2; d = 20, N = 50, 100 and 1000, equal and two variances",
        interpretation="What finite data cost a linear model does not depend on the spectrum, at any N.",
        estimate=Estimate(
            cases=grid((equal(20), halves(20)), origin, (1.0,), n=(50, 100, 1000)),
            observable=FittedDivergence(),
            replicas=1000,
        ),
        prediction=of_the_fit,
        controls={
            "a known mean": lambda case: mean_divergence(case.d, case.n, mean_known=True) / case.d,
            "d/(4N)": quarter,
            "the limit of many directions": of_many,
        },
        statistic="t",
        equivalence_margin=0.05,
        relative=True,
        axis="n",
        axis_label="N",
        series="law",
        value_label="divergence per direction",
    ),
    Claim(
        name="learned-linear-divergence-limit",
        title="Divergence of the learned Gaussian in many directions",
        statement=(
            r"The divergence per direction of the learned Gaussian tends to "
            r"$\frac12[\frac{\gamma}{1-\gamma}-1-\frac{1-\gamma}{\gamma}\log(1-\gamma)]$ with $\gamma=d/N$, and is "
            "that within 5 % at d = 200."
        ),
        source="theory.learned.divergence, divergence_per_direction",
        regime="d -> infinity at a fixed ratio; Gaussian data, d = 200, N = 2 d and 4 d",
        interpretation=(
            "The limit diverges at N = d, as 1/(2 (1 - d/N)): a few data beyond the number of directions are not "
            "enough."
        ),
        formulas=("divergence_per_direction",),
        estimate=Estimate(
            cases=grid(equal(200), origin, (1.0,), n=(400, 800)), observable=FittedDivergence(), replicas=60
        ),
        prediction=of_many,
        controls={"d/(4N)": quarter, "to second order in d/N": two_terms, "a fifth more": scaled(1.2, of_many)},
        statistic="t",
        equivalence_margin=0.1,
        stated_tolerance=0.05,
        relative=True,
        axis="n",
        axis_label="N",
        series="law",
        value_label="divergence per direction",
    ),
    Claim(
        name="learned-linear-divergence-many",
        title="A quarter of d/N",
        statement=r"For $N \gg d$ the divergence of the learned Gaussian per direction is $d/(4N)$, within 5 %.",
        source=f"{MERGER}, read from abstract and summary",
        stated_by=f"Merger and Goldt, {MERGER}: linear in d/N, for N > d, whatever the law",
        regime="d -> infinity at N = 50 d and 100 d; d = 40, equal and two variances, with the exact finite-size part",
        interpretation="Right where N is much larger than d: the next term of the expansion is 5 d/(3N) of the first.",
        formulas=("linear_divergence", "divergence_per_direction"),
        estimate=Estimate(
            cases=grid((equal(40), halves(40)), origin, (1.0,), n=(2000, 4000)),
            observable=FittedDivergence(),
            replicas=150,
        ),
        prediction=quarter,
        correction=many_directions,
        controls={"d/(2N)": scaled(2.0, quarter), "d/(8N)": scaled(0.5, quarter)},
        statistic="t",
        equivalence_margin=0.1,
        stated_tolerance=0.05,
        relative=True,
        axis="n",
        axis_label="N",
        series="law",
        value_label="divergence per direction",
    ),
    Claim(
        name="learned-linear-divergence-above",
        title="A quarter of d/N just above N = d",
        statement=r"For all $N > d$ the divergence of the learned Gaussian per direction is $d/(4N)$, within 5 %.",
        source=f"{MERGER}, read without N >> d",
        reading_to_avoid=True,
        regime="d -> infinity at N = 2 d and 4 d; d = 40, with the exact finite-size part",
        interpretation=(
            "At N = 2 d the divergence is (log 2)/2 = 0.347 per direction in place of 0.125: the divergence is linear "
            "in d/N for N much larger than d alone, and diverges at N = d."
        ),
        formulas=("linear_divergence", "divergence_per_direction"),
        estimate=Estimate(
            cases=grid(equal(40), origin, (1.0,), n=(80, 160)), observable=FittedDivergence(), replicas=400
        ),
        prediction=quarter,
        correction=many_directions,
        corrected_by="the exact divergence at d = 40, less its limit for many directions",
        controls={"d/(2N)": scaled(2.0, quarter), "d/(8N)": scaled(0.5, quarter)},
        statistic="t",
        equivalence_margin=0.1,
        stated_tolerance=0.05,
        relative=True,
        expected_verdict="disagrees",
        axis="n",
        axis_label="N",
        series="law",
        value_label="divergence per direction",
    ),
)
