r"""Which of two variances a learned score loses first, over t, N and training time.

Observed of all model classes is one number (`simulate.experiments.learned.shown`): the share that is shown of the
larger variance, in units of what the law shows, less that of the smaller one, above 0 where the smaller one is lost
first. Means of shown shares over data sets have light tails: Student's t.

Seen beside the statements:

    learned-linear-course: the paper's figure of N and training time has more places.
    learned-order-of-loss: early the smaller variance is unresolved, late the smaller variance is memorized, and
        between both it is shown less. At tau = 1000 the sign is the same and the three modes are too fast.
    empirical-order-of-loss: seen from the points themselves the larger variance is lost first, by 0.01 (N = 16, t = 1).
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import xarray as xr

from simulate.experiments.learned.shown import ShownShares
from theory.learned.course import linear_shares
from verify.claim import Claim
from verify.claims.learned.kernels import TANGENT, TIME
from verify.claims.predictions import constant, opposite
from verify.phases import shares

VARIANCES, D = (1.0, 0.09), 20
LAW = np.repeat(VARIANCES, D // 2)
NOISES, TOLERANCE = (0.03, 0.1, 0.3), 0.12
LAYERS = ShownShares(shapes=(("linear", 20, 0.1),), taus=(3.0, 100.0), replicas=200)
COURSES = ShownShares(
    shapes=tuple(("linear", n, t) for n in (16, 64) for t in NOISES), taus=(1.0, 10.0), replicas=100, compared=True
)
ORDER = ShownShares(
    shapes=tuple((model, n, t) for model, n in (("features", 32), (TANGENT, 16)) for t in (0.03, 0.3)),
    taus=(10.0, 100.0),
    p=500,
    replicas=60,
    compared=True,
)
WIDER = replace(
    ORDER,
    shapes=tuple((model, n, t) for model in ("features", TANGENT) for n in (16, 32) for t in NOISES),
    p=800,
    replicas=100,
)
MEMORY = ShownShares(
    shapes=(("empirical", 256, 0.3), ("empirical", 16, 1.0), ("empirical", 256, 1.0)),
    taus=(1.0,),
    replicas=80,
    compared=True,
)


def shown(points: float = 1.0, time: float = 1.0) -> Callable[[xr.Dataset], np.ndarray]:
    """A prediction of the share that a linear layer shows of the variance of each row.

    Arguments:
        points: factor on N, for a control.
        time: factor on the training time, for a control.
    """

    def along(table: xr.Dataset) -> np.ndarray:
        columns = (table[name].values.tolist() for name in ("n", "t", "tau", "variance"))
        return np.array([_share(*row, points=points, time=time) for row in zip(*columns, strict=True)])

    return along


def _share(n: float, t: float, tau: float, variance: float, *, points: float, time: float) -> float:
    shares = linear_shares(t, LAW, points * n, np.array([time * tau]))
    return float(shares[0, VARIANCES.index(variance) * (D // 2)])


def preference(points: float = 1.0, time: float = 1.0) -> Callable[[xr.Dataset], np.ndarray]:
    """A prediction of by how much less a model shows of the smaller variance, row by row.

    Arguments:
        points: factor on N, for a control.
        time: factor on the training time, for a control.
    """

    def along(table: xr.Dataset) -> np.ndarray:
        columns = (table[name].values.tolist() for name in ("model", "n", "t", "tau"))
        each = [shares(model, points * n, t, np.array([time * tau])) for model, n, t, tau in zip(*columns, strict=True)]
        return np.array([larger - smaller for ((larger, smaller),) in each])

    return along


def of_law(table: xr.Dataset) -> np.ndarray:
    """The share that infinitely many points show."""
    return -np.expm1(-2 * (table.variance.values + table.t.values) * table.tau.values)


BY_HOW_MUCH = "share shown, variance 1 less 0.09"
ORDER_OF_LOSS = Claim(
    name="learned-order-of-loss",
    title="The smaller variance is lost first in learned scores",
    statement=(
        r"Over $t$, $N$ and training time features and kernel models show less of the smaller of two variances, within "
        "0.12 by what three modes of their flow give: it is lost first."
    ),
    source="theory.learned.course: no boundary of the order of loss, to leading order in 1/d",
    regime=(
        "limit d -> infinity, all noise averaged; d = 20, variances 1 and 0.09, t = 0.03 and 0.3, tau = 10 and 100; "
        "500 cosine features at N = 32, tangent kernel with 30 noises for each point at N = 16; in the full profile "
        "800 features, t = 0.1 and N = 16 and 32 of both too"
    ),
    interpretation=(
        "The phase diagram has boundaries of learning and of loss for each variance, but none at which the "
        "order of the variances changes: the order that the paper states of the empirical score is not that "
        "of these models."
    ),
    estimate=ORDER,
    full=WIDER,
    prediction=preference(),
    controls={
        "the larger variance first, as the paper has it": opposite(preference()),
        "no order": constant(0.0),
        "a tenth of the training time": preference(time=0.1),
    },
    statistic="t",
    equivalence_margin=0.18,
    stated_tolerance=TOLERANCE,
    axis="t",
    axis_label="noise variance t",
    series="n",
    value_label=BY_HOW_MUCH,
)

CLAIMS = (
    Claim(
        name="learned-linear-course",
        title="The course of a linear layer",
        statement=(
            r"On average over data sets a linear layer shows of each direction in training time, within 0.03, what the "
            r"renormalized noise $\kappa$ off the axis gives."
        ),
        source="theory.learned.course, linear_shares",
        regime="d, N -> infinity at a fixed ratio; d = N = 20, variances 1 and 0.09, t = 0.1, tau = 3 and 100",
        interpretation=(
            "One equation for a complex noise gives the whole course of training, for any spectrum: the smaller "
            "variance, which is lost first, is learned last, and from N = 20 points to little more than half."
        ),
        estimate=LAYERS,
        prediction=shown(),
        controls={
            "infinitely many points": of_law,
            "half as many points again": shown(points=1.5),
            "twice the training time": shown(time=2.0),
        },
        statistic="t",
        equivalence_margin=0.05,
        stated_tolerance=0.03,
        axis="tau",
        axis_label=TIME,
        series="variance",
        value_label="share shown",
    ),
    ORDER_OF_LOSS,
    replace(
        ORDER_OF_LOSS,
        name="linear-order-of-loss",
        title="The smaller variance is lost first by a linear layer",
        statement=(
            r"Over $t$, $N$ and training time a linear layer shows less of the smaller of two variances, within 0.12 "
            "by what the renormalized noise off the axis gives: it is lost first."
        ),
        source="theory.learned.course, linear_shares",
        regime="d = 20, variances 1 and 0.09, t = 0.03, 0.1 and 0.3; N = 16 and 64, tau = 1 and 10",
        interpretation=(
            "Nowhere in the diagram is the larger variance lost first: it is learned before the smaller one, and the "
            "noise that finite data stand for hides it after that one."
        ),
        estimate=COURSES,
        full=replace(COURSES, replicas=500),
        controls={
            "the larger variance first, as the paper has it": opposite(preference()),
            "no order": constant(0.0),
            "a tenth of the training time": preference(time=0.1),
        },
    ),
    Claim(
        name="empirical-order-of-loss",
        title="The empirical score has next to no order where learned ones have one",
        statement=(
            "At its noised training points the empirical score shows of two variances the same share of what the law "
            "shows, within 0.08."
        ),
        source="own weights, which are common to all directions: theory.exact",
        regime="d = 20, variances 1 and 0.09; N = 256 at t = 0.3, N = 16 and 256 at t = 1",
        interpretation=(
            "What a trained model loses first is not what the data alone would have it lose: the empirical score "
            "loses both variances together, and the order of learned ones, 0.2 to 0.5, is that of learning."
        ),
        estimate=MEMORY,
        prediction=constant(0.0),
        controls={
            "the order of features": constant(0.3),
            "the larger variance first, by as much": constant(-0.3),
            "half the order of features": constant(0.15),
        },
        statistic="t",
        equivalence_margin=0.12,
        stated_tolerance=0.08,
        axis="t",
        axis_label="noise variance t",
        series="n",
        value_label=BY_HOW_MUCH,
    ),
)
