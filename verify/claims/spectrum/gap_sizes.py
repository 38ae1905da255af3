r"""Gaps along N: at a fixed t from five points to hundreds, and frozen at t_c(N) up to N = e^45.

At a fresh point the mean gap of finite N is that of the population as long as t > t_c(N), and frozen at t_c(N) below,

    final          gamma/(t_c + gamma),                       opens as N grows and t_c falls
    intermediate   t_c/(t_c + v) - t_c/(t_c + w),             opens and closes as N grows, widest at t_c = (v w)^{1/2}

for log N -> infinity, whatever t; in few dimensions the blurred transition moves that maximum to smaller t_c. Below t_c
few points carry the weight, and only the nearest are drawn (`simulate.experiments.spectrum.vicinity`). The means are
over many data sets and are compared with exact averages at that N, by Student's t.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from simulate.experiments.spectrum.gaps import Gap
from simulate.experiments.spectrum.vicinity import DeepGap
from simulate.experiments.transition.scaling import Deep
from simulate.experiments.view import View
from theory.limits.condensation import condensation_time
from theory.limits.fluctuation import paper_contraction
from verify.claim import Claim
from verify.claims.order.share import population_contraction
from verify.claims.score.identities import contractions
from verify.claims.spectrum.gaps import exact, gap_of, population
from verify.claims.views import constant, each_view

Labels = Mapping[str, Any]
FLAT, FULL = "gaussian 1*8 0.1*8 0*2", "gaussian 1*8 0.1*8"
RATIO = 0.35  # t/t_c(N)
FEW = 30  # points, in the control that is blind to N


def exact_deep(view: View, t: np.ndarray, labels: Labels, more: float = 0.0) -> np.ndarray:
    """The mean gap at finite N, or at N e^more for a control."""
    return gap_of(view, contractions(t, view.x, view.energy_law, float(labels["log_n"]) + more, None))


def frozen_at_paper(view: View, t: np.ndarray, labels: Labels) -> np.ndarray:
    """The population's gap at the paper's t_c."""
    return gap_of(view, population_contraction(view, np.maximum(t, _time(view, labels, "second-cumulant"))))


def paper(view: View, t: np.ndarray, labels: Labels) -> np.ndarray:
    """From the paper's effective number with the posterior at t: it closes as t -> 0."""
    t_c = _time(view, labels, "second-cumulant")
    own = paper_contraction.numeric(np.minimum(t, t_c)[:, None], t_c, view.numbers)
    return gap_of(view, own)


def blind(view: View, t: np.ndarray, labels: Labels) -> np.ndarray:
    """The gap of FEW points, whatever N."""
    return exact(view, t, labels, float(np.log(FEW)))


def _time(view: View, labels: Labels, order: str) -> float:
    return float(condensation_time(view.x, view.energy_law, float(labels["log_n"]) / view.x.size, order))


def deep(law: str, log_n: float) -> Deep:
    """At RATIO of the condensation time of that N."""
    view = View(law, "typical", 1, 1.0)
    t_c = float(condensation_time(view.x, view.energy_law, log_n / view.x.size))
    return Deep(law, "typical", log_n, float(f"{RATIO * t_c:.4g}"))


def _sizes(law: str, query: str, t: float, sizes: tuple[int, ...]) -> tuple[View, ...]:
    return tuple(View(law, query, n, t) for n in sizes)


SIZES = Claim(
    name="gap-sizes",
    title="Gaps at a fixed time as N grows",
    statement=(
        "At a fixed t the mean final gap opens with N; the intermediate gap opens, is wider at some N than that of the "
        "population, and settles at it."
    ),
    source="theory.exact.averages, mean_jacobian",
    regime="exact at every N; fresh points and data points, final gap (with directions of variance 0) and intermediate",
    interpretation=(
        "The final gap closes as N falls: at fresh points as t_c grows beyond the variances, at a data point as it "
        "outweighs the others. The intermediate gap alone closes in part as N grows: at t = 0.1 it is 0.27 for 3 "
        "points, widest, 0.49, for about 50, and 0.44 for 400, of which 0.41 stays. With enough data at a given t "
        "every gap is the population's."
    ),
    formulas=("linear_energy_law",),
    estimate=Gap(
        cases=(
            *_sizes("gaussian 1*3 0.1*3 0*2", "typical", 0.1, (3, 30, 400)),
            *_sizes("gaussian 1*3 0.1*3 0*2", "training", 0.2, (3, 30, 400)),
            *_sizes("gaussian 1*3 0.1*3", "typical", 0.1, (3, 30, 400)),
        ),
        replicas=8000,
    ),
    prediction=each_view(exact),
    controls={
        "the population's gap at every N": each_view(population),
        f"that of {FEW} points at every N": each_view(blind),
        "all gaps closed": constant(0.0),
    },
    statistic="t",
    equivalence_margin=0.09,
    axis="n",
    axis_label="N",
    series="query",
    value_label="gap of -t J",
)

FROZEN = Claim(
    name="gap-frozen-sizes",
    title="Frozen gaps up to N = e^45",
    statement="Below t_c(N) the final gap opens with N; the intermediate gap closes once t_c(N) < (v w)^{1/2}.",
    source="theory.exact.averages, mean_jacobian; theory.limits.fluctuation, frozen_contraction",
    regime=f"exact at every N; Gaussian data at typical points, log N from 5 to 45, t = {RATIO} t_c(N)",
    interpretation=(
        "t_c(N) takes the place of t: more data show finer variances, and the intermediate gap closes with N once t_c "
        "is below both. The paper's t_c, which falls as (log N)^{-1/2} only, has it at 0.52 for log N = 45, where it "
        "is 0.01, and at 0.46 still for log N = 300."
    ),
    formulas=("linear_energy_law",),
    estimate=DeepGap(cases=tuple(deep(law, log_n) for law in (FLAT, FULL) for log_n in (5.0, 12.0, 25.0, 45.0))),
    prediction=each_view(exact_deep),
    controls={
        "the population's gap at t": each_view(population),
        "the paper's N~ with the posterior at t": each_view(paper),
        "frozen at the paper's t_c": each_view(frozen_at_paper),
        "a hundred times as many points": each_view(exact_deep, more=float(np.log(100))),
    },
    statistic="t",
    equivalence_margin=0.15,
    axis="log_n",
    axis_label="log N",
    series="law",
    value_label="gap of -t J",
)

CLAIMS = (SIZES, FROZEN)
