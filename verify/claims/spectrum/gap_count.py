r"""Number of gaps: one for each distinct variance above t_c, none in a typical data set far below.

Variances a factor 10 apart, each along one direction, and directions of variance 0: between w and w/10 the gap is
(10^{1/2} - 1)/(10^{1/2} + 1) = 0.52 at its widest, the final one up to 1. Counts of one data set are bounded; above t_c
their mean is tested by the bets of `verify.judge.statistics`. Below t_c a rare data set with two points at nearly equal
distance has a gap and the mean is between integers: what is typical is the median, tested by the sign test.
"""

from dataclasses import replace

import numpy as np

from simulate.estimate import Estimate
from simulate.observables.spectrum import GapCount
from theory.case import Case, origin, typical
from theory.exact.jacobian import population_jacobian
from theory.laws.spectra import gaussian
from theory.limits.condensation import condensation_time
from verify.claim import Claim
from verify.claims.predictions import constant
from verify.claims.spectrum.gaps import SPACES, distinct

THRESHOLD = 0.3


def frozen(case: Case) -> int:
    """Gaps of the population at t_c, where the mean of -t J is frozen."""
    spectrum = np.sort(population_jacobian(case.at(condensation_time(case))))
    return int((np.diff(spectrum) > THRESHOLD).sum())


MORE = Claim(
    name="gap-count-more",
    title="Number of gaps, one to four variances",
    statement=(
        "Above $t_c$ the mean over data sets of the number of gaps of $-t J$ is that of the distinct "
        "positive variances, for one to four of them."
    ),
    source=SPACES,
    regime="variances a factor 10 apart besides 0, origin, t above t_c; a gap is a step of 0.3 at least",
    interpretation="A hierarchy of variances is read off a data set, gap by gap, if N is large enough for the finest.",
    estimate=Estimate(
        cases=(
            Case([1, 0, 0], origin, np.log(300), 0.1),
            Case([1, 0.1, 0, 0], origin, np.log(2000), 0.03),
            Case([1, 0.1, 0.01, 0, 0], origin, np.log(8000), 0.005),
            Case([1, 0.1, 0.01, 0.001, 0, 0], origin, np.log(30_000), 0.001),
        ),
        observable=GapCount(threshold=THRESHOLD),
        replicas=250,
    ),
    prediction=distinct,
    controls={
        "one gap, that of the dimension": lambda case: 1.0,
        "two, final and intermediate": lambda case: 2.0,
        "one more": lambda case: distinct(case, more=1),
    },
    statistic="bounded",
    equivalence_margin=0.45,
    axis="n",
    axis_label="N",
    series="law",
    value_label="number of gaps",
)

COLLAPSED = replace(
    MORE,
    name="gap-count-collapsed",
    title="Number of gaps far below the condensation time",
    statement="Far below $t_c$ the median over data sets of the number of gaps of $-t J$ is 0.",
    source="a single data point carries the score: Cov_w(y) = 0",
    regime=("t at most t_c/17 at typical points and t_c/6 at training points, where the paper does not say t_c(x)"),
    interpretation=(
        "The paper is right about what one data set shows: its gaps close, while the mean over data sets "
        "keeps those of t_c (gap-finite), by rare data sets with two points at nearly equal distance."
    ),
    estimate=Estimate(
        cases=(
            Case(gaussian((1, 2), (0, 3)), typical, np.log(10), 0.001),
            Case(gaussian((1, 2), (0.05, 2), (0, 2)), typical, np.log(20), 0.0005),
            Case(gaussian((1, 2), (0.05, 2), (0, 2)), typical, np.log(100), 0.001, training=True),
        ),
        observable=GapCount(latest=0.004, threshold=THRESHOLD),
        replicas=200,
    ),
    prediction=lambda case: 0.0,
    controls={
        "as many as distinct variances": distinct,
        "those of the frozen mean": frozen,
        "one gap": constant(1.0),
    },
    statistic="median",
    equivalence_margin=0.4,
)

CLAIMS = (MORE, COLLAPSED)
