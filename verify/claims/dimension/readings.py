r"""Local dimension: it grows with the number of data, and what each estimator says of a memorized score.

At a data point, or its noised copy, one of two things is seen at t. Below the collapse time of N points a single data
point carries the score: dimension 0. Above it the score is the law's, and the data vary by more than t along the
directions with sigma^2 > t. The collapse time falls with N: at given t the dimension grows from 0 to that number.
"""

from collections.abc import Callable

import numpy as np

from simulate.dimension.samplers import EmpiricalScores
from simulate.estimate import Estimate
from simulate.observables.dimension import LocalDimension
from theory.case import Case, typical
from theory.laws.law import EnergyLaw
from theory.laws.spectra import gaussian
from theory.laws.sphere import Sphere
from theory.limits.related import collapse_time
from verify.claim import Claim
from verify.claims.order.displaced import PAPER


def seen(case: Case, power: float = 1.0) -> int:
    """0 below the collapse time, and above it the number of variances larger than t.

    Arguments:
        case: the variances, N and t.
        power: of the variances, for a control.
    """
    return 0 if collapsed(case) else _larger(case.variances**power, case.t)


def of_the_law(case: Case) -> int:
    """What infinitely many data show."""
    return _larger(case.variances, case.t)


def fewer(case: Case) -> int:
    """All directions as long as few data are there, none later: a dimension that falls with N."""
    return of_the_law(case) - seen(case)


def collapsed(case: Case) -> bool:
    """Whether t is below the collapse time of N points."""
    return case.t < collapse_time(case.variances, case.log_n)


def nothing(case: Case) -> float:
    """0, the dimension of a memorized score."""
    return 0.0


def of_the_space(case: Case) -> int:
    """d."""
    return case.d


def intrinsic(case: Case) -> int:
    """Dimension of the law: of a sphere, or the number of variances > 0."""
    return case.law.block - 1 if isinstance(case.law, Sphere) else int((case.variances > 0).sum())


def at_point(law: EnergyLaw, n: int, *times: float) -> tuple[Case, ...]:
    """Cases seen from the typical point of a law, which is one of the data points.

    Arguments:
        law: of the data.
        n: the number of points.
        *times: noise variances.
    """
    return tuple(Case(law, typical, np.log(n), t, training=True) for t in times)


def dimensions(cases: tuple[Case, ...], *methods: str, replicas: int = 32) -> Estimate:
    """Readings of the local dimension of exact scores.

    Arguments:
        cases: where.
        *methods: of `simulate.dimension.METHODS`.
        replicas: the number of data sets.
    """
    return Estimate(cases=cases, observable=LocalDimension(methods), sampler=EmpiricalScores(), replicas=replicas)


def each(methods: tuple[str, ...], predict: Callable[..., float]) -> Callable[[Case], np.ndarray]:
    """A prediction for each of several methods.

    Arguments:
        methods: names of methods.
        predict: a case and a method to a number.
    """
    return lambda case: np.array([predict(case, method) for method in methods])


def _larger(variances: np.ndarray, t: float) -> int:
    return int((variances > t).sum())


THREE, FOUR, SPHERE = gaussian((1, 3), (0, 5)), gaussian((2, 2), (0.4, 2), (0, 4)), Sphere(4)

GROWS = Claim(
    name="dimension-grows",
    title="Dimension and number of data",
    statement=(
        r"At a data point the median dimension seen at $t$ grows with $N$ from $0$ to the number of $\sigma_i^2 > t$."
    ),
    source=f"{PAPER}, dimension read off the singular values; collapse time of arXiv:2402.18491",
    regime=r"$t$ a factor of 3 or more from the collapse time, two $N$ at one $t$; the test of simulate.dimension",
    interpretation=(
        "Few data show no dimension and many that of the law, so that a dimension read off at one $N$ says as much of "
        "$N$ as of the data."
    ),
    formulas=("mean_entropy_loss",),
    estimate=dimensions(
        (
            *at_point(THREE, 3, 0.03, 0.15),
            *at_point(THREE, 3000, 0.15, 0.4),
            *at_point(FOUR, 3, 0.1),
            *at_point(FOUR, 20_000, 0.1),
            *at_point(gaussian((1, 2), (0.01, 3)), 1000, 0.1),
        ),
        "test",
    ),
    prediction=seen,
    controls={
        "the law's dimension at every N": of_the_law,
        "a dimension that falls with N": fewer,
        "all variances, however small": lambda case: seen(case, power=1 / 3),
        "always 0": nothing,
    },
    statistic="median",
    equivalence_margin=1.1,
    stated_by=f"{PAPER}, abstract: the dimension grows with the size of the data set",
    axis="n",
    axis_label="N",
    series="law",
    value_label="median dimension",
)

MEMORIZED = Claim(
    name="dimension-memorized",
    title="Dimension of a memorized score",
    statement="Where a single data point carries the score, the median dimension is $0$.",
    source="-t J = 1 in every direction",
    regime="$t$ far below the collapse time; the test of simulate.dimension, and FLIPD (arXiv:2406.03537)",
    interpretation="The test says at a stated error rate that nothing is left, and FLIPD says it as a number near $0$.",
    estimate=dimensions((*at_point(THREE, 5, 0.003), *at_point(SPHERE, 10, 0.001)), "test", "flipd"),
    prediction=nothing,
    controls={
        "one": lambda case: 1.0,
        "the dimension of the law": intrinsic,
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
    statement="Where one data point carries the score, the largest gap of the singular values is at dimension $0$.",
    source="arXiv:2212.12611 and the paper use that gap as an estimator of dimension; neither states this of it",
    regime="$t$ far below the collapse time; medians over data sets",
    interpretation=(
        "The largest gap of a flat spectrum is where noise puts it, at some number from $1$ to $d - 1$, so that it "
        "cannot report a memorized point."
    ),
    estimate=dimensions(at_point(THREE, 5, 0.05), "gap", replicas=250),
    prediction=nothing,
    controls={
        "the dimension of the law": intrinsic,
        "that of the space": of_the_space,
    },
    statistic="median",
    equivalence_margin=0.5,
    expected_verdict="disagrees",
    reading_to_avoid=True,
    axis="n",
    axis_label="N",
    series="method",
    value_label="median dimension",
)


CLAIMS = (GROWS, MEMORIZED, GAP_NEVER_SAYS_NONE)
