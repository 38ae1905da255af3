r"""Order of condensation: points displaced by sqrt(t) from the origin, along the one subspace or along the other.

"Lost" here means condensed, as in the paper's t_c(x) at x = sqrt(t) e_i: the point of which fewer data points carry
the score has the larger E sum w^2. By the second cumulant the displacement adds t sigma_i^2 to the energy variance, so
that the higher variance always comes first. Exactly it adds t sigma_i^2 / (2 (t + sigma_i^2)^2) to the entropy lost,
and of two variances the higher one wins only if

    sigma_high sigma_low < t:     first for t > sigma_high sigma_low, last below.

Unit-norm data have no such reversal: from the origin all energies are equal, and only the displacement tells them
apart. v1 of the paper says so of subspaces "of higher variance", under conditions that it leaves open; v2 turned this
into "salient features collapse first, then finer details": see `verify.claims.order.share`.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from typing import Any

import numpy as np

from simulate.estimate import Estimate
from simulate.observables import DisplacedContrast
from simulate.observables.displaced import SCOPES, directions
from theory.case import Case, grid, origin
from theory.exact.averages import participation_ratio
from theory.laws.spectra import gaussian, unit_norm
from theory.limits.weights import limit_participation
from verify.claim import Claim
from verify.claims.predictions import constant, opposite, scaled

PAPER = "arXiv:2410.08727"


@cache
def exact(case: Case, scopes: tuple[str, ...] = SCOPES) -> np.ndarray:
    """E sum w^2 displaced along the first subspace minus along the second, at finite N: (scopes,)."""
    return contrast(participation_ratio, case, scopes)


def claimed(case: Case) -> np.ndarray:
    """Higher variance first, by as much as the exact theory has it: the paper's order at its best, (scopes,)."""
    return np.sign(case.variances[0] - case.variances[-1]) * np.abs(exact(case))


def half_as_many(case: Case) -> np.ndarray:
    """`exact` for half of N, (scopes,)."""
    return exact(case.with_points(0.5))


def contrast(of: Callable[[Case], Any], case: Case, scopes: tuple[str, ...] = SCOPES) -> np.ndarray:
    """A function at x displaced along the first subspace minus the same along the second, (scopes,).

    Arguments:
        of: a function of a case.
        case: x, t and the subspaces.
        scopes: "axis" for single axes, "subspace" for all at once.
    """
    ways = [[directions(case, subspace, scope) for subspace in case.subspaces[:2]] for scope in scopes]
    return np.array([both_ways(of, case, first) - both_ways(of, case, second) for first, second in ways])


def both_ways(of: Callable[[Case], Any], case: Case, ways: np.ndarray) -> float:
    """The mean of a function at x displaced by t^{1/2} one way and back.

    By symmetry the other ways are like it, and from the origin the way back as well.

    Arguments:
        of: a function of a case.
        case: x and t.
        ways: directions that are alike by symmetry, (2 m, d), the first half one way; the first of them is taken.
    """
    forth_and_back = ways[:: len(ways) // 2] if case.x.any() else ways[:1]
    return float(np.mean([of(case.moved(np.sqrt(case.t) * way)) for way in forth_and_back]))


paper_participation = partial(limit_participation, order="second-cumulant")
second_cumulant = partial(contrast, paper_participation)  # the paper's 1 - t/t_c with its t_c at the displaced points
NO_ORDER = constant(0.0)
TWO, THREE = gaussian((1, 4), (0.04, 4)), gaussian((2, 3), (0.5, 3), (0.01, 4))

DISPLACED = Claim(
    name="order-displaced",
    title="Condensation at displaced points",
    statement=(
        r"A step $\sqrt{t}$ from the origin condenses by the entropy $t \sigma^2 / (2 (t + \sigma^2)^2)$ that it "
        "costs."
    ),
    source="exact averages at finite N; theory.limits.condensation, directional_entropy_loss",
    regime=r"exact at every $N$, $d$ and $t$; Gaussian data, steps along an axis or a subspace, mean of data sets",
    interpretation=(
        r"The subspace of higher variance condenses first for $t > \sigma_1 \sigma_2$ and the other one below, as the "
        r"entropy is largest at $\sigma^2 = t$."
    ),
    formulas=("linear_energy_law",),
    estimate=Estimate(
        cases=(
            *grid(TWO, origin, (0.03, 0.07, 0.6), n=100),
            *grid(THREE, origin, (0.4, 2.0), n=60),
            *grid(gaussian((1, 10)), origin, (0.5,), n=20, sizes=(5, 5)),
        ),
        observable=DisplacedContrast(),
        replicas=16_000,
    ),
    prediction=exact,
    controls={
        "higher variance first at every t": claimed,
        "no order": NO_ORDER,
        "1 - t/t_c at face value, the paper's t_c": second_cumulant,
        "half as many points": half_as_many,
    },
    statistic="t",
    equivalence_margin=0.012,
    series="law",
    value_label="participation ratio, first subspace minus second",
)

VARIANCE_FIRST = Claim(
    name="order-v1",
    title="Higher variance first (v1), at displaced points",
    statement=r"Seen from $x = \sqrt{t} e_i$, subspaces of higher variance condense first.",
    source=f"{PAPER}v1: t_c(x) grows with sigma_i^2 along the displacement",
    regime=r"Gaussian data, $t < \sigma_1 \sigma_2$, mostly below the condensation time; mean of data sets",
    interpretation=(
        r"At low $t$ a direction of high variance is flat for the posterior, which the second cumulant leaves out, and "
        "the order is the reverse of the paper's."
    ),
    formulas=("linear_energy_law",),
    estimate=Estimate(
        cases=(
            *grid(TWO, origin, (0.07,), n=100),
            *grid(THREE, origin, (0.1, 0.4), n=60),
            *grid(gaussian((1, 2), (0.1, 2)), origin, (0.02, 0.05), n=40),
        ),
        observable=DisplacedContrast(),
        replicas=16_000,
    ),
    prediction=claimed,
    controls={"no order": NO_ORDER, "1 - t/t_c at face value, the paper's t_c": second_cumulant},
    statistic="t",
    equivalence_margin=0.012,
    expected_verdict="disagrees",
    stated_by=(
        f"{PAPER}v1, abstract: under some conditions, which stay open, subspaces of higher variance are lost first; "
        "by t_c(x) to second cumulant at x = sqrt(t) e_i, for linear data"
    ),
    series="law",
    value_label="participation ratio, first subspace minus second",
)

VARIANCE_FIRST_ABOVE = replace(
    VARIANCE_FIRST,
    name="order-v1-above",
    title="Higher variance first (v1), where it holds",
    regime=r"$t > \sigma_1 \sigma_2$ (few data, both variances small); unit-norm data at every $t$; mean of data sets",
    interpretation=(
        "The paper's order is right where both variances are below the time, and always for unit-norm data seen from "
        "the origin, whose energies differ by the step alone."
    ),
    estimate=Estimate(
        cases=(
            *grid(TWO, origin, (0.6,), n=100),
            *grid(gaussian((0.3, 6), (0.05, 6)), origin, (0.3, 0.5), n=10),
            *grid(gaussian((1, 6), (0.25, 6)), origin, (1.0, 2.0), n=10),
            *grid(unit_norm((1, 4), (0.04, 4)), origin, (0.2,), n=30),
            *grid(unit_norm((1, 3), (0.09, 3)), origin, (0.3,), n=20),
        ),
        observable=DisplacedContrast(),
        replicas=16_000,
    ),
    controls={
        "lower variance first": opposite(claimed),
        "no order": NO_ORDER,
        "three quarters of it": scaled(0.75, claimed),
        "1 - t/t_c at face value, the paper's t_c": second_cumulant,
    },
    expected_verdict="agrees",
)

CLAIMS = (DISPLACED, VARIANCE_FIRST, VARIANCE_FIRST_ABOVE)
