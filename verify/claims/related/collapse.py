r"""Neighbouring works on the same transition: collapse and speciation (2402.18491), onset and best time (2502.09578).

A data point outweighs the others where its log odds are positive. Seen from the data point itself that happens below
the onset, seen from its noised copy below the collapse, and a held-out point is best explained at a still smaller t.
The limits d -> infinity are tested with the finite-size part of exact averages, as in
`verify.claims.transition.scaling`.
"""

from collections.abc import Callable
from functools import partial

import numpy as np

from simulate.estimate import Estimate
from simulate.observables.related import Closeness, LogOdds, SpeciationTime
from simulate.samplers import DataSets
from theory.case import Case, noised, origin, typical
from theory.exact.averages import log_partition, mean_energy
from theory.laws.clusters import covariance_variances, two_clusters
from theory.laws.spectra import equal
from theory.limits.condensation import mean_entropy_loss
from theory.limits.related import (
    best_generalization_time,
    collapse_time,
    held_out_condensation_time,
    onset_entropy,
    speciation_time,
)
from verify.claim import Claim, Correction
from verify.claims.ladder import extrapolated, in_dimensions
from verify.claims.transition.scaling import LOWEST, halves

Time = Callable[[np.ndarray, float], float]  # from variances and log N
COLLAPSE, ONSET = "arXiv:2402.18491", "arXiv:2502.09578"
LADDER = (200, 300, 400, 600, 800, 1200, 1600)
ROUNDING = 1e-9  # of exact averages and energies: far above t_c nothing else is left between them
D, LOG_N = 200, 80.0
ONSET_AT, COLLAPSE_AT, BEST_AT = 0.7796273134917558, 0.3422585401551563, 0.1727854065114498  # of halves(D, LOG_N, ...)
BETWEEN = 0.516559876665595  # (ONSET_AT COLLAPSE_AT)^(1/2)
EQUAL_AT = 0.8159662209160942  # equal_collapse_time.numeric(1.0, ALPHA)
NOISED, OWN = LogOdds(1.0), LogOdds(0.0)  # of a data point seen from its noised copy, and from itself


def collapse_odds(case: Case, share: float = 1.0) -> float:
    """(1/2 sum log(1 + sigma^2/t) - log N)/d; `share` of log N, for a control."""
    return float(mean_entropy_loss.numeric(1 / case.t, case.variances)) / case.d - share * case.alpha


def onset_odds(case: Case, share: float = 1.0) -> float:
    """(1/2 sum [log(1 + u) + u/(1 + u)] - log N)/d, u = sigma^2/t; `share` of log N, for a control."""
    return float(onset_entropy.numeric(1 / case.t, case.variances)) / case.d - share * case.alpha


def closeness(case: Case, time: Time = best_generalization_time) -> float:
    """t_g/t below the condensation time of held-out points, t_g the time of best generalization."""
    return time(case.variances, case.log_n) / case.t


def odds_finite_size(case: Case, odds: LogOdds) -> Correction:
    """Limit of the exact log odds per dimension less their value at d."""
    return _missing(lambda at: -odds.square / 2 - float(log_partition(at)) / at.d, case)


def closeness_finite_size(case: Case) -> Correction:
    """Limit of the exact closeness less its value at d."""
    return _missing(_closeness, case)


def _closeness(case: Case) -> float:
    """2 E<E>/(t d) at finite N."""
    return 2 * float(mean_energy(case)) / (case.t * case.d)


def _missing(exact: Callable[[Case], float], case: Case) -> Correction:
    """What is missing at the d of a case, and the error of the limit."""
    unit = case.unit
    values = np.array([exact(unit.enlarged(d // unit.d)) for d in LADDER])
    ending, error = extrapolated(in_dimensions(LADDER), values)
    return Correction(ending - exact(case), error + ROUNDING)


def largest(case: Case) -> float:
    """The largest variance of the data."""
    return float(covariance_variances(case.law).max())


def of_the_clusters(case: Case) -> Correction:
    """Clusters of variance s part at t = m^2 - s exactly, and m^2 + s - 1 is the largest variance less one."""
    of_a_cluster = covariance_variances(case.law).min()
    return Correction(2 * of_a_cluster - 1, np.array(0.0))


def _clusters(square: float, variance: float, d: int) -> Case:
    """4000 points of two clusters; t is the largest variance, near which they part."""
    return Case(two_clusters(square, variance, d), origin, float(np.log(4000)), square + variance)


COLLAPSE_TIME = Claim(
    name="collapse-time",
    title="Collapse",
    statement="From its noised copy a data point outweighs all others below t: log N = 1/2 sum log(1 + sigma^2/t).",
    source=f"{COLLAPSE}; for equal variances t = sigma^2/(e^(2 alpha) - 1)",
    regime="d -> infinity at alpha = 0.4; typical points of p_t; equal variances, and halves of 1 and 0.09",
    interpretation="The collapse time of Biroli et al. is right, and is the exact t_c averaged over the noised data.",
    formulas=("mean_entropy_loss",),
    estimate=Estimate(
        cases=(
            *(Case(equal(D), noised, LOG_N, ratio * EQUAL_AT) for ratio in (1.0, 1.4)),
            *halves(D, LOG_N, (COLLAPSE_AT, 1.4 * COLLAPSE_AT, BETWEEN), noised),
        ),
        observable=NOISED,
        sampler=LOWEST,
        replicas=1000,
    ),
    correction=partial(odds_finite_size, odds=NOISED),
    prediction=collapse_odds,
    controls={
        "the onset": onset_odds,
        "half of log N": lambda case: collapse_odds(case, share=0.5),
        "ten per cent more log N": lambda case: collapse_odds(case, share=1.1),
    },
    statistic="t",
    equivalence_margin=0.02,
    series="law",
    value_label="log odds of the own data point, per dimension",
)

ONSET_TIME = Claim(
    name="onset-time",
    title="Onset of memorization",
    statement="At its own place a data point outweighs all others below t: log N = 1/2 sum [log(1+u) + u/(1+u)].",
    source=f"{ONSET}, as defined in theory.limits.related; u = sigma^2/t",
    regime="d -> infinity at alpha = 0.4; x a typical data point",
    interpretation=(
        "Data points are traps before the noised copies of data points feel the traps: the onset comes earlier than "
        "the collapse."
    ),
    formulas=("onset_entropy",),
    estimate=Estimate(
        cases=(
            *halves(D, LOG_N, (0.8 * ONSET_AT, ONSET_AT, 1.5 * ONSET_AT, BETWEEN)),
            *(Case(equal(D), typical, LOG_N, t) for t in (1.0, 2.0)),
        ),
        observable=OWN,
        sampler=LOWEST,
        replicas=1000,
    ),
    correction=partial(odds_finite_size, odds=OWN),
    prediction=onset_odds,
    controls={
        "the collapse": collapse_odds,
        "ten per cent more log N": lambda case: onset_odds(case, share=1.1),
        "half of log N": lambda case: onset_odds(case, share=0.5),
    },
    statistic="t",
    equivalence_margin=0.02,
    series="law",
    value_label="log odds of the own data point, per dimension",
)

BEST_TIME = Claim(
    name="best-generalization",
    title="Best generalization",
    statement="Held-out data are best explained at t = 2 E_min/d, E_min the energy of the closest data point.",
    source=f"{ONSET}, as defined in theory.limits.related",
    regime="d -> infinity at alpha = 0.4, x a typical held-out point, t below its condensation time t_f",
    interpretation=(
        "The best time lies below condensation and collapse: the density that explains held-out data best has "
        "collapsed."
    ),
    formulas=("held_out_lowest_energy", "held_out_entropy_loss"),
    estimate=Estimate(
        cases=(
            *halves(D, LOG_N, (0.6 * BEST_AT, BEST_AT)),
            *(Case(equal(D), typical, LOG_N, t) for t in (0.2, 0.35)),
        ),
        observable=Closeness(),
        sampler=LOWEST,
        replicas=2000,
    ),
    correction=closeness_finite_size,
    prediction=closeness,
    controls={
        "the condensation time of held-out points": partial(closeness, time=held_out_condensation_time),
        "the collapse time": partial(closeness, time=collapse_time),
        "half the distance": lambda case: closeness(case) / 2,
    },
    statistic="t",
    equivalence_margin=0.05,
    series="law",
    value_label="2 <E>/(d t)",
)

SPECIATION = Claim(
    name="speciation-time",
    title="Speciation",
    statement="Two clusters part where t is the largest variance of the data less one: no curvature between them.",
    source=COLLAPSE,
    regime="clusters of variance 1; for two Gaussian clusters of another variance s with the exact 2 s - 1 added",
    interpretation="Speciation is a property of the law, not of the data set, and needs no memorization and no log N.",
    formulas=("speciation_time",),
    estimate=Estimate(
        cases=(_clusters(30.0, 1.0, 4), _clusters(60.0, 0.2, 8), _clusters(100.0, 1.0, 20)),
        observable=SpeciationTime(),
        sampler=DataSets(),
        replicas=100,
    ),
    correction=of_the_clusters,
    prediction=lambda case: speciation_time.numeric(largest(case)),
    controls={
        "the largest itself": largest,
        "the largest less two": lambda case: largest(case) - 2,
        "the standard deviation": lambda case: np.sqrt(largest(case)),
        "(1 + largest)^{3/2}": lambda case: (1 + largest(case)) ** 1.5,
    },
    statistic="t",
    equivalence_margin=0.5,
    axis_label="largest variance",
    series="x",
    value_label="t of speciation",
)

CLAIMS = (COLLAPSE_TIME, ONSET_TIME, BEST_TIME, SPECIATION)
