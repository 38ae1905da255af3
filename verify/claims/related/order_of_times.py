r"""Order of times: speciation, onset, collapse, best generalization, measured side by side in the same data sets.

Neighbouring works put them in an order along the backward process: clusters part first (speciation), data points
become traps (onset), their noised copies feel them (collapse), and the data are best explained at a still smaller t.
The last three follow from log N = e^{alpha d}; speciation is a time of the law alone, and where it comes depends on N:
it is before the collapse only if log N > 1/2 sum log(1 + sigma^2/t_S). All are crossovers at finite N, so that an order
is claimed only where the times are apart, as the share of data sets that have it: bounded values, no law assumed.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np
from scipy.optimize import brentq
from scipy.special import roots_genlaguerre

from simulate.experiments.related.collapse import Clusters
from simulate.experiments.related.order_of_times import OrderOfTimes, Pair
from theory.exact.averages import log_partition
from theory.limits.related import best_generalization_time, collapse_time, onset_time, speciation_time
from verify.claim import Claim, each_row
from verify.claims.related.collapse import COLLAPSE, ONSET
from verify.claims.views import constant

Labels = Mapping[str, Any]
NODES = 3  # for |x|^2: times as by six within 1 %
NEAR = 0.1  # in log t, of a root: best and collapse are a factor of 6 apart and more
STEP = 1e-3  # of t, in a central difference
FEW, SOME, MANY = (Clusters(9.0, 1.0, d, n) for d, n in ((120, 64), (60, 512), (20, 256)))  # of data for d
PLANE, SPACE = Clusters(0.0, 1.0, 2, 256), Clusters(0.0, 1.0, 3, 256)


def speciates(row: Labels) -> float:
    """m^2 - s of two clusters of variance s: the largest variance less one where s is 1, as the noise's."""
    largest, spread = row["separation"] + row["spread"], row["spread"]
    return float(speciation_time.numeric(largest)) + 1 - 2 * spread


def of_spectrum(time: Callable[[np.ndarray, float], float]) -> Callable[[Labels], float]:
    """A time of Gaussian data of the same covariance."""
    return lambda row: time(_variances(row), float(np.log(row["n"])))


TIMES: dict[str, Callable[[Labels], float]] = {
    "speciation": speciates,
    "onset": of_spectrum(onset_time),
    "collapse": of_spectrum(collapse_time),
    "best": of_spectrum(best_generalization_time),
}


def in_order(row: Labels, **others: Callable[[Labels], float]) -> float:
    """1 where the first time is the larger; `others` in place of some times."""
    times = TIMES | others
    return float(times[str(row["first"])](row) > times[str(row["second"])](row))


def exactly(row: Labels) -> float:
    """1 where the mean closeness of fresh data is below 1 already where the mean log odds vanish: collapse, then best.

    One Gaussian cluster; both means are exact at finite N and d.
    """
    return float(_closeness(*_isotropic(row), _collapse(*_isotropic(row))) < 1)


@cache
def _collapse(v: float, d: int, n: int) -> float:
    """Where -d/2, the own data point's, is the mean log Z of the others at x ~ N(0, v + t)."""
    scale = collapse_time(np.full(d, v), np.log(n))

    def odds(ratio: float) -> float:
        t = float(np.exp(ratio) * scale)
        return -d / 2 - _mean_log_partition(v, d, n - 1, t, v + t)

    return float(np.exp(brentq(odds, 0, np.log(10), xtol=NEAR)) * scale)


@cache
def _closeness(v: float, d: int, n: int, t: float) -> float:
    """2 <E>/(d t) = (2/d) d log Z / d log t, the mean at x ~ N(0, v)."""
    below, above = (_mean_log_partition(v, d, n, (1 + sign * STEP) * t, v) for sign in (-1, 1))
    return (above - below) / (STEP * d)


def _mean_log_partition(v: float, d: int, n: int, t: float, variance: float) -> float:
    """E log Z, averaged over x ~ N(0, variance I): a rule of Gauss and Laguerre for |x|^2."""
    halves, weights = roots_genlaguerre(NODES, d / 2 - 1)
    x = np.zeros((NODES, d))
    x[:, 0] = np.sqrt(2 * variance * halves)
    return float(weights @ log_partition(t, x, np.full(d, v), np.log(n)) / weights.sum())


def _isotropic(row: Labels) -> tuple[float, int, int]:
    return float(row["spread"]), int(row["d"]), int(row["n"])


def _variances(row: Labels) -> np.ndarray:
    return np.append(row["separation"] + row["spread"], np.full(int(row["d"]) - 1, row["spread"]))


LIMIT = Claim(
    name="order-of-times",
    title="Order of the times",
    statement="Onset comes before collapse before best generalization; speciation before either only if N is large.",
    source=f"{COLLAPSE}, {ONSET}; theory.limits.related",
    regime="two clusters of distance 6; log N/d = 0.28 (speciation first), 0.10 (between the two), 0.03 (last)",
    interpretation=(
        "That clusters form before points are memorized is no law: with fewer than exp(1/2 sum log(1 + sigma^2/t_S)) "
        "data the collapse comes first, and no time is left in which the law is seen. Up to the onset's own number "
        "data points are traps where they lie before the clusters part, and are felt after."
    ),
    formulas=("speciation_time", "onset_entropy", "mean_entropy_loss", "fresh_entropy_loss", "fresh_lowest_energy"),
    estimate=OrderOfTimes(
        cases=(
            *(Pair(data, "speciation", second) for data in (FEW, SOME, MANY) for second in ("collapse", "onset")),
            *(Pair(data, *names) for data in (FEW, MANY) for names in (("onset", "collapse"), ("collapse", "best"))),
        ),
    ),
    prediction=each_row(in_order),
    controls={
        "speciation, onset, collapse, best at every N": constant(1.0),
        "no order": constant(0.5),
        "speciation first where it is before the onset": each_row(lambda row: in_order(row, collapse=TIMES["onset"])),
        "collapse before onset": each_row(lambda row: in_order(row, onset=TIMES["collapse"])),
    },
    statistic="bounded",
    equivalence_margin=0.2,
    axis="d",
    axis_label="d",
    series="second",
    value_label="share of data sets whose first time is the larger",
)

IN_A_PLANE = Claim(
    name="order-of-times-few-dimensions",
    title="Order of the times in few dimensions",
    statement="In few dimensions, too, data points collapse before fresh data are best explained.",
    source=f"{ONSET}: the best time is below the collapse",
    regime="one Gaussian cluster; d = 2 and 3 with 256 data points",
    interpretation=(
        "Reversed: that the best density has collapsed needs log N of order d; in its limit form the two times are "
        "within 3 % of each other here. At fixed d the best time is that of a kernel estimate and falls about as "
        "N^{-2/(d + 4)} (Silverman 1986, sec. 4.3), the collapse as N^{-2/d}."
    ),
    formulas=("mean_entropy_loss", "fresh_entropy_loss", "fresh_lowest_energy"),
    estimate=OrderOfTimes(cases=(Pair(PLANE, "collapse", "best"), Pair(SPACE, "collapse", "best"))),
    prediction=each_row(in_order),
    controls={"no order": constant(0.5), "in nine data sets of ten": constant(0.9)},
    statistic="bounded",
    equivalence_margin=0.2,
    expected_verdict="disagrees",
    axis="d",
    axis_label="d",
    series="n",
    value_label="share of data sets that collapse first",
)

EXACT = Claim(
    name="order-of-times-exact",
    title="Order of the times in few dimensions, exactly",
    statement="In few dimensions fresh data are best explained before data points collapse, as exact averages have it.",
    source="exact averages at finite N (theory.exact.averages, log_partition); for N -> infinity kernel estimates",
    regime=IN_A_PLANE.regime,
    interpretation=(
        "A plane or a toy in three dimensions says nothing of images: for log N of order d the other order holds."
    ),
    estimate=IN_A_PLANE.estimate,
    prediction=each_row(exactly),
    controls={"the order of the limit": each_row(in_order), "no order": constant(0.5)},
    statistic="bounded",
    equivalence_margin=0.2,
    axis="d",
    axis_label="d",
    series="n",
    value_label="share of data sets that collapse first",
)

CLAIMS = (LIMIT, IN_A_PLANE, EXACT)
