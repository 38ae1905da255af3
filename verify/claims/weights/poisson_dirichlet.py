r"""Weights below t_c: Poisson-Dirichlet of parameter m = t/t_c, and the number of points that share them in general.

In the condensed phase E sum w^k = Gamma(k - m)/(Gamma(k) Gamma(1 - m)), and a level picked with probability w has a
weight of the law Beta(1 - m, m): both are put to the test at log N = 100 and more, the second in location and shape.
Finite-size parts are exact: of the moments by the ladder, of the distribution by the m that the exact E sum w^2 = 1 - m
has at that N. In a typical data set log sum w^2 = log Z(t/2) - 2 log Z(t), both of whose averages are exact.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from math import log
from typing import Any

import numpy as np
import xarray as xr
from scipy import stats
from scipy.special import gammaln

from simulate.experiments.setting import Vast
from simulate.experiments.weights.lowest import AverageRatio, PickedWeight, TypicalNumber, WeightMoments
from theory.exact.averages import log_participation_ratio, log_partition, participation_ratio
from theory.laws import LinearGaussian
from theory.limits.condensation import condensation_time
from theory.limits.weights import (
    average_exponent,
    condensed_moment,
    effective_number,
    poisson_dirichlet_moment,
    typical_exponent,
)
from verify.claim import Claim, Correction, Prediction, each_row
from verify.claims.ladder import ABOVE, CAUTION, LONGER, missing, of_vast


def ratio(vast: Vast, t: float, order: str = "exact") -> float:
    """m = t/t_c, at most 1."""
    return min(1.0, t / float(condensation_time(vast.x, vast.variances, vast.alpha, order)))


def moment(m: float, k: int) -> float:
    """Poisson-Dirichlet; 0 at m = 1."""
    return float(poisson_dirichlet_moment.numeric(float(k), m)) if m < 1 else 0.0


def power(m: float, k: int) -> float:
    """(1 - m)^(k - 1): as if the weights of k replicas coincided independently."""
    return (1 - m) ** (k - 1)


def ewens(m: float, k: int) -> float:
    """The other family of that name, PD(0, theta), with the same E sum w^2."""
    theta = m / (1 - m)
    return float(np.exp(gammaln(k) + gammaln(theta + 1) - gammaln(theta + k)))


def of_moments(formula: Callable[[float, int], float], order: str = "exact") -> Prediction:
    """A prediction from `formula(t/t_c, k)`."""
    return each_row(lambda labels: formula(ratio(Vast.of(labels), labels["t"], order), int(labels["k"])))


def moment_parts(observed: xr.Dataset) -> Correction:
    """Limit of E sum w^k less its value at N."""

    def part(row: Mapping[str, Any]) -> tuple[np.ndarray, np.ndarray]:
        return missing(_moment, Vast.of(row), float(row["t"]), int(row["k"]))

    return Correction(*each_row(part)(observed).T)


def _moment(vast: Vast, t: float, k: int) -> np.ndarray:
    return participation_ratio(np.array(t), vast.x, vast.variances, vast.log_n, order=k)


def picked(m: float, weight: float) -> float:
    """Probability that a level picked with probability w has at most this weight: Beta(1 - m, m)."""
    return float(stats.beta.cdf(weight, 1 - m, m)) if m < 1 else 1.0


def picked_ewens(m: float, weight: float) -> float:
    """The same for PD(0, theta): Beta(1, theta), of the same mean."""
    return float(1 - (1 - weight) ** (m / (1 - m))) if m < 1 else 1.0


def picked_alike(m: float, weight: float) -> float:
    """A weight anywhere between 0 and 1 with equal probability, whatever t."""
    return weight


def of_weights(formula: Callable[[float, float], float], order: str = "exact") -> Prediction:
    """A prediction from `formula(t/t_c, weight)`."""
    return each_row(lambda labels: formula(ratio(Vast.of(labels), labels["t"], order), float(labels["weight"])))


def weight_parts(observed: xr.Dataset) -> Correction:
    """From the m that E sum w^2 has at N to t/t_c; the error is what third and fourth moments show of other shapes."""

    def part(row: Mapping[str, Any]) -> tuple[float, float]:
        weight = float(row["weight"])
        ending, at_n, other = effective(Vast.of(row), float(row["t"]))
        return picked(ending, weight) - picked(at_n, weight), other

    return Correction(*each_row(part)(observed).T)


@cache
def effective(vast: Vast, t: float) -> tuple[float, float, float]:
    """1 - E sum w^2 in the limit and at N, and how far higher moments at N are from Poisson-Dirichlet of that m."""
    exact = {k: float(_moment(vast, t, k)) for k in (2, 3, 4)}
    effective = 1 - exact[2]
    shift = float(missing(_moment, vast, t, 2)[0])
    other = max(abs(exact[k] - float(condensed_moment(k, effective))) for k in (3, 4))
    return effective - shift, effective, CAUTION * other


def typical(vast: Vast, t: float) -> float:
    """Exponent of 1/sum w^2 in a typical data set."""
    return float(typical_exponent(t, vast.x, vast.variances, vast.log_n))


def average(vast: Vast, t: float) -> float:
    """Exponent of 1/E sum w^2."""
    return float(average_exponent(t, vast.x, vast.variances, vast.log_n))


def power_of_n(exponent: Callable[[Vast, float], float]) -> Prediction:
    """N^(-a), a the exponent and N that of the data sets that are drawn."""
    return of_vast(lambda vast, t: float(vast.whole) ** -exponent(vast, t))


def many_levels(vast: Vast, t: float) -> float:
    """Both sums at their means, also where few levels carry the squares: 1 + (2 K(1/t) - K(2/t))/log N, 0 below t_c."""
    law = LinearGaussian(vast.variances)
    exponent = 1 + float(2 * law.log_mgf(1 / t, vast.x) - law.log_mgf(2 / t, vast.x)) / vast.log_n
    return 0.0 if ratio(vast, t) < 1 else exponent


def all_points(vast: Vast, t: float) -> float:
    """The paper's N~ = N above its t_c, 1/(1 - t/t_c) below."""
    t_c = condensation_time(vast.x, vast.variances, vast.alpha, "second-cumulant")
    return float(np.log(effective_number(t, t_c, np.exp(vast.log_n)))) / vast.log_n


def typical_parts(observed: xr.Dataset) -> Correction:
    """Limit of -E log sum w^2 / log N less its value at N."""
    return Correction(*each_row(lambda row: missing(_typical, Vast.of(row), float(row["t"]), rungs=LONGER))(observed).T)


def _typical(vast: Vast, t: float) -> np.ndarray:
    half, whole = log_partition(np.array([t / 2, t]), vast.x, vast.variances, vast.log_n)
    return np.array((2 * whole - half) / vast.log_n)


def average_parts(observed: xr.Dataset) -> Correction:
    """N^(-a), a the limit of -log E sum w^2 / log N, less the exact E sum w^2 at N."""

    def part(row: Mapping[str, Any]) -> tuple[float, float]:
        vast, t = Vast.of(row), float(row["t"])
        more, error = missing(_average, vast, t, functions=ABOVE)
        exponent, size = float(_average(vast, t)), float(vast.whole)
        limit = size ** -float(exponent + more)
        return limit - size**-exponent, limit * float(np.expm1(error * log(size)))

    return Correction(*each_row(part)(observed).T)


def _average(vast: Vast, t: float) -> np.ndarray:
    """Of as many data points as are drawn."""
    log_n = log(vast.whole)
    return np.array(-log_participation_ratio(t, vast.x, vast.variances, log_n) / log_n)


HALVES, GRADED, EQUAL = (
    Vast("halves", "typical", 20, 20, 0.4),
    Vast("graded", "held-out", 20, 12, 0.5),
    Vast("equal", "origin", 10, 20, 1.0),
)
SMALL = Vast("halves", "typical", 16, 1, 0.4)
CONDENSED = ((HALVES, 0.072), (HALVES, 0.145), (GRADED, 0.026), (EQUAL, 0.038))

MOMENTS = Claim(
    name="poisson-dirichlet-moments",
    title="Moments of the weights below t_c",
    statement="Below t_c the moments E sum w^k, k = 2, 3, 4, tend to those of Poisson-Dirichlet weights of m = t/t_c.",
    source="Derrida's random energy model; t_c exact",
    regime="log N from 120 to 200, m from 0.3 to 0.7, three spectra",
    interpretation="Not the effective number alone: all weights are those of the random energy model at the exact t_c.",
    formulas=("poisson_dirichlet_moment", "linear_energy_law"),
    estimate=WeightMoments(cases=CONDENSED, replicas=8000),
    full=WeightMoments(cases=CONDENSED, replicas=100_000),
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

PICKED = Claim(
    name="poisson-dirichlet-weight",
    title="Distribution of the weights below t_c",
    statement="Below t_c the weight of a level picked with probability w has the law Beta(1 - m, m), m = t/t_c.",
    source="size-biased pick from Poisson-Dirichlet weights; t_c exact",
    regime="log N from 120 to 200, m from 0.3 to 0.7, three spectra; location and shape, at 19 weights at once",
    interpretation=(
        "Data sets differ widely: the weight of a picked point is most often near 0 or near 1, seldom at its mean."
    ),
    formulas=("linear_energy_law",),
    estimate=PickedWeight(cases=CONDENSED, replicas=8000),
    full=PickedWeight(cases=CONDENSED, replicas=50_000),
    correction=weight_parts,
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

TYPICAL = Claim(
    name="participation-typical",
    title="Exponent of the effective number in a typical data set",
    statement="In a typical data set 1/sum w^2 grows as N^a with a = 0 below t_c, and two branches that meet at 2 t_c.",
    source="log Z(t/2) - 2 log Z(t), each frozen below its own t_c",
    regime="log N = 160, t/t_c from 0.5 to 6",
    interpretation=(
        "Above t_c the effective number is a power of N that rises from 0 at t_c and nears 1 only for t >> t_c: the "
        "paper's jump to N~ = N does not occur."
    ),
    formulas=("linear_energy_law",),
    estimate=TypicalNumber(cases=tuple((HALVES, t) for t in (0.12, 0.36, 0.43, 0.7, 1.5)), replicas=500, count=1500),
    correction=typical_parts,
    prediction=of_vast(typical),
    controls={
        "the average over data sets": of_vast(average),
        "many levels carry the squares at all t": of_vast(many_levels),
        "the paper's N~": of_vast(all_points),
    },
    statistic="t",
    equivalence_margin=0.015,
    value_label="exponent of the effective number",
)

AVERAGE = Claim(
    name="participation-average",
    title="Participation ratio above t_c, averaged over data sets",
    statement="Above t_c E sum w^2 falls as N^(-a): near t_c rare data sets in which one level is all carry it.",
    source="large deviations of one level against Z",
    regime="N = 601 with its exact finite-size part, t/t_c from 1.3 to 3",
    interpretation=(
        "Mean and typical effective numbers have different exponents from t_c to 2 t_c: an average over data sets "
        "says little of any one of them there."
    ),
    formulas=("linear_energy_law",),
    estimate=AverageRatio(cases=tuple((SMALL, t) for t in (0.314, 0.362, 0.724)), replicas=10_000),
    full=AverageRatio(cases=tuple((SMALL, t) for t in (0.314, 0.362, 0.724)), replicas=50_000),
    correction=average_parts,
    prediction=power_of_n(average),
    controls={
        "that of a typical data set": power_of_n(typical),
        "many levels carry the squares at all t": power_of_n(many_levels),
        "the paper's N~": power_of_n(all_points),
    },
    statistic="bounded",
    equivalence_margin=0.08,
    relative=True,
    value_label="E sum w^2",
)

PAPER_ABOVE = replace(
    TYPICAL,
    name="participation-paper-above",
    title="The paper's effective number above t_c",
    statement="The effective number is N above t_c(x), and min(N, 1/(1 - t/t_c)) below.",
    source="arXiv:2410.08727, sec. 5.3",
    interpretation=(
        "Above the exact t_c the effective number is N^a with a well below 1, even at 6 t_c N^0.74 and not N. Use the "
        "exact exponents, or the exact average at finite N."
    ),
    formulas=("condensed_participation", "second_cumulant_time", "global_variance", "directional_variance"),
    prediction=of_vast(all_points),
    controls={
        "N/2 of the points": of_vast(lambda vast, t: all_points(vast, t) - np.log(2) / vast.log_n),
        "the square root of N~": of_vast(lambda vast, t: all_points(vast, t) / 2),
    },
    expected_verdict="disagrees",
)

CLAIMS = (MOMENTS, PICKED, TYPICAL, AVERAGE, PAPER_ABOVE)
