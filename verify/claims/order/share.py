r"""Order of losses in the Jacobian: what is left of the posterior variance that the score resolves.

"Lost" here means invisible: 1 + t J_ii = Var_w(y_i)/t is how much a step along direction i changes the target of the
score. Without memorization it is Var(y_i | x)/t, whatever N; the share that is left, Var_w(y_i)/Var(y_i | x), is 1 then
and 0 where a single data point carries the score. Its mean over data sets:

    fresh x, t < t_c     (sigma_i^2 + t)/(sigma_i^2 + t_c):  frozen at t_c, near 1 for sigma_i^2 >> t_c, t/t_c for << t
    x a data point       (1 - w)(1 + w t/(sigma_i^2 + t)),   w the weight of x itself, x_i^2 = sigma_i^2

so fresh points lose the *finer* details first, and data points the salient features. At the origin of unit-norm data
the singular values cross with t although all data points weigh the same: there is nothing to be lost.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from simulate.experiments.order.subspaces import Contraction, ShareContrast
from simulate.experiments.view import View, views
from theory.limits.condensation import condensation_time
from theory.limits.fluctuation import frozen_contraction, paper_contraction
from verify.claim import Claim
from verify.claims.order.displaced import NO_ORDER, PAPER, opposite
from verify.claims.score.identities import contractions
from verify.claims.views import each_view

Labels = Mapping[str, Any]


def mean_contraction(view: View, t: np.ndarray, share: float = 1.0) -> np.ndarray:
    """E[-t J_ii] at finite N, (times, d); `share` of N, for a control."""
    return np.stack([_mean_contraction(view, float(s), share) for s in t])


@cache
def _mean_contraction(view: View, t: float, share: float) -> np.ndarray:
    return contractions(t, view.x, view.energy_law, np.log(share * view.n), view.planted)


def exact(view: View, t: np.ndarray, labels: Labels, share: float = 1.0) -> np.ndarray:
    """Of one subspace."""
    return mean_contraction(view, t, share)[:, _subspace(view, labels)].mean(axis=1)


def population(view: View, t: np.ndarray, labels: Labels) -> np.ndarray:
    """-t J_ii of the law itself, N -> infinity: the control."""
    return population_contraction(view, t)[:, _subspace(view, labels)].mean(axis=1)


def population_contraction(view: View, t: np.ndarray) -> np.ndarray:
    """(times, d)."""
    return -t[:, None] * view.energy_law.curvature(1 / t, np.broadcast_to(view.x, (t.size, view.x.size)))


def frozen(view: View, t: np.ndarray, labels: Labels, order: str = "exact") -> np.ndarray:
    """t_c/(sigma^2 + t_c) below t_c and t/(sigma^2 + t) above: Gaussian data, log N -> infinity."""
    alpha = np.log(view.n) / view.energy_law.dimension
    t_c = condensation_time(view.x, view.energy_law, alpha, order)
    return frozen_contraction.numeric(np.maximum(t, t_c), view.numbers[_subspace(view, labels)][0])


def paper(view: View, t: np.ndarray, labels: Labels) -> np.ndarray:
    """The paper's effective number with the posterior at t."""
    alpha = np.log(view.n) / view.energy_law.dimension
    t_c = condensation_time(view.x, view.energy_law, alpha, "second-cumulant")
    variance = view.numbers[_subspace(view, labels)][0]
    return paper_contraction.numeric(np.minimum(t, t_c), t_c, variance)


def exact_contrast(view: View, t: np.ndarray, labels: Labels) -> np.ndarray:
    """Share that is left in the first subspace minus that in the second."""
    shares = (1 - mean_contraction(view, t)) / (1 - population_contraction(view, t))
    first, second = (shares[:, subspace].mean(axis=1) for subspace in view.subspaces[:2])
    return first - second


def salient_first(view: View, t: np.ndarray, labels: Labels) -> np.ndarray:
    """Less is left of the subspace of higher variance, by as much as the exact theory has it."""
    return -np.sign(view.numbers[0] - view.numbers[-1]) * np.abs(exact_contrast(view, t, labels))


def equal_variances(view: View, t: np.ndarray, labels: Labels) -> np.ndarray:
    """At the origin of unit-norm data all weights are 1/N: 1 - (1 - 1/N) C_ii/t, as if C_ii were v_i/sum v."""
    share = view.numbers / view.numbers.sum()
    return 1 - (1 - 1 / view.n) * share[_subspace(view, labels)].mean() / t


def uniform_weights(view: View, t: np.ndarray, labels: Labels) -> np.ndarray:
    """The population's -t J_ii with N/(N - 1) times less variance: that of N equal weights."""
    return 1 - (1 - 1 / view.n) * (1 - population(view, t, labels))


def _subspace(view: View, labels: Labels) -> np.ndarray:
    return view.subspaces[int(labels["subspace"])]


CONTROL = each_view(population)
SALIENT = each_view(salient_first)

CONTRACTION = Claim(
    name="order-contraction",
    title="What the Jacobian shows of each subspace",
    statement="The mean of -t J_ii over data sets is the exact average: frozen below t_c, near 1 at a data point.",
    source="exact averages at finite N (theory.exact.averages, mean_jacobian)",
    regime="exact at every N, d, t; at the origin, at fresh points and at points of the data set",
    interpretation=(
        "Memorization differs from the population's t/(t + sigma^2) at every x, but not alike: a fresh point keeps "
        "resolving the directions of sigma^2 > t_c for ever, a data point loses all of them."
    ),
    formulas=("linear_energy_law",),
    estimate=Contraction(
        cases=(
            *views("gaussian 1*5 0.04*5", "origin", 50, (0.05, 0.2, 0.8)),
            *views("gaussian 1*5 0.04*5", "typical", 50, (0.1, 0.25, 0.9)),
            *views("gaussian 1*5 0.04*5", "training", 50, (0.25, 0.9)),
            *views("gaussian 4*2 0.3*3 0.02*2", "typical", 200, (0.1,)),
        ),
        replicas=16_000,
    ),
    prediction=each_view(exact),
    controls={
        "the population, no memorization": CONTROL,
        "the paper's N~ with the posterior at t": each_view(paper),
        "frozen at the paper's t_c": each_view(frozen, order="second-cumulant"),
        "frozen at the exact t_c, at face value": each_view(frozen),
    },
    statistic="t",
    equivalence_margin=0.06,
    series="query",
    value_label="mean of -t J along a subspace",
)

SALIENT_FIRST = Claim(
    name="order-v2",
    title="Salient features first (v2), at fresh points",
    statement="Salient features collapse first, then finer details: less is left of the subspace of higher variance.",
    source=f"{PAPER}v2, on what v1 calls subspaces of higher variance",
    regime="Gaussian data seen from the origin and from points that are not in the data set",
    interpretation=(
        "Reversed: below t_c the mean posterior variance is frozen at t_c, so directions of sigma^2 >> t_c keep all of "
        "it and fine ones lose it in proportion to t. What changed from v1 to v2: v1 compares condensation times at "
        "points displaced along each subspace, v2 drops its conditions and speaks of features of one picture. The "
        "second reading holds at data points (order-v2-data); at fresh points use (sigma^2 + t)/(sigma^2 + t_c)."
    ),
    formulas=("linear_energy_law",),
    estimate=ShareContrast(
        cases=(
            *views("gaussian 1*5 0.04*5", "typical", 50, (0.1, 0.25, 0.5)),
            *views("gaussian 1*5 0.04*5", "origin", 50, (0.1, 0.2)),
            *views("gaussian 2*3 0.2*3 0.01*4", "typical", 100, (0.1,)),
        ),
        replicas=8000,
    ),
    prediction=SALIENT,
    controls={"no order": NO_ORDER, "reversed, by twice as much": each_view(lambda *a: -2 * salient_first(*a))},
    statistic="t",
    equivalence_margin=0.05,
    expected_verdict="disagrees",
    series="query",
    value_label="share of the variance left, first subspace minus second",
)

SALIENT_FIRST_AT_DATA = replace(
    SALIENT_FIRST,
    name="order-v2-data",
    title="Salient features first (v2), at data points",
    regime="seen from a point of the data set, t from 0.4 to 1.3 times its own root of log N + K(1/t) = 0",
    interpretation=(
        "Where a data point begins to outweigh the others, its own distance to their mean adds to the variance, more "
        "along fine directions: the salient ones fade first. Difference: w(1 - w) [t/(sigma^2 + t)] of high minus low."
    ),
    estimate=ShareContrast(
        cases=(
            *views("gaussian 1*5 0.04*5", "training", 50, (0.3, 0.5, 0.9)),
            *views("gaussian 2*3 0.2*3 0.01*4", "training", 100, (0.3, 0.5)),
            *views("gaussian 1*3 0.1*3", "training", 20, (0.5,)),
        ),
        replicas=8000,
    ),
    controls={"finer details first": opposite(SALIENT), "no order": NO_ORDER},
    expected_verdict="agrees",
)

UNIT_NORM = Claim(
    name="order-unit-norm-origin",
    title="Unit-norm data at the origin: a spectrum that moves without memorization",
    statement="Seen from the origin, unit-norm data have -t J of the population, less 1/N, at every t: no loss at all.",
    source="all levels are equal there (theory.laws.UnitNormGaussian at x = 0)",
    regime="exact at every N, d, t",
    interpretation=(
        "Crossing singular values at the origin of normalized data say nothing about N: the population's cross as "
        "well. A control with N -> infinity is needed before an order of losses is read off them."
    ),
    estimate=Contraction(
        cases=(
            *views("unit-norm 1*2 0.09*5 0.0001*3", "origin", 50, (0.05, 0.3)),
            *views("unit-norm 1*4 0.04*4", "origin", 20, (0.02, 0.2)),
        ),
        replicas=8000,
    ),
    prediction=each_view(uniform_weights),
    controls={
        "1 - v/(t sum v): the norm taken at its mean": each_view(equal_variances),
        "the population without 1/N": CONTROL,
    },
    statistic="t",
    equivalence_margin=0.05,
    series="law",
    value_label="mean of -t J along a subspace",
)

CLAIMS = (CONTRACTION, SALIENT_FIRST, SALIENT_FIRST_AT_DATA, UNIT_NORM)
