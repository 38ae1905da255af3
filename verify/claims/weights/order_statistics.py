r"""The lowest energies in order and the largest weight: whole laws, in location and shape, by Kolmogorov's band.

The law of the k-th lowest of N energies is exact at every N and is put to the test without a correction, on data sets
with every energy drawn. Gaps and the largest weight have limits; their finite-size parts are exact: of gaps by the
ladder (`verify.claims.ladder`) on the exact law of the gap at N, of the largest weight by the m that the exact
E sum w^2 = 1 - m has at that N (`verify.claims.weights.poisson_dirichlet`).
"""

from collections.abc import Callable
from functools import partial

import numpy as np
from scipy import integrate, stats

from simulate.estimate import Estimate
from simulate.observables import EnergyGap, LargestWeight, LowestEnergy, UpTo
from simulate.samplers import Energies, LowestEnergies
from theory.case import Case, origin, typical
from theory.exact.order_statistics import gap_probability, gap_survival, largest_weight_survival, order_probability
from theory.laws.spectra import equal, halves
from theory.limits.condensation import condensation_time
from verify.claim import Claim, Correction, Prediction
from verify.claims.ladder import missing
from verify.claims.weights.poisson_dirichlet import CONDENSED, of_weights, picked, weight_parts

ORDERS = (1, 3)
LARGEST_AT = (0.5, 0.65, 0.8, 0.95)
ANY = 1e-5  # t, which energies in order do not depend on: so small that those drawn outweigh all others


def of_energies(predict: Callable[[Case, float, int], float]) -> Prediction:
    """A prediction from `predict(case, energy less its mean, k)` for each k of ORDERS and each threshold."""
    return lambda case: np.array([predict(case, energy, k) for k in ORDERS for energy in SMALL[case]])


def exact_order(case: Case, energy: float, k: int) -> float:
    """P(E_(k) <= energy) for the k-th lowest of N energies of the law.

    Arguments:
        case: the law, x and N.
        energy: less the mean energy over the law.
        k: the order, from 1 on.
    """
    return float(order_probability(energy + _moments(case)[0], case.x, case.law, case.log_n, k))


def gaussian_order(case: Case, energy: float, k: int) -> float:
    """P(E_(k) <= energy) of Gaussian energies of the same variance, as the second cumulant has them.

    Arguments:
        case: the law, x and N.
        energy: less the mean energy over the law.
        k: the order, from 1 on.
    """
    below = stats.norm.cdf(energy / np.sqrt(_moments(case)[1]))
    return float(stats.binom.sf(k - 1, case.n, below))


def edge_order(case: Case, energy: float, k: int) -> float:
    """The limit at face value: arrivals of a Poisson process of density e^{E/t_c}, one expected below -K'(1/t_c).

    Arguments:
        case: the law, x and N.
        energy: less the mean energy over the law.
        k: the order, from 1 on.
    """
    t_c = condensation_time(case)
    edge = -float(case.law.lam_derivative(1 / t_c, case.x)) - _moments(case)[0]
    return float(stats.gamma.cdf(np.exp((energy - edge) / t_c), k))


def _moments(case: Case) -> tuple[float, float]:
    """Mean and variance of one energy."""
    return -float(case.law.lam_derivative(0.0, case.x)), float(case.law.lam_derivative(0.0, case.x, order=2))


def of_gaps(predict: Callable[[float, int, Case], float]) -> Prediction:
    """A prediction from `predict(gap, k, case)` for each k of ORDERS and each threshold, thresholds being over k."""
    return lambda case: np.array([predict(gap / k, k, case) for k in ORDERS for gap in GAPS[case]])


def exponential(gap: float, k: int, case: Case, order: str = "exact") -> float:
    """P(E_(k+1) - E_(k) <= gap) for exponential gaps of mean t_c/k.

    Arguments:
        gap: between two neighbouring energies.
        k: the order of the lower one, from 1 on.
        case: the law, x and N.
        order: of the condensation time: "exact", or the paper's "second-cumulant".
    """
    return 1 - float(gap_survival.numeric(float(k), gap, condensation_time(case, order=order)))


def repelled(gap: float, k: int, case: Case) -> float:
    """Wigner's surmise with the same mean: energies that repel each other, as those of a random matrix do.

    Arguments:
        gap: between two neighbouring energies.
        k: the order of the lower one, from 1 on.
        case: the law, x and N.
    """
    return float(-np.expm1(-np.pi / 4 * (k * gap / condensation_time(case)) ** 2))


def gap_parts(case: Case) -> Correction:
    """Limit of the probability less its value at N."""
    return Correction(*missing(_gaps, case, GAPS[case]))


def _gaps(case: Case, gaps: tuple[float, ...]) -> np.ndarray:
    above = [gap_probability(np.array(gaps) / k, case.x, case.law, case.log_n, k) for k in ORDERS]
    return 1 - np.concatenate(above)


def largest(m: float, weight: float) -> float:
    """P(w_max <= weight) of Poisson-Dirichlet weights.

    Arguments:
        m: t/t_c, at most 1.
        weight: at least 1/2.
    """
    return 1 - float(largest_weight_survival.numeric(weight, m)) if m < 1 else 1.0


def largest_ewens(m: float, weight: float) -> float:
    """P(w_max <= weight) of PD(0, theta) with the same E sum w^2, of density theta u^{-1} (1 - u)^{theta - 1} > 1/2.

    Arguments:
        m: t/t_c, below 1.
        weight: at least 1/2.
    """
    theta = m / (1 - m)
    return 1 - integrate.quad(lambda u: theta / u, weight, 1, weight="alg", wvar=(0, theta - 1))[0]


SMALL = {  # energies less their mean
    Case(halves(16), typical, np.log(601), ANY): (-7.0, -6.7, -6.3),
    Case(equal(16), origin, np.log(601), ANY): (-6.1, -5.75, -5.3),
}
GAPS = {  # times k
    Case(halves(20), typical, 8.0, ANY).enlarged(20): (0.08, 0.2, 0.4),
    Case(equal(200), origin, 200.0, ANY): (0.018, 0.045, 0.09),
}
OVER_K = {case: tuple(tuple(gap / k for gap in gaps) for k in ORDERS) for case, gaps in GAPS.items()}


def _lowest(replicas: int) -> Estimate:
    observable = UpTo(LowestEnergy(ORDERS), SMALL, "energy")
    return Estimate(cases=tuple(SMALL), observable=observable, sampler=Energies(), replicas=replicas)


def _gap(replicas: int) -> Estimate:
    observable, sampler = UpTo(EnergyGap(ORDERS), OVER_K, "gap"), LowestEnergies(count=max(ORDERS) + 1)
    return Estimate(cases=tuple(GAPS), observable=observable, sampler=sampler, replicas=replicas)


def _largest(replicas: int) -> Estimate:
    observable = UpTo(LargestWeight(), LARGEST_AT, "weight")
    return Estimate(cases=CONDENSED[:3], observable=observable, sampler=LowestEnergies(), replicas=replicas)


LOWEST = Claim(
    name="levels-lowest",
    title="The lowest energies of a data set",
    statement=(
        r"The $k$-th lowest of $N$ energies $|x - y_\mu|^2/2$ is at most $e$ with the probability that at "
        r"least $k$ of $N$ independent energies lie below $e$."
    ),
    source="order statistics of independent energies, with the law of one energy from K by inversion",
    regime="exact at every N and d; N = 601, two laws, k = 1 and 3; location and shape, at three energies at once",
    interpretation=(
        "The squared distance to the nearest data points is known to its whole law, whereas Gaussian "
        "energies place the nearest point too near by many times the standard deviation over data sets."
    ),
    formulas=("linear_energy_law",),
    estimate=_lowest(4000),
    full=_lowest(40_000),
    prediction=of_energies(exact_order),
    controls={
        "Gaussian energies of the same variance": of_energies(gaussian_order),
        "the edge of infinite N at face value": of_energies(edge_order),
        "a third more points": of_energies(lambda case, energy, k: exact_order(case.with_points(4 / 3), energy, k)),
        "twice as many points": of_energies(lambda case, energy, k: exact_order(case.with_points(2.0), energy, k)),
    },
    statistic="distribution",
    equivalence_margin=0.08,
    axis="energy",
    axis_label="energy e less its mean over points",
    series="k",
    value_label="fraction of data sets with the k-th energy below e",
)

GAP = Claim(
    name="levels-gaps",
    title="Gaps between the lowest energies",
    statement=(
        "The gap between the $k$-th and the next of the lowest energies tends to an exponential law of mean $t_c/k$."
    ),
    source="Poisson process of density e^{E/t_c} at the edge of the energies; t_c exact",
    regime="log N = 160 and 200 with exact finite-size parts, k = 1 and 3; location and shape, at three gaps at once",
    interpretation=(
        "The distances to the nearest points alone show the condensation time, with no score and no t: "
        "the second lowest energy is on average t_c above the lowest, so that below t_c the nearest point "
        "wins."
    ),
    formulas=("gap_survival", "linear_energy_law"),
    estimate=_gap(6000),
    full=_gap(60_000),
    correction=gap_parts,
    prediction=of_gaps(exponential),
    controls={
        "mean t_c whatever k": of_gaps(lambda gap, k, case: exponential(gap, 1, case)),
        "the paper's t_c": of_gaps(partial(exponential, order="second-cumulant")),
        "energies that repel each other": of_gaps(repelled),
    },
    statistic="distribution",
    equivalence_margin=0.06,
    axis="gap",
    axis_label="gap g, an energy",
    series="k",
    value_label="fraction of data sets with a gap below g",
)

LARGEST = Claim(
    name="poisson-dirichlet-largest",
    title="Law of the largest weight below t_c",
    statement=(
        r"Below the exact $t_c$ the largest weight exceeds $w \ge 1/2$ with probability $\frac{\sin(\pi "
        r"m)}{\pi m} (1/w - 1)^m$, $m = t/t_c$."
    ),
    source="Poisson-Dirichlet weights of parameter m: at most one is above 1/2; t_c exact",
    regime=(
        "log N = 120 and 160 with exact finite-size parts, m from 0.3 to 0.6, two spectra; location and "
        "shape, at four weights at once"
    ),
    interpretation=(
        "One data point carries the score often, not always: at t = 0.3 t_c one weight is above 0.95 in a "
        "third of all data sets, and in one of seven none reaches one half."
    ),
    formulas=("largest_weight_survival", "linear_energy_law"),
    estimate=_largest(6000),
    full=_largest(50_000),
    correction=weight_parts(largest, LARGEST_AT),
    prediction=of_weights(largest, weights=LARGEST_AT),
    controls={
        "PD(0, theta) with the same E sum w^2": of_weights(largest_ewens, weights=LARGEST_AT),
        "the law of a picked weight": of_weights(picked, weights=LARGEST_AT),
        "the paper's t_c": of_weights(largest, "second-cumulant", LARGEST_AT),
    },
    statistic="distribution",
    equivalence_margin=0.06,
    axis="weight",
    axis_label="weight w",
    series="t",
    value_label="fraction of data sets with no weight above w",
)

CLAIMS = (LOWEST, GAP, LARGEST)
