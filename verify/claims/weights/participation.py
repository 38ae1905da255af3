r"""Participation ratio: E sum w^2 over data sets, exactly at finite N and d, and in its limit 1 - t/t_c.

A data set of finite dimension cannot show the limit: at t/t_c = 0.8 the exact average is 0.49 at d = 20, 0.31 at
d = 100 and 0.2 in the limit. The finite-N average is therefore compared at d = 8 to 30, on whole data sets, and the
limit at d = 1600, log N = 640, on the lowest energies of data sets. What is left of the *finite-size part* there,
P(d) - P(infinity), comes from exact averages along a ladder of sizes, with no use of the limit that is put to the test
(`verify.claims.ladder`).
"""

from functools import partial

from simulate.estimate import Estimate
from simulate.observables import ParticipationRatio
from simulate.samplers import LowestEnergies
from theory.case import Case, far, grid, held_out, origin, typical
from theory.exact.averages import participation_ratio
from theory.laws.spectra import graded, halves, paper, plane
from theory.limits.condensation import condensation_time
from theory.limits.weights import limit_participation
from verify.claim import Claim, Correction
from verify.claims.ladder import missing

TIMES = (0.1, 0.15, 0.25, 0.5, 1.5)


def limit(case: Case, order: str = "exact", power: float = 1.0) -> float:
    """The limit of E sum w^2: 1 - t/t_c, and 0 above t_c.

    Arguments:
        case: the law, x, log N and t.
        order: of the condensation time: "exact", or the paper's "second-cumulant".
        power: of the whole, for a control.
    """
    return limit_participation(case, order) ** power


def garbled_power(case: Case, order: str = "exact") -> float:
    """1/N~ for N~ = min(N, t^(1 - 1/t_c)), with N infinite.

    Arguments:
        case: the law, x, log N and t.
        order: of the condensation time: "exact", or the paper's "second-cumulant".
    """
    return case.t ** (1 / condensation_time(case, order=order) - 1)


def garbled_ratio(case: Case, order: str = "exact") -> float:
    """1/N~ for N~ = t/(1 - t/t_c), with N infinite, and 1 where that N~ is below 1.

    Arguments:
        case: the law, x, log N and t.
        order: of the condensation time: "exact", or the paper's "second-cumulant".
    """
    return min(1.0, limit(case, order) / case.t)


def finite_size(case: Case) -> Correction:
    """P(infinity) - P(d)."""
    return Correction(*missing(participation_ratio, case))


FINITE = Claim(
    name="participation-finite",
    title="Participation ratio at finite N and d",
    statement=(
        r"At every $N$ and $d$ the mean of $\sum_\mu w_\mu^2$ over data sets is the exact average over $N$ "
        r"independent energies."
    ),
    source="theory.exact.averages: average over independent energies one by one",
    regime="exact at every N, d, t and x; N = 24 to 2980, d = 8 to 30, x also a training point",
    interpretation=("The integral is right to sampling error, so that exact averages stand for data sets of any size."),
    formulas=("linear_energy_law",),
    estimate=Estimate(
        cases=(
            *grid(halves(8), typical, TIMES, n=24),
            *grid(halves(16), typical, TIMES, n=601),
            *grid(halves(20), typical, TIMES, n=2980),
            *grid(halves(20), origin, TIMES, n=1000),
            *grid(graded(20), far, TIMES, n=1000),
            *grid(paper(30), origin, TIMES, n=1000),
            *grid(plane(12), held_out, TIMES, n=300),
            *grid(halves(20), held_out, TIMES, n=500, training=True),
        ),
        observable=ParticipationRatio(),
        replicas=1000,
    ),
    prediction=participation_ratio,
    controls={
        "the limit 1 - t/t_c at finite d, at least 1/N": lambda case: max(limit(case), 1 / case.n),
        "half as many points": lambda case: participation_ratio(case.with_points(0.5)),
    },
    statistic="bounded",
    equivalence_margin=0.08,
    value_label="participation ratio",
)

LIMIT = Claim(
    name="participation-limit",
    title="Participation ratio below the exact condensation time",
    statement=(
        r"Below the exact $t_c(x)$ the mean of $\sum_\mu w_\mu^2$ over data sets tends to $1 - t/t_c(x)$ as "
        r"$N = e^{\alpha d}$ grows."
    ),
    source="arXiv:2410.08727, sec. 5.3 (form); large deviations (t_c)",
    regime=(
        "d -> infinity at alpha = 0.4, here d = 1600 with its exact finite-size part; half of sigma_i = "
        "1, half 0.3, typical x"
    ),
    interpretation="The paper's form of the effective number holds once the exact t_c takes the place of the paper's.",
    formulas=("condensed_participation", "linear_energy_law"),
    estimate=Estimate(
        cases=tuple(Case(halves(20), typical, 8.0, t).enlarged(80) for t in (0.05, 0.1, 0.145, 0.19)),
        observable=ParticipationRatio(),
        sampler=LowestEnergies(),
        replicas=6000,
    ),
    correction=finite_size,
    prediction=limit,
    controls={
        "N~ = t^(1 - 1/t_c)": garbled_power,
        "N~ = t/(1 - t/t_c), at least 1": garbled_ratio,
        "the paper's t_c": partial(limit, order="second-cumulant"),
        "(1 - t/t_c)^2": partial(limit, power=2.0),
        "t_c a tenth larger": lambda case: limit(case.at(case.t / 1.1)),
    },
    statistic="bounded",
    equivalence_margin=0.05,
    value_label="participation ratio",
)

PAPER_TIME = Claim(
    name="participation-paper-time",
    title="Participation ratio below the paper's condensation time",
    statement=(
        r"Below $t_c(x) = \sqrt{(r_4/2 + \omega^2(x))/(2\alpha)}$ the mean of $\sum_\mu w_\mu^2$ over data "
        r"sets tends to $1 - t/t_c(x)$."
    ),
    source="arXiv:2410.08727, sec. 5.3",
    stated_by="arXiv:2410.08727, sec. 5.3, for d -> infinity at fixed alpha = log(N)/d",
    regime=LIMIT.regime,
    interpretation=(
        "At alpha = 0.4 the paper's t_c, that of Gaussian energies, is four times the exact one: the "
        "paper's t_c is the limit alpha -> 0 per intrinsic dimension."
    ),
    formulas=("condensed_participation", "second_cumulant_time", "global_variance", "directional_variance"),
    estimate=LIMIT.estimate,
    correction=finite_size,
    prediction=partial(limit, order="second-cumulant"),
    controls={
        "N~ = t^(1 - 1/t_c)": partial(garbled_power, order="second-cumulant"),
        "N~ = t/(1 - t/t_c), at least 1": partial(garbled_ratio, order="second-cumulant"),
    },
    statistic="bounded",
    equivalence_margin=0.05,
    expected_verdict="disagrees",
    value_label="participation ratio",
)

CLAIMS = (FINITE, LIMIT, PAPER_TIME)
