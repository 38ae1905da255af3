r"""Local dimension: it grows with the number of data, and what each estimator says of a memorized score.

At a data point, or its noised copy, one of two things is seen at t. Below the collapse time of N points a single data
point carries the score: dimension 0. Above it the score is the law's, and the data vary by more than t along the
directions with sigma^2 > t. The collapse time falls with N: at given t the dimension grows from 0 to that number.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from simulate.experiments.dimension.empirical import DimensionReadings
from simulate.experiments.view import View, views
from theory.limits.related import collapse_time
from verify.claim import Claim
from verify.claims.order.displaced import PAPER
from verify.claims.views import constant, each_view

Labels = Mapping[str, Any]


def seen(view: View, t: np.ndarray, labels: Labels, power: float = 1.0) -> np.ndarray:
    """0 below the collapse time, above it the number of variances larger than t (of their powers, for a control)."""
    collapse = collapse_time(view.numbers, np.log(view.n))
    return np.where(t < collapse, 0, _larger(view.numbers**power, t))


def of_the_law(view: View, t: np.ndarray, labels: Labels) -> np.ndarray:
    """What infinitely many data show."""
    return _larger(view.numbers, t)


def fewer(view: View, t: np.ndarray, labels: Labels) -> np.ndarray:
    """All directions as long as few data are there, none later: a dimension that falls with N."""
    return _larger(view.numbers, t) - seen(view, t, labels)


def _larger(variances: np.ndarray, t: np.ndarray) -> np.ndarray:
    return (variances[:, None] > t).sum(axis=0)


NOTHING = constant(0.0)  # the dimension of a memorized score

GROWS = Claim(
    name="dimension-grows",
    title="Dimension and number of data",
    statement="At a data point the dimension seen at t grows with N: 0 below the collapse time, then #{sigma^2 > t}.",
    source=f"{PAPER}, dimension read off the singular values; collapse time of arXiv:2402.18491",
    regime="t a factor of 3 or more from the collapse time; estimator: the test of simulate.dimension",
    interpretation=(
        "Few data show no dimension, many that of the law. Between the two lies a crossover in N that is as wide as "
        "sum w^2 is: a dimension that was read off at one N says as much of N as of the data."
    ),
    formulas=("mean_entropy_loss",),
    estimate=DimensionReadings(
        cases=(
            *views("gaussian 1*3 0*5", "training", 3, (0.03,)),
            *views("gaussian 1*3 0*5", "training", 3000, (0.15, 0.4)),
            *views("gaussian 2*2 0.4*2 0*4", "training", 3, (0.05,)),
            *views("gaussian 2*2 0.4*2 0*4", "training", 20_000, (0.1,)),
            *views("gaussian 1*2 0.01*3", "training", 1000, (0.1,)),
        ),
    ),
    prediction=each_view(seen),
    controls={
        "the law's dimension at every N": each_view(of_the_law),
        "a dimension that falls with N": each_view(fewer),
        "all variances, however small": each_view(seen, power=1 / 3),
        "always 0": NOTHING,
    },
    statistic="median",
    equivalence_margin=1.1,
    axis="n",
    axis_label="N",
    series="law",
    value_label="median dimension",
)

MEMORIZED = Claim(
    name="dimension-memorized",
    title="Dimension of a memorized score",
    statement="Where a single data point carries the score, its dimension is 0.",
    source="-t J = 1 in every direction",
    regime="t far below the collapse time; the test of simulate.dimension, and FLIPD (arXiv:2406.03537)",
    interpretation="These two can say that nothing is left: the test at a stated error rate, FLIPD as a number near 0.",
    estimate=DimensionReadings(
        cases=(
            *views("gaussian 1*3 0*5", "training", 5, (0.003,)),
            *views("sphere 4", "training", 10, (0.001,)),
        ),
        methods=("test", "flipd"),
    ),
    prediction=NOTHING,
    controls={
        "one": constant(1.0),
        "the dimension of the law": each_view(lambda view, t, labels: 0 * t + intrinsic(view)),
    },
    statistic="median",
    equivalence_margin=0.5,
    axis="n",
    axis_label="N",
    series="method",
    value_label="median dimension",
)

GAP_NEVER_SAYS_NONE = Claim(
    name="dimension-memorized-gap",
    title="The largest gap on a memorized score",
    statement="Where a single data point carries the score, the largest gap of the singular values is at dimension 0.",
    source="arXiv:2212.12611 and the paper, as estimators of dimension",
    regime="t far below the collapse time",
    interpretation=(
        "The largest gap always exists: on a flat spectrum it is where noise puts it, and the answer is some number "
        "from 1 to d - 1. The participation of the posterior variances says 1: two points make a line. Neither can "
        "report that a point is memorized; use a test, or FLIPD."
    ),
    estimate=DimensionReadings(
        cases=views("gaussian 1*3 0*5", "training", 5, (0.05,)),
        methods=("gap", "participation"),
    ),
    prediction=NOTHING,
    controls={
        "the dimension of the law": each_view(lambda view, t, labels: 0 * t + intrinsic(view)),
        "that of the space": each_view(lambda view, t, labels: 0 * t + view.x.size),
    },
    statistic="median",
    equivalence_margin=0.5,
    expected_verdict="disagrees",
    axis="n",
    axis_label="N",
    series="method",
    value_label="median dimension",
)


def intrinsic(view: View) -> int:
    """Dimension of the law: of a sphere, or the number of variances > 0."""
    return int(view.numbers[0]) if view.law.startswith("sphere") else int((view.numbers > 0).sum())


CLAIMS = (GROWS, MEMORIZED, GAP_NEVER_SAYS_NONE)
