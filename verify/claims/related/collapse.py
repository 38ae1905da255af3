r"""Neighbouring works on the same transition: collapse (2402.18491), onset and best time (2502.09578).

A data point outweighs the others where its log odds are positive. Seen from the data point itself that happens below
the onset, seen from its noised copy below the collapse, and a held-out point is best explained at a still smaller t.
The limits d -> infinity are tested with the finite-size part of exact averages, as in
`verify.claims.transition.scaling`. Near the onset all N energies carry Z, so there every one of them is drawn.
"""

from collections.abc import Callable
from functools import partial

import numpy as np

from simulate.estimate import Estimate
from simulate.observables.related import Closeness, LogOdds
from simulate.samplers import Energies
from theory.case import Case, noised, typical
from theory.exact.averages import log_partition, mean_energy
from theory.laws.spectra import equal
from theory.limits.condensation import mean_entropy_loss
from theory.limits.related import (
    best_generalization_time,
    collapse_time,
    held_out_condensation_time,
    onset_entropy,
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
RATIOS = (1.0, 1.05, 1.1)  # to the collapse, near which the lowest energies move Z
NOISED, OWN = LogOdds(1.0), LogOdds(0.0)  # of a data point seen from its noised copy, and from itself


def collapse_odds(case: Case, share: float = 1.0) -> float:
    """The mean log odds of a noised data point, (1/2 sum log(1 + sigma^2/t) - log N)/d.

    Arguments:
        case: the variances, log N and t.
        share: factor on log N, for a control.
    """
    return float(mean_entropy_loss.numeric(1 / case.t, case.variances)) / case.d - share * case.alpha


def onset_odds(case: Case, share: float = 1.0) -> float:
    """The mean log odds of a data point at its own place, (1/2 sum [log(1 + u) + u/(1 + u)] - log N)/d, u = sigma^2/t.

    Arguments:
        case: the variances, log N and t.
        share: factor on log N, for a control.
    """
    return float(onset_entropy.numeric(1 / case.t, case.variances)) / case.d - share * case.alpha


def closeness(case: Case, time: Time = best_generalization_time) -> float:
    """t_g/t below the condensation time of held-out points, t_g the time of best generalization.

    Arguments:
        case: the variances, log N and t.
        time: from variances and log N to t_g.
    """
    return time(case.variances, case.log_n) / case.t


def odds_finite_size(case: Case, odds: LogOdds) -> Correction:
    """Limit of the exact log odds per dimension less their value at d.

    Arguments:
        case: the variances, x, N and t.
        odds: what is observed.
    """
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


COLLAPSE_TIME = Claim(
    name="collapse-time",
    title="Collapse",
    statement=(
        r"Seen from a noised copy a data point outweighs all others below the root $t$ of "
        r"$\log N = \frac12 \sum_i \log(1 + \sigma_i^2/t)$."
    ),
    source=f"{COLLAPSE}; for equal variances t = sigma^2/(e^(2 alpha) - 1)",
    regime="d -> infinity at alpha = 0.4; typical points of p_t; t from 1 to 1.1 times the collapse",
    stated_by=f"Biroli et al. ({COLLAPSE}), for N = e^(alpha d) and d -> infinity",
    interpretation=r"The collapse time of Biroli et al. is right, and is the exact $t_c$ averaged over noised data.",
    formulas=("mean_entropy_loss",),
    estimate=Estimate(
        cases=(
            *(Case(equal(D), noised, LOG_N, ratio * EQUAL_AT) for ratio in RATIOS),
            *halves(D, LOG_N, tuple(ratio * COLLAPSE_AT for ratio in RATIOS), noised),
        ),
        observable=NOISED,
        sampler=LOWEST,
        replicas=4000,
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
    statement=(
        r"Seen from itself a data point outweighs all others below the root $t$ of "
        r"$\log N = \frac12 \sum_i [\log(1+u_i) + u_i/(1+u_i)]$ with $u_i = \sigma_i^2/t$."
    ),
    source=f"{ONSET}, as defined in theory.limits.related",
    regime="d -> infinity at alpha = 0.4; x a typical data point; d = 20 and 24, all N energies drawn",
    interpretation="Data points are traps before the noised copies of data points feel the traps.",
    formulas=("onset_entropy",),
    estimate=Estimate(
        cases=(
            *halves(20, 8.0, (0.8 * ONSET_AT, ONSET_AT, 1.5 * ONSET_AT, BETWEEN)),
            *(Case(equal(24), typical, 9.6, t) for t in (1.0, 2.0)),
        ),
        observable=OWN,
        sampler=Energies(),
        replicas=400,
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
    statement=r"Held-out data are best explained at $t = 2 E_{\mathrm{min}}/d$.",
    source=f"{ONSET}, as defined in theory.limits.related",
    regime="d -> infinity at alpha = 0.4, x a typical held-out point, t < t_c(x); E_min: energy of the closest point",
    interpretation="The density that explains held-out data best has collapsed.",
    formulas=("held_out_lowest_energy", "held_out_entropy_loss"),
    estimate=Estimate(
        cases=(
            *halves(2 * D, 2 * LOG_N, (0.6 * BEST_AT, BEST_AT)),
            *(Case(equal(2 * D), typical, 2 * LOG_N, t) for t in (0.2, 0.35)),
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

CLAIMS = (COLLAPSE_TIME, ONSET_TIME, BEST_TIME)
