r"""Memorized scores: what the rivals of the test read where a single data point carries the score.

There -t J = 1 in every direction, and the scores at x + sqrt(t) z, seen from the data point x, are -z/sqrt(t). Each of
LHSD, participation and the largest gap turns that into a number of its own, none of which is 0 for every d. The first
two are the same in all data sets but for rare ones: medians. The largest gap of white noise has a law of its own,
tested as a whole by the band of Kolmogorov and Smirnov.
"""

from functools import cache

import numpy as np

from simulate.dimension.samplers import EmpiricalScores
from simulate.dimension.traces import CUTOFF
from simulate.estimate import Estimate
from simulate.observables import UpTo
from simulate.observables.dimension import DIGITS, SingleReading
from theory.case import Case
from theory.laws.spectra import gaussian
from theory.limits.dimension import lhsd_of_law
from verify.claim import Claim
from verify.claims.dimension.readings import SPHERE, THREE, at_point, dimensions, intrinsic, nothing

LHSD, GAP = "arXiv:2605.01221", "arXiv:2212.12611"
SCORES = 4  # for each dimension: what 2212.12611 asks for
DRAWS = 20_000  # of the noise: its law is known to 0.0035
MOST = np.arange(1, THREE.dimension - 1)  # dimensions up to which readings are counted


def memorized(case: Case, cutoff: float = CUTOFF) -> float:
    """d/(1 + c^{-4}), LHSD of a score that one data point carries, to as many digits as readings have.

    Arguments:
        case: d and t.
        cutoff: c, in units of the noise.
    """
    return round(float(lhsd_of_law.numeric(case.t, np.zeros(case.d), cutoff)), DIGITS)


def share_of_noise(case: Case) -> np.ndarray:
    """P(largest gap of noise <= most), along MOST."""
    return (gaps_of_noise(case.d)[:, None] <= MOST).mean(axis=0)


@cache
def gaps_of_noise(d: int) -> np.ndarray:
    """Largest gaps of 4 d white scores, (draws,), by the bidiagonal form of a Gaussian matrix (math-ph/0206043)."""
    rng = np.random.default_rng(0)
    matrices = np.zeros((DRAWS, d, d))
    i = np.arange(d)
    matrices[:, i, i] = np.sqrt(rng.chisquare(SCORES * d - i, (DRAWS, d)))
    matrices[:, i[:-1], i[1:]] = np.sqrt(rng.chisquare(d - 1 - i[:-1], (DRAWS, d - 1)))
    values = np.linalg.svd(matrices, compute_uv=False)
    return d - 1 - (values[:, :-1] - values[:, 1:]).argmax(axis=1)


LHSD_MEMORIZED = Claim(
    name="lhsd-memorized",
    title="LHSD of a memorized score",
    statement=(
        "Where a single data point carries the score, the median LHSD is $d/(1 + c^{-4})$, $d/257$ at $c = 1/4$."
    ),
    source=f"{LHSD}: every direction passes the filter a little",
    regime="$t$ far below the collapse time; three directions in up to 300 dimensions",
    interpretation="LHSD would read a memorized image of 3072 numbers as twelve-dimensional.",
    formulas=("lhsd_of_law",),
    estimate=dimensions(
        tuple(case for d in (30, 100, 300) for case in at_point(gaussian((1, 3), (0, d - 3)), 5, 0.001)), "lhsd"
    ),
    prediction=memorized,
    controls={
        "none": nothing,
        "the dimension of the law": intrinsic,
        "with c = 0.27": lambda case: memorized(case, cutoff=0.27),
        "d/17, with c = 1/2": lambda case: memorized(case, cutoff=0.5),
    },
    statistic="median",
    equivalence_margin=0.1,
    relative=True,
    series="law",
    value_label="median LHSD",
)

PARTICIPATION_MEMORIZED = Claim(
    name="participation-memorized",
    title="Participation of a memorized score",
    statement="Of two data points, while the other still weighs, the median participation reads $1$.",
    source="rank of the covariance of two points",
    regime=r"$t$ below the collapse time of $N = 2$, while the other variance is above $10^{-6} t$",
    interpretation=(
        "A memorized score looks one-dimensional to participation, as a point and its neighbour make a line."
    ),
    estimate=dimensions((*at_point(THREE, 2, 0.6), *at_point(SPHERE, 2, 0.2)), "participation", replicas=40),
    prediction=lambda case: 1.0,
    controls={"none": nothing, "the dimension of the law": intrinsic},
    statistic="median",
    equivalence_margin=0.4,
    series="law",
    value_label="median participation ratio",
)

GAP_OF_NOISE = Claim(
    name="gap-of-noise",
    title="The largest gap of a memorized score",
    statement="On a memorized score the largest gap is distributed as that of $4 d$ white Gaussian scores.",
    source=f"{GAP}: at a data point x the scores at x + sqrt(t) z are -z/sqrt(t)",
    regime="$t$ far below the collapse time; location and shape, at all dimensions at once",
    interpretation="The largest gap reads any number from $1$ to $d - 1$, which is no property of the data.",
    estimate=Estimate(
        cases=at_point(THREE, 5, 0.0005),
        observable=UpTo(SingleReading(("gap",)), tuple(MOST), "most"),
        sampler=EmpiricalScores(),
        replicas=800,
    ),
    prediction=share_of_noise,
    controls={
        "all dimensions alike": lambda case: MOST / (case.d - 1),
        "always d - 1": nothing,
        "always the law's three": lambda case: intrinsic(case) <= MOST,
    },
    statistic="distribution",
    equivalence_margin=0.15,
    axis="most",
    axis_label="dimension",
    series="law",
    value_label="share of readings up to it",
)

CLAIMS = (LHSD_MEMORIZED, PARTICIPATION_MEMORIZED, GAP_OF_NOISE)
