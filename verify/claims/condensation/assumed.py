r"""The paper's formulas where its assumptions are made true: they follow; what fails elsewhere is what they assume.

Poisson-Dirichlet weights on draws from the posterior at t, independent at any two points (`simulate.levels.assumed`),
give the normalized Jacobian and the "singular values" of the paper's text, and the V_i^2 that the text implies. Claims
on data are `gap-paper-closing`, `spectrum-text` and `spectrum-code`.
"""

from dataclasses import replace

import numpy as np

from simulate.estimate import Estimate
from simulate.levels.assumed import AssumedData
from simulate.observables import NormalizedJacobian
from simulate.observables.condensation import SquaredGaussianTime
from simulate.observables.spectrum import Stretch
from simulate.samplers import FirstPoints
from theory.case import Case, far, held_out, origin, typical
from theory.laws.spectra import gaussian, graded, halves, paper
from theory.limits.fluctuation import (
    coded_fluctuation,
    coded_order,
    coded_singular_value,
    coded_time,
    fluctuation_square,
    frozen_normalized_jacobian,
    paper_normalized_jacobian,
)
from verify.claim import Claim
from verify.claims.order.displaced import PAPER

CODE = f"{PAPER}, published code"


def squared_time(case: Case, shift: float = 1.0, size: float = 1.0) -> float:
    """t_c |t_c| of the published code, which is t_c^2 with the sign of t_c.

    Arguments:
        case: x, the variances and log N.
        shift: factor on x, for a control.
        size: factor on log N, for a control.
    """
    t_c = float(coded_time.numeric(shift * case.x, case.variances, size * case.log_n))
    return t_c * abs(t_c)


def normalized_jacobian(case: Case, factor: float = 1.0) -> np.ndarray:
    """-t J_ii of the paper's weights with the posterior at t, (d,).

    Arguments:
        case: the variances, x, log N and t.
        factor: on t_c, for a control.
    """
    t_c = factor * paper_time(case)
    return np.array([paper_normalized_jacobian.numeric(case.t, t_c, v) for v in case.variances])


def frozen(case: Case) -> np.ndarray:
    """-t J_ii with the posterior at t_c, (d,)."""
    return frozen_normalized_jacobian.numeric(paper_time(case), case.variances)


def population(case: Case) -> np.ndarray:
    """-t J_ii of the law itself, (d,)."""
    return frozen_normalized_jacobian.numeric(case.t, case.variances)


def stretch(case: Case, points: float = 1.0) -> np.ndarray:
    """t^2 sing_i^2, (d,), with the V_i^2 of the paper's text.

    Arguments:
        case: the variances, x, log N and t.
        points: factor on the order parameter at the second point, for a control.
    """
    squares = [fluctuation_square.numeric(case.t, case.variances, order) for order in orders(case, points)]
    return _stretch(case, np.sqrt(squares))


def coded_stretch(case: Case, power: float = 1.0) -> np.ndarray:
    """t^2 sing_i^2, (d,), with V_i^2 = t^power times the V_i of the published code.

    Arguments:
        case: the variances, x, log N and t.
        power: 1 for a quantity of the right units.
    """
    return _stretch(case, np.sqrt(case.t**power * _coded(case)))


def as_coded(case: Case) -> np.ndarray:
    """t^2 sing_i^2, (d,), with the V_i of the code in the place of V_i."""
    return _stretch(case, _coded(case))


def paper_time(case: Case) -> float:
    """t_c(x) of the published code, a variance."""
    return float(coded_time.numeric(case.x, case.variances, case.log_n))


def orders(case: Case, points: float = 1.0) -> np.ndarray:
    """The order parameter at x, and that at x = sqrt(t) e_i, added for each axis i: (d,).

    Arguments:
        case: the variances, x, log N and t.
        points: factor on that at the second point.
    """
    steps = np.sqrt(case.t) * np.eye(case.d)
    first = coded_order.numeric(case.t, paper_time(case))
    return np.array([first + points * coded_order.numeric(case.t, paper_time(case.moved(step))) for step in steps])


def _coded(case: Case) -> np.ndarray:
    """V_i of the published code, (d,)."""
    return np.array([coded_fluctuation.numeric(case.t, case.variances, order) for order in orders(case)])


def _stretch(case: Case, v_i: np.ndarray) -> np.ndarray:
    return case.t**2 * coded_singular_value.numeric(case.t, case.variances, v_i) ** 2


def assumed(variances: tuple[float, ...], t: float, t_c: float) -> Case:
    """Data of distinct variances seen from the origin, each axis a subspace, N such that the paper's time is t_c.

    log N = sum sigma^4/(4 t_c^2) sets the paper's time, and no number of points is drawn.

    Arguments:
        variances: all different, one axis each.
        t: the noise variance.
        t_c: the paper's condensation time, which sets log N.
    """
    law = gaussian(*((v, 1) for v in variances))
    return Case(law, origin, float((law.variances**2).sum()) / (4 * t_c**2), t)


ASSUMED = (
    assumed((1, 0.3, 0.05), 0.05, 0.08),
    assumed((1, 0.3, 0.05), 0.26, 0.3),
    assumed((2, 0.5), 0.4, 0.5),
    assumed((10, 3), 2.0, 2.2),
    assumed((12, 1), 2.0, 2.5),
)

TIME = Claim(
    name="assumed-time",
    title="The condensation time of the published code",
    statement=r"The entropy of $N$ Gaussian energies of the variance of the data vanishes at the published $t_c$.",
    source=CODE,
    regime="centred linear Gaussian data; energies taken for Gaussian, as the paper does",
    interpretation=r"Where the $t_c$ of the published code fails, the energies are not Gaussian.",
    formulas=("coded_time",),
    estimate=Estimate(
        cases=(
            Case(halves(10), origin, np.log(1000), t=1.0),
            Case(halves(10), typical, np.log(30), t=1.0),
            Case(graded(8), far, np.log(300), t=1.0),
            Case(graded(6), held_out, np.log(10**6), t=1.0),
            Case(paper(12), far, np.log(10), t=1.0),
        ),
        observable=SquaredGaussianTime(),
        sampler=FirstPoints(),
        replicas=100_000,
    ),
    prediction=squared_time,
    controls={
        "the same at every x": lambda case: squared_time(case, shift=0.0),
        "log N for 2 log N": lambda case: squared_time(case, size=0.5),
        "a fifth less log N": lambda case: squared_time(case, size=0.8),
    },
    statistic="t",
    equivalence_margin=0.059,  # 3 % of t_c
    relative=True,
    axis="d",
    axis_label="dimension d",
    series="x",
    value_label="t_c^2",
)

JACOBIAN = Claim(
    name="assumed-jacobian",
    title="The paper's normalized Jacobian, with the posterior at t assumed",
    statement=(
        r"For condensed weights on draws from the posterior at $t$ the mean of $-t J_{ii}$ is "
        r"$1 - (t/t_c)\, \sigma_i^2/(t + \sigma_i^2)$."
    ),
    source=f"{PAPER}, sec. 5.3",
    regime=(
        "the paper's assumptions made true: Poisson-Dirichlet weights, independent draws from the posterior at t; "
        "log N = 3 to 43"
    ),
    interpretation=r"The formula follows from the posterior at $t$, where data have the posterior at $t_c$.",
    formulas=("paper_normalized_jacobian",),
    estimate=Estimate(cases=ASSUMED, observable=NormalizedJacobian(), sampler=AssumedData(), replicas=20_000),
    prediction=normalized_jacobian,
    controls={
        "the posterior at t_c": frozen,
        "t_c a fifth larger": lambda case: normalized_jacobian(case, factor=1.2),
        "the population's t/(t + sigma^2)": population,
    },
    statistic="t",
    equivalence_margin=0.03,
    series="law",
    value_label="mean of -t J",
)

STRETCH = Claim(
    name="assumed-spectrum",
    title="The singular values of the paper's text, independent scores assumed",
    statement=(
        r"For independent scores at two points the squared singular value is $1/(t + \sigma_i^2)^2 + V_i^2$ with "
        r"$V_i^2$ the sum of both variances of the score over $t$."
    ),
    source=f"{PAPER}, sec. 5.3 and published code: the order parameter 1/t - 1/t_c",
    regime=JACOBIAN.regime,
    interpretation=(
        r"Data disagree because two points at a distance $\sqrt{t}$ see the same data points, whose scores are not "
        "independent."
    ),
    formulas=("coded_singular_value", "fluctuation_square", "coded_order"),
    estimate=Estimate(cases=ASSUMED, observable=Stretch(), sampler=AssumedData(), replicas=20_000),
    prediction=stretch,
    controls={
        "the order parameter at the origin alone": lambda case: stretch(case, points=0.0),
        "V_i as in the published code": as_coded,
    },
    statistic="t",
    equivalence_margin=0.1,
    relative=True,
    series="law",
    value_label="t^2 sing^2",
)

UNITS = replace(
    STRETCH,
    name="assumed-units",
    title="What the published code calls V_i",
    statement=r"The $V_i$ of the published code is $V_i^2/t$ of the text.",
    source=CODE,
    interpretation=r"The published code adds the square of a square, where $t V_i$ in place of $V_i^2$ is the text.",
    formulas=("coded_singular_value", "coded_fluctuation", "coded_order"),
    prediction=coded_stretch,
    controls={
        "V_i as in the published code": as_coded,
        "V_i^2 for the code's V_i, without t": lambda case: coded_stretch(case, power=0.0),
        "the order parameter at the origin alone": lambda case: stretch(case, points=0.0),
    },
)

CLAIMS = (TIME, JACOBIAN, STRETCH, UNITS)
