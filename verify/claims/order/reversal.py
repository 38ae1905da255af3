r"""The reversal: a step along a subspace condenses the more the nearer its variance is to the condensation time.

At x = sqrt(t) e_i below t_c(x) the entropy lost is larger than at the origin by

    t sigma_i^2/(2 (t_c + sigma_i^2)^2),      largest at sigma_i^2 = t_c,

so of two subspaces the higher variance condenses first where both lie below t_c, and last where both lie above. Seen
are six subspaces of one law in the same data sets, three on either side of t_c. Participation ratios are bounded and
their differences are light-tailed: means are compared with exact averages at that N by Student's t.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np

from simulate.experiments.order.gain import Gain
from simulate.experiments.view import View, views
from theory.exact.averages import participation_ratio
from theory.limits.condensation import condensation_time
from theory.limits.weights import condensed_participation
from verify.claim import Claim
from verify.claims.order.displaced import NO_ORDER
from verify.claims.views import each_view

Labels = Mapping[str, Any]


def exact(view: View, t: np.ndarray, labels: Labels) -> np.ndarray:
    """What the step adds to E sum w^2 in the subspace of the row."""
    return _own(view, np.stack([_gains(view, float(s)) for s in t]), labels)


def sorted_by_variance(view: View, t: np.ndarray, labels: Labels, sign: int = 1) -> np.ndarray:
    """The same six numbers in another order: larger where the variance is larger, or (sign -1) smaller."""
    gains = np.stack([_gains(view, float(s)) for s in t])
    order = np.argsort(np.argsort(sign * _variances(view)))
    return _own(view, np.sort(gains, axis=1)[:, order], labels)


def second_cumulant(view: View, t: np.ndarray, labels: Labels) -> np.ndarray:
    """The paper's 1 - t/t_c at the displaced point less that at the origin."""
    alpha = np.log(view.n) / view.energy_law.dimension
    ratios = []
    for s in t:
        t_c = condensation_time(_steps(view, float(s)), view.energy_law, alpha, "second-cumulant")
        found = condensed_participation.numeric(np.minimum(s, t_c), t_c)
        ratios.append(found[:-1] - found[-1])
    return _own(view, np.stack(ratios), labels)


@cache
def _gains(view: View, t: float) -> np.ndarray:
    """(subspaces,); by symmetry + and - are alike at the origin."""
    ratios = participation_ratio(t, _steps(view, t), view.energy_law, np.log(view.n))
    return ratios[:-1] - ratios[-1]


def _steps(view: View, t: float) -> np.ndarray:
    """x displaced along each subspace, and x itself: (subspaces + 1, d)."""
    steps = np.zeros((len(view.subspaces) + 1, view.x.size))
    for row, subspace in zip(steps, view.subspaces, strict=False):
        row[subspace] = np.sqrt(t)
    return view.x + steps


def _variances(view: View) -> np.ndarray:
    return np.array([view.numbers[subspace[0]] for subspace in view.subspaces])


def _own(view: View, of_subspaces: np.ndarray, labels: Labels) -> np.ndarray:
    return of_subspaces[:, _variances(view) == labels["variance"]][:, 0]


LAW = "gaussian 8*2 2*2 0.5*2 0.12*2 0.03*2 0.008*2"

REVERSAL = Claim(
    name="order-reversal",
    title="The reversal at sigma^2 > t_c",
    statement=(
        "A step of sqrt(t) along a subspace condenses most where sigma^2 is near t_c: below it the higher variance "
        "comes first, above it the order is reversed."
    ),
    source="theory.limits.condensation, directional_entropy_loss; exact averages at finite N",
    regime="exact at every N; Gaussian data, from the origin at t = t_c, variances from t_c/48 to 36 t_c",
    interpretation=(
        "The order that the paper predicts is one half of a curve with a maximum: what condenses first is neither the "
        "most salient nor the finest feature but the one whose variance is near t_c; more data move it to finer ones."
    ),
    formulas=("linear_energy_law",),
    estimate=Gain(cases=(*views(LAW, "origin", 30, (0.39,)), *views(LAW, "origin", 100, (0.23,))), replicas=16_000),
    prediction=each_view(exact),
    controls={
        "higher variance first": each_view(sorted_by_variance),
        "lower variance first": each_view(sorted_by_variance, sign=-1),
        "1 - t/t_c at face value, the paper's t_c": each_view(second_cumulant),
        "no order": NO_ORDER,
    },
    statistic="t",
    equivalence_margin=0.012,
    axis="variance",
    axis_label="variance of the subspace",
    series="n",
    value_label="participation ratio gained by the step",
)

CLAIMS = (REVERSAL,)
