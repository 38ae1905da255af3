r"""Dimension in one data set: the law of the number of visible directions, #{i: -t J_ii < 1/2}, over data sets.

Is a dimension lost at once, or direction by direction? At a typical point below t_c the number is 0 in the data sets
that one point carries, a share that tends to 1 as t -> 0, and all other numbers are about as frequent as one another:
the law of `verify.claims.condensed`. At a data point the number is 0 in almost all data sets at small t, all of them at
large t, and between the two one data set shows some directions and not all: a collapse that is smooth, as the paper
(v2) says, in the single data set and not in the mean alone.
"""

import numpy as np

from simulate.estimate import Estimate
from simulate.observables import PartlyVisible, UpTo, VisibleDirections
from simulate.samplers import NearestPoints
from theory.case import Case, typical
from theory.laws.spectra import gaussian
from verify.claim import Claim
from verify.claims.condensed import condensed_variances
from verify.claims.order.displaced import PAPER
from verify.claims.predictions import constant

COUNTED = 8  # directions
FEWER = tuple(range(COUNTED))  # numbers of visible directions up to which data sets are counted
ALPHA = 0.5  # log(N)/d
TIMES = (0.0638, 0.17)  # 0.15 and 0.4 times t_c


def visible(case: Case, order: str = "exact", frozen: bool = True) -> np.ndarray:
    """Shares of data sets with at most so many visible directions, in the limit, along FEWER.

    Arguments:
        case: the law, x, log N and t.
        order: of the condensation time: "exact", or the paper's "second-cumulant".
        frozen: whether the points that carry the weight are draws of the posterior at t_c; at t for a control.
    """
    counted = case.subspaces[0]
    few = Case(gaussian((1, counted.size)), typical, case.alpha * counted.size, case.t)  # all directions are alike
    numbers = (condensed_variances(few, order, frozen) > case.t / 2).sum(axis=1)
    return (numbers[:, None] <= FEWER).mean(axis=0)


def none_or_all(case: Case) -> np.ndarray:
    """As many data sets as in the limit without any direction, and the others with all of them, along FEWER."""
    return np.full(COUNTED, visible(case)[0])


def independent(case: Case) -> np.ndarray:
    """Directions that are lost one by one, as often as in the limit but independently, along FEWER."""
    missing = 1 - (1 - visible(case)).sum() / COUNTED
    chosen = np.random.default_rng(0).binomial(COUNTED, 1 - missing, 100_000)
    return (chosen[:, None] <= FEWER).mean(axis=0)


def counted(d: int, replicas: int) -> Estimate:
    """The law of the number of visible directions among the first COUNTED of d, at alpha = ALPHA.

    Arguments:
        d: the dimension.
        replicas: the number of data sets.
    """
    law = gaussian((1, d))
    cases = tuple(Case(law, typical, ALPHA * d, t, sizes=(COUNTED, d - COUNTED)) for t in TIMES)
    observable = UpTo(VisibleDirections(), FEWER, "most")
    return Estimate(cases=cases, observable=observable, sampler=NearestPoints(count=60), replicas=replicas)


LAW = Claim(
    name="dimension-of-data-sets",
    title="The number of visible directions in one data set",
    statement=r"Below $t_c$ the number of directions with $-t J_{ii} < 1/2$ is that of $\mathrm{PD}(t/t_c)$ weights.",
    source="Poisson-Dirichlet weights, points from the posterior at t_c (verify.claims.condensed)",
    regime=r"typical points, $\log N \to \infty$ at $\log(N)/d = 0.5$, eight of $d$ equal variances, the whole law",
    interpretation=(
        "The law has one peak, of data sets without any visible direction, and beside it all other numbers are about "
        "as frequent as one another."
    ),
    estimate=counted(100, replicas=1500),
    full=counted(160, replicas=4000),
    prediction=visible,
    controls={
        "none or all": none_or_all,
        "directions lost independently": independent,
        "the posterior at t": lambda case: visible(case, frozen=False),
        "the paper's t_c": lambda case: visible(case, order="second-cumulant"),
    },
    statistic="distribution",
    equivalence_margin=0.15,
    axis="most",
    axis_label="visible directions",
    series="t",
    value_label="share of data sets with at most so many",
)

GRADUAL = Claim(
    name="dimension-gradual",
    title="Dimension is lost gradually (v2)",
    statement=(
        "At some $t$ most data sets, a share of 0.75 within 0.25, show some of five directions and not all, seen from "
        "one of their points."
    ),
    source=f"{PAPER}v2: memorization emerges gradually, not abruptly, by a smooth collapse",
    regime=r"Gaussian data on five directions, $N = 300$, $1000$, $3000$ at $t = 0.3$, $0.2$, $0.15$; single data sets",
    interpretation=(
        "The paper's smooth collapse holds for data sets one by one, at $t$ where the own weight of the point is lost."
    ),
    estimate=Estimate(
        cases=tuple(
            Case(gaussian((1, 5)), typical, np.log(n), t, training=True)
            for n, t in ((300, 0.3), (1000, 0.2), (3000, 0.15))
        ),
        observable=PartlyVisible(),
        replicas=1000,
    ),
    prediction=constant(0.75),
    controls={"none or all, abruptly": constant(0.0), "one data set in four": constant(0.25)},
    statistic="bounded",
    equivalence_margin=0.28,
    stated_tolerance=0.25,
    stated_by=f"{PAPER}v2, abstract: gradually, not abruptly, as data become scarce; of trained networks",
    axis="n",
    axis_label="N",
    series="law",
    value_label="share of data sets with some directions visible",
)

CLAIMS = (LAW, GRADUAL)
