r"""The order of losses in single data sets, as N grows: to leading order in 1/N a normal law gives the share.

A difference D of what is left of two subspaces has a mean of order 1/N, and a variance of order 1/N too
(`theory.limits.contrast`). So D > 0 in a share Phi(E D/(Var D)^{1/2}) of data sets, which tends to 1/2 as N^{-1/2}:
with many points every data set has an order, and each order comes as often.
"""

from dataclasses import replace

import numpy as np
from scipy import stats

from simulate.estimate import Estimate
from theory.case import Case
from theory.limits.contrast import contrast_variance
from verify.claims.order.control import FADING
from verify.claims.order.share import exact_contrast
from verify.claims.predictions import constant

LARGE = 600  # points


def share(case: Case, mean: float = 1.0) -> float:
    """The share of data sets with more left of the first subspace than of the second.

    Arguments:
        case: the variances, x, N and t.
        mean: a factor on the exact mean, for a control.
    """
    return float(stats.norm.cdf(mean * exact_contrast(case) / np.sqrt(contrast_variance(case))))


def large_cases() -> tuple[Case, ...]:
    """The cases of `order-fades` of LARGE points."""
    assert isinstance(FADING.estimate, Estimate)
    return tuple(case for case in FADING.estimate.cases if case.n == LARGE)


SHARE = replace(
    FADING,
    name="order-fades-share",
    title="The order of losses in single data sets fades as N grows",
    statement=(
        r"For many points, within 0.03, more is left of the first subspace in a share "
        r"$\Phi(\mathbb{E} D/\sqrt{\operatorname{Var} D})$ of data sets, $D$ the difference."
    ),
    source="exact mean; variance to leading order in 1/N, an average over the posterior at t/2",
    regime=r"leading order in $1/N$; $N = 600$, typical points at $t = 0.15$, data points at $t = 0.4$, Gaussian data",
    interpretation=(
        r"The mean is of order $1/N$ and single data sets differ by $N^{-1/2}$, so that with many points either order "
        "comes in half of them."
    ),
    estimate=replace(FADING.estimate, cases=large_cases()),
    prediction=share,
    controls={
        "either order in half of the data sets": constant(0.5),
        "the other subspace first": lambda case: share(case, mean=-1.0),
        "three times the mean": lambda case: share(case, mean=3.0),
    },
    statistic="share",
    stated_tolerance=0.03,
    equivalence_margin=0.07,
    value_label="share of data sets with more left of the first subspace",
)

CLAIMS = (SHARE,)
