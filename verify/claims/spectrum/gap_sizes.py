r"""Gaps along N: at a fixed t from five points to hundreds, and frozen at t_c(N) up to N = e^45.

At a held-out point the mean gap of finite N is that of the population as long as t > t_c(N), and frozen at t_c(N)
below,

    final          gamma/(t_c + gamma),                       opens as N grows and t_c falls
    intermediate   t_c/(t_c + v) - t_c/(t_c + w),             opens and closes as N grows, widest at t_c = (v w)^{1/2}

for log N -> infinity, whatever t; in few dimensions the blurred transition moves that maximum to smaller t_c. Below t_c
few points carry the weight, and only the nearest are drawn (`simulate.levels.nearby`). The means are
over many data sets and are compared with exact averages at that N, by Student's t.

Seen beside the statements:

    gap-sizes: of the intermediate gap for 400 points, 0.44, 0.41 stays with more points.
"""

from dataclasses import replace

import numpy as np

from simulate.estimate import Estimate
from simulate.observables.spectrum import SPECTRAL_GAP
from simulate.samplers import NearestPoints
from theory.case import Case, grid, typical
from theory.exact.jacobian import population_jacobian
from theory.laws.spectra import gaussian
from theory.limits.condensation import condensation_time
from theory.limits.fluctuation import paper_normalized_jacobian
from verify.claim import Claim
from verify.claims.spectrum.gaps import exact, gap_of, population

FLAT, FULL = gaussian((1, 8), (0.1, 8), (0, 2)), gaussian((1, 8), (0.1, 8))
RATIO = 0.35  # t/t_c(N)
DEEP = ((5.0, 0.1208), (12.0, 0.02982), (25.0, 0.004921), (45.0, 0.0003992))  # log N, RATIO t_c(N) to four digits
FEW = 30  # points, in the control that is blind to N


def frozen_at_paper(case: Case) -> float:
    """The population's gap at the paper's t_c."""
    return gap_of(case, population_jacobian(case.at(max(case.t, condensation_time(case, order="second-cumulant")))))


def paper(case: Case) -> float:
    """From the paper's effective number with the posterior at t: it closes as t -> 0."""
    t_c = condensation_time(case, order="second-cumulant")
    return gap_of(case, np.asarray(paper_normalized_jacobian.numeric(min(case.t, t_c), t_c, case.variances)))


def blind(case: Case) -> float:
    """The gap of FEW points, whatever N."""
    return exact(replace(case, log_n=float(np.log(FEW))))


SIZES = Claim(
    name="gap-sizes",
    title="Gaps at a fixed time as N grows",
    statement=(
        "At a fixed $t$ the mean over data sets of the gaps of $-t J$ is the exact average at every $N$, "
        "by which the final gap opens with $N$ and the intermediate gap overshoots that of the "
        "population."
    ),
    source="theory.exact.score, mean_jacobian",
    regime=(
        "exact at every N, here 3, 30 and 400; typical points and training points, where the paper does "
        "not say t_c(x); final gap (with directions of variance 0) and intermediate"
    ),
    interpretation=(
        "With enough data at a given t every gap is that of the population: the final gap closes as N falls, and "
        "the intermediate gap, at t = 0.1, is 0.27 for 3 points, widest, 0.49, for about 50, and 0.44 for 400."
    ),
    formulas=("linear_energy_law",),
    estimate=Estimate(
        cases=(
            *grid(gaussian((1, 3), (0.1, 3), (0, 2)), typical, (0.1,), n=(3, 30, 400)),
            *grid(gaussian((1, 3), (0.1, 3), (0, 2)), typical, (0.2,), n=(3, 30, 400), training=True),
            *grid(gaussian((1, 3), (0.1, 3)), typical, (0.1,), n=(3, 30, 400)),
        ),
        observable=SPECTRAL_GAP,
        replicas=8000,
    ),
    prediction=exact,
    controls={
        "the population's gap at every N": population,
        f"that of {FEW} points at every N": blind,
        "all gaps closed": lambda case: 0.0,
    },
    statistic="t",
    equivalence_margin=0.09,
    axis="n",
    axis_label="N",
    series="x",
    value_label="gap of -t J",
)

FROZEN = Claim(
    name="gap-frozen-sizes",
    title="Frozen gaps up to N = e^45",
    statement=(
        r"Below $t_c(N)$ the mean over data sets of the gaps of $-t J$ is the exact average at every $N$, "
        r"by which the intermediate gap closes once $t_c(N) < \sqrt{v w}$."
    ),
    source="theory.exact.score, mean_jacobian; theory.limits.fluctuation, frozen_normalized_jacobian",
    regime=f"exact at every N; Gaussian data at typical points, log N from 5 to 45, t = {RATIO} t_c(N)",
    interpretation=(
        "In the mean t_c(N) takes the place of t: the intermediate gap closes with N once t_c is below "
        "both variances, whereas the paper's t_c, which falls as (log N)^{-1/2} only, has that gap at "
        "0.52 for log N = 45, where it is 0.01."
    ),
    formulas=("linear_energy_law",),
    estimate=Estimate(
        cases=tuple(Case(law, typical, log_n, t) for law in (FLAT, FULL) for log_n, t in DEEP),
        observable=SPECTRAL_GAP,
        sampler=NearestPoints(),
        replicas=3000,
    ),
    prediction=exact,
    controls={
        "the population's gap at t": population,
        "the paper's N~ with the posterior at t": paper,
        "frozen at the paper's t_c": frozen_at_paper,
        "a hundred times as many points": lambda case: exact(case.with_points(100)),
    },
    statistic="t",
    equivalence_margin=0.15,
    axis="log_n",
    axis_label="log N",
    series="law",
    value_label="gap of -t J",
)

CLAIMS = (SIZES, FROZEN)
