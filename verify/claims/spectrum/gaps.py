r"""Gaps in the spectrum of -t J: what the population has, and what memorization leaves of it.

The population's gaps gamma/(t + gamma) and t/(t + v) - t/(t + w) are the limit N -> infinity: what is missing at the N
of the experiment comes from exact averages, at that N and at e^60. Below t_c and at a training point the mean gap is
compared with the exact average itself. What one data set shows is its median (`verify.claims.spectrum.typical_gaps`).
"""

import numpy as np

from simulate.estimate import Estimate
from simulate.observables.spectrum import SPECTRAL_GAP, GapCount
from theory.case import Case, grid, origin, typical
from theory.exact.jacobian import normalized_jacobian, population_jacobian
from theory.laws.spectra import equal, gaussian
from theory.limits.condensation import condensation_time
from theory.limits.fluctuation import frozen_normalized_jacobian, paper_normalized_jacobian
from theory.limits.spectrum import final_gap, intermediate_gap
from verify.claim import Claim
from verify.claims.population import to_population

SPACES = "arXiv:2410.05898"


def final(case: Case, power: float = 1.0) -> float:
    """The final gap of the law, gamma/(t + gamma), gamma the lowest positive variance.

    Arguments:
        case: the variances and t.
        power: of gamma, for a control.
    """
    return float(final_gap.numeric(case.t, lowest(case) ** power))


def between(case: Case, power: float = 1.0) -> float:
    """The gap of the law between its last two subspaces, t/(t + v) - t/(t + w).

    Arguments:
        case: the variances and t.
        power: of v and w, for a control.
    """
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
    return float(1 - paper_normalized_jacobian.numeric(min(case.t, t_c), t_c, lowest(case)))


def frozen(case: Case, order: str = "exact") -> float:
    """The final gap at face value of the frozen limit, gamma/(t_c + gamma) below t_c.

    Arguments:
        case: the variances, x, log N and t.
        order: of the condensation time: "exact", or the paper's "second-cumulant".
    """
    return float(
        1 - frozen_normalized_jacobian.numeric(max(case.t, condensation_time(case, order=order)), lowest(case))
    )


def distinct(case: Case, more: int = 0) -> int:
    """As many gaps as distinct positive variances, one less where no direction is out of the manifold.

    Arguments:
        case: the variances.
        more: how many are added, for a control.
    """
    return np.unique(case.variances).size - 1 + more


def gap_of(case: Case, jacobian: np.ndarray) -> float:
    """The mean of -t J_ii over the last subspace less that over the one before.

    Arguments:
        case: the subspaces.
        jacobian: -t J_ii, (d,).
    """
    before, last = case.subspaces[-2:]
    return float(jacobian[last].mean() - jacobian[before].mean())


def lowest(case: Case) -> float:
    """The lowest positive variance."""
    return float(case.variances[case.variances > 0].min())


FLAT, ONE_PLANE = gaussian((1, 4), (0.2, 4), (0, 2)), gaussian((0.5, 4), (0, 3))

FINAL = Claim(
    name="gap-final",
    title="Final gap of a linear manifold",
    statement=(
        r"Above $t_c$ the mean over data sets of the gap of $-t J$ between the directions out of the "
        r"manifold and the thinnest direction in it tends to $\gamma/(t + \gamma)$ as $N \to \infty$."
    ),
    source=SPACES,
    regime=(
        "t from 2.5 t_c, linear Gaussian data, gamma the lowest positive variance; N = 100 and 1000 with "
        "exact finite-size parts"
    ),
    interpretation="As long as nothing is memorized the dimension can be read off the mean score at any t below gamma.",
    formulas=("final_gap",),
    estimate=Estimate(
        cases=(
            *grid(FLAT, typical, (0.3, 1.0, 3.0), n=1000),
            *grid(ONE_PLANE, origin, (0.3, 1.0), n=100),
            *grid(gaussian((2, 2), (0.7, 2), (0.1, 2), (0, 1)), typical, (0.25, 0.8), n=1000),
        ),
        observable=SPECTRAL_GAP,
        replicas=3000,
    ),
    correction=to_population(exact),
    prediction=final,
    controls={
        "a fifth more of gamma": lambda case: final_gap.numeric(case.t, 1.2 * lowest(case)),
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
    statement=(
        r"Above $t_c$ the mean over data sets of the gap of $-t J$ between variances $v < w$ tends to "
        r"$t/(t + v) - t/(t + w)$, widest at $t = \sqrt{v w}$."
    ),
    source=SPACES,
    regime="t well above t_c, linear Gaussian data; N = 200 and 300 with exact finite-size parts",
    interpretation=(
        "A gap at one t says which variances lie on either side of the gap: a spectrum of subspaces, not one dimension."
    ),
    formulas=("intermediate_gap",),
    estimate=Estimate(
        cases=(
            *grid(gaussian((1, 3), (0.05, 3)), typical, (0.25, 0.5, 1.5), n=300),
            *grid(gaussian((4, 2), (0.5, 2), (0.1, 2)), origin, (0.3, 1.0), n=200),
            Case(equal(8), typical, np.log(200), 1.0, sizes=(4, 4)),
        ),
        observable=SPECTRAL_GAP,
        replicas=3000,
    ),
    correction=to_population(exact),
    prediction=between,
    controls={
        "a tenth more of both": lambda case: between(case.at(case.t / 1.1)),
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
    statement="The mean over data sets of the final gap of $-t J$ is the exact average at every $N$, $d$ and $t$.",
    source="theory.exact.score, mean_jacobian",
    regime=(
        "exact at every N, d and t; N = 20, 100 and 1000; typical points, origin and training points, "
        "where the paper does not say t_c(x)"
    ),
    interpretation=(
        "The mean gap stays, where no data point lies, near gamma/(t_c + gamma) below t_c, and closes at "
        "a training point, because one point is a manifold of dimension 0."
    ),
    formulas=("linear_energy_law",),
    estimate=Estimate(
        cases=(
            *grid(FLAT, typical, (0.08, 0.2, 0.5), n=100),
            *grid(FLAT, typical, (0.08, 0.5), n=100, training=True),
            *grid(FLAT, typical, (0.05,), n=1000),
            *grid(ONE_PLANE, origin, (0.08, 0.3), n=20),
        ),
        observable=SPECTRAL_GAP,
        replicas=8000,
    ),
    prediction=exact,
    controls={
        "twice as many points": lambda case: exact(case.with_points(2)),
        "the population's gap": population,
        "the paper's N~ with the posterior at t": paper,
        "frozen at the exact t_c, at face value": frozen,
    },
    statistic="t",
    equivalence_margin=0.05,
    series="x",
    value_label="final gap of -t J",
)

COUNT = Claim(
    name="gap-count",
    title="Number of gaps",
    statement=(
        "Above $t_c$ the mean over data sets of the number of gaps of $-t J$ is the number of distinct "
        "variances, less one."
    ),
    source=SPACES,
    regime=(
        "variances a factor 20 or more apart, 0 among them or not, typical points and origin, all t well "
        "above t_c; a gap is a step of 0.4 at least"
    ),
    interpretation="The gaps count the subspaces of different variance, where their variances are far apart.",
    estimate=Estimate(
        cases=(
            Case(gaussian((1, 2), (0, 3)), typical, np.log(1000), 0.1),
            Case(gaussian((1, 2), (0.05, 1), (0, 3)), typical, np.log(20_000), 0.02),
            Case(gaussian((1, 1), (0.05, 1), (0.0025, 1), (0, 2)), origin, np.log(20_000), 0.002),
            Case(gaussian((1, 2), (0.03, 2)), origin, np.log(20_000), 0.05),
        ),
        observable=GapCount(),
        replicas=250,
    ),
    prediction=distinct,
    controls={
        "one gap, that of the dimension": lambda case: 1.0,
        "one more": lambda case: distinct(case, more=1),
        "one less": lambda case: distinct(case, more=-1),
    },
    statistic="bounded",
    equivalence_margin=0.45,
    axis="n",
    axis_label="N",
    series="law",
    value_label="number of gaps",
)

CLAIMS = (FINAL, INTERMEDIATE, CLOSING, COUNT)
