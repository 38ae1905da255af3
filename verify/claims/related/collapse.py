r"""Neighbouring works on the same transition: collapse and speciation (2402.18491), onset and best time (2502.09578).

A data point outweighs the others where its log odds are positive. Seen from the data point itself that happens below
the onset, seen from its noised copy below the collapse, and a fresh point is best explained at a still smaller t. The
limits d -> infinity are tested with the finite-size part of exact averages, as in `verify.claims.transition.scaling`.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import xarray as xr

from simulate.experiments.related.collapse import Closeness, Clusters, LogOdds, SpeciationTime
from simulate.experiments.transition.scaling import Deep, enlarged, halves
from simulate.experiments.view import View
from theory.exact.averages import log_partition
from theory.limits.condensation import mean_entropy_loss
from theory.limits.related import (
    best_generalization_time,
    collapse_time,
    equal_collapse_time,
    fresh_condensation_time,
    onset_entropy,
    onset_time,
    speciation_time,
)
from verify.claim import Claim, Correction, each_row
from verify.claims.ladder import extrapolated, in_dimensions
from verify.claims.views import each_view

Labels = Mapping[str, Any]
ALPHA = 0.4
COLLAPSE, ONSET = "arXiv:2402.18491", "arXiv:2502.09578"
LADDER = (200, 300, 400, 600, 800, 1200, 1600)
STEP = 1e-4
ROUNDING = 1e-9  # of exact averages and levels: far above t_c nothing else is left between them
EQUAL = "gaussian 1*200"


def collapse_odds(view: View, t: np.ndarray, labels: Labels, more: float = 0.0) -> np.ndarray:
    """(1/2 sum log(1 + sigma^2/t) - log N)/d."""
    return _per_dimension(mean_entropy_loss.numeric(1 / t[:, None], view.numbers), labels, more)


def onset_odds(view: View, t: np.ndarray, labels: Labels, more: float = 0.0) -> np.ndarray:
    """(1/2 sum [log(1 + u) + u/(1 + u)] - log N)/d, u = sigma^2/t."""
    return _per_dimension(onset_entropy.numeric(1 / t[:, None], view.numbers), labels, more)


def closeness(view: View, t: np.ndarray, labels: Labels) -> np.ndarray:
    """t_g/t below the condensation time of fresh points, t_g the time of best generalization."""
    return best_generalization_time(view.numbers, labels["log_n"]) / t


def closeness_by(time: Callable[[np.ndarray, float], float]) -> Callable[..., np.ndarray]:
    """The same with another time in place of t_g."""
    return lambda view, t, labels: time(view.numbers, labels["log_n"]) / t


def odds_finite_size(observed: xr.Dataset) -> Correction:
    """Limit of the exact log odds per dimension less those at the d of every row."""

    def exact(view: View, t: float, log_n: float) -> float:
        own = -view.numbers.size / 2 if view.query == "noised" else 0.0
        return (own - float(log_partition(t, view.x, view.energy_law, log_n))) / view.numbers.size

    return _ladder(observed, exact)


def closeness_finite_size(observed: xr.Dataset) -> Correction:
    """Limit of the exact closeness less that at the d of every row."""

    def exact(view: View, t: float, log_n: float) -> float:
        ends = log_partition(t * np.array([1 - STEP, 1 + STEP]), view.x, view.energy_law, log_n)
        return float(ends[1] - ends[0]) / STEP / view.numbers.size

    return _ladder(observed, exact)


def of_the_spread(observed: xr.Dataset) -> Correction:
    """Clusters of variance s part at t = m^2 - s exactly, and m^2 + s - 1 is the largest variance less one."""
    shift = 2 * observed.spread.values - 1
    return Correction(shift, np.zeros_like(shift))


def _ladder(observed: xr.Dataset, exact: Callable[[View, float, float], float]) -> Correction:
    shifts, errors = each_row(lambda row: _missing(Deep.of(row), exact))(observed).T
    return Correction(shifts, errors + ROUNDING)


def _missing(case: Deep, exact: Callable[[View, float, float], float]) -> tuple[float, float]:
    """What is missing at the d of a case, and the error of the limit."""
    kind, *blocks = case.law.split()
    unit = " ".join([kind, *(block.partition("*")[0] for block in blocks)])
    alpha = case.log_n / case.view.numbers.size
    values = [exact(View(enlarged(unit, d // len(blocks)), case.query, 1, case.t), case.t, alpha * d) for d in LADDER]
    ending, error = extrapolated(in_dimensions(LADDER), np.array(values))
    return float(ending - exact(case.view, case.t, case.log_n)), float(error)


def _per_dimension(entropy: np.ndarray, labels: Labels, more: float) -> np.ndarray:
    return entropy / labels["d"] - (1 + more) * labels["log_n"] / labels["d"]


def _times(time: Callable[[np.ndarray, float], float], *ratios: float) -> tuple[float, ...]:
    """Where to look: a time of the law of halves, times the ratios."""
    return tuple(ratio * float(time(np.array([1, 0.09] * 100), ALPHA * 200)) for ratio in ratios)


def _largest(observed: xr.Dataset) -> np.ndarray:
    return observed.largest.values


BETWEEN = _times(lambda v, size: float(np.sqrt(onset_time(v, size) * collapse_time(v, size))), 1.0)
EQUAL_TIME = float(equal_collapse_time.numeric(1.0, ALPHA))

COLLAPSE_TIME = Claim(
    name="collapse-time",
    title="Collapse",
    statement="From its noised copy a data point outweighs all others below t: log N = 1/2 sum log(1 + sigma^2/t).",
    source=f"{COLLAPSE}; for equal variances t = sigma^2/(e^(2 alpha) - 1)",
    regime="d -> infinity at alpha = 0.4; typical points of p_t; equal variances, and halves of 1 and 0.09",
    interpretation="The collapse time of Biroli et al. is right, and is the exact t_c averaged over the noised data.",
    formulas=("mean_entropy_loss",),
    estimate=LogOdds(
        cases=(
            *(Deep(EQUAL, "noised", 80.0, ratio * EQUAL_TIME) for ratio in (1.0, 1.4)),
            *halves(80.0, ALPHA, (*_times(collapse_time, 1.0, 1.4), *BETWEEN), "noised"),
        ),
        replicas=1000,
    ),
    correction=odds_finite_size,
    prediction=each_view(collapse_odds),
    controls={
        "the onset": each_view(onset_odds),
        "half of log N": each_view(collapse_odds, more=-0.5),
        "ten per cent more log N": each_view(collapse_odds, more=0.1),
    },
    statistic="t",
    equivalence_margin=0.02,
    series="law",
    value_label="log odds of the own data point, per dimension",
)

ONSET_TIME = Claim(
    name="onset-time",
    title="Onset of memorization",
    statement="Where it lies a data point outweighs all others below t: log N = 1/2 sum [log(1+u) + u/(1+u)].",
    source=f"{ONSET}, as defined in theory.limits.related; u = sigma^2/t",
    regime="d -> infinity at alpha = 0.4; x a typical data point",
    interpretation=(
        "Data points are traps before their noised copies feel them: the onset comes earlier than the collapse."
    ),
    formulas=("onset_entropy",),
    estimate=LogOdds(
        cases=(
            *halves(80.0, ALPHA, (*_times(onset_time, 0.8, 1.0, 1.5), *BETWEEN)),
            *(Deep(EQUAL, "typical", 80.0, t) for t in (1.0, 2.0)),
        ),
        replicas=1000,
    ),
    correction=odds_finite_size,
    prediction=each_view(onset_odds),
    controls={
        "the collapse": each_view(collapse_odds),
        "ten per cent more log N": each_view(onset_odds, more=0.1),
        "half of log N": each_view(onset_odds, more=-0.5),
    },
    statistic="t",
    equivalence_margin=0.02,
    series="law",
    value_label="log odds of the own data point, per dimension",
)

BEST_TIME = Claim(
    name="best-generalization",
    title="Best generalization",
    statement="Fresh data are best explained at t = 2 E_min/d, E_min the energy of the closest data point.",
    source=f"{ONSET}, as defined in theory.limits.related",
    regime="d -> infinity at alpha = 0.4, x a typical fresh point, t below its condensation time t_f",
    interpretation="The best time lies below condensation and collapse: what explains fresh data best has collapsed.",
    formulas=("fresh_lowest_energy", "fresh_entropy_loss"),
    estimate=Closeness(
        cases=(
            *halves(80.0, ALPHA, _times(best_generalization_time, 0.6, 1.0)),
            *(Deep(EQUAL, "typical", 80.0, t) for t in (0.2, 0.35)),
        ),
        replicas=2000,
    ),
    correction=closeness_finite_size,
    prediction=each_view(closeness),
    controls={
        "the condensation time of fresh points": each_view(closeness_by(fresh_condensation_time)),
        "the collapse time": each_view(closeness_by(collapse_time)),
        "half the distance": each_view(lambda *a: closeness(*a) / 2),
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
    interpretation="Speciation is a property of the law, not of the data set: it needs no memorization and no log N.",
    formulas=("speciation_time",),
    estimate=SpeciationTime(
        cases=(Clusters(30.0, 1.0, 4, 4000), Clusters(60.0, 0.2, 8, 4000), Clusters(100.0, 1.0, 20, 4000)),
    ),
    correction=of_the_spread,
    prediction=lambda observed: speciation_time.numeric(_largest(observed)),
    controls={
        "the largest itself": _largest,
        "the largest less two": lambda observed: _largest(observed) - 2,
        "the standard deviation": lambda observed: np.sqrt(_largest(observed)),
        "(1 + largest)^{3/2}": lambda observed: (1 + _largest(observed)) ** 1.5,
    },
    statistic="t",
    equivalence_margin=0.5,
    axis="largest",
    axis_label="largest variance",
    series="spread",
    value_label="t of speciation",
)

CLAIMS = (COLLAPSE_TIME, ONSET_TIME, BEST_TIME, SPECIATION)
