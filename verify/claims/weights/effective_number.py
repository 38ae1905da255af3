r"""The number of points that share the weights, as a power of N: in a typical data set, and of the mean over data sets.

In a typical data set log sum w^2 = log Z(t/2) - 2 log Z(t), both of whose averages are exact. The mean over data sets
is made, from t_c to 2 t_c, by rare ones: those are drawn by importance sampling (`simulate.samplers.rare`), so that
log N may be 640 and the finite-size part of an exponent be less than 0.006.
"""

from dataclasses import replace

import numpy as np

from simulate.estimate import Estimate
from simulate.observables import EffectiveExponent
from simulate.observables.partition import MeanExponent
from simulate.samplers import LowestEnergies
from simulate.samplers.rare import TiltedPoint
from theory.case import Case
from theory.exact.averages import log_participation_ratio, log_partition
from theory.limits.weights import average_exponent, limit_participation, typical_exponent
from verify.claim import Claim, Correction
from verify.claims.ladder import ABOVE, LONGER, missing
from verify.claims.weights.poisson_dirichlet import HALVES, copies_of, ratio


def typically(case: Case) -> float:
    """Exponent of 1/sum w^2 in a typical data set."""
    return float(typical_exponent(case.t, case.x, case.law, case.log_n))


def average(case: Case) -> float:
    """Exponent of 1/E sum w^2."""
    return float(average_exponent(case.t, case.x, case.law, case.log_n))


def many_levels(case: Case) -> float:
    """Both sums at their means, also where few points carry the squares: 1 + (2 K(1/t) - K(2/t))/log N, 0 at least."""
    mean, square = (float(case.law.log_mgf(k / case.t, case.x)) for k in (1, 2))
    return 0.0 if ratio(case) < 1 else max(0.0, 1 + (2 * mean - square) / case.log_n)


def all_points(case: Case) -> float:
    """log N~/log N of the paper's N~: N above its t_c, min(N, 1/(1 - t/t_c)) below."""
    share = limit_participation(case, "second-cumulant")
    return min(1.0, -float(np.log(share)) / case.log_n) if share > 0 else 1.0


def typical_parts(case: Case) -> Correction:
    """Limit of -E log sum w^2 / log N less its value at N."""
    return Correction(*missing(_typical, case, rungs=LONGER))


def _typical(case: Case) -> np.ndarray:
    return np.array((2 * log_partition(case) - log_partition(case.at(case.t / 2))) / case.log_n)


def average_parts(case: Case) -> Correction:
    """Limit of -log E sum w^2 / log N less its value at N."""
    return Correction(*missing(_average, case, functions=ABOVE, rungs=LONGER))


def _average(case: Case) -> np.ndarray:
    return np.array(-log_participation_ratio(case) / case.log_n)


TYPICAL = Claim(
    name="participation-typical",
    title="Exponent of the effective number in a typical data set",
    statement=(
        r"In a typical data set $1/\sum_\mu w_\mu^2$ grows as $N^a$ with $a = 0$ below $t_c$ and, above "
        r"$t_c$, the $a$ of $\log Z(t/2) - 2 \log Z(t)$."
    ),
    source="log Z(t/2) - 2 log Z(t), each frozen below its own t_c",
    regime=(
        "log N = 320 with its exact finite-size part, t/t_c from 0.5 to 6; the mean of log sum w^2, whose "
        "standard deviation over data sets is small beside log N"
    ),
    interpretation=(
        "Above t_c the effective number is a power of N that rises from 0 at t_c and nears 1 only for t "
        ">> t_c: the paper's jump to N~ = N does not occur."
    ),
    formulas=("linear_energy_law",),
    estimate=Estimate(
        cases=copies_of(HALVES, 40, 0.12, 0.36, 0.43, 0.7, 1.5),
        observable=EffectiveExponent(),
        sampler=LowestEnergies(count=1500),
        replicas=4000,
    ),
    correction=typical_parts,
    prediction=typically,
    controls={
        "the average over data sets": average,
        "many levels carry the squares at all t": many_levels,
        "the paper's N~": all_points,
    },
    statistic="bounded",
    equivalence_margin=0.015,
    value_label="exponent of the effective number",
)

AVERAGE = Claim(
    name="participation-average",
    title="Participation ratio above t_c, averaged over data sets",
    statement=(
        r"Between $t_c$ and $2 t_c$ the mean of $\sum_\mu w_\mu^2$ over data sets falls as $N^{-a}$ with a "
        r"smaller $a$ than that of a typical data set."
    ),
    source="large deviations of one energy against Z",
    regime=(
        "log N = 640 with its exact finite-size part, t/t_c = 1.2, 1.3 and 1.5; importance sampling of "
        "the rare data sets"
    ),
    interpretation=(
        "Between t_c and 2 t_c rare data sets in which one point is all carry the mean, so that an "
        "average over data sets says little of any one of them."
    ),
    formulas=("linear_energy_law",),
    estimate=Estimate(
        cases=copies_of(HALVES, 80, 0.29, 0.314, 0.362),
        observable=MeanExponent(),
        sampler=TiltedPoint(),
        replicas=4000,
    ),
    correction=average_parts,
    prediction=average,
    controls={
        "that of a typical data set": typically,
        "many levels carry the squares at all t": many_levels,
        "the paper's N~": all_points,
    },
    statistic="t",
    equivalence_margin=0.008,
    value_label="exponent of 1/E sum w^2",
)

PAPER_ABOVE = replace(
    TYPICAL,
    name="participation-paper-above",
    title="The paper's effective number above t_c",
    statement=(
        r"The effective number of data points is $N$ above $t_c(x)$ and $\min(N, 1/(1 - t/t_c(x)))$ below, "
        r"with $t_c(x)$ that of Gaussian energies."
    ),
    source="arXiv:2410.08727, sec. 5.3",
    stated_by="arXiv:2410.08727, sec. 5.3, for d -> infinity at fixed alpha = log(N)/d",
    interpretation=(
        "Above the exact t_c the effective number is a power of N well below N, at 6 t_c still N^0.74, "
        "whereas between the exact t_c and the paper's, here four times as large, the paper's effective "
        "number is of order one."
    ),
    formulas=("condensed_participation", "second_cumulant_time", "global_variance", "directional_variance"),
    prediction=all_points,
    controls={
        "four fifths of its exponent": lambda case: 0.8 * all_points(case),
        "the square root of N~": lambda case: all_points(case) / 2,
    },
    expected_verdict="disagrees",
)

CLAIMS = (TYPICAL, AVERAGE, PAPER_ABOVE)
