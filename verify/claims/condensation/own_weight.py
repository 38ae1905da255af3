r"""The own weight of a training point: by when it is lost, as a measured time.

Seen from a data point itself its weight is 1 for t -> 0 and falls to one half at t*, where the partition sum Z of all
others is 1. Many of them carry it, log Z hardly fluctuates, and t* is the root of log E Z = log N + K(1/t) = 0.
Observed is t* in data sets of e^9 points, every one of which is drawn, in units of the paper's t_c(x); medians of it
ask nothing of its law. What fluctuations change is of the order of their variance: by as much, the root of E log Z = 0
lies elsewhere, an exact average at finite N. Twice that difference is allowed for: 1e-5 of t* for d in the hundreds and
1 % for d = 9. alpha is log N per intrinsic dimension; at alpha = 3 so many points leave d = 3, where Z is not sharp.
"""

from dataclasses import replace
from functools import cache
from math import log

import numpy as np

from simulate.estimate import Estimate
from simulate.observables.condensation import OwnTime, PerIntrinsic
from simulate.samplers import Energies
from theory.case import Case, held_out
from theory.laws.law import EnergyLaw
from theory.laws.spectra import equal, halves, plane
from theory.limits.crossovers import own_weight_ratio
from theory.limits.related import collapse_time, onset_time
from verify.claim import Claim, Correction
from verify.claims.condensation.data_point import SILENT
from verify.claims.condensation.ratio import claimed, factor

CAUTION = 2.0


@cache
def lost(case: Case) -> float:
    """t*/t_c(paper), t* the root of log N + K(1/t) = 0."""
    return own_weight_ratio(case, claimed(case))


def fluctuations(case: Case) -> Correction:
    """No shift; what fluctuations of the others may change at finite N."""
    change = lost(case) - own_weight_ratio(case, claimed(case), "quenched")
    return Correction(np.zeros(()), np.array(CAUTION * abs(change)))


def absent(case: Case) -> float:
    """t_c(x)/t_c(paper): as if the point at x were none of the data."""
    return 1 / factor(case)


def at_typical_point(case: Case) -> float:
    """The onset averaged over data points, log N = 1/2 sum [log(1 + u) + u/(1 + u)], in the same units."""
    return onset_time(case.variances, log(case.n)) / claimed(case)


def at_noised_point(case: Case) -> float:
    """The collapse time, for a point sqrt(t) away from its data point."""
    return collapse_time(case.variances, log(case.n)) / claimed(case)


def beside(law: EnergyLaw, copies: int, alpha: float) -> Case:
    """A data point at x, besides the N of the case, at log N = alpha d and a noise variance that does not matter.

    Arguments:
        law: of the data; x is one more draw from it.
        copies: how many of its directions.
        alpha: log(N)/d.
    """
    return Case(law, held_out, alpha * law.dimension, t=1.0).enlarged(copies)


OWN = Claim(
    name="own-weight-lost",
    title="By when the weight of a training point is lost",
    statement=r"Seen from a data point the weight of the data point is one half at the root of $\log N + K(1/t) = 0$.",
    source="the data point's own energy 0 against the partition function of all others",
    regime="alpha per intrinsic dimension from 0.001 to 0.1, and 0.4, 0.5 and 1; N = e^8 to e^10, three spectra",
    interpretation=(
        r"A training point is remembered at the place of the training point up to a time that is 28 to 37 times the "
        r"paper's $t_c(x)$ at $\alpha = 0.001$, 9 to 12 times at 0.01, 2.4 to 3.5 times at 0.1 and 0.4 times at 1."
    ),
    formulas=("linear_energy_law", "second_cumulant_time", "global_variance", "directional_variance"),
    estimate=Estimate(
        cases=(
            beside(equal(9), 1000, 0.001),
            beside(equal(9), 100, 0.01),
            beside(equal(9), 10, 0.1),
            beside(equal(9), 1, 1.0),
            beside(halves(20), 450, 0.001),
            beside(halves(20), 45, 0.01),
            beside(halves(20), 5, 0.1),
            beside(halves(20), 1, 0.4),
            beside(plane(10), 1800, 0.0005),
            beside(plane(10), 180, 0.005),
            beside(plane(10), 18, 0.05),
            beside(plane(10), 4, 0.25),
        ),
        observable=PerIntrinsic(OwnTime()),
        sampler=Energies(),
        replicas=300,
    ),
    correction=fluctuations,
    prediction=lost,
    controls={
        "averaged over data points (onset of 2502.09578)": at_typical_point,
        "as for a noised data point (collapse of 2402.18491)": at_noised_point,
        "t_c(x), exact but for the own energy": absent,
    },
    statistic="median",
    equivalence_margin=0.05,
    relative=True,
    axis="alpha",
    axis_label="alpha = log(N)/intrinsic dimension",
    series="law",
    value_label="time of the loss / t_c(paper)",
)

OWN_PAPER = replace(
    OWN,
    name="own-weight-lost-paper",
    title="The paper's time read at a training point",
    statement=(
        r"Seen from a data point the weight of the data point is lost at "
        r"$t_c(x) = \sqrt{(r_4/2 + \omega^2(x))/(2\alpha)}$."
    ),
    source=SILENT,
    regime=f"{OWN.regime}; the paper is silent there",
    interpretation=(
        r"At training points memory lasts 30 times as long as $t_c(x)$ says at $\alpha = 0.001$ and half as long at "
        r"$\alpha = 1$."
    ),
    formulas=(),
    correction=None,
    prediction=lambda case: 1.0,
    controls={
        "t_c(x), exact but for the own energy": absent,
        "half the time": lambda case: 0.5,
    },
    expected_verdict="disagrees",
    reading_to_avoid=True,
)

CLAIMS = (OWN, OWN_PAPER)
