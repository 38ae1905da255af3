r"""Order of losses in the Jacobian: what is left of the posterior variance that the score resolves.

"Lost" here means invisible: 1 + t J_ii = Var_w(y_i)/t is how much a step along direction i changes the target of the
score. Without memorization it is Var(y_i | x)/t, whatever N; the share that is left, Var_w(y_i)/Var(y_i | x), is 1 then
and 0 where a single data point carries the score. Its mean over data sets:

    held-out x, t < t_c  (sigma_i^2 + t)/(sigma_i^2 + t_c):  frozen at t_c, near 1 for sigma_i^2 >> t_c, t/t_c for << t
    x a data point       (1 - w)(1 + w t/(sigma_i^2 + t)),   w the weight of x itself, x_i^2 = sigma_i^2

so held-out points lose the *finer* details first, and data points the salient features. At the origin of unit-norm data
the singular values cross with t although all data points weigh the same: there is nothing to be lost.
"""

from dataclasses import replace
from functools import partial

import numpy as np

from simulate.estimate import Estimate
from simulate.observables import Contrast, NormalizedJacobian, RemainingVariance
from theory.case import Case, grid, origin, typical
from theory.exact.jacobian import remaining_variance
from theory.laws.spectra import gaussian, unit_norm
from theory.limits.condensation import condensation_time
from theory.limits.fluctuation import frozen_normalized_jacobian, paper_normalized_jacobian
from verify.claim import Claim
from verify.claims.order.displaced import NO_ORDER, PAPER
from verify.claims.predictions import opposite, scaled
from verify.claims.subspaces import exact_jacobian, of_the_law


def frozen(case: Case, order: str = "exact") -> np.ndarray:
    """t_c/(sigma^2 + t_c) below t_c and t/(sigma^2 + t) above: Gaussian data, log N -> infinity, (subspaces,).

    Arguments:
        case: the variances, x, log N and t.
        order: of the condensation time: "exact", or the paper's "second-cumulant".
    """
    t_c = condensation_time(case, order=order)
    return case.over_subspaces(frozen_normalized_jacobian.numeric(max(case.t, t_c), case.variances))


def paper(case: Case) -> np.ndarray:
    """The paper's effective number with the posterior at t, (subspaces,)."""
    t_c = condensation_time(case, order="second-cumulant")
    return case.over_subspaces(paper_normalized_jacobian.numeric(min(case.t, t_c), t_c, case.variances))


def exact_contrast(case: Case) -> float:
    """Share that is left in the first subspace minus that in the second."""
    first, second = case.over_subspaces(remaining_variance(case))[:2]
    return first - second


def salient_first(case: Case) -> float:
    """Less is left of the subspace of higher variance, by as much as the exact theory has it."""
    return -np.sign(case.variances[0] - case.variances[-1]) * np.abs(exact_contrast(case))


def equal_variances(case: Case) -> np.ndarray:
    """At the origin of unit-norm data all weights are 1/N: 1 - (1 - 1/N) C_ii/t, as if C_ii were v_i/sum v."""
    shares = case.variances / case.variances.sum()
    return 1 - (1 - 1 / case.n) * case.over_subspaces(shares) / case.t


def uniform_weights(case: Case) -> np.ndarray:
    """The population's -t J_ii with N/(N - 1) times less variance: that of N equal weights, (subspaces,)."""
    return 1 - (1 - 1 / case.n) * (1 - of_the_law(case))


def half_as_many(case: Case) -> np.ndarray:
    """`exact_jacobian` for half of N, (subspaces,)."""
    return exact_jacobian(case.with_points(0.5))


TWO, THREE = gaussian((1, 5), (0.04, 5)), gaussian((2, 3), (0.2, 3), (0.01, 4))

JACOBIAN = Claim(
    name="order-jacobian",
    title="What the Jacobian shows of each subspace",
    statement=(
        "The mean of $-t J_{ii}$ over data sets is the exact average, frozen below $t_c$, near $1$ at a data point."
    ),
    source="exact averages at finite N (theory.exact.score, mean_jacobian)",
    regime="exact at every $N$, $d$, $t$; at the origin, at typical points and at points of the data set",
    interpretation=(
        r"In the mean a typical point resolves directions of $\sigma^2 > t_c$ at every $t$, while a data point "
        "loses all."
    ),
    formulas=("linear_energy_law",),
    estimate=Estimate(
        cases=(
            *grid(TWO, origin, (0.05, 0.2, 0.8), n=50),
            *grid(TWO, typical, (0.1, 0.25, 0.9), n=50),
            *grid(TWO, typical, (0.25, 0.9), n=50, training=True),
            *grid(gaussian((4, 2), (0.3, 3), (0.02, 2)), typical, (0.1,), n=200),
        ),
        observable=NormalizedJacobian(),
        replicas=16_000,
    ),
    prediction=exact_jacobian,
    controls={
        "the population, no memorization": of_the_law,
        "the paper's N~ with the posterior at t": paper,
        "frozen at the paper's t_c": partial(frozen, order="second-cumulant"),
        "frozen at the exact t_c, at face value": frozen,
        "half as many points": half_as_many,
    },
    statistic="t",
    equivalence_margin=0.06,
    series="x",
    value_label="mean of -t J along a subspace",
)

SALIENT_FIRST = Claim(
    name="order-v2",
    title="Salient features first (v2), at typical points",
    statement="Salient features collapse before finer details, as less is left of the subspace of higher variance.",
    source=f"{PAPER}v2, on what v1 calls subspaces of higher variance",
    regime="Gaussian data seen from the origin and from typical points; mean of data sets",
    interpretation=(
        r"The mean posterior variance is frozen below $t_c$, where directions of $\sigma^2 \gg t_c$ keep all of their "
        r"variance and fine ones keep $t/t_c$ of theirs."
    ),
    formulas=("linear_energy_law",),
    estimate=Estimate(
        cases=(
            *grid(TWO, typical, (0.1, 0.25, 0.5), n=50),
            *grid(TWO, origin, (0.1, 0.2), n=50),
            *grid(THREE, typical, (0.1,), n=100),
        ),
        observable=Contrast(RemainingVariance()),
        replicas=8000,
    ),
    prediction=salient_first,
    controls={"no order": NO_ORDER, "reversed, by twice as much": scaled(-2, salient_first)},
    statistic="t",
    equivalence_margin=0.05,
    expected_verdict="disagrees",
    stated_by=(
        f"{PAPER}v2, abstract: salient features collapse first, then finer details; no law, no x and no condition is "
        "named, where v1 compares points displaced along each subspace"
    ),
    series="x",
    value_label="share of the variance left, first subspace minus second",
)

SALIENT_FIRST_AT_DATA = replace(
    SALIENT_FIRST,
    name="order-v2-data",
    title="Salient features first (v2), at data points",
    regime=r"seen from a data point, $t$ from 0.4 to 1.3 times its root of $\log N + K(1/t) = 0$; mean of data sets",
    interpretation=(
        "Where a data point begins to outweigh the others, its distance to their mean adds to the variance, more along "
        "fine directions than along salient ones."
    ),
    estimate=Estimate(
        cases=(
            *grid(TWO, typical, (0.3, 0.5, 0.9), n=50, training=True),
            *grid(THREE, typical, (0.3, 0.5), n=100, training=True),
            *grid(gaussian((1, 3), (0.1, 3)), typical, (0.5,), n=20, training=True),
        ),
        observable=Contrast(RemainingVariance()),
        replicas=8000,
    ),
    controls={"finer details first": opposite(salient_first), "no order": NO_ORDER},
    expected_verdict="agrees",
)

UNIT_NORM = Claim(
    name="order-unit-norm-origin",
    title="Unit-norm data at the origin: a spectrum that moves without memorization",
    statement=r"Seen from the origin, unit-norm data have $1 - 1/N$ of the population's $1 + t J_{ii}$ at every $t$.",
    source="all energies are equal there (theory.laws.UnitNormGaussian at x = 0)",
    regime="exact at every $N$, $d$, $t$",
    interpretation=(
        r"Singular values that cross at the origin of normalized data say nothing about $N$, since those of the "
        "population cross as well."
    ),
    estimate=Estimate(
        cases=(
            *grid(unit_norm((1, 2), (0.09, 5), (0.0001, 3)), origin, (0.05, 0.3), n=50),
            *grid(unit_norm((1, 4), (0.04, 4)), origin, (0.02, 0.2), n=20),
        ),
        observable=NormalizedJacobian(),
        replicas=8000,
    ),
    prediction=uniform_weights,
    controls={
        "1 - v/(t sum v): the norm taken at its mean": equal_variances,
        "the population without 1/N": of_the_law,
        "half of 1/N": lambda case: (uniform_weights(case) + of_the_law(case)) / 2,
    },
    statistic="t",
    equivalence_margin=0.05,
    series="law",
    value_label="mean of -t J along a subspace",
)

CLAIMS = (JACOBIAN, SALIENT_FIRST, SALIENT_FIRST_AT_DATA, UNIT_NORM)
