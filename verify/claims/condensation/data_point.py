r"""Condensation at a data point: a jump at a time of its own, below which one point carries all the weight.

Seen from x = y_1 the training point has energy 0 and the weight 1/(1 + Z), Z the partition sum of the N others, whose
log is log N + K(1/t) above their own t_c(x). So the own weight is

    w_1 = 1/(1 + N e^{K(1/t)}),

which passes 1/2 at the root t* of log N + K(1/t) = 0, far above t_c(x): as N grows log N + K(1/t) grows with log N on
both sides of t*, and w_1 becomes a jump. Observed is w_1 around t* in data sets of which every energy is drawn.

Fluctuations of Z by a relative variance v move the mean of w_1 by v Z^2/(1 + Z)^3, and move w_1 at E log Z by
v Z/(1 + Z)^2/2, an exact average at finite N, of which CAUTION times is allowed for. By when the own weight is lost is
in `verify.claims.condensation.own_weight`.
"""

from dataclasses import replace
from math import log

import numpy as np
from scipy.special import expit

from simulate.estimate import Estimate
from simulate.observables import OwnParticipation, OwnWeight
from simulate.samplers import Energies
from theory.case import Case, held_out
from theory.exact.averages import log_partition
from theory.laws.spectra import equal, graded, halves, plane
from theory.limits.condensation import mean_entropy_loss
from theory.limits.related import onset_entropy
from theory.limits.weights import limit_participation
from verify.claim import Claim, Correction

CAUTION = 2.0
SILENT = "arXiv:2410.08727 gives t_c(x) for any x and is silent on points of the data set"


def own_weight(case: Case, share: float = 1.0) -> float:
    """The weight of a data point seen from its own place, 1/(1 + N e^{K(1/t)}).

    Arguments:
        case: the law, x, N and t.
        share: factor on N, for a control.
    """
    return float(expit(-log(share * case.n) - case.law.log_mgf(1 / case.t, case.x)))


def at_typical_point(case: Case) -> float:
    """The own weight with K averaged over data points."""
    return float(expit(float(onset_entropy.numeric(1 / case.t, case.variances)) - log(case.n)))


def at_noised_point(case: Case) -> float:
    """The weight of the data point of which x is a noised copy, sqrt(d t) away."""
    return float(expit(float(mean_entropy_loss.numeric(1 / case.t, case.variances)) - log(case.n)))


def fluctuations(case: Case) -> Correction:
    """No shift; what fluctuations of Z may change at finite N."""
    folded = case.folded
    quenched = float(expit(-float(log_partition(case.t, folded.x, folded.law, log(case.n)))))
    return Correction(np.zeros(()), np.array(CAUTION * abs(quenched - own_weight(case))))


CASES = tuple(
    Case(law, held_out, alpha * law.dimension, t).enlarged(copies)
    for law, copies, alpha, times in (  # 0.7, 1 and 1.4 times the root t*
        (equal(9), 100, 0.01, (66.7, 95.3, 133.5)),
        (halves(20), 5, 0.1, (3.3, 4.71, 6.6)),
        (graded(20), 1, 0.45, (0.137, 0.196, 0.274)),
        (plane(10), 18, 0.05, (6.98, 9.97, 13.96)),
    )
    for t in times
)

DATA_POINT = Claim(
    name="condensation-data-point",
    title="Condensation at a data point",
    statement=r"Seen from a data point the weight of the data point is $1/(1 + N e^{K(1/t)})$.",
    source="the data point's own energy 0 against the partition function of all others",
    regime="N = 8000 to 22,000 others, d = 20 to 900, t from 0.7 to 1.4 times the root t* of log N + K(1/t) = 0",
    interpretation=(
        r"A data point is memorized at the root of $\log N + K(1/t) = 0$, three to thirteen times the $t_c(x)$ of a "
        r"held-out point at the same place, by what becomes a jump as $N \to \infty$."
    ),
    formulas=("linear_energy_law",),
    estimate=Estimate(cases=CASES, observable=OwnWeight(), sampler=Energies(), replicas=200),
    correction=fluctuations,
    prediction=own_weight,
    controls={
        "half as many points": lambda case: own_weight(case, share=0.5),
        "averaged over data points": at_typical_point,
        "as for a noised data point": at_noised_point,
        "1 - t/t_c(x), exact but for the own energy": limit_participation,
    },
    statistic="t",
    equivalence_margin=0.02,
    series="law",
    value_label="weight of the data point",
)

DATA_POINT_PAPER = replace(
    DATA_POINT,
    name="condensation-data-point-paper",
    title="The paper's condensation time read at a data point",
    statement=r"Seen from a data point $\sum_\mu w_\mu^2$ is $1 - t/t_c(x)$ below the paper's $t_c(x)$ and 0 above.",
    source=SILENT,
    regime=f"{DATA_POINT.regime}; the paper is silent there",
    interpretation=(
        r"The time $t_c(x)$ is for points that are not in the data set, and at a data point the root of "
        r"$\log N + K(1/t) = 0$ belongs in the place of $t_c(x)$."
    ),
    formulas=("condensed_participation", "second_cumulant_time", "global_variance", "directional_variance"),
    estimate=replace(DATA_POINT.estimate, observable=OwnParticipation()),
    correction=None,
    prediction=lambda case: limit_participation(case, order="second-cumulant"),
    controls={
        "exact but for the own energy": limit_participation,
        "condensed everywhere": lambda case: 1.0,
        "t_c(x) a fifth larger": lambda case: limit_participation(case.at(case.t / 1.2), order="second-cumulant"),
    },
    statistic="bounded",
    equivalence_margin=0.05,
    expected_verdict="disagrees",
    reading_to_avoid=True,
    value_label="participation ratio",
)

CLAIMS = (DATA_POINT, DATA_POINT_PAPER)
