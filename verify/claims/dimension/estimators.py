r"""Estimators of dimension: what each of them reads as data grow in number.

At a data point a reading goes from that of a single point, where the score is memorized, to that of the law. Of FLIPD,
which is twice the mean energy over t, the mean over data sets is exact at every N: it is tested with Student's t, from
N = 20 on, where it is no matter of rare events. The others are functions of a random spectrum of which only both ends
are known: their medians are tested a factor of 3 or more from the collapse time, without a law of their scatter.

Estimators that see data alone, no score (lPCA, MLE, TwoNN of scikit-dimension), are an optional extra: no verdict may
depend on what is installed, so they stand in the report's table of estimators and not in the ledger.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from simulate.dimension.traces import CUTOFF
from simulate.experiments.dimension.empirical import REPEATS, DimensionReadings
from simulate.experiments.dimension.readings import MeanReading, ReadingsOfLaw
from simulate.experiments.view import View, views
from theory.exact.averages import log_partition
from theory.limits.dimension import flipd_of_law, lhsd_of_law, participation_of_law
from theory.limits.related import collapse_time
from verify.claim import Claim
from verify.claims.dimension.memorized import gaps_of_noise, memorized
from verify.claims.dimension.readings import NOTHING, of_the_law, seen
from verify.claims.views import each_view

Labels = Mapping[str, Any]
STEP = 1e-4  # of t, in a central difference
FLIPD, LHSD, GAP, PAPER = "arXiv:2406.03537", "arXiv:2605.01221", "arXiv:2212.12611", "arXiv:2410.08727v2"


def of_law(view: View, t: np.ndarray, labels: Labels, cutoff: float = CUTOFF) -> np.ndarray:
    """What the method reads off the score of the law."""
    at, v = t[:, None], view.numbers
    readings = {
        "flipd": lambda: flipd_of_law.numeric(at, view.x, v),
        "lhsd": lambda: lhsd_of_law.numeric(at, v, cutoff),
        "participation": lambda: participation_of_law.numeric(at, v),
    }
    return readings[str(labels["method"])]()


def without_pull(view: View, t: np.ndarray, labels: Labels) -> np.ndarray:
    """The same, of FLIPD without |s|^2."""
    if labels["method"] != "flipd":
        return of_law(view, t, labels)
    return flipd_of_law.numeric(t[:, None], np.zeros_like(view.x), view.numbers)


def energy(view: View, t: np.ndarray, labels: Labels, share: float = 1.0) -> np.ndarray:
    """2 d E log Z / d log t, of a `share` of the N points for a control."""
    steps = t[:, None] * np.array([1 - STEP, 1 + STEP])
    ends = log_partition(steps.ravel(), view.x, view.energy_law, np.log(share * view.n), view.planted)
    return np.diff(ends.reshape(-1, 2), axis=1)[:, 0] / STEP


def energy_of_law(view: View, t: np.ndarray, labels: Labels) -> np.ndarray:
    """-2 lambda K', for infinitely many data."""
    return -2 / t * view.energy_law.lam_derivative(1 / t, view.x)


def either_end(view: View, t: np.ndarray, labels: Labels, cutoff: float = CUTOFF) -> np.ndarray:
    """Below the collapse time the reading of a memorized score, above it that of the law."""
    none = memorized(view, t, labels, cutoff) if labels["method"] == "lhsd" else np.zeros_like(t)
    return np.where(_collapsed(view, t), none, of_law(view, t, labels, cutoff))


def one_more(view: View, t: np.ndarray, labels: Labels) -> np.ndarray:
    """0, then one more than the dimension of the law."""
    return np.where(_collapsed(view, t), 0, of_the_law(view, t, labels) + 1)


def noise_then_law(view: View, t: np.ndarray, labels: Labels) -> np.ndarray:
    """The median gap of noise, of `REPEATS` readings as `local_dimension` takes it, then the dimension of the law."""
    gaps = gaps_of_noise(view.x.size)
    repeated = np.median(gaps[: gaps.size // REPEATS * REPEATS].reshape(-1, REPEATS), axis=1)
    return np.where(_collapsed(view, t), np.median(repeated), of_the_law(view, t, labels))


def _collapsed(view: View, t: np.ndarray) -> np.ndarray:
    return t < collapse_time(view.numbers, np.log(view.n))


def two_ends(many: int, replicas: int) -> DimensionReadings:
    """Three points, memorized, and many points at two times."""
    places = ((3, 0.002), (many, 0.1), (many, 0.4))
    cases = tuple(View("gaussian 1 0.2 0*6", "training", n, t) for n, t in places)
    return DimensionReadings(cases=cases, methods=("lhsd", "participation"), replicas=replicas)


OF_LAW = Claim(
    name="estimators-of-law",
    title="Readings of the law itself",
    statement="On the score of a linear law FLIPD, LHSD and the participation ratio each read their own sum over v/t.",
    source=f"{FLIPD}, {LHSD}; theory.limits.dimension",
    regime="N -> infinity, exact; x typical, variances 1 and 0.1, t from 0.02 to 0.5",
    interpretation=(
        "Even infinitely many data have as many dimensions as estimators; they agree for t far below every v > 0."
    ),
    formulas=("flipd_of_law", "lhsd_of_law", "participation_of_law"),
    estimate=ReadingsOfLaw(cases=views("gaussian 1*2 0.1*3 0*4", "typical", 1, (0.02, 0.1, 0.5))),
    prediction=each_view(of_law),
    controls={
        "the number of variances above t": each_view(of_the_law),
        "FLIPD without |s|^2": each_view(without_pull),
        "LHSD with c = 1/2": each_view(of_law, cutoff=0.5),
    },
    statistic="exact",
    equivalence_margin=0.01,
    series="method",
    value_label="reading",
)

FLIPD_GROWS = Claim(
    name="flipd-grows",
    title="FLIPD and number of data",
    statement="At a data point FLIPD is 2 <E>_w/t: its mean over data sets, 2 d E log Z/d log t, grows with N.",
    source=f"{FLIPD}; Cov_w(y) = t (1 + t J) and t s = <y> - x; theory.exact.averages",
    regime="exact at every N, d and t, and for every law: Gaussian data on three directions, S^4",
    interpretation=(
        "FLIPD is a thermometer: it grows as an energy does, smoothly over two decades of N where a test jumps."
    ),
    estimate=MeanReading(
        cases=(
            *(View("gaussian 1*3 0*5", "training", n, 0.1) for n in (20, 100, 500, 2500)),
            *(View("sphere 4", "training", n, 0.03) for n in (600, 2000)),
        ),
        replicas=130,
    ),
    prediction=each_view(energy),
    controls={
        "that of the law at every N": each_view(energy_of_law),
        "half as many points": each_view(energy, share=0.5),
        "half of it: <E>_w/t": each_view(lambda *a: energy(*a) / 2),
    },
    statistic="t",
    equivalence_margin=0.25,
    axis="n",
    axis_label="N",
    series="law",
    value_label="mean FLIPD",
)

FILTERS_GROW = Claim(
    name="filters-grow",
    title="LHSD, participation and number of data",
    statement="With N the readings of LHSD and participation grow from those of a memorized score to those of the law.",
    source=f"{LHSD}; collapse time of arXiv:2402.18491",
    regime="t a factor of 3 or more from the collapse time; variances 1 and 0.2 in eight dimensions",
    interpretation="They grow, and not to the dimension of the law: to a sum of its own of each estimator.",
    formulas=("lhsd_of_law", "participation_of_law"),
    estimate=two_ends(many=3000, replicas=36),
    full=two_ends(many=10_000, replicas=72),  # the bias of finite N must shrink with the interval
    prediction=each_view(either_end),
    controls={
        "0, then the number of variances above t": each_view(seen),
        "that of the law at every N": each_view(of_law),
        "always 0": NOTHING,
    },
    statistic="median",
    equivalence_margin=0.15,
    axis="n",
    axis_label="N",
    series="method",
    value_label="median reading",
)

CURVATURE_GROWS = Claim(
    name="curvature-grows",
    title="The curvature of the singular values and number of data",
    statement="The curvature threshold finds nothing in a memorized score; with N it grows to one more than dimension.",
    source=f"{PAPER}: K = 4 d symmetrized scores, the first five values dropped, spikes above 10 medians",
    regime="t a factor of 3 or more from the collapse time; two and three directions in 16 and 20 dimensions",
    interpretation=(
        "A step 1, 1, v has its second difference at the last but one normal direction, which is counted among the "
        "tangent ones: take one from what the rule reads. It can say that nothing is left, unlike the largest gap."
    ),
    estimate=DimensionReadings(
        cases=(
            *views("gaussian 1*2 0*14", "training", 3, (0.002,)),
            *views("gaussian 1*2 0*14", "training", 1000, (0.1,)),
            *views("gaussian 1*3 0*17", "training", 500, (0.2,)),
        ),
        methods=("curvature",),
    ),
    prediction=each_view(one_more),
    controls={
        "the dimension of the law, none of a memorized score": each_view(seen),
        "one more than the law's at every N": each_view(lambda *a: of_the_law(*a) + 1),
        "always 0": NOTHING,
    },
    statistic="median",
    equivalence_margin=0.5,
    axis="n",
    axis_label="N",
    series="law",
    value_label="median dimension",
)

GAP_FALLS = Claim(
    name="gap-falls",
    title="The largest gap and number of data",
    statement="With N the largest gap falls: from the median of noise, on a memorized score, to the law's dimension.",
    source=f"{GAP}; singular values of white noise",
    regime="t a factor of 3 or more from the collapse time; one direction in ten dimensions",
    interpretation="By the largest gap the dimension does not grow with N: with few data it reads its own noise.",
    estimate=DimensionReadings(
        cases=(
            *views("gaussian 1 0*9", "training", 3, (0.001,)),
            *views("gaussian 1 0*9", "training", 10, (0.001,)),
            *views("gaussian 1 0*9", "training", 1000, (0.02,)),
        ),
        methods=("gap",),
        replicas=100,
    ),
    prediction=each_view(noise_then_law),
    controls={
        "0, then the dimension of the law": each_view(seen),
        "the dimension of the law at every N": each_view(of_the_law),
        "that of the space, then of the law": each_view(
            lambda view, t, labels: np.where(_collapsed(view, t), view.x.size, of_the_law(view, t, labels))
        ),
    },
    statistic="median",
    equivalence_margin=2.5,
    axis="n",
    axis_label="N",
    series="law",
    value_label="median dimension",
)


CLAIMS = (
    OF_LAW,
    FLIPD_GROWS,
    FILTERS_GROW,
    CURVATURE_GROWS,
    GAP_FALLS,
)
