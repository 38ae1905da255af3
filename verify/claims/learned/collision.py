r"""What a score memorizes as one number, and what the rules in use say of it: exact averages beside what samples show.

Collisions of clones, the rule d1/d2 < 1/3, and captions.
"""

from collections.abc import Callable

import numpy as np

from simulate.estimate import Estimate
from simulate.observables.memorized import CaptionShared, CloserThan
from simulate.sampling.runs import CloneRuns, Collisions
from theory.case import Case, grid, held_out, typical
from theory.exact.averages import participation_ratio
from theory.laws.spectra import gaussian, halves
from theory.learned.collision import THIRD, false_alarm, false_alarm_limit
from theory.limits import condensation_time, effective_number
from verify.claim import Claim
from verify.claims.predictions import constant


def exact(case: Case) -> float:
    """E sum w^2 over data sets."""
    return float(participation_ratio(case))


def paper(case: Case) -> float:
    """1/N~ of the paper: 1 - t/t_c, t_c to second cumulant, 1/N above it."""
    t_c = condensation_time(case.x, case.variances, case.alpha, order="second-cumulant")
    return float(1 / effective_number(case.t, t_c, case.n))


def of_captions(predict: Callable[[Case], float]) -> Callable[[Case], np.ndarray]:
    """A prediction for each number of points that share a caption."""
    return lambda case: np.array([predict(case.with_points(k / case.n)) for k in CaptionShared().sharers])


PLANES = tuple(gaussian((1.0, m)) for m in (1, 2, 5))

COLLISION = Claim(
    name="collision-clones",
    title="Collisions of clones",
    statement=r"Two reverse-SDE runs of the empirical score from one $(x,t)$ end at the same point with probability "
    r"$\sum_\mu w_\mu^2 = 1/\tilde N$.",
    source="stochastic localization; theory.learned.collision, theory.exact.participation_ratio",
    regime="exact at every N, d, t; N = 20 to 200, d = 4 to 20, t from 0.05 to 1; eight clones, 64 steps of Heun",
    interpretation=(
        "The effective number of points is measurable in any stochastic sampler without its training data, though "
        "not in the probability flow, whose runs collide always: cliques of samples, clones and the paper's "
        "effective number are one quantity."
    ),
    estimate=Estimate(
        cases=(
            *grid(halves(4), held_out, (0.1, 1.0), n=50),
            *grid(halves(8), held_out, (0.1, 0.4), n=50),
            *grid(halves(20), typical, (0.3,), n=(20, 200)),
        ),
        observable=Collisions(),
        sampler=CloneRuns(),
        replicas=600,
    ),
    prediction=exact,
    controls={
        "one in N": lambda case: 1 / case.n,
        "the paper's 1 - t/t_c": paper,
        "three clones at one point": lambda case: float(participation_ratio(case, order=3)),
        "a tenth of the points": lambda case: exact(case.with_points(0.1)),
    },
    statistic="bounded",
    equivalence_margin=0.1,
    value_label="share of pairs of clones at one data point",
)


def _third(replicas: int, n: tuple[int, ...]) -> Estimate:
    cases = grid(PLANES, held_out, (1.0,), n=n)
    return Estimate(cases=cases, observable=CloserThan(), replicas=replicas)


THIRD_EXACT = Claim(
    name="third-rule-exact",
    title="False alarms of the one-third rule",
    statement=r"Held-out draws pass for memorized, $d_1/d_2<1/3$, with probability "
    r"$N\int(1-F(9e))^{N-1}\,dF(e)$.",
    source="order statistics of independent energies: theory.learned.collision, false_alarm",
    regime="exact at every N, here 2 to 300; Gaussian laws of one variance in m = 1, 2, 5 dimensions; one held-out x",
    interpretation=(
        "The rule by which several works count copies fires on a third of all new samples of a one-dimensional "
        "law and on one in nine of a two-dimensional one, however many the data: shares of copies must be read "
        "against those of held-out points."
    ),
    estimate=_third(6000, (2, 20, 300)),
    prediction=false_alarm,
    controls={
        "a rule without false alarms": constant(0.0),
        "a ratio of distances read as one of squares": lambda case: false_alarm(case, THIRD**0.5),
        "one in three, whatever m": constant(THIRD),
    },
    statistic="bounded",
    equivalence_margin=0.05,
    axis="n",
    axis_label="N",
    series="d",
    value_label="share of held-out draws called memorized",
)

THIRD_LIMIT = Claim(
    name="third-rule-limit",
    title="The one-third rule with many data",
    statement=r"For $N\to\infty$ held-out draws of an $m$-dimensional law pass for memorized, $d_1/d_2<1/3$, with "
    r"probability $3^{-m}$.",
    source="theory.learned.collision, false_alarm_limit",
    regime="N = 300, m = 1, 2, 5; one held-out x",
    interpretation=(
        "More data do not silence the rule, more dimensions do: it is safe for images of many intrinsic dimensions "
        "and says little of data on curves and surfaces."
    ),
    formulas=("false_alarm_limit",),
    estimate=_third(6000, (300,)),
    prediction=lambda case: float(false_alarm_limit.numeric(THIRD, float(case.d))),
    controls={
        "a rule without false alarms": constant(0.0),
        "1/9 for every law": constant(THIRD**2),
        "3^{-m/2}": lambda case: THIRD ** (case.d / 2),
    },
    statistic="bounded",
    equivalence_margin=0.05,
    axis="d",
    axis_label="dimensions m of the law",
    series="n",
    value_label="share of held-out draws called memorized",
)

CAPTIONS = Claim(
    name="caption-sharers",
    title="Memorization under a caption",
    statement=r"Under a caption shared by $k$ of $N$ points the empirical score has the $\sum w^2$ of $k$ points, so "
    r"$t_c$ follows from $\log k$.",
    source="the conditional empirical score is that of the points of its condition; theory.exact.participation_ratio",
    regime="exact at every k, N, d, t; k = 1, 10, 100 of N = 1000, d = 20, typical x, t = 0.1 to 3",
    interpretation=(
        "A caption makes a small data set out of a large one: a unique caption memorizes at every t, and what is "
        "counted for the whole data set does not protect what few points share."
    ),
    estimate=Estimate(
        cases=grid(halves(20), typical, (0.2, 1.0, 3.0), n=1000), observable=CaptionShared(), replicas=400
    ),
    prediction=of_captions(exact),
    controls={
        "all N points": exact,
        "N/k points": lambda case: np.array([exact(case.with_points(1 / k)) for k in CaptionShared().sharers]),
        "the paper's 1 - t/t_c at k": of_captions(lambda case: paper(case) if case.n > 1 else 1.0),
    },
    statistic="bounded",
    equivalence_margin=0.08,
    series="sharers",
    value_label="sum w^2 under the caption",
)

CLAIMS = (COLLISION, THIRD_EXACT, THIRD_LIMIT, CAPTIONS)
