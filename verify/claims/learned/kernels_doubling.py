r"""When the risk of a kernel model is halfway to that of the empirical score: two points, seen along their line.

What is observed has no sampling error: the data sets are read from the table, and averages over held-out points and
noise are integrals, whose error is bounded.

Seen beside the statements:

    kernel-doubling: no number is fitted; what is left, 0.1 to 0.2, falls with d. Kernels that are smooth along the
        line, and more points, have not been looked at.
"""

from collections.abc import Callable

import numpy as np

from simulate.experiments.learned.doubling import RiskDoubling
from theory.learned.doubling import TwoPoints, front_log_time
from verify.claim import Claim
from verify.claims.learned.kernels import Row, by_row
from verify.claims.learned.kernels_memorized import PLATEAU
from verify.claims.predictions import Predict


def of_pairs(value: Callable[[TwoPoints, float], float]) -> Predict:
    """The mean of a value of two points and the kernel's length over the pairs of each row."""

    def mean(row: Row) -> float:
        pairs = zip(row.a.values.tolist(), row.centre.values.tolist(), strict=True)
        return float(np.mean([value(TwoPoints(a, at, float(row.t)), np.sqrt(int(row.d))) for a, at in pairs]))

    return by_row(mean)


def to_the_front(two: TwoPoints, length: float) -> float:
    """The log of the inverse density at the front, to leading order.

    Arguments:
        two: the two points and the noise variance.
        length: of the kernel.
    """
    return (two.a - two.doubling_front(length)) ** 2 / (2 * two.t)


def of_ridge(two: TwoPoints, length: float) -> float:
    r"""Log of 1/(2 ridge) of the ridge regression that is halfway: the front of K_0 has :math:`-2\gamma` alone.

    Arguments:
        two: the two points and the noise variance.
        length: of the kernel.
    """
    front = two.doubling_front(length)
    steep = front_log_time.numeric(50 * length, two.a - front, two.t, length)  # no growth: psi(1) = -gamma
    return float(steep + np.euler_gamma)


CLAIMS = (
    Claim(
        name="kernel-doubling",
        title="The time at which the risk of a kernel model doubles",
        statement=(
            "The logarithm of the training time at which a kernel model of two points is halfway from the risk of "
            "pure noise to that of the empirical score is, within 0.25, that of the front of a similarity "
            "solution."
        ),
        source=f"theory.learned.doubling, for the event of {PLATEAU}",
        regime=(
            "two points of an isotropic law in d = 80 and 160 directions, t = 0.3, all noise averaged; a model of the "
            r"coordinate along their line alone, kernel $e^{-|x-x'|/\sqrt d}$; fronts far from points and middle"
        ),
        interpretation=(
            "The risk doubles where the density of noised data between the points comes to one over the training "
            "time: at a time exponential in d, later than any power of d."
        ),
        estimate=RiskDoubling(),
        prediction=of_pairs(TwoPoints.doubling_log_time),
        reads=("a", "centre"),
        formulas=("front_log_time",),
        controls={
            "ridge regression in place of the flow": of_pairs(of_ridge),
            "the density at the front alone": of_pairs(to_the_front),
            "the density in the middle alone": of_pairs(lambda two, _: two.a**2 / (2 * two.t)),
            r"$d^4$": by_row(lambda row: 4 * np.log(float(row.d))),
        },
        statistic="exact",
        equivalence_margin=0.35,
        stated_tolerance=0.25,
        axis="d",
        axis_label="number of directions d",
        series="n",
        value_label="log of the training time",
    ),
)
