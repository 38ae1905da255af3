r"""The order of the losses in a typical data set: what a mean over data sets does not say.

A mean over data sets may be made by few of them. Here the data sets are counted in which the one or the other order
shows: a share of at most 1/2 or at least 1/2, which is where the median of the difference has its sign. Below t_c the
share left in either subspace is known for single data sets in the limit (`verify.claims.condensed`): weights are common
to all directions, draws of the points are not, and with few directions in a subspace either may have more left.
"""

from dataclasses import replace

import numpy as np

from simulate.estimate import Estimate
from simulate.observables import Contrast, DisplacedContrast, RemainingVariance, UpTo
from simulate.samplers import NearestPoints
from theory.case import Case, grid, origin, typical
from theory.laws.spectra import gaussian
from verify.claim import Claim
from verify.claims.condensed import condensed_variances
from verify.claims.order.displaced import PAPER, exact
from verify.claims.order.share import THREE, TWO
from verify.claims.predictions import constant

MOST, FEW = 0.75, 0.25  # shares of data sets: more than half, less than half, within 0.25
NOT_MORE = {"thresholds": (0.0,), "name": "difference"}  # of the first subspace than of the second


def with_the_mean(mean: float) -> float:
    """The share of data sets whose difference is at most 0, if most have the sign of the mean."""
    return FEW if mean > 0 else MOST


def of_participation(case: Case) -> float:
    """The share of data sets that condense no more along the first subspace, if most follow the exact mean."""
    return with_the_mean(exact(case, ("axis",))[0])


def in_limit(case: Case, order: str = "exact", frozen: bool = True) -> float:
    """The share of data sets with more left of the second subspace, in the limit log N -> infinity.

    Arguments:
        case: the variances, x, log N and t.
        order: of the condensation time: "exact", or the paper's "second-cumulant".
        frozen: whether the points that carry the weight are draws of the posterior at t_c; at t for a control.
    """
    first, second = case.subspaces[:2]
    chosen = np.concatenate([first, second])
    few = Case(case.variances[chosen], case.x[chosen], case.alpha * chosen.size, case.t)
    left = condensed_variances(few, order, frozen) / (few.variances * few.t / (few.variances + few.t))
    return float((left[:, : first.size].mean(axis=1) <= left[:, first.size :].mean(axis=1)).mean())


PARTICIPATION = Claim(
    name="order-v1-data-sets",
    title="The order of condensation in most data sets",
    statement=r"In most data sets, a share of 0.75 within 0.25, the order of $\sum_\mu w_\mu^2$ is that of its mean.",
    source="exact averages at finite N give the sign, half of all data sets the bound",
    regime=r"$\sqrt{t} e_i$ from the origin, $t$ above and below $\sigma_1 \sigma_2$, from typical and data points",
    interpretation=(
        r"From the origin below $\sigma_1 \sigma_2$ the reversed order shows in 54 and 62 % of data sets, elsewhere "
        "that of the mean in 77 % or more."
    ),
    estimate=Estimate(
        cases=(
            *grid(gaussian((1, 4), (0.04, 4)), origin, (0.07, 0.6), n=100),
            *grid(gaussian((1, 2), (0.1, 2)), origin, (0.05,), n=40),
            *grid(gaussian((0.3, 6), (0.05, 6)), origin, (0.3,), n=10),
            *grid(gaussian((1, 4), (0.04, 4)), typical, (0.6,), n=100),
            *grid(gaussian((1, 4), (0.04, 4)), typical, (0.15,), n=100, training=True),
        ),
        observable=UpTo(DisplacedContrast(("axis",)), **NOT_MORE),
        replicas=6000,
    ),
    prediction=of_participation,
    controls={
        "higher variance first in most data sets": constant(FEW),
        "lower variance first in most data sets": constant(MOST),
        "as many data sets of either order": constant(0.5),
    },
    statistic="bounded",
    equivalence_margin=0.28,
    stated_tolerance=0.25,
    series="x",
    value_label="share of data sets with the lower variance first",
)

SALIENT_FIRST = Claim(
    name="order-v2-data-sets",
    title="Salient features first (v2), in most data sets",
    statement="In most data sets, a share of 0.75 within 0.25, less is left of the subspace of higher variance.",
    source=f"{PAPER}v2, on what v1 calls subspaces of higher variance",
    regime="Gaussian data seen from the origin and from typical points, three to five directions in a subspace",
    interpretation="In 12 to 34 % of data sets v2's order does show, and in the others the one of the mean, reversed.",
    formulas=("linear_energy_law",),
    estimate=Estimate(
        cases=(
            *grid(TWO, typical, (0.1, 0.25, 0.5), n=50),
            *grid(TWO, origin, (0.1, 0.2), n=50),
            *grid(THREE, typical, (0.1,), n=100),
        ),
        observable=UpTo(Contrast(RemainingVariance()), **NOT_MORE),
        replicas=4000,
    ),
    prediction=constant(MOST),
    controls={"as many data sets of either order": constant(0.5), "all data sets": constant(1.0)},
    statistic="bounded",
    equivalence_margin=0.28,
    stated_tolerance=0.25,
    expected_verdict="disagrees",
    stated_by=f"{PAPER}v2, abstract: salient features collapse first, then finer details; read of single data sets",
    series="x",
    value_label="share of data sets with less left of the higher variance",
)

AT_DATA = replace(
    SALIENT_FIRST,
    name="order-v2-data-most",
    title="Salient features first (v2) at data points, in most data sets",
    regime="seen from a data point, $t$ from 0.3 to 0.9, three to five directions in a subspace; Gaussian data",
    interpretation="At data points v2's order is that of 57 to 74 % of data sets, and the other one of the rest.",
    estimate=Estimate(
        cases=(
            *grid(TWO, typical, (0.3, 0.5, 0.9), n=50, training=True),
            *grid(THREE, typical, (0.3, 0.5), n=100, training=True),
            *grid(gaussian((1, 3), (0.1, 3)), typical, (0.5,), n=20, training=True),
        ),
        observable=UpTo(Contrast(RemainingVariance()), **NOT_MORE),
        replicas=4000,
    ),
    controls={"finer details first in most data sets": constant(FEW), "one data set in three": constant(0.33)},
    expected_verdict="agrees",
)

IN_LIMIT = Claim(
    name="order-v2-share",
    title="In how many data sets salient features go first (v2)",
    statement=r"Below $t_c$ as many data sets keep less of the higher variance as for $\mathrm{PD}(t/t_c)$ weights.",
    source="Poisson-Dirichlet weights, points from the posterior at t_c (verify.claims.condensed)",
    regime=r"$\log N \to \infty$ at $\log(N)/d = 0.39$, typical points; five directions each of variance $1$, $0.04$",
    interpretation=(
        "In 10 to 20 % of data sets the scatter of five directions gives the order opposite to that of the mean."
    ),
    estimate=Estimate(
        cases=grid(gaussian((1, 5), (0.04, 5), (1, 15), (0.04, 15)), typical, (0.046, 0.092, 0.138), log_n=0.39 * 40),
        observable=UpTo(Contrast(RemainingVariance()), **NOT_MORE),
        sampler=NearestPoints(count=60),
        replicas=2000,
    ),
    prediction=in_limit,
    controls={
        "the posterior at t": lambda case: in_limit(case, frozen=False),
        "as many data sets of either order": constant(0.5),
        "none, as in the mean": constant(0.0),
    },
    statistic="bounded",
    equivalence_margin=0.12,
    series="law",
    value_label="share of data sets with less left of the higher variance",
)

CLAIMS = (PARTICIPATION, SALIENT_FIRST, AT_DATA, IN_LIMIT)
