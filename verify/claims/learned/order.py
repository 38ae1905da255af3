r"""Which of two variances a learned score loses first, over N, t and training time.

Observed are linear layers, features and kernel models of data with two variances
(`simulate.experiments.learned.shown`). Shares of data sets are bounded; means of shown shares over data sets have light
tails: Student's t.

Seen beside the statements:

    learned-linear-course: the paper's figure of N and training time has more places.
    learned-order-of-loss: early the smaller variance is unresolved, late the smaller variance is memorized, and
        between both it is shown less.
"""

from collections.abc import Callable

import numpy as np
import xarray as xr

from simulate.experiments.learned.shown import ShownShares
from theory.learned.course import linear_shares
from verify.claim import Claim
from verify.claims.learned.kernels import TANGENT, TIME
from verify.claims.predictions import constant

VARIANCES, D = (1.0, 0.09), 20
LAW = np.repeat(VARIANCES, D // 2)
LAYERS = ShownShares(shapes=(("linear", 20, 0.1),), taus=(3.0, 100.0), replicas=200)
ORDER = ShownShares(
    shapes=(("features", 16, 0.1), (TANGENT, 24, 0.03)), taus=(10.0, 1000.0), p=600, replicas=60, compared=True
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


def of_law(table: xr.Dataset) -> np.ndarray:
    """The share that infinitely many points show."""
    return -np.expm1(-2 * (table.variance.values + table.t.values) * table.tau.values)


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
    Claim(
        name="learned-order-of-loss",
        title="The smaller variance is lost first in learned scores",
        statement=(
            r"At every $t$, $N$ and training time features and kernel models show less of the smaller of two "
            r"variances: it is lost first."
        ),
        source="theory.learned.course: no boundary of the order of loss, to leading order in 1/d",
        regime=(
            "shares of data sets; d = 20, variances 1 and 0.09, tau = 10 and 1000; 600 cosine features at N = 16, t = "
            "0.1, tangent kernel with 30 noises for each point at N = 24, t = 0.03"
        ),
        interpretation=(
            "The phase diagram has boundaries of learning and of loss for each variance, but none at which the "
            "order of the variances changes: the order that the paper states of the empirical score is not that "
            "of these models."
        ),
        estimate=ORDER,
        prediction=constant(1.0),
        controls={
            "the larger variance first, as the paper has it": constant(0.0),
            "no order": constant(0.5),
        },
        statistic="bounded",
        equivalence_margin=0.45,
        axis="n",
        axis_label="N",
        series="model",
        value_label="share of data sets",
    ),
)
