r"""Gaps in the spectrum of -t J: what the population has, and what memorization leaves of it.

The population's gaps gamma/(t + gamma) and t/(t + v) - t/(t + w) are the limit N -> infinity: what is missing at the N
of the experiment comes from exact averages, at that N and at e^60. Below t_c and at a data point the mean gap is
compared with the exact average itself.
"""

import numpy as np

from simulate.estimate import Estimate
from simulate.observables.spectrum import GapCount, SpectralGap
from theory.case import Case, grid, origin, typical
from theory.exact.jacobian import normalized_jacobian, population_jacobian
from theory.laws.spectra import equal, gaussian
from theory.limits.condensation import condensation_time
from theory.limits.fluctuation import frozen_normalized_jacobian, paper_normalized_jacobian
from theory.limits.spectrum import final_gap, intermediate_gap
from verify.claim import Claim
from verify.claims.order.displaced import PAPER
from verify.claims.population import to_population

SPACES = "arXiv:2410.05898"


def final(case: Case, power: float = 1.0) -> float:
    """gamma/(t + gamma), gamma the lowest positive variance; a power of gamma for a control."""
    return float(final_gap.numeric(case.t, _lowest(case) ** power))


def between(case: Case, power: float = 1.0) -> float:
    """t/(t + v) - t/(t + w) of the last two subspaces; powers of v and w for a control."""
    high, low = case.over_subspaces(case.variances)[-2:] ** power
    return float(intermediate_gap.numeric(case.t, low, high))


def exact(case: Case) -> float:
    """The mean gap at finite N."""
    return gap_of(case, normalized_jacobian(case))


def population(case: Case) -> float:
    """The gap of the law itself."""
    return gap_of(case, population_jacobian(case))


def paper(case: Case) -> float:
    """The final gap that follows from the paper's effective number, posterior at t: it closes as t -> 0."""
    t_c = condensation_time(case, order="second-cumulant")
    return float(1 - paper_normalized_jacobian.numeric(min(case.t, t_c), t_c, _lowest(case)))


def frozen(case: Case, order: str = "exact") -> float:
    """gamma/(t_c + gamma) below t_c, at face value."""
    return float(
        1 - frozen_normalized_jacobian.numeric(max(case.t, condensation_time(case, order=order)), _lowest(case))
    )


def distinct(case: Case, more: int = 0) -> int:
    """As many gaps as distinct positive variances, one less where no direction is out of the manifold."""
    return np.unique(case.variances).size - 1 + more


def gap_of(case: Case, jacobian: np.ndarray) -> float:
    """Last subspace minus the one before, of -t J_ii (d,)."""
    before, last = case.subspaces[-2:]
    return float(jacobian[last].mean() - jacobian[before].mean())


def _lowest(case: Case) -> float:
    """The lowest positive variance."""
    return float(case.variances[case.variances > 0].min())


FLAT, ONE_PLANE = gaussian((1, 4), (0.2, 4), (0, 2)), gaussian((0.5, 4), (0, 3))

FINAL = Claim(
    name="gap-final",
    title="Final gap of a linear manifold",
    statement="The gap of -t J between the directions out of the manifold and the thinnest in it is gamma/(t + gamma).",
    source=SPACES,
    regime="N -> infinity (t well above t_c), linear Gaussian data, gamma the lowest positive variance",
    interpretation="As long as nothing is memorized the dimension can be read off the score at any t below gamma.",
    formulas=("final_gap",),
    estimate=Estimate(
        cases=(
            *grid(FLAT, typical, (0.3, 1.0, 3.0), n=300),
            *grid(ONE_PLANE, origin, (0.3, 1.0), n=100),
            *grid(gaussian((2, 2), (0.7, 2), (0.1, 2), (0, 1)), typical, (0.2, 0.8), n=400),
        ),
        observable=SpectralGap(),
        replicas=3000,
    ),
    correction=to_population(exact),
    prediction=final,
    controls={
        "the standard deviation for the variance": lambda case: final(case, power=0.5),
        "gamma^2/(t + gamma^2)": lambda case: final(case, power=2.0),
        "the mean of the variances for gamma": lambda case: final_gap.numeric(
            case.t, case.variances[case.variances > 0].mean()
        ),
    },
    statistic="t",
    equivalence_margin=0.02,
    series="law",
    value_label="final gap of -t J",
)

INTERMEDIATE = Claim(
    name="gap-intermediate",
    title="Intermediate gap of two variances",
    statement="Between variances v < w the gap t/(t + v) - t/(t + w) opens and closes with t, widest at (v w)^{1/2}.",
    source=SPACES,
    regime="N -> infinity (t well above t_c), linear Gaussian data",
    interpretation=(
        "A gap at one t says which variances lie on either side of it: a spectrum of subspaces, not one dimension."
    ),
    formulas=("intermediate_gap",),
    estimate=Estimate(
        cases=(
            *grid(gaussian((1, 3), (0.05, 3)), typical, (0.25, 0.5, 1.5), n=300),
            *grid(gaussian((4, 2), (0.5, 2), (0.1, 2)), origin, (0.3, 1.0), n=200),
            Case(equal(8), typical, np.log(200), 1.0, sizes=(4, 4)),
        ),
        observable=SpectralGap(),
        replicas=3000,
    ),
    correction=to_population(exact),
    prediction=between,
    controls={
        "standard deviations for variances": lambda case: between(case, power=0.5),
        "a final gap": final,
        "no gap": lambda case: 0.0,
    },
    statistic="t",
    equivalence_margin=0.02,
    series="law",
    value_label="intermediate gap of -t J",
)

CLOSING = Claim(
    name="gap-finite",
    title="Gaps below the condensation time",
    statement="The mean final gap of N points is the exact average: it freezes at t_c and closes only at data points.",
    source="theory.exact.score, mean_jacobian",
    regime="exact at every N, d and t; held-out points and training points",
    interpretation=(
        "Where no data point lies a gap stays at gamma/(t_c + gamma) with memorization; a gap closes for small N, as "
        "t_c grows beyond gamma, and at a training point, because one point is a manifold of dimension 0."
    ),
    formulas=("linear_energy_law",),
    estimate=Estimate(
        cases=(
            *grid(FLAT, typical, (0.08, 0.2, 0.5), n=100),
            *grid(FLAT, typical, (0.08, 0.5), n=100, training=True),
            *grid(FLAT, typical, (0.05,), n=1000),
            *grid(ONE_PLANE, origin, (0.08, 0.3), n=20),
        ),
        observable=SpectralGap(),
        replicas=8000,
    ),
    prediction=exact,
    controls={
        "the population's gap": population,
        "the paper's N~ with the posterior at t": paper,
        "frozen at the exact t_c, at face value": frozen,
    },
    statistic="t",
    equivalence_margin=0.05,
    series="x",
    value_label="final gap of -t J",
)

PAPER_CLOSING = Claim(
    name="gap-paper-closing",
    title="Closing of the gap, as the paper has it",
    statement="Below t_c the final gap closes in proportion to t, as 1/N~ with the posterior at t says.",
    source=f"{PAPER}, sec. 5.3: effective number and posterior variance",
    regime="held-out points below t_c",
    interpretation=(
        "In the mean over data sets the gap does not close: rare data sets with two points at equal distance make up "
        "for the others, and the posterior is that at t_c, while most single spectra do close: the mean is not typical."
    ),
    formulas=("paper_normalized_jacobian", "second_cumulant_time", "global_variance", "directional_variance"),
    estimate=Estimate(
        cases=(*grid(FLAT, typical, (0.08, 0.2), n=100), *grid(ONE_PLANE, origin, (0.05,), n=20)),
        observable=SpectralGap(),
        replicas=8000,
    ),
    prediction=paper,
    controls={
        "the population's gap": population,
        "frozen at the paper's t_c": lambda case: frozen(case, order="second-cumulant"),
    },
    statistic="t",
    equivalence_margin=0.05,
    expected_verdict="disagrees",
    series="x",
    value_label="final gap of -t J",
)

COUNT = Claim(
    name="gap-count",
    title="Number of gaps",
    statement="Over all t, -t J opens as many gaps as there are distinct variances; one less with none of them 0.",
    source=SPACES,
    regime="variances a factor 20 or more apart, all t well above t_c; a gap is a step of 0.4 at least",
    interpretation=(
        "The gaps count the subspaces of different variance: several at once where their variances are far apart."
    ),
    estimate=Estimate(
        cases=(
            Case(gaussian((1, 2), (0, 3)), typical, np.log(1000), 0.1),
            Case(gaussian((1, 2), (0.05, 1), (0, 3)), typical, np.log(20_000), 0.02),
            Case(gaussian((1, 1), (0.05, 1), (0.0025, 1), (0, 2)), origin, np.log(20_000), 0.002),
            Case(gaussian((1, 2), (0.03, 2)), origin, np.log(5000), 0.05),
        ),
        observable=GapCount(),
        replicas=200,
    ),
    prediction=distinct,
    controls={
        "one gap, that of the dimension": lambda case: 1.0,
        "one more": lambda case: distinct(case, more=1),
        "one less": lambda case: distinct(case, more=-1),
    },
    statistic="bounded",
    equivalence_margin=0.9,
    axis="n",
    axis_label="N",
    series="law",
    value_label="number of gaps",
)

CLAIMS = (FINAL, INTERMEDIATE, CLOSING, PAPER_CLOSING, COUNT)
