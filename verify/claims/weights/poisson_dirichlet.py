r"""Weights below t_c: Poisson-Dirichlet of parameter m = t/t_c.

In the condensed phase E sum w^k = Gamma(k - m)/(Gamma(k) Gamma(1 - m)), and a point picked with probability w has a
weight of the law Beta(1 - m, m): both are put to the test at log N = 100 and more, the second in location and shape.
Finite-size parts are exact: of the moments by the ladder, of the distribution by the m that the exact E sum w^2 = 1 - m
has at that N.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
from scipy import stats
from scipy.special import gammaln

from simulate.estimate import Estimate
from simulate.observables import PickedWeight, UpTo, WeightMoments
from simulate.samplers import LowestEnergies, Picks
from theory.case import Case, grid, held_out, origin, typical
from theory.exact.averages import participation_ratio
from theory.laws.spectra import equal, graded, halves
from theory.limits.condensation import condensation_time
from theory.limits.weights import (
    condensed_moment,
    poisson_dirichlet_moment,
)
from verify.claim import Claim, Correction, Prediction
from verify.claims.ladder import CAUTION, missing

ORDERS = (2, 3, 4)
WEIGHTS = tuple(np.arange(1, 20) / 20)


def ratio(case: Case, order: str = "exact") -> float:
    """The parameter of the Poisson-Dirichlet law, m = t/t_c, at most 1.

    Arguments:
        case: the law, x, log N and t.
        order: of the condensation time: "exact", or the paper's "second-cumulant".
    """
    return min(1.0, case.t / condensation_time(case, order=order))


def moment(m: float, k: int) -> float:
    """The mean of sum w^k for Poisson-Dirichlet weights; 0 at m = 1.

    Arguments:
        m: t/t_c, at most 1.
        k: an integer >= 2.
    """
    return float(poisson_dirichlet_moment.numeric(float(k), m)) if m < 1 else 0.0


def power(m: float, k: int) -> float:
    """(1 - m)^(k - 1), a control: as if the weights of k replicas coincided independently.

    Arguments:
        m: t/t_c.
        k: an integer >= 2.
    """
    return (1 - m) ** (k - 1)


def ewens(m: float, k: int) -> float:
    """The mean of sum w^k of the other family of that name, PD(0, theta), with the same E sum w^2: a control.

    Arguments:
        m: t/t_c, below 1.
        k: an integer >= 2.
    """
    theta = m / (1 - m)
    return float(np.exp(gammaln(k) + gammaln(theta + 1) - gammaln(theta + k)))


def of_moments(formula: Callable[[float, int], float], order: str = "exact") -> Prediction:
    """A prediction for each k of ORDERS.

    Arguments:
        formula: of t/t_c and k.
        order: of the condensation time: "exact", or the paper's "second-cumulant".
    """
    return lambda case: np.array([formula(ratio(case, order), k) for k in ORDERS])


def moments(case: Case) -> np.ndarray:
    """E sum w^k at N for each k of ORDERS."""
    return np.array([participation_ratio(case, order=k) for k in ORDERS])


def moment_parts(case: Case) -> Correction:
    """Limit of E sum w^k less its value at N."""
    return Correction(*missing(moments, case))


def picked(m: float, weight: float) -> float:
    """Probability that a point picked with probability w has at most this weight: Beta(1 - m, m).

    Arguments:
        m: t/t_c, at most 1.
        weight: from 0 to 1.
    """
    return float(stats.beta.cdf(weight, 1 - m, m)) if m < 1 else 1.0


def picked_ewens(m: float, weight: float) -> float:
    """The law of a picked weight of PD(0, theta): Beta(1, theta), of the same mean.

    Arguments:
        m: t/t_c, at most 1.
        weight: from 0 to 1.
    """
    return float(1 - (1 - weight) ** (m / (1 - m))) if m < 1 else 1.0


def picked_alike(m: float, weight: float) -> float:
    """A control: the picked weight is anywhere between 0 and 1 with equal probability, whatever t.

    Arguments:
        m: of no effect.
        weight: from 0 to 1.
    """
    return weight


def of_weights(
    formula: Callable[[float, float], float], order: str = "exact", weights: tuple[float, ...] = WEIGHTS
) -> Prediction:
    """A prediction for each of several weights.

    Arguments:
        formula: of t/t_c and a weight.
        order: of the condensation time: "exact", or the paper's "second-cumulant".
        weights: from 0 to 1.
    """
    return lambda case: np.array([formula(ratio(case, order), weight) for weight in weights])


def weight_parts(
    formula: Callable[[float, float], float], weights: tuple[float, ...] = WEIGHTS
) -> Callable[[Case], Correction]:
    """From the m that E sum w^2 has at N to t/t_c; the error is what third and fourth moments show of other shapes.

    Arguments:
        formula: of m and a weight.
        weights: from 0 to 1.
    """

    def parts(case: Case) -> Correction:
        ending, at_n, other = effective(case)
        shift = [formula(ending, weight) - formula(at_n, weight) for weight in weights]
        return Correction(np.array(shift), np.array(other))

    return parts


@cache
def effective(case: Case) -> tuple[float, float, float]:
    """1 - E sum w^2 in the limit and at N, and how far higher moments at N are from Poisson-Dirichlet of that m."""
    exact = dict(zip(ORDERS, moments(case).tolist(), strict=True))
    at_n, shift = 1 - exact[2], float(missing(moments, case)[0][0])
    other = max(abs(exact[k] - float(condensed_moment(k, at_n))) for k in (3, 4))
    return at_n - shift, at_n, CAUTION * other


def copies_of(block: Case, copies: int, *times: float) -> tuple[Case, ...]:
    """Cases of so many copies of every direction, at several times.

    Arguments:
        block: the case that is copied.
        copies: how many.
        *times: noise variances t > 0.
    """
    return tuple(block.at(t).enlarged(copies) for t in times)


HALVES = Case(halves(20), typical, log_n=8.0, t=1.0)
CONDENSED = (
    *copies_of(HALVES, 20, 0.072, 0.145),
    *copies_of(Case(graded(20), held_out, log_n=10.0, t=1.0), 12, 0.026),
    *grid(equal(200), origin, (0.038,), log_n=200.0),
)

MOMENTS = Claim(
    name="poisson-dirichlet-moments",
    title="Moments of the weights below t_c",
    statement=(
        r"Below the exact $t_c$ the means of $\sum_\mu w_\mu^k$ over data sets, $k = 2, 3, 4$, tend to "
        r"those of Poisson-Dirichlet weights of parameter $m = t/t_c$."
    ),
    source="Derrida's random energy model; t_c exact",
    regime="log N from 120 to 200 with exact finite-size parts, m from 0.3 to 0.7, three spectra",
    interpretation=(
        "Not the effective number alone, but all weights are those of the random energy model at the exact t_c."
    ),
    formulas=("poisson_dirichlet_moment", "linear_energy_law"),
    estimate=Estimate(cases=CONDENSED, observable=WeightMoments(ORDERS), sampler=LowestEnergies(), replicas=8000),
    full=Estimate(cases=CONDENSED, observable=WeightMoments(ORDERS), sampler=LowestEnergies(), replicas=100_000),
    correction=moment_parts,
    prediction=of_moments(moment),
    controls={
        "the paper's t_c": of_moments(moment, "second-cumulant"),
        "(1 - m)^(k - 1)": of_moments(power),
        "PD(0, theta) with the same E sum w^2": of_moments(ewens),
    },
    statistic="bounded",
    equivalence_margin=0.035,
    series="k",
    value_label="E sum w^k",
)

PICKS = Estimate(cases=CONDENSED, observable=UpTo(PickedWeight(), WEIGHTS, "weight"), sampler=Picks(), replicas=8000)

PICKED = Claim(
    name="poisson-dirichlet-weight",
    title="Distribution of the weights below t_c",
    statement=(
        r"Below the exact $t_c$ the weight of a point that is picked with probability $w_\mu$ has the law "
        r"$\mathrm{Beta}(1 - m, m)$, $m = t/t_c$."
    ),
    source="size-biased pick from Poisson-Dirichlet weights; t_c exact",
    regime=(
        "log N from 120 to 200 with exact finite-size parts, m from 0.3 to 0.7, three spectra; location "
        "and shape, at 19 weights at once"
    ),
    interpretation="The weight of a picked point is most often near 0 or near 1, and seldom at its mean.",
    formulas=("linear_energy_law",),
    estimate=PICKS,
    full=replace(PICKS, replicas=50_000),
    correction=weight_parts(picked),
    prediction=of_weights(picked),
    controls={
        "PD(0, theta): the right mean, another shape": of_weights(picked_ewens),
        "the paper's t_c": of_weights(picked, "second-cumulant"),
        "uniform": of_weights(picked_alike),
    },
    statistic="distribution",
    equivalence_margin=0.06,
    axis="weight",
    axis_label="weight w",
    series="t",
    value_label="fraction of picked weights up to w",
)

CLAIMS = (MOMENTS, PICKED)
