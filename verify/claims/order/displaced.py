r"""Order of condensation: points displaced by sqrt(t) from the origin, along the one subspace or along the other.

"Lost" here means condensed, as in the paper's t_c(x) at x = sqrt(t) e_i: the point of which fewer data points carry
the score has the larger E sum w^2. By the second cumulant the displacement adds t sigma_i^2 to the energy variance, so
that the higher variance always comes first. Exactly it adds t sigma_i^2 / (2 (t + sigma_i^2)^2) to the entropy lost,
and of two variances the higher one wins only if

    sigma_high sigma_low < t:     first for t > sigma_high sigma_low, last below.

Unit-norm data have no such reversal: from the origin all levels are equal, and only the displacement tells them apart.
v1 of the paper says so of subspaces "of higher variance", under conditions that it leaves open; v2 turned this into
"salient features collapse first, then finer details": see `verify.claims.order.share`.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from simulate.experiments.order.subspaces import DisplacedParticipation, directions
from simulate.experiments.view import View, views
from theory.exact.averages import participation_ratio
from theory.limits.condensation import condensation_time
from theory.limits.weights import condensed_participation
from verify.claim import Claim, Prediction
from verify.claims.views import constant, each_view

Labels = Mapping[str, Any]
PAPER = "arXiv:2410.08727"


def exact(view: View, t: np.ndarray, labels: Labels, share: float = 1.0) -> np.ndarray:
    """E sum w^2 displaced along the first subspace minus along the second, at finite N; `share` of N, for a control."""
    return np.array([_contrast(view, float(s), str(labels["scope"]), share) for s in t])


def claimed(view: View, t: np.ndarray, labels: Labels) -> np.ndarray:
    """Higher variance first, by as much as the exact theory has it: the paper's order at its best."""
    return np.sign(view.numbers[0] - view.numbers[-1]) * np.abs(exact(view, t, labels))


def second_cumulant(view: View, t: np.ndarray, labels: Labels) -> np.ndarray:
    """The paper's 1 - t/t_c with its t_c at the two points."""
    alpha = np.log(view.n) / view.energy_law.dimension
    points = np.array([displaced(view, s, str(labels["scope"])) for s in t])
    t_c = np.array([condensation_time(pair, view.energy_law, alpha, "second-cumulant") for pair in points])
    return -np.diff(condensed_participation.numeric(np.minimum(t[:, None], t_c), t_c), axis=1)[:, 0]


@cache
def _contrast(view: View, t: float, scope: str, share: float) -> float:
    log_n = np.log(share * view.n)
    first, second = (participation_ratio(t, x, view.energy_law, log_n) for x in displaced(view, t, scope))
    return float(first - second)


def displaced(view: View, t: float, scope: str) -> list[np.ndarray]:
    """One point of each of the first two subspaces; by symmetry the others are like it."""
    ways = [directions(view, subspace, scope)[0] for subspace in view.subspaces[:2]]
    return [view.x + np.sqrt(t) * way for way in ways]


def opposite(prediction: Prediction) -> Prediction:
    """The other order, by as much."""
    return lambda observed: -np.asarray(prediction(observed))


EXACT, CLAIMED = each_view(exact), each_view(claimed)
NO_ORDER = constant(0.0)
AT_FACE = each_view(second_cumulant)

DISPLACED = Claim(
    name="order-displaced",
    title="Condensation at displaced points",
    statement=(
        "A point displaced by sqrt(t) along a direction condenses by what the displacement adds to the lost entropy, "
        "t sigma^2/(2 (t + sigma^2)^2): most where sigma^2 = t, not where sigma^2 is largest."
    ),
    source="exact averages at finite N; theory.limits.condensation, directional_entropy_loss",
    regime="exact at every N, d and t; Gaussian data, displaced along one axis or a whole subspace",
    interpretation=(
        "Which of two subspaces condenses first depends on the time: the one of higher variance for "
        "t > sigma_high sigma_low, the other one below. Between equal variances there is no order at all."
    ),
    formulas=("linear_energy_law",),
    estimate=DisplacedParticipation(
        cases=(
            *views("gaussian 1*4 0.04*4", "origin", 100, (0.03, 0.07, 0.6)),
            *views("gaussian 2*3 0.5*3 0.01*4", "origin", 60, (0.4, 2.0)),
            *views("gaussian 1*5 1*5", "origin", 20, (0.5,)),
        ),
        replicas=16_000,
    ),
    prediction=EXACT,
    controls={
        "higher variance first at every t": CLAIMED,
        "no order": NO_ORDER,
        "1 - t/t_c at face value, the paper's t_c": AT_FACE,
        "half as many points": each_view(exact, share=0.5),
    },
    statistic="t",
    equivalence_margin=0.012,
    series="law",
    value_label="participation ratio, first subspace minus second",
)

VARIANCE_FIRST = Claim(
    name="order-v1",
    title="Higher variance first (v1), at displaced points",
    statement="Seen from x = sqrt(t) e_i, subspaces of higher variance are lost (condense) first.",
    source=f"{PAPER}v1: t_c(x) grows with sigma_i^2 along the displacement",
    regime="Gaussian data, t < sigma_high sigma_low: most data below their condensation time",
    interpretation=(
        "The order is the reverse of the paper's, although the prediction takes the size of the effect from the exact "
        "theory and only the order from the paper. The second cumulant counts the variance of the energies without the "
        "posterior, which at low t sees a direction of high variance as flat. Use t sigma^2/(2 (t + sigma^2)^2): the "
        "paper's order holds for t > sigma_high sigma_low."
    ),
    formulas=("linear_energy_law",),
    estimate=DisplacedParticipation(
        cases=(
            *views("gaussian 1*4 0.04*4", "origin", 100, (0.07,)),
            *views("gaussian 2*3 0.5*3 0.01*4", "origin", 60, (0.1, 0.4)),
            *views("gaussian 1*2 0.1*2", "origin", 40, (0.02, 0.05)),
        ),
        replicas=16_000,
    ),
    prediction=CLAIMED,
    controls={"no order": NO_ORDER, "1 - t/t_c at face value, the paper's t_c": AT_FACE},
    statistic="t",
    equivalence_margin=0.012,
    expected_verdict="disagrees",
    series="law",
    value_label="participation ratio, first subspace minus second",
)

VARIANCE_FIRST_ABOVE = replace(
    VARIANCE_FIRST,
    name="order-v1-above",
    title="Higher variance first (v1), where it holds",
    regime="t > sigma_high sigma_low (few data, both variances small); unit-norm data at every t",
    interpretation=(
        "Where both variances are below the time, the paper's order is right; for unit-norm data seen from the origin "
        "it always is, because only the displacement tells the levels apart. The paper's examples are of this kind."
    ),
    estimate=DisplacedParticipation(
        cases=(
            *views("gaussian 1*4 0.04*4", "origin", 100, (0.6,)),
            *views("gaussian 0.3*6 0.05*6", "origin", 10, (0.3, 0.5)),
            *views("gaussian 1*6 0.25*6", "origin", 10, (1.0, 2.0)),
            *views("unit-norm 1*4 0.04*4", "origin", 30, (0.2,)),
            *views("unit-norm 1*3 0.09*3", "origin", 20, (0.3,)),
        ),
        replicas=16_000,
    ),
    controls={
        "lower variance first": opposite(CLAIMED),
        "no order": NO_ORDER,
        "1 - t/t_c at face value, the paper's t_c": AT_FACE,
    },
    expected_verdict="agrees",
)

CLAIMS = (DISPLACED, VARIANCE_FIRST, VARIANCE_FIRST_ABOVE)
