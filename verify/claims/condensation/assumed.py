r"""The paper's formulas in the world of its assumptions: they follow; what fails elsewhere is what they assume.

Poisson-Dirichlet weights on draws from the posterior at t, independent at any two points (`simulate.experiments.
assumed`), give the contraction and the "singular values" of the paper's text, and the V_i^2 that the text implies.
Claims on data are `gap-paper-closing`, `spectrum-text` and `spectrum-code`.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from simulate.experiments.condensation.assumed import AssumedContraction, AssumedStretch, GaussianTime, World
from simulate.experiments.setting import Setting
from theory.limits.fluctuation import (
    coded_fluctuation,
    coded_order,
    coded_singular_value,
    coded_time,
    fluctuation_square,
    frozen_contraction,
    paper_contraction,
)
from verify.claim import Claim, Prediction, each_row, each_setting
from verify.claims.order.displaced import PAPER

CODE = f"{PAPER}, published code"


def gaussian_time(setting: Setting, t: np.ndarray, shift: float = 1.0, size: float = 1.0) -> float:
    """t_c of the published code; `shift` times x, `size` times log N."""
    return float(coded_time.numeric(shift * setting.x, setting.variances, size * np.log(setting.n)))


def of_world(predict: Callable[..., float], **fixed: Any) -> Prediction:
    """A prediction from `predict(world, **fixed)`, called for each row."""
    return each_row(lambda row: predict(World.of(row), **fixed))


def contraction(world: World) -> float:
    """-t J_ii of the paper's weights with the posterior at t."""
    return float(paper_contraction.numeric(world.t, world.t_c, _variance(world)))


def frozen(world: World) -> float:
    """-t J_ii with the posterior at t_c."""
    return float(frozen_contraction.numeric(world.t_c, _variance(world)))


def population(world: World) -> float:
    """-t J_ii of the law itself."""
    return float(frozen_contraction.numeric(world.t, _variance(world)))


def stretch(world: World, points: float = 1.0) -> float:
    """t^2 sing_i^2, with the V_i^2 of the text; `points` times the order parameter at the second point."""
    square = fluctuation_square.numeric(world.t, world.variances, _order(world, points))
    return _stretch(world, np.sqrt(square))


def coded_stretch(world: World, power: float = 1.0) -> float:
    """t^2 sing_i^2, with V_i^2 = t^power times the V_i of the code."""
    v_i = coded_fluctuation.numeric(world.t, world.variances, _order(world))
    return _stretch(world, np.sqrt(world.t**power * v_i))


def as_coded(world: World) -> float:
    """t^2 sing_i^2 with the V_i of the code in the place of V_i."""
    return _stretch(world, coded_fluctuation.numeric(world.t, world.variances, _order(world)))


def _variance(world: World) -> float:
    return world.variances[world.axis]


def _order(world: World, points: float = 1.0) -> float:
    first, second = (coded_order.numeric(world.t, t_c) for t_c in (world.t_c, world.t_c_moved))
    return first + points * second


def _stretch(world: World, v_i: np.ndarray) -> float:
    return float(world.t**2 * coded_singular_value.numeric(world.t, _variance(world), v_i) ** 2)


WORLDS = (
    World("gaussian 1 0.3 0.05", 0, 0.05, 0.08, 0.2),
    World("gaussian 1 0.3 0.05", 2, 0.4, 0.45, 0.6),
    World("gaussian 2 0.5", 0, 0.4, 0.5, 0.42),
    World("gaussian 1 0.3", 0, 2.0, 2.2, 2.1),
    World("gaussian 3 0.3", 1, 2.0, 2.5, 3.0),
)

TIME = Claim(
    name="assumed-time",
    title="The condensation time of the published code",
    statement="The entropy of N Gaussian levels of the data's variance vanishes at the t_c of the published code.",
    source=CODE,
    regime="centred linear Gaussian data; levels taken for Gaussian, as the paper does",
    interpretation=(
        "The code's sums over d with log N are the paper's t_c: where it fails, the levels are not Gaussian."
    ),
    formulas=("coded_time",),
    estimate=GaussianTime(
        settings=(
            Setting("halves", "origin", 10, 1000),
            Setting("halves", "typical", 10, 30),
            Setting("graded", "far", 8, 300),
            Setting("graded", "held-out", 6, 10**6),
            Setting("paper", "far", 12, 10),
        ),
        pairs=100_000,
    ),
    prediction=each_setting(gaussian_time),
    controls={
        "the same at every x": each_setting(gaussian_time, shift=0.0),
        "log N for 2 log N": each_setting(gaussian_time, size=0.5),
    },
    statistic="t",
    equivalence_margin=0.03,
    relative=True,
    axis="d",
    axis_label="dimension d",
    series="query",
    value_label="t_c (a variance)",
)

CONTRACTION = Claim(
    name="assumed-contraction",
    title="The paper's contraction, its posterior assumed",
    statement="Of condensed weights on draws from the posterior at t, -t J_ii has the mean 1 - (t/t_c) v/(t + v).",
    source=f"{PAPER}, sec. 5.3",
    regime="the paper's assumptions made true: Poisson-Dirichlet weights, independent draws from the posterior at t",
    interpretation=(
        "The formula follows from the posterior at t; data disagree (gap-paper-closing), for the points that carry the "
        "weight spread as the posterior at t_c does (score-variance-frozen)."
    ),
    formulas=("paper_contraction",),
    estimate=AssumedContraction(cases=WORLDS),
    prediction=of_world(contraction),
    controls={
        "the posterior at t_c": of_world(frozen),
        "the population's t/(t + sigma^2)": of_world(population),
    },
    statistic="t",
    equivalence_margin=0.03,
    series="law",
    value_label="mean of -t J",
)

STRETCH = Claim(
    name="assumed-spectrum",
    title="The singular values of the paper's text, independent scores assumed",
    statement="If scores were independent, sing_i^2 would be 1/(t + v)^2 + V_i^2, V_i^2 from Var s at the two points.",
    source=f"{PAPER}, sec. 5.3 and published code: the order parameter 1/t - 1/t_c",
    regime=CONTRACTION.regime,
    interpretation=(
        "The algebra from the variance of the score to the singular values is right. Data disagree (spectrum-text): "
        "points sqrt(t) apart see the same data points, so their scores are not independent."
    ),
    formulas=("coded_singular_value", "fluctuation_square", "coded_order"),
    estimate=AssumedStretch(cases=WORLDS),
    prediction=of_world(stretch),
    controls={
        "the order parameter at the origin alone": of_world(stretch, points=0.0),
        "V_i as in the published code": of_world(as_coded),
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
    statement="The V_i of the published code is V_i^2/t of the text: with t V_i for V_i^2 the singular values agree.",
    source=CODE,
    interpretation=(
        "The code's V_i lacks a square root and a factor t: its sing_i adds the square of a square. Where the "
        "assumptions hold the mended formula is that of the text."
    ),
    formulas=("coded_singular_value", "coded_fluctuation", "coded_order"),
    prediction=of_world(coded_stretch),
    controls={
        "V_i as in the published code": of_world(as_coded),
        "V_i^2 for the code's V_i, without t": of_world(coded_stretch, power=0.0),
    },
)

CLAIMS = (TIME, CONTRACTION, STRETCH, UNITS)
