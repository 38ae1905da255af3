r"""Identities of the empirical score, exact for every data set, and the population's score on a linear manifold.

    s = grad log Z = (<y> - x)/t,      J = hess log Z = Cov_w(y)/t^2 - I/t,      Z = sum exp(-|x - y|^2/(2 t))

The left sides are differentiated here from Z alone, in 50 digits (`verify.claims.score.digits`); the right ones are
what the engine computes, along random directions u and v, on data of every shape. The population has s_i = -x_i/(t +
sigma_i^2) and -t J_ii = t/(t + sigma_i^2); means over data sets of finite N differ from it by an exact finite-size
part.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import xarray as xr

from simulate.experiments.score.fluctuation import Contraction, MeanScore
from simulate.experiments.score.identities import EmpiricalJacobian, EmpiricalScore, rows, unpadded
from simulate.experiments.setting import Setting
from theory.exact.averages import mean_jacobian, mean_score
from theory.laws import LinearGaussian
from theory.laws.law import EnergyLaw
from verify.claim import Claim, Correction, Prediction, each_row
from verify.claims.score.digits import log_partition_derivative
from verify.claims.views import constant

POPULATION = 60.0  # log N at which data sets are the population to rounding, far above t_c


def score(observed: xr.Dataset, power: float = 0.5, factor: float = 1.0) -> np.ndarray:
    """factor t^power u grad log Z."""

    def along(row: xr.Dataset) -> float:
        data, x, u, _ = unpadded(row)
        return factor * float(row.t) ** power * log_partition_derivative(x, data, float(row.t), (u,))

    return np.array([along(row) for row in rows(observed)])


def jacobian(observed: xr.Dataset, identity: float = 1.0, power: float = 1.0) -> np.ndarray:
    """-t u (hess log Z) v, or u u; for controls identity u v - t^power u Cov_w(y) v/t^2."""

    def between(row: xr.Dataset) -> float:
        data, x, u, v = unpadded(row)
        second = u if row.of == "u, u" else v
        covariance = log_partition_derivative(x, data, float(row.t), (u, second)) + u @ second / float(row.t)
        return identity * (u @ second) - float(row.t) ** power * covariance

    return np.array([between(row) for row in rows(observed)])


def of_direction(predict: Callable[..., Any], **fixed: Any) -> Prediction:
    """A prediction from `predict(setting, t, chosen, **fixed)`, `chosen` the directions of the row's variance."""

    def predicted(row: Any) -> Any:
        setting = Setting.of(row)
        return predict(setting, float(row["t"]), setting.variances == row["v"], **fixed)

    return each_row(predicted)


def population_score(setting: Setting, t: float, chosen: np.ndarray, factor: float = 1.0) -> float:
    """s_i of the law; t times `factor`."""
    return float(LinearGaussian(setting.variances).gradient(1 / (factor * t), setting.x)[chosen].mean())


def population_contraction(setting: Setting, t: float, chosen: np.ndarray, factor: float = 1.0) -> float:
    """-t J_ii of the law; t times `factor`."""
    lam = 1 / (factor * t)
    return float(-LinearGaussian(setting.variances).curvature(lam, setting.x)[chosen].mean() / lam)


def parts(of: Callable[[Setting, float, float], np.ndarray]) -> Callable[[xr.Dataset], Correction]:
    """Of endlessly many data less that of N, exactly."""

    def part(setting: Setting, t: float, chosen: np.ndarray) -> float:
        return float((of(setting, t, POPULATION) - of(setting, t, float(np.log(setting.n))))[chosen].mean())

    def correction(observed: xr.Dataset) -> Correction:
        shift = of_direction(part)(observed)
        return Correction(shift, np.zeros_like(shift))

    return correction


@cache
def _mean_scores(setting: Setting, t: float, log_n: float) -> np.ndarray:
    return np.asarray(mean_score(t, setting.x, setting.variances, log_n))


def contractions(
    t: np.ndarray | float, x: np.ndarray, law: EnergyLaw | np.ndarray, log_n: float, planted: np.ndarray | None = None
) -> np.ndarray:
    """E[-t J_ii] at finite N, (*shape of t, d): arguments as of theory.exact.averages.mean_jacobian."""
    jacobian = mean_jacobian(t, x, law, log_n, planted)
    return -np.asarray(t)[..., None] * np.diagonal(jacobian, axis1=-2, axis2=-1)


@cache
def _contractions(setting: Setting, t: float, log_n: float) -> np.ndarray:
    return contractions(t, setting.x, setting.variances, log_n)


CASES = (
    (Setting("graded", "far", 4, 1000), 1.0),
    (Setting("graded", "held-out", 5, 1000), 0.5),
    (Setting("paper", "held-out", 12, 1000), 2.0),
    (Setting("halves", "held-out", 3, 300), 0.3),
)

SCORE = Claim(
    name="score-identity",
    title="The empirical score",
    statement="The empirical score (<y> - x)/t is the gradient of log Z.",
    source="arXiv:2410.08727, sec. 4",
    regime=(
        "every data set, x and t; tested to rounding on eleven kinds of data, from one point to 200, with d from 1 to "
        "40 above and below N, duplicates, x on a point and far away, t from 1e-6 to 1e4"
    ),
    interpretation="What all else rests on: the score that is measured is the one that the theory speaks of.",
    estimate=EmpiricalScore(),
    prediction=score,
    controls={
        "<y> - x, without 1/t": lambda observed: score(observed, power=1.5),
        "x - <y>": lambda observed: score(observed, factor=-1.0),
        "t is the standard deviation": lambda observed: score(observed, power=-0.5),
    },
    statistic="exact",
    equivalence_margin=1e-5,
    series="data",
    value_label="t^(1/2) times the score along u",
)

JACOBIAN = Claim(
    name="jacobian-identity",
    title="The Jacobian of the empirical score",
    statement="The Jacobian Cov_w(y)/t^2 - I/t of the empirical score is the Hessian of log Z.",
    source="arXiv:2410.08727, sec. 4",
    regime=SCORE.regime,
    interpretation="-t J is 1 less the covariance of the weighted data over t: 1 in a direction where nothing is left.",
    estimate=EmpiricalJacobian(),
    prediction=jacobian,
    controls={
        "without -I/t": lambda observed: jacobian(observed, identity=0.0),
        "Cov_w(y)/t - I/t": lambda observed: jacobian(observed, power=2.0),
    },
    statistic="exact",
    equivalence_margin=1e-5,
    series="data",
    value_label="-t J between u and u or v",
)

POPULATION_SCORE = Claim(
    name="population-score",
    title="The population's score on a linear manifold",
    statement="The mean empirical score tends to -x_i/(t + sigma_i^2) for N -> infinity.",
    source="arXiv:2410.08727, sec. 4; arXiv:2410.05898",
    regime="linear Gaussian data, t above t_c; N = 300 and 1000 with their exact finite-size part",
    interpretation="Above t_c the empirical score is the population's, up to a bias that is known exactly.",
    formulas=("linear_energy_law",),
    estimate=MeanScore(cases=CASES, replicas=4000),
    correction=parts(_mean_scores),
    prediction=of_direction(population_score),
    controls={
        "-x_i/(t/2 + sigma_i^2)": of_direction(population_score, factor=0.5),
        "-x_i/(2 t + sigma_i^2)": of_direction(population_score, factor=2.0),
        "0": constant(0.0),
    },
    statistic="t",
    equivalence_margin=0.03,
    axis="v",
    axis_label="variance sigma_i^2",
    value_label="mean of the score",
)

POPULATION_JACOBIAN = Claim(
    name="population-jacobian",
    title="The population's Jacobian on a linear manifold",
    statement="The mean of -t J_ii tends to t/(t + sigma_i^2) for N -> infinity: 1 off the manifold.",
    source="arXiv:2410.08727, sec. 4; arXiv:2410.05898",
    regime="linear Gaussian data, t above t_c; N = 300 and 1000 with their exact finite-size part",
    interpretation="Directions of small variance look like directions off the manifold, memorization or not.",
    formulas=("linear_energy_law",),
    estimate=Contraction(cases=CASES, replicas=4000),
    correction=parts(_contractions),
    prediction=of_direction(population_contraction),
    controls={
        "t/(t + 2 sigma_i^2)": of_direction(population_contraction, factor=0.5),
        "2 t/(2 t + sigma_i^2)": of_direction(population_contraction, factor=2.0),
        "0": constant(0.0),
    },
    statistic="t",
    equivalence_margin=0.02,
    axis="v",
    axis_label="variance sigma_i^2",
    value_label="mean of -t J",
)

CLAIMS = (SCORE, JACOBIAN, POPULATION_SCORE, POPULATION_JACOBIAN)
