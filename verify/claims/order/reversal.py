r"""The reversal: a step along a subspace condenses the more the nearer its variance is to the condensation time.

At x = sqrt(t) e_i below t_c(x) the entropy lost is larger than at the origin by

    t sigma_i^2/(2 (t_c + sigma_i^2)^2),      largest at sigma_i^2 = t_c,

so of two subspaces the higher variance condenses first where both lie below t_c, and last where both lie above. Seen
are six subspaces of one law in the same data sets, three on either side of t_c. Participation ratios are bounded and
their differences are light-tailed: means are compared with exact averages at that N by Student's t.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from simulate.estimate import Estimate
from simulate.observables import ParticipationGain
from theory.case import Case, grid, origin
from theory.exact.averages import participation_ratio
from theory.laws.spectra import gaussian
from verify.claim import Claim
from verify.claims.order.displaced import NO_ORDER, paper_participation


@cache
def exact(case: Case) -> np.ndarray:
    """What the step adds to E sum w^2, (subspaces,)."""
    return gains(participation_ratio, case)


def sorted_by_variance(case: Case, sign: int = 1) -> np.ndarray:
    """The gains of the exact theory in another order: larger where the variance is larger, (subspaces,).

    Arguments:
        case: the law and its subspaces.
        sign: -1 for smaller where the variance is larger.
    """
    variances = np.array([case.variances[subspace[0]] for subspace in case.subspaces])
    order = np.argsort(np.argsort(sign * variances))
    return np.sort(exact(case))[order]


def second_cumulant(case: Case) -> np.ndarray:
    """The paper's 1 - t/t_c at the displaced point less that at the origin, (subspaces,)."""
    return gains(paper_participation, case)


def gains(of: Callable[[Case], Any], case: Case) -> np.ndarray:
    """A function at x displaced along each subspace less that at x, (subspaces,); at x = 0 both ways are alike.

    Arguments:
        of: a function of a case.
        case: x, t and the subspaces.
    """
    steps = np.zeros((len(case.subspaces), case.d))
    for step, subspace in zip(steps, case.subspaces, strict=True):
        step[subspace] = np.sqrt(case.t)
    return np.array([float(of(case.moved(step))) for step in steps]) - float(of(case))


LAW = gaussian((8, 2), (2, 2), (0.5, 2), (0.12, 2), (0.03, 2), (0.008, 2))

REVERSAL = Claim(
    name="order-reversal",
    title="The reversal at sigma^2 > t_c",
    statement=r"Of steps $\sqrt{t}$ along subspaces the one with $\sigma^2$ nearest to $t_c$ condenses most.",
    source="theory.limits.condensation, directional_entropy_loss; exact averages at finite N",
    regime=r"exact at every $N$; Gaussian data, from the origin at $t = t_c$, variances from $t_c/48$ to $36\, t_c$",
    interpretation=(
        r"The paper's order is the half below $t_c$ of a curve with a maximum at $t_c$, behind which the order is "
        "reversed."
    ),
    formulas=("linear_energy_law",),
    estimate=Estimate(
        cases=(*grid(LAW, origin, (0.39,), n=30), *grid(LAW, origin, (0.23,), n=100)),
        observable=ParticipationGain(),
        replicas=16_000,
    ),
    prediction=exact,
    controls={
        "higher variance first": sorted_by_variance,
        "lower variance first": lambda case: sorted_by_variance(case, sign=-1),
        "1 - t/t_c at face value, the paper's t_c": second_cumulant,
        "no order": NO_ORDER,
    },
    statistic="t",
    equivalence_margin=0.012,
    axis="variance",
    axis_label="variance of the subspace",
    series="n",
    value_label="participation ratio gained by the step",
)

CLAIMS = (REVERSAL,)
