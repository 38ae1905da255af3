r"""Both wordings away from the origin: at fresh points, held-out points and data points, Gaussian and unit-norm data.

v1's wording is about condensation (sum w^2 at x displaced by sqrt(t) along a subspace), v2's about what a score shows
(the share of the posterior variance left). At a data point the displaced x is at the same distance from it whatever
the direction, but the others are not: their partition sum falls by the factor

    exp(-t/(2 (t + sigma_i^2))),

least along high variance. The point's own weight grows most along the *lowest*, and v1's order is reversed while that
weight is of order one; well above, where all points matter, it returns.

Exact averages of unit-norm data off the origin take seconds each. There a wording is held to the sign that it predicts:
whether the difference of two subspaces is positive in the mean over a batch of data sets, a bounded number.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from simulate.experiments.order.gain import ParticipationOrder, ShareOrder
from simulate.experiments.order.subspaces import DisplacedParticipation, directions
from simulate.experiments.view import View, views
from theory.exact.averages import participation_ratio
from theory.limits.condensation import condensation_time
from theory.limits.weights import condensed_participation
from verify.claim import Claim
from verify.claims.order.displaced import NO_ORDER, PAPER, opposite
from verify.claims.views import constant, each_view

Labels = Mapping[str, Any]
GAUSSIAN, FLAT = "gaussian 1*4 0.04*4", "gaussian 0.3*6 0.05*6"


def exact(view: View, t: np.ndarray, labels: Labels, share: float = 1.0) -> np.ndarray:
    """E sum w^2 displaced along the first subspace minus along the second; `share` of N, for a control."""
    return np.array([-np.diff(_ratios(view, float(s), str(labels["scope"]), share))[0] for s in t])


def claimed(view: View, t: np.ndarray, labels: Labels) -> np.ndarray:
    """Higher variance first, by as much as the exact theory has it."""
    return np.sign(view.numbers[0] - view.numbers[-1]) * np.abs(exact(view, t, labels))


def second_cumulant(view: View, t: np.ndarray, labels: Labels) -> np.ndarray:
    """The paper's 1 - t/t_c at the displaced points, its own data point left out."""
    alpha = np.log(view.n) / view.energy_law.dimension
    result = []
    for s in t:
        points = _displaced(view, float(s), str(labels["scope"]))
        t_c = condensation_time(points, view.energy_law, alpha, "second-cumulant").reshape(2, 2)
        means = condensed_participation.numeric(np.minimum(s, t_c), t_c).mean(axis=1)
        result.append(means[0] - means[1])
    return np.array(result)


def condensation_order(view: View, t: np.ndarray, labels: Labels) -> np.ndarray:
    """1 for t < sigma_high sigma_low, of the data before they are divided by their mean square norm, 0 above."""
    return (t < np.sqrt(view.numbers[0] * view.numbers[-1]) / view.numbers.sum()).astype(float)


@cache
def _ratios(view: View, t: float, scope: str, share: float) -> np.ndarray:
    """Along the first and the second subspace, the mean of + and -."""
    log_n = np.log(share * view.n)
    ratios = participation_ratio(t, _displaced(view, t, scope), view.energy_law, log_n, view.planted)
    return ratios.reshape(2, 2).mean(axis=1)


def _displaced(view: View, t: float, scope: str) -> np.ndarray:
    """+ and - along one way of each of the first two subspaces, the other ways being like it: (4, d)."""
    ways = [directions(view, subspace, scope) for subspace in view.subspaces[:2]]
    return view.x + np.sqrt(t) * np.concatenate([[way[0], way[len(way) // 2]] for way in ways])


AWAY = Claim(
    name="order-away",
    title="Condensation at points displaced from fresh points and from data points",
    statement="Displaced by sqrt(t) from a fresh or a data point, sum w^2 is the exact average in either subspace.",
    source="exact averages at finite N, with and without a planted point",
    regime="exact at every N, d and t; Gaussian data",
    interpretation=(
        "At fresh points the higher variance comes first above t_c, by 0.03; at t_c and below it is less than 0.01. At "
        "data points the lower variance comes first as long as the point outweighs the others, by up to a fifth."
    ),
    formulas=("linear_energy_law",),
    estimate=DisplacedParticipation(
        cases=(
            *views(GAUSSIAN, "typical", 100, (0.15, 0.6)),
            *views(GAUSSIAN, "training", 100, (0.15, 1.2)),
        ),
        replicas=7000,
    ),
    prediction=each_view(exact),
    controls={
        "higher variance first at every x": each_view(claimed),
        "no order": NO_ORDER,
        "1 - t/t_c at face value, the paper's t_c": each_view(second_cumulant),
        "half as many points": each_view(exact, share=0.5),
    },
    statistic="t",
    equivalence_margin=0.02,
    series="query",
    value_label="participation ratio, first subspace minus second",
)

V1_FRESH = replace(
    AWAY,
    name="order-v1-typical",
    title="Higher variance first (v1), displaced from fresh points",
    statement="Seen from a fresh point displaced by sqrt(t) e_i, subspaces of higher variance are lost first.",
    source=f"{PAPER}v1: t_c(x) grows with sigma_i^2 along the displacement",
    regime="Gaussian data, typical points, t > t_c",
    interpretation=(
        "v1's order holds here, above t_c, with much smaller effects than from the origin: the fresh point is already "
        "displaced in all directions. v2 speaks of the score's directions instead and is reversed here (order-v2)."
    ),
    estimate=DisplacedParticipation(
        cases=(View(GAUSSIAN, "typical", 100, 0.6), View(FLAT, "typical", 10, 0.5)), replicas=8000
    ),
    prediction=each_view(claimed),
    controls={
        "lower variance first": opposite(each_view(claimed)),
        "no order": NO_ORDER,
        "1 - t/t_c at face value, the paper's t_c": each_view(second_cumulant),
    },
    equivalence_margin=0.02,
)

V1_DATA = replace(
    V1_FRESH,
    name="order-v1-data",
    title="Higher variance first (v1), displaced from data points",
    statement="Seen from a data point displaced by sqrt(t) e_i, subspaces of higher variance are lost first.",
    regime="Gaussian data, x at sqrt(t) from a data point, t where its weight is of order one",
    interpretation=(
        "Reversed: the point itself is at distance sqrt(t) whatever the direction, and the others lose less along high "
        "variance, by exp(-t/(2 (t + sigma^2))). What changed from v1 to v2: v2's salient features do fade first at "
        "data points (order-v2-data), v1's condensation does not come first there."
    ),
    estimate=DisplacedParticipation(
        cases=(View(GAUSSIAN, "training", 100, 0.15), View(FLAT, "training", 10, 0.3)), replicas=5000
    ),
    controls={"no order": NO_ORDER, "1 - t/t_c at face value, the paper's t_c": each_view(second_cumulant)},
    expected_verdict="disagrees",
    equivalence_margin=0.03,
)

UNIT_NORM = "unit-norm 1*4 0.04*4"

V2_UNIT_NORM = Claim(
    name="order-v2-unit-norm",
    title="Salient features first (v2), unit-norm data off the origin",
    statement="Of unit-norm data off the origin, less is left of the subspace of higher variance.",
    source=f"{PAPER}v2, for the normalized data of its experiments",
    regime="unit-norm data seen from a typical point, a held-out point, and a point at sqrt(t) from the origin",
    interpretation=(
        "Reversed in every batch, as for Gaussian data: the fine features lose their variance first. Normalization "
        "changes this at the origin alone, where nothing is lost (order-unit-norm-origin)."
    ),
    estimate=ShareOrder(
        cases=(
            *views(UNIT_NORM, "typical", 30, (0.03, 0.1)),
            *views(UNIT_NORM, "held-out", 30, (0.03,)),
            *views(UNIT_NORM, "displaced", 30, (0.01,)),
        ),
        batch=100,
    ),
    prediction=constant(0.0),
    controls={
        "no order, as at the origin": constant(0.5),
        "reversed for t > sigma_high sigma_low, as condensation": each_view(condensation_order),
    },
    statistic="bounded",
    equivalence_margin=0.2,
    expected_verdict="disagrees",
    series="query",
    value_label="share of batches in which more is left of the first subspace",
)

V2_UNIT_NORM_DATA = replace(
    V2_UNIT_NORM,
    name="order-v2-unit-norm-data",
    title="Salient features first (v2), unit-norm data at data points",
    statement="Of unit-norm data seen from a data point, less is left of the subspace of higher variance.",
    regime="unit-norm data seen from one of them, t where its weight is of order one",
    interpretation=(
        "At data points v2's wording holds for normalized data too; it is a statement about these points alone."
    ),
    estimate=ShareOrder(cases=views(UNIT_NORM, "training", 30, (0.05, 0.2)), batch=100),
    controls={"no order": constant(0.5), "finer details first": constant(1.0)},
    expected_verdict="agrees",
)

V1_UNIT_NORM = replace(
    V2_UNIT_NORM,
    name="order-v1-unit-norm",
    title="Higher variance first (v1), unit-norm data displaced from fresh points",
    statement="Seen from a fresh point displaced by sqrt(t) e_i, unit-norm data of higher variance are lost first.",
    source=f"{PAPER}v1, for the normalized data of its experiments",
    regime="unit-norm data, a typical point, t > t_c",
    interpretation="As for Gaussian data: v1's order of condensation is right at fresh points above t_c.",
    estimate=ParticipationOrder(cases=views(UNIT_NORM, "typical", 30, (0.3,))),
    prediction=constant(1.0),
    controls={"no order": constant(0.5), "lower variance first": constant(0.0)},
    expected_verdict="agrees",
    value_label="share of batches in which the first subspace condenses more",
)

V1_UNIT_NORM_DATA = replace(
    V1_UNIT_NORM,
    name="order-v1-unit-norm-data",
    title="Higher variance first (v1), unit-norm data displaced from data points",
    statement="Seen from a data point displaced by sqrt(t) e_i, unit-norm data of higher variance are lost first.",
    regime="unit-norm data, x at sqrt(t) from a data point, t where its weight is of order one",
    interpretation=(
        "Reversed in every batch. The paper's order comes from the origin, where only the displacement tells levels "
        "apart, and does not carry over to the data themselves: v2's wording holds there instead."
    ),
    estimate=ParticipationOrder(cases=views(UNIT_NORM, "training", 30, (0.1,))),
    controls={"no order": constant(0.5), "reversed in three of four batches": constant(0.25)},
    expected_verdict="disagrees",
)

CLAIMS = (
    AWAY,
    V1_FRESH,
    V1_DATA,
    V1_UNIT_NORM,
    V1_UNIT_NORM_DATA,
    V2_UNIT_NORM,
    V2_UNIT_NORM_DATA,
)
