r"""Order of times: speciation, onset, collapse, best generalization, measured side by side in the same data sets.

Neighbouring works put them in an order along the backward process: clusters part first (speciation), data points
become traps (onset), their noised copies feel them (collapse), and the data are best explained at a still smaller t.
The last three follow from log N = e^{alpha d}; speciation is a time of the law alone, and where it comes depends on N:
it is before the collapse only if log N > 1/2 sum log(1 + sigma^2/t_S). All are crossovers at finite N, so that an order
is claimed only where the times are apart, as the share of data sets that have it: bounded values, no law assumed.
"""

from collections.abc import Callable
from functools import cache, partial

import numpy as np

from simulate.estimate import Estimate
from simulate.observables.order_of_times import OrderOfTimes
from simulate.samplers import Probed
from theory.case import Case, origin
from theory.laws.clusters import covariance_variances, two_clusters
from theory.laws.law import EnergyLaw
from theory.laws.spectra import equal
from theory.limits.crossovers import isotropic_closeness, isotropic_collapse_time
from theory.limits.related import best_generalization_time, collapse_time, onset_time
from verify.claim import Claim
from verify.claims.related.collapse import COLLAPSE, ONSET, Time
from verify.claims.related.speciation import parting

Pairs = tuple[tuple[str, str], ...]
ALL: Pairs = (("speciation", "collapse"), ("speciation", "onset"), ("onset", "collapse"), ("collapse", "best"))
LAST: Pairs = (("collapse", "best"),)


def of_law(law: EnergyLaw, n: int) -> Case:
    """n points of a law; t is its largest variance, from which times are looked for.

    Arguments:
        law: of the data.
        n: the number of points.
    """
    return Case(law, origin, float(np.log(n)), float(covariance_variances(law).max()))


def of_spectrum(time: Time) -> Callable[[Case], float]:
    """A time of Gaussian data of the same variances along the axes."""
    return lambda case: time(covariance_variances(case.law), case.log_n)


TIMES: dict[str, Callable[[Case], float]] = {
    "speciation": parting,
    "onset": of_spectrum(onset_time),
    "collapse": of_spectrum(collapse_time),
    "best": of_spectrum(best_generalization_time),
}


def in_order(case: Case, pairs: Pairs, **others: Callable[[Case], float]) -> np.ndarray:
    """1 where the first time of a pair is the larger, else 0, (pairs,).

    Arguments:
        case: the law and log N.
        pairs: names of TIMES, two by two.
        **others: functions of a case in place of some times, for controls.
    """
    times = TIMES | others
    return np.array([float(times[first](case) > times[second](case)) for first, second in pairs])


@cache
def exactly(case: Case) -> float:
    """1 where the mean closeness of held-out data is below 1 already where the mean log odds vanish.

    Collapse comes before best generalization there. One Gaussian cluster; both means are exact at finite N and d.
    """
    v, d, n = float(case.variances[0]), case.d, case.n
    return float(isotropic_closeness(v, d, n, isotropic_collapse_time(v, d, n)) < 1)


LIMIT = Claim(
    name="order-of-times",
    title="Order of the times",
    statement=(
        r"As $t$ falls, onset comes before collapse and collapse before best generalization, while the place of "
        r"speciation depends on $N$."
    ),
    source=f"{COLLAPSE}, {ONSET}; theory.limits.related",
    regime="two clusters of distance 6; log N/d = 0.28 (speciation first), 0.10 (between the two), 0.03 (last)",
    interpretation=(
        r"Clusters form before data points are felt only with more than $\exp(\frac12 \sum_i \log(1 + \sigma_i^2/t))$ "
        r"data, $t$ the time of speciation."
    ),
    formulas=(
        "onset_entropy",
        "mean_entropy_loss",
        "held_out_entropy_loss",
        "held_out_lowest_energy",
    ),
    estimate=Estimate(
        cases=tuple(of_law(two_clusters(9.0, 1.0, d), n) for d, n in ((120, 64), (60, 512), (20, 256))),
        observable=OrderOfTimes(ALL),
        sampler=Probed(),
        replicas=120,
    ),
    prediction=partial(in_order, pairs=ALL),
    controls={
        "speciation, onset, collapse, best at every N": lambda case: 1.0,
        "no order": lambda case: 0.5,
        "speciation first where it is before the onset": partial(in_order, pairs=ALL, collapse=TIMES["onset"]),
        "collapse before onset": partial(in_order, pairs=ALL, onset=TIMES["collapse"]),
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
    statement="In few dimensions data points collapse before held-out data are best explained.",
    source=f"{ONSET}, read beyond its regime of d -> infinity: the best time is below the collapse",
    regime="one Gaussian cluster; d = 2 and 3 with 256 data points",
    interpretation=(
        r"At fixed $d$ the best time falls about as $N^{-2/(d+4)}$ (Silverman 1986, sec. 4.3) and the collapse as "
        r"$N^{-2/d}$, so that the order is reversed."
    ),
    formulas=("mean_entropy_loss", "held_out_entropy_loss", "held_out_lowest_energy"),
    estimate=Estimate(
        cases=tuple(of_law(equal(d), 256) for d in (2, 3)),
        observable=OrderOfTimes(LAST),
        sampler=Probed(),
        replicas=120,
    ),
    prediction=partial(in_order, pairs=LAST),
    controls={"no order": lambda case: 0.5, "in nine data sets of ten": lambda case: 0.9},
    statistic="bounded",
    equivalence_margin=0.2,
    expected_verdict="disagrees",
    reading_to_avoid=True,
    axis="d",
    axis_label="d",
    series="n",
    value_label="share of data sets that collapse first",
)

EXACT = Claim(
    name="order-of-times-exact",
    title="Order of the times in few dimensions, exactly",
    statement="In few dimensions held-out data are best explained before data points collapse, as t falls.",
    source="exact averages at finite N (theory.exact.averages); for N -> infinity kernel estimates",
    regime=IN_A_PLANE.regime,
    interpretation=r"A toy in a plane tells nothing of images, for which $\log N$ of order $d$ gives the other order.",
    estimate=IN_A_PLANE.estimate,
    prediction=exactly,
    controls={"the order of the limit": partial(in_order, pairs=LAST), "no order": lambda case: 0.5},
    statistic="bounded",
    equivalence_margin=0.2,
    axis="d",
    axis_label="d",
    series="n",
    value_label="share of data sets that collapse first",
)

CLAIMS = (LIMIT, IN_A_PLANE, EXACT)
