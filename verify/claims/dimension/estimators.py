r"""Estimators of dimension: what each of them reads as data grow in number.

At a data point a reading goes from that of a single point, where the score is memorized, to that of the law. Of FLIPD,
which is twice the mean energy over t, the mean over data sets is exact at every N: it is tested with Student's t, from
N = 20 on, where it is no matter of rare events. The others are functions of a random spectrum of which only both ends
are known: their medians are tested a factor of 3 or more from the collapse time, without a law of their scatter.

Estimators that see data alone, no score (lPCA, MLE, TwoNN of scikit-dimension), are an optional extra: no verdict may
depend on what is installed, so they stand in the report's table of estimators and not in the ledger.
"""

import numpy as np

from simulate.dimension.samplers import EmpiricalScores, PopulationScores
from simulate.dimension.traces import CUTOFF
from simulate.estimate import Estimate
from simulate.observables.dimension import REPEATS, SingleReading
from theory.case import Case, typical
from theory.exact.averages import mean_energy
from theory.laws.spectra import gaussian
from theory.limits.dimension import flipd_of_law, lhsd_of_law, participation_of_law
from verify.claim import Claim
from verify.claims.dimension.memorized import gaps_of_noise, memorized
from verify.claims.dimension.readings import (
    SPHERE,
    THREE,
    at_point,
    collapsed,
    dimensions,
    each,
    nothing,
    of_the_law,
    of_the_space,
    seen,
)

ROUNDING = 1e-9  # of a reading of one Jacobian
TRACES, FILTERS = ("flipd", "lhsd", "participation"), ("lhsd", "participation")
FLIPD, LHSD, GAP, PAPER = "arXiv:2406.03537", "arXiv:2605.01221", "arXiv:2212.12611", "arXiv:2410.08727v2"


def of_law(case: Case, method: str, cutoff: float = CUTOFF) -> float:
    """What a method reads off the score of the law, for infinitely many data.

    Arguments:
        case: the variances, x and t.
        method: "flipd", "lhsd" or "participation".
        cutoff: of LHSD.
    """
    readings = {
        "flipd": lambda: flipd_of_law.numeric(case.t, case.x, case.variances),
        "lhsd": lambda: lhsd_of_law.numeric(case.t, case.variances, cutoff),
        "participation": lambda: participation_of_law.numeric(case.t, case.variances),
    }
    return float(readings[method]())


def without_score(case: Case, method: str) -> float:
    """What a method reads off the score of the law where FLIPD leaves |s|^2 out, for a control.

    Arguments:
        case: the variances, x and t.
        method: "flipd", "lhsd" or "participation".
    """
    return of_law(case.moved(-case.x), method)


def energy(case: Case, share: float = 1.0) -> float:
    """2 E<E>/t = 2 d E log Z/d log t, at finite N.

    Arguments:
        case: the law, x, N and t.
        share: factor on N, for a control.
    """
    return 2 * float(mean_energy(case.with_points(share))) / case.t


def energy_of_law(case: Case) -> float:
    """-2 lambda K', for infinitely many data."""
    return float(-2 / case.t * case.law.lam_derivative(1 / case.t, case.x))


def either_end(case: Case, method: str) -> float:
    """Below the collapse time the reading of a memorized score, above it that of the law.

    Arguments:
        case: the law, x, N and t.
        method: "flipd", "lhsd" or "participation".
    """
    if not collapsed(case):
        return of_law(case, method)
    return memorized(case) if method == "lhsd" else 0.0


def one_more(case: Case) -> int:
    """0, then one more than the dimension of the law."""
    return 0 if collapsed(case) else of_the_law(case) + 1


def noise_then_law(case: Case) -> float:
    """The median gap of noise, of `REPEATS` readings as `local_dimension` takes it, then the dimension of the law."""
    if not collapsed(case):
        return of_the_law(case)
    gaps = gaps_of_noise(case.d)
    repeated = np.median(gaps[: gaps.size // REPEATS * REPEATS].reshape(-1, REPEATS), axis=1)
    return float(np.median(repeated))


def space_then_law(case: Case) -> int:
    """The dimension of the space, then that of the law."""
    return of_the_space(case) if collapsed(case) else of_the_law(case)


def two_ends(many: int, replicas: int) -> Estimate:
    """Readings of data of three points, which are memorized, and of many points at two times.

    Arguments:
        many: the number of points that are not memorized.
        replicas: the number of data sets.
    """
    law = gaussian((1, 1), (0.2, 1), (0, 6))
    return dimensions((*at_point(law, 3, 0.002), *at_point(law, many, 0.1, 0.4)), *FILTERS, replicas=replicas)


OF_LAW = Claim(
    name="estimators-of-law",
    title="Readings of the law itself",
    statement=(
        r"On the score of a linear law FLIPD, LHSD and participation each read their own sum over $\sigma_i^2/t$, "
        r"within the rounding of $10^{-9}$."
    ),
    source=f"{FLIPD}, {LHSD}; theory.limits.dimension",
    regime=r"$N \to \infty$, exact; $x$ typical, variances $1$ and $0.1$, $t$ from 0.02 to 0.5",
    interpretation=(
        r"Even infinitely many data have as many dimensions as estimators, which agree for $t$ far below every "
        r"$\sigma_i^2 > 0$ alone."
    ),
    formulas=("flipd_of_law", "lhsd_of_law", "participation_of_law"),
    estimate=Estimate(
        cases=tuple(Case(gaussian((1, 2), (0.1, 3), (0, 4)), typical, 0.0, t) for t in (0.02, 0.1, 0.5)),
        observable=SingleReading(TRACES),
        sampler=PopulationScores(),
        replicas=2,
    ),
    prediction=each(TRACES, of_law),
    controls={
        "the number of variances above t": of_the_law,
        "a noise of 1.05 t": each(TRACES, lambda case, method: of_law(case.at(1.05 * case.t), method)),
        "FLIPD without |s|^2": each(TRACES, without_score),
        "LHSD with c = 1/2": each(TRACES, lambda case, method: of_law(case, method, cutoff=0.5)),
    },
    statistic="exact",
    equivalence_margin=0.01,
    stated_tolerance=ROUNDING,
    series="method",
    value_label="reading",
)

FLIPD_GROWS = Claim(
    name="flipd-grows",
    title="FLIPD and number of data",
    statement=r"At a data point the mean FLIPD, $2 \partial\, \mathbb{E} \log Z / \partial \log t$, grows with $N$.",
    source=f"{FLIPD}; Cov_w(y) = t (1 + t J) and t s = <y> - x; theory.exact.averages",
    regime=(
        "exact at every $N$, $d$ and $t$, for every law: Gaussian data on three directions, $S^4$; mean of data sets"
    ),
    interpretation="FLIPD grows as an energy does, smoothly over two decades of $N$.",
    estimate=Estimate(
        cases=(
            *(case for n in (20, 100, 500, 2500) for case in at_point(THREE, n, 0.1)),
            *(case for n in (600, 2000) for case in at_point(SPHERE, n, 0.03)),
        ),
        observable=SingleReading(("flipd",)),
        sampler=EmpiricalScores(),
        replicas=130,
    ),
    prediction=energy,
    controls={
        "that of the law at every N": energy_of_law,
        "half as many points": lambda case: energy(case, share=0.5),
        "half of it: <E>_w/t": lambda case: energy(case) / 2,
        "two thirds as many points": lambda case: energy(case, share=2 / 3),
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
    statement="With $N$ the median LHSD and participation grow from those of a memorized score to those of the law.",
    source=f"{LHSD}; collapse time of arXiv:2402.18491",
    regime="$t$ a factor of 3 or more from the collapse time; variances $1$ and $0.2$ in eight dimensions",
    interpretation="Each estimator grows to a sum of its own and not to the dimension of the law.",
    formulas=("lhsd_of_law", "participation_of_law"),
    estimate=two_ends(many=3000, replicas=36),
    full=two_ends(many=10_000, replicas=72),  # the bias of finite N must shrink with the interval
    prediction=each(FILTERS, either_end),
    controls={
        "0, then the number of variances above t": seen,
        "that of the law at every N": each(FILTERS, of_law),
        "always 0": nothing,
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
    statement="With $N$ the median curvature threshold grows from $0$ to one more than the dimension of the law.",
    source=f"{PAPER}: K = 4 d symmetrized scores, the first five values dropped, spikes above 10 medians",
    regime="$t$ a factor of 3 or more from the collapse time; two and three directions in 16 and 20 dimensions",
    interpretation=(
        "The second difference of a step is at the last but one normal direction, which the rule counts among the "
        "tangent ones."
    ),
    estimate=dimensions(
        (
            *at_point(gaussian((1, 2), (0, 14)), 3, 0.002),
            *at_point(gaussian((1, 2), (0, 14)), 1000, 0.1),
            *at_point(gaussian((1, 3), (0, 17)), 500, 0.2),
        ),
        "curvature",
    ),
    prediction=one_more,
    controls={
        "the dimension of the law, none of a memorized score": seen,
        "one more than the law's at every N": lambda case: of_the_law(case) + 1,
        "always 0": nothing,
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
    statement="With $N$ the median largest gap falls from that of noise, on a memorized score, to the law's dimension.",
    source=f"{GAP}; singular values of white noise",
    regime="$t$ a factor of 3 or more from the collapse time; one direction in ten dimensions",
    interpretation="By the largest gap, which reads its own noise with few data, the dimension does not grow with $N$.",
    estimate=dimensions(
        (
            *at_point(gaussian((1, 1), (0, 9)), 3, 0.001),
            *at_point(gaussian((1, 1), (0, 9)), 10, 0.001),
            *at_point(gaussian((1, 1), (0, 9)), 1000, 0.02),
        ),
        "gap",
        replicas=100,
    ),
    prediction=noise_then_law,
    controls={
        "0, then the dimension of the law": seen,
        "the dimension of the law at every N": of_the_law,
        "that of the space, then of the law": space_then_law,
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
