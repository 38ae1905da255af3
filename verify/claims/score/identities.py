r"""Identities of the empirical score, exact for every data set, and the population's score on a linear manifold.

    s = grad log Z = (<y> - x)/t,      J = hess log Z = Cov_w(y)/t^2 - I/t,      Z = sum exp(-|x - y|^2/(2 t))

The left sides are differentiated here from Z alone, in 50 digits (`verify.claims.score.digits`); the right ones are
what the engine computes, along random directions u and v, on data of every shape. The population has s_i = -x_i/(t +
sigma_i^2) and -t J_ii = t/(t + sigma_i^2); means over data sets of finite N differ from it by an exact finite-size
part.
"""

import numpy as np
import xarray as xr

from simulate.estimate import Estimate
from simulate.experiments.score.identities import SEEN, OneDataSet, rows, unpadded
from simulate.observables import NormalizedJacobian
from simulate.observables.score import SubspaceScore
from theory.case import Case, far, held_out
from theory.exact.score import mean_score
from theory.laws.spectra import graded, halves, paper
from verify.claim import Claim
from verify.claims.population import to_population
from verify.claims.score.digits import log_partition_derivative
from verify.claims.subspaces import exact_jacobian, of_the_law


def score(observed: xr.Dataset, power: float = 0.5, factor: float = 1.0) -> np.ndarray:
    """t^{1/2} u grad log Z for each row of a table.

    Arguments:
        observed: the table, with the data set, x and u of each row.
        power: of t, 1/2 in the claim.
        factor: on the whole, for a control.
    """

    def along(row: xr.Dataset) -> float:
        data, x, u, _ = unpadded(row)
        return factor * float(row.t) ** power * log_partition_derivative(x, data, float(row.t), (u,))

    return np.array([along(row) for row in rows(observed)])


def jacobian(observed: xr.Dataset, identity: float = 1.0, power: float = 1.0) -> np.ndarray:
    """-t u (hess log Z) v, or u u, for each row of a table.

    For controls it is identity u v - t^power u Cov_w(y) v/t^2, with other numbers than 1.

    Arguments:
        observed: the table, with the data set, x, u and v of each row.
        identity: factor on the identity.
        power: of t before the covariance.
    """

    def between(row: xr.Dataset) -> float:
        data, x, u, v = unpadded(row)
        second = u if row.of == "u, u" else v
        covariance = log_partition_derivative(x, data, float(row.t), (u, second)) + u @ second / float(row.t)
        return identity * (u @ second) - float(row.t) ** power * covariance

    return np.array([between(row) for row in rows(observed)])


def population_score(case: Case, factor: float = 1.0) -> np.ndarray:
    """The score of the law itself, by subspace.

    Arguments:
        case: the law, x and t.
        factor: on t, for controls.
    """
    return case.over_subspaces(case.law.gradient(1 / (factor * case.t), case.x))


def exact_score(case: Case) -> np.ndarray:
    """E s_i at finite N, by subspace."""
    return case.over_subspaces(mean_score(case))


CASES = (
    Case(graded(4), far, np.log(1000), 1.0),
    Case(graded(5), held_out, np.log(1000), 0.5),
    Case(paper(12), held_out, np.log(1000), 2.0),
    Case(halves(3), held_out, np.log(300), 0.3),
)

SCORE = Claim(
    name="score-identity",
    title="The empirical score",
    statement=r"The empirical score $(\langle y \rangle_w - x)/t$ is the gradient of $\log Z$.",
    source="arXiv:2410.08727, sec. 4",
    regime=(
        "every data set, x and t; tested to rounding on eleven kinds of data, from one point to 200, with d from 1 to "
        "40 above and below N, duplicates, x on a point and far away, t from 1e-6 to 1e4"
    ),
    interpretation="The score that is measured is the score that the theory speaks of.",
    estimate=OneDataSet(quantity="score"),
    reads=SEEN,
    prediction=score,
    controls={
        "<y> - x, without 1/t": lambda observed: score(observed, power=1.5),
        "x - <y>": lambda observed: score(observed, factor=-1.0),
        "t is the standard deviation": lambda observed: score(observed, power=-0.5),
    },
    statistic="exact",
    equivalence_margin=1e-5,
    series="law",
    value_label="t^(1/2) times the score along u",
)

JACOBIAN = Claim(
    name="jacobian-identity",
    title="The Jacobian of the empirical score",
    statement=r"The Jacobian $\operatorname{Cov}_w(y)/t^2 - I/t$ of the empirical score is the Hessian of $\log Z$.",
    source="arXiv:2410.08727, sec. 4",
    regime=SCORE.regime,
    interpretation=r"$-t J$ is 1 along a direction in which the weighted data do not vary.",
    estimate=OneDataSet(quantity="jacobian"),
    reads=SEEN,
    prediction=jacobian,
    controls={
        "without -I/t": lambda observed: jacobian(observed, identity=0.0),
        "Cov_w(y)/t - I/t": lambda observed: jacobian(observed, power=2.0),
    },
    statistic="exact",
    equivalence_margin=1e-5,
    series="law",
    value_label="-t J between u and u or v",
)

POPULATION_SCORE = Claim(
    name="population-score",
    title="The score of the law on a linear manifold",
    statement=r"The mean of $s_i$ tends to $-x_i/(t + \sigma_i^2)$ as $N \to \infty$.",
    source="arXiv:2410.08727, sec. 4; arXiv:2410.05898",
    regime="linear Gaussian data, t above t_c; N = 300 and 1000 with their exact finite-size part",
    interpretation=r"Above $t_c$ the empirical score is that of the law, up to a bias that is known exactly.",
    formulas=("linear_energy_law",),
    estimate=Estimate(cases=CASES, observable=SubspaceScore(), replicas=4000),
    correction=to_population(exact_score),
    prediction=population_score,
    controls={
        "-x_i/(t/2 + sigma_i^2)": lambda case: population_score(case, factor=0.5),
        "-x_i/(2 t + sigma_i^2)": lambda case: population_score(case, factor=2.0),
        "0": lambda case: 0.0,
    },
    statistic="t",
    equivalence_margin=0.03,
    axis="variance",
    axis_label="variance sigma_i^2",
    value_label="mean of the score",
)

POPULATION_JACOBIAN = Claim(
    name="population-jacobian",
    title="The Jacobian of the law on a linear manifold",
    statement=r"The mean of $-t J_{ii}$ tends to $t/(t + \sigma_i^2)$ as $N \to \infty$.",
    source="arXiv:2410.08727, sec. 4; arXiv:2410.05898",
    regime="linear Gaussian data, t above t_c; N = 300 and 1000 with their exact finite-size part",
    interpretation=r"Directions of $\sigma_i^2 \ll t$ look like directions off the manifold, where $-t J_{ii}$ is 1.",
    formulas=("linear_energy_law",),
    estimate=Estimate(cases=CASES, observable=NormalizedJacobian(), replicas=4000),
    correction=to_population(exact_jacobian),
    prediction=of_the_law,
    controls={
        "t/(t + 2 sigma_i^2)": lambda case: of_the_law(case, factor=0.5),
        "2 t/(2 t + sigma_i^2)": lambda case: of_the_law(case, factor=2.0),
        "0": lambda case: 0.0,
    },
    statistic="t",
    equivalence_margin=0.02,
    axis="variance",
    axis_label="variance sigma_i^2",
    value_label="mean of -t J",
)

CLAIMS = (SCORE, JACOBIAN, POPULATION_SCORE, POPULATION_JACOBIAN)
