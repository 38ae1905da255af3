r"""Participation ratio: E sum w^2 over data sets, exactly at finite N and d, and in its limit 1 - t/t_c.

A data set of finite dimension cannot show the limit: at t/t_c = 0.8 the exact average is 0.49 at d = 20, 0.31 at
d = 100 and 0.2 in the limit. The two sources of disagreement are kept apart: the *sampling* error is that of the
experiment, and the *finite-size part* P(d) - P(infinity) comes from exact averages at d = 40 .. 480, extrapolated with
no use of the limit that is put to the test (`verify.claims.ladder`).
"""

from functools import partial

from simulate.estimate import Estimate
from simulate.observables import ParticipationRatio
from theory.case import Case, far, grid, held_out, origin, typical
from theory.exact.averages import participation_ratio
from theory.laws.spectra import graded, halves, paper, plane
from theory.limits.condensation import condensation_time
from theory.limits.weights import limit_participation
from verify.claim import Claim, Correction
from verify.claims.ladder import missing

TIMES = (0.1, 0.15, 0.25, 0.5, 1.5)


def limit(case: Case, order: str = "exact", power: float = 1.0) -> float:
    """1 - t/t_c, and 0 above t_c; a power of it for a control."""
    return limit_participation(case, order) ** power


def garbled_power(case: Case, order: str = "exact") -> float:
    """1/N~ for N~ = min(N, t^(1 - 1/t_c)), with N infinite."""
    return case.t ** (1 / condensation_time(case, order=order) - 1)


def garbled_ratio(case: Case, order: str = "exact") -> float:
    """1/N~ for N~ = min(N, t/(1 - t/t_c)), with N infinite."""
    return limit(case, order) / case.t


def finite_size(case: Case) -> Correction:
    """P(infinity) - P(d)."""
    return Correction(*missing(participation_ratio, case))


FINITE = Claim(
    name="participation-finite",
    title="Participation ratio at finite N and d",
    statement="The mean of sum w^2 over data sets is the integral over independent energies, at any N and d.",
    source="shared theory, layer 3: average of independent energies one by one",
    regime="exact at every N, d, t and x, where x is a data point as well",
    interpretation="The finite-size theory is right to sampling error: it can carry the limit below to any size.",
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
        "the limit 1 - t/t_c at finite d": limit,
        "half as many points": lambda case: participation_ratio(case.with_points(0.5)),
    },
    statistic="bounded",
    equivalence_margin=0.08,
    value_label="participation ratio",
)

LIMIT = Claim(
    name="participation-limit",
    title="Participation ratio below the exact condensation time",
    statement="Below the exact t_c the mean of sum w^2 tends to 1 - t/t_c as N = e^{alpha d} grows.",
    source="arXiv:2410.08727, sec. 5.3 (form); large deviations (t_c)",
    regime="d -> infinity at alpha = 0.4; half of sigma_i = 1, half 0.3, x_i = +-sigma_i",
    interpretation="The paper's form of the effective number holds once t_c is the exact one.",
    formulas=("condensed_participation", "linear_energy_law"),
    estimate=Estimate(
        cases=grid(halves(20), typical, (0.05, 0.1, 0.145, 0.19), n=2980), observable=ParticipationRatio()
    ),
    correction=finite_size,
    prediction=limit,
    controls={
        "N~ = t^(1 - 1/t_c)": garbled_power,
        "N~ = t/(1 - t/t_c)": garbled_ratio,
        "the paper's t_c": partial(limit, order="second-cumulant"),
        "(1 - t/t_c)^2": partial(limit, power=2.0),
    },
    statistic="bounded",
    equivalence_margin=0.08,
    value_label="participation ratio",
)

PAPER_TIME = Claim(
    name="participation-paper-time",
    title="Participation ratio below the paper's condensation time",
    statement="Below t_c the mean participation ratio tends to 1 - t/t_c, with the paper's t_c to second cumulant.",
    source="arXiv:2410.08727, sec. 5.3",
    regime="d -> infinity at alpha = 0.4; half of sigma_i = 1, half 0.3, x_i = +-sigma_i",
    interpretation=(
        "At alpha of order one the Gaussian approximation of the energies puts condensation several times too early: "
        "the paper's t_c is for alpha -> 0 per intrinsic dimension, and here the exact one is needed."
    ),
    formulas=("condensed_participation", "second_cumulant_time", "global_variance", "directional_variance"),
    estimate=LIMIT.estimate,
    correction=finite_size,
    prediction=partial(limit, order="second-cumulant"),
    controls={
        "N~ = t^(1 - 1/t_c)": partial(garbled_power, order="second-cumulant"),
        "N~ = t/(1 - t/t_c)": partial(garbled_ratio, order="second-cumulant"),
    },
    statistic="bounded",
    equivalence_margin=0.08,
    expected_verdict="disagrees",
    value_label="participation ratio",
)

CLAIMS = (FINITE, LIMIT, PAPER_TIME)
