r"""The own weight of a training point: by when it is lost, as a measured time.

Seen from a data point itself its weight is 1 for t -> 0 and falls to one half at t*, where the partition sum Z of all
others is 1. Many of them carry it, log Z hardly fluctuates, and t* is the root of log E Z = log N + K(1/t) = 0.
Observed is t* in data sets of e^9 points, every one of which is drawn, in units of the paper's t_c(x); medians of it
ask nothing of its law. What fluctuations change is of the order of their variance: by as much, the root of E log Z = 0
lies elsewhere, an exact average at finite N. Twice that difference is allowed for: 1e-5 of t* for d in the hundreds and
1 % for d = 9. alpha is log N per intrinsic dimension; at alpha = 3 so many points leave d = 3, where Z is not sharp.
"""

from collections.abc import Callable
from dataclasses import replace
from math import log

import numpy as np
import xarray as xr
from scipy.optimize import brentq

from simulate.experiments.condensation.freezing import OwnTime, cases_of, copied
from simulate.experiments.setting import Vast
from theory.exact.averages import log_partition
from theory.limits.related import collapse_time, onset_time
from verify.claim import Claim, Correction
from verify.claims.condensation.ratio import claimed, factor, of_case
from verify.claims.views import constant

CAUTION = 2.0
WIDEST = 300.0  # factor between t* and t_c(paper), at most


def lost(vast: Vast) -> float:
    """t*/t_c(paper), t* the root of log N + K(1/t) = 0."""
    size = log(vast.whole)
    return _root(lambda t: size + float(copied(vast).log_mgf(1 / t, vast.x)), vast)


def _quenched(vast: Vast) -> float:
    """The same for E log Z = 0."""
    size = log(vast.whole)
    return _root(lambda t: float(log_partition(t, vast.x, copied(vast), size)), vast)


def _root(function: Callable[[float], float], vast: Vast) -> float:
    unit, end = claimed(vast), log(WIDEST)
    return float(np.exp(brentq(lambda log_ratio: function(unit * np.exp(log_ratio)), -end, end, xtol=1e-10)))


def fluctuations(observed: xr.Dataset) -> Correction:
    """No shift; what fluctuations of the others may change at finite N."""
    change = np.array([lost(vast) - _quenched(vast) for vast in cases_of(observed)])
    return Correction(np.zeros_like(change), CAUTION * np.abs(change))


def absent(vast: Vast) -> float:
    """t_c(x)/t_c(paper): as if the point at x were none of the data."""
    return 1 / factor(vast)


def at_typical_point(vast: Vast) -> float:
    """The onset averaged over data points, log N = 1/2 sum [log(1 + u) + u/(1 + u)], in the same units."""
    return onset_time(vast.variances, log(vast.whole)) / claimed(vast)


def at_noised_point(vast: Vast) -> float:
    """The collapse time, for a point sqrt(t) away from its data point."""
    return collapse_time(vast.variances, log(vast.whole)) / claimed(vast)


def case(spectrum: str, block: int, copies: int, alpha: float) -> Vast:
    return Vast(spectrum, "training", block, copies, alpha)


OWN = Claim(
    name="own-weight-lost",
    title="By when a training point's own weight is lost",
    statement="Seen from a data point its own weight falls to one half at the root t* of log N + K(1/t) = 0.",
    source="its own level, of energy 0, against the partition function of all others",
    regime="alpha per intrinsic dimension from 0.001 to 0.1, and 0.4, 0.5 and 1; N = e^8 to e^10, three spectra",
    interpretation=(
        "A training point is remembered where it lies up to a time that is not its t_c(x): in units of the paper's "
        "t_c(x) it is 28 to 37 at alpha = 0.001, 9 to 12 at 0.01, 2.4 to 3.5 at 0.1 and 0.4 at 1."
    ),
    formulas=("linear_energy_law", "second_cumulant_time", "global_variance", "directional_variance"),
    estimate=OwnTime(
        cases=(
            case("equal", 9, 1000, 0.001),
            case("equal", 9, 100, 0.01),
            case("equal", 9, 10, 0.1),
            case("equal", 9, 1, 1.0),
            case("halves", 20, 450, 0.001),
            case("halves", 20, 45, 0.01),
            case("halves", 20, 5, 0.1),
            case("halves", 20, 1, 0.4),
            case("plane", 10, 1800, 0.0005),
            case("plane", 10, 180, 0.005),
            case("plane", 10, 18, 0.05),
            case("plane", 10, 4, 0.25),
        )
    ),
    correction=fluctuations,
    prediction=of_case(lost),
    controls={
        "averaged over data points (onset of 2502.09578)": of_case(at_typical_point),
        "as for a noised data point (collapse of 2402.18491)": of_case(at_noised_point),
        "t_c(x), exact but for its own level": of_case(absent),
    },
    statistic="median",
    equivalence_margin=0.05,
    relative=True,
    axis="alpha",
    axis_label="alpha = log(N)/intrinsic dimension",
    series="spectrum",
    value_label="time of the loss / t_c(paper)",
)

OWN_PAPER = replace(
    OWN,
    name="own-weight-lost-paper",
    title="The paper's time at a training point",
    statement="Seen from a data point its own weight is lost at t_c(x) = sqrt((r4/2 + omega^2(x))/(2 alpha)).",
    source="arXiv:2410.08727, sec. 5, which asks nothing of x",
    interpretation=(
        "At training points the paper's t_c(x) is off to the other side for small alpha: memory lasts 30 times as "
        "long at alpha = 0.001, since N levels must outweigh one of energy 0. Near alpha = 0.4 the two cross, and at 1 "
        "it lasts half as long. Use the root of log N + K(1/t) = 0."
    ),
    formulas=(),
    correction=None,
    prediction=constant(1.0),
    controls={
        "t_c(x), exact but for its own level": of_case(absent),
        "half the time": constant(0.5),
    },
    expected_verdict="disagrees",
)

CLAIMS = (OWN, OWN_PAPER)
