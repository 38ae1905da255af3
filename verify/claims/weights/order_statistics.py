r"""The lowest levels in order and the largest weight: whole laws, in location and shape, by Kolmogorov's band.

The law of the k-th lowest of N levels is exact at every N and is put to the test without a correction, on data sets
with every level drawn. Gaps and the largest weight have limits; their finite-size parts are exact: of gaps by the
ladder (`verify.claims.ladder`) on the exact law of the gap at N, of the largest weight by the m that the exact
E sum w^2 = 1 - m has at that N (`verify.claims.weights.poisson_dirichlet`).
"""

from collections.abc import Callable, Mapping
from functools import cache
from math import log
from typing import Any

import numpy as np
import xarray as xr
from scipy import integrate, stats

from simulate.experiments.setting import Vast
from simulate.experiments.weights.order_statistics import LargestWeight, LevelGap, LowestLevel
from theory.exact.order_statistics import gap_probability, gap_survival, largest_weight_survival, order_probability
from theory.laws import LinearGaussian
from theory.limits.condensation import condensation_time
from verify.claim import Claim, Correction, Prediction, each_row
from verify.claims.ladder import missing
from verify.claims.weights.poisson_dirichlet import CONDENSED, effective, of_weights, picked


def time(vast: Vast, order: str = "exact") -> float:
    """t_c, the exact one or the paper's."""
    return float(condensation_time(vast.x, vast.variances, vast.alpha, order))


def of_energies(predict: Callable[..., float], **fixed: Any) -> Prediction:
    """A prediction from `predict(vast, energy less its mean, k, **fixed)` for each row."""
    return each_row(lambda row: predict(Vast.of(row), float(row["energy"]), int(row["k"]), **fixed))


def exact_order(vast: Vast, energy: float, k: int, share: float = 1.0) -> float:
    """P(E_(k) <= energy) of N levels; `share` of N, for a control."""
    log_n = log(share * vast.whole)
    return float(order_probability(energy + _moments(vast)[0], vast.x, vast.variances, log_n, k))


def gaussian_order(vast: Vast, energy: float, k: int) -> float:
    """The same for Gaussian energies of the same variance, as the second cumulant has them."""
    below = stats.norm.cdf(energy / np.sqrt(_moments(vast)[1]))
    return float(stats.binom.sf(k - 1, vast.whole, below))


def edge_order(vast: Vast, energy: float, k: int) -> float:
    """The limit at face value: arrivals of a Poisson process of density e^{E/t_c}, one expected below -K'(1/t_c)."""
    t_c = time(vast)
    edge = -float(LinearGaussian(vast.variances).lam_derivative(1 / t_c, vast.x)) - _moments(vast)[0]
    return float(stats.gamma.cdf(np.exp((energy - edge) / t_c), k))


def _moments(vast: Vast) -> tuple[float, float]:
    law = LinearGaussian(vast.variances)
    return -float(law.lam_derivative(0.0, vast.x)), float(law.lam_derivative(0.0, vast.x, order=2))


def of_gaps(predict: Callable[..., float], **fixed: Any) -> Prediction:
    """A prediction from `predict(gap, k, vast, **fixed)` for each row."""
    return each_row(lambda row: predict(float(row["gap"]), int(row["k"]), Vast.of(row), **fixed))


def exponential(gap: float, k: int, vast: Vast, order: str = "exact") -> float:
    """P(E_(k+1) - E_(k) <= gap): mean t_c/k."""
    return 1 - float(gap_survival.numeric(float(k), gap, time(vast, order)))


def repelled(gap: float, k: int, vast: Vast) -> float:
    """Wigner's surmise with the same mean: levels that repel each other, as those of a random matrix do."""
    return float(-np.expm1(-np.pi / 4 * (k * gap / time(vast)) ** 2))


def gap_parts(observed: xr.Dataset) -> Correction:
    """Limit of the probability less its value at N."""

    def part(row: Mapping[str, Any]) -> tuple[float, float]:
        vast, k = Vast.of(row), int(row["k"])
        gaps = tuple(np.unique(observed.gap.values[(observed.k.values == k) & _of(observed, vast)]).tolist())
        here = gaps.index(row["gap"])
        ending, error = missing(_gaps, vast, gaps, k)
        return ending[here], error[here]

    return Correction(*each_row(part)(observed).T)


@cache
def _gaps(vast: Vast, gaps: tuple[float, ...], k: int) -> np.ndarray:
    return 1 - gap_probability(np.array(gaps), vast.x, vast.variances, vast.log_n, k)


def _of(observed: xr.Dataset, vast: Vast) -> np.ndarray:
    return np.all([observed[name].values == value for name, value in vast.point.items()], axis=0)


def largest(m: float, weight: float) -> float:
    """P(w_max <= weight), weight >= 1/2."""
    return 1 - float(largest_weight_survival.numeric(weight, m)) if m < 1 else 1.0


def largest_ewens(m: float, weight: float) -> float:
    """The same for PD(0, theta) with the same E sum w^2: density theta u^{-1} (1 - u)^{theta - 1} above 1/2."""
    theta = m / (1 - m)
    return 1 - integrate.quad(lambda u: theta / u, weight, 1, weight="alg", wvar=(0, theta - 1))[0]


def largest_parts(observed: xr.Dataset) -> Correction:
    """From the m that E sum w^2 has at N to t/t_c; the error is what third and fourth moments show of other shapes."""

    def part(row: Mapping[str, Any]) -> tuple[float, float]:
        weight = float(row["weight"])
        ending, at_n, other = effective(Vast.of(row), float(row["t"]))
        return largest(ending, weight) - largest(at_n, weight), other

    return Correction(*each_row(part)(observed).T)


SMALL = (
    (Vast("halves", "typical", 16, 1, 0.4), (-7.0, -6.7, -6.3)),
    (Vast("equal", "origin", 16, 1, 0.4), (-6.1, -5.75, -5.3)),
)
GAPS = (
    (Vast("halves", "typical", 20, 20, 0.4), (0.08, 0.2, 0.4)),
    (Vast("equal", "origin", 20, 10, 1.0), (0.018, 0.045, 0.09)),
)

LOWEST = Claim(
    name="levels-lowest",
    title="The lowest energy levels of a data set",
    statement="The k-th lowest of N energies |x - y|^2/2 is at most e with the probability that k of N lie below e.",
    source="order statistics of independent levels, with the law of one level from K by inversion",
    regime="exact at every N and d; N = 601, two laws, k = 1 and 3; location and shape, at three energies at once",
    interpretation=(
        "The squared distance to the nearest data points is known to its whole law. Gaussian energies, the second "
        "cumulant, place the nearest point too near by many times its spread over data sets."
    ),
    formulas=("linear_energy_law",),
    estimate=LowestLevel(cases=SMALL, replicas=4000),
    full=LowestLevel(cases=SMALL, replicas=40_000),
    prediction=of_energies(exact_order),
    controls={
        "Gaussian energies of the same variance": of_energies(gaussian_order),
        "the edge of infinite N at face value": of_energies(edge_order),
        "twice as many points": of_energies(exact_order, share=2.0),
    },
    statistic="distribution",
    equivalence_margin=0.08,
    axis="energy",
    axis_label="energy e less its mean over points",
    series="k",
    value_label="fraction of data sets with the k-th level below e",
)

GAP = Claim(
    name="levels-gaps",
    title="Gaps between the lowest levels",
    statement="The gap between the k-th and the next of the lowest levels tends to an exponential law of mean t_c/k.",
    source="Poisson process of density e^{E/t_c} at the edge of the levels; t_c exact",
    regime="log N = 160 and 200 with exact finite-size parts, k = 1 and 3; location and shape, at three gaps at once",
    interpretation=(
        "The condensation time is seen in the distances to the nearest points alone, with no score and no t: the "
        "energy of the second nearest is on average t_c above that of the nearest, so below t_c the nearest one wins."
    ),
    formulas=("gap_survival", "linear_energy_law"),
    estimate=LevelGap(cases=GAPS, replicas=6000),
    full=LevelGap(cases=GAPS, replicas=60_000),
    correction=gap_parts,
    prediction=of_gaps(exponential),
    controls={
        "mean t_c whatever k": of_gaps(lambda gap, k, vast: exponential(gap, 1, vast)),
        "the paper's t_c": of_gaps(exponential, order="second-cumulant"),
        "levels that repel each other": of_gaps(repelled),
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
    statement="Below t_c the largest weight exceeds w >= 1/2 with probability sin(pi m)/(pi m) (1/w - 1)^m, m = t/t_c.",
    source="Poisson-Dirichlet weights of parameter m: at most one is above 1/2; t_c exact",
    regime="log N = 120 and 160, m from 0.3 to 0.6, two spectra; location and shape, at four weights at once",
    interpretation=(
        "How often one data point carries the score: at t = 0.3 t_c one weight is above 0.95 in a third of all data "
        "sets, and in one of seven none reaches one half."
    ),
    formulas=("largest_weight_survival", "linear_energy_law"),
    estimate=LargestWeight(cases=CONDENSED[:3], replicas=6000),
    full=LargestWeight(cases=CONDENSED[:3], replicas=50_000),
    correction=largest_parts,
    prediction=of_weights(largest),
    controls={
        "PD(0, theta) with the same E sum w^2": of_weights(largest_ewens),
        "the law of a picked weight": of_weights(picked),
        "the paper's t_c": of_weights(largest, "second-cumulant"),
    },
    statistic="distribution",
    equivalence_margin=0.06,
    axis="weight",
    axis_label="weight w",
    series="t",
    value_label="fraction of data sets with no weight above w",
)

CLAIMS = (LOWEST, GAP, LARGEST)
