r"""The glass transition over laws and sizes: its limit form and its width, the critical power, the entropy.

`verify.claims.transition.scaling` has one law. Here the limit form of the transition is compared for three laws, as a
whole curve: its finite-size part is an expansion in (log N)^{-1/2}, fitted to exact averages along a ladder of sizes
with no use of the limit. Series in log N are compared with the exact value at every size, so no stated tolerance and no
extrapolation enters there. sum w^2 is in [0, 1] and compared as such ("bounded"); logs of ratios and entropies have
light tails ("t").
"""

from collections.abc import Callable

import numpy as np

from simulate.estimate import Estimate
from simulate.observables.partition import DropAcross, ScaledRatio, WeightEntropy, ends_around
from simulate.samplers import LowestEnergies
from theory.case import Case, held_out, origin, typical
from theory.exact.averages import entropy, log_participation_ratio, participation_ratio
from theory.laws.spectra import equal, graded, halves
from theory.limits.condensation import condensation_time
from theory.limits.scaling import collapsed
from theory.limits.transition import critical_form, critical_sharpness
from theory.limits.weights import limit_participation
from verify.claim import Claim, Correction
from verify.claims.ladder import RUNGS, missing
from verify.claims.transition.scaling import frozen_entropy

ROOTS = tuple((power / 2, 0) for power in range(6))  # of 1/log N
TWICE = tuple(2 * rung for rung in RUNGS)  # from log N = 20 on


def scaled(case: Case) -> float:
    """(t/t_c - 1) (log N)^{1/2}, to the digits that do not depend on rounding."""
    return round((case.t / condensation_time(case) - 1) * float(np.sqrt(case.log_n)), 9)


def curve(case: Case, factor: float = 1.0) -> float:
    """The limit form of the mean of sum w^2 near t_c.

    Arguments:
        case: the law, x, log N and t.
        factor: on kappa, for a control.
    """
    kappa = float(critical_sharpness(case.x, case.law, case.log_n))
    return float(critical_form.numeric(scaled(case), factor * kappa))


def gaussian_curve(case: Case) -> float:
    """The limit form of Gaussian energies, kappa^2 = 2."""
    return float(critical_form.numeric(scaled(case), np.sqrt(2)))


def sharp(case: Case) -> float:
    """(log N)^{1/2} (1 - t/t_c), and 0 above t_c."""
    return max(0.0, -scaled(case))


def curve_finite_size(case: Case) -> Correction:
    """Limit of (log N)^{1/2} E sum w^2 at fixed a less its value at N."""
    return Correction(*missing(_collapsed, case, scaled(case), functions=ROOTS, rungs=TWICE))


def _collapsed(case: Case, a: float) -> np.ndarray:
    return np.array(collapsed(a, case.x, case.law, case.log_n))


def scaled_ratio(case: Case) -> float:
    """(log N)^{1/2} E sum w^2, exact."""
    return float(np.sqrt(case.log_n) * participation_ratio(case))


def drop(case: Case) -> float:
    """log of the ratio of E sum w^2 at the two ends around t, exact."""
    early, late = (log_participation_ratio(case.at(end)) for end in ends_around(case))
    return float(early - late)


def from_first(exact: Callable[[Case], float], power: float, *series: tuple[Case, ...]) -> Callable[[Case], float]:
    """A control: the exact value at the first case of a series, and beyond the first case as a power of log N.

    Arguments:
        exact: of a case.
        power: of log N.
        *series: of cases, in order.
    """

    def predict(case: Case) -> float:
        first = next(cases[0] for cases in series if case in cases)
        return exact(first) * (case.log_n / first.log_n) ** power

    return predict


def entropy_finite_size(case: Case) -> Correction:
    """Limit of the mean entropy less its value at N."""
    return Correction(*missing(entropy, case, rungs=TWICE))


LAWS = (
    Case(equal(20), typical, 2.0, 1.0).enlarged(50),
    Case(graded(20), held_out, 10.0, 1.0).enlarged(16),
    Case(equal(20), origin, 20.0, 1.0).enlarged(8),
)
NEAR = tuple(  # t_c (1 + a/(log N)^(1/2)) for a = -1.2 and 0.8
    case.at(t)
    for case, times in zip(
        LAWS,
        (
            (1.6535646110032016, 2.0293747498675656),
            (0.047959743338680506, 0.05633764182248084),
            (0.05012125904084023, 0.05887674418093172),
        ),
        strict=True,
    )
    for t in times
)
SERIES = tuple(  # t_c, equal but for rounding
    Case(equal(20 * copies), origin, 20.0 * copies, t)
    for copies, t in ((1, 0.0553745501248951), *((copies, 0.055374550124895124) for copies in (4, 16, 64)))
)
WIDTHS = tuple(  # t_c to six digits
    tuple(unit.enlarged(copies) for copies in (2, 6, 18))
    for unit in (Case(halves(20), typical, 8.0, 0.241388), Case(equal(20), origin, 20.0, 0.0553746))
)
FROZEN = tuple(case.enlarged(4) for case in (LAWS[1].at(0.0265), LAWS[2].at(0.0166), LAWS[2].at(0.0332)))

FORM = Claim(
    name="glass-critical-curve",
    title="One curve for the blurred transition",
    statement=(
        r"Around $t_c$ the mean of $\kappa \sqrt{\log N} \sum_\mu w_\mu^2$ over data sets tends, for every "
        r"law, to one known function of $\kappa (t/t_c - 1) \sqrt{\log N}$."
    ),
    source="theory.limits.transition, critical_form: the inverse Mills ratio of the energies above the edge",
    regime=(
        "log N -> infinity, here 100 to 160 with exact finite-size parts; three laws, alpha = 0.1, 0.5 "
        "and 1; (t/t_c - 1) (log N)^{1/2} = -1.2 and 0.8"
    ),
    interpretation=(
        "At every N t_c is a time within a window of relative width (log N)^{-1/2}/kappa, 9 and 12 % even "
        "at log N = 160, and what is read in this window depends on N."
    ),
    formulas=("critical_form", "linear_energy_law"),
    estimate=Estimate(
        cases=NEAR,
        observable=ScaledRatio(),
        sampler=LowestEnergies(count=100),
        replicas=10_000,
    ),
    correction=curve_finite_size,
    prediction=curve,
    controls={
        "a sharp transition": sharp,
        "that of Gaussian levels": gaussian_curve,
        "kappa twice as large": lambda case: curve(case, factor=2.0),
    },
    statistic="bounded",
    equivalence_margin=0.25,
    series="d",
    value_label="(log N)^(1/2) E sum w^2",
)

POWER = Claim(
    name="glass-critical-power",
    title="The participation ratio at t_c over a series of sizes",
    statement=(
        r"At $t_c$ the mean of $\sum_\mu w_\mu^2$ over data sets is the exact average at every $N$, which "
        r"falls as $(\log N)^{-1/2}$."
    ),
    source="average over independent energies one by one; theory.limits.scaling for the power",
    regime="exact at every N, here log N = 20 .. 1280; equal variances, x at the origin, alpha = 1",
    interpretation=(
        "Over a factor of 64 in log N the effective number at t_c grows by 8.7: neither as a number of "
        "order one nor as N."
    ),
    formulas=("linear_energy_law",),
    estimate=Estimate(cases=SERIES, observable=ScaledRatio(), sampler=LowestEnergies(count=60), replicas=12_000),
    prediction=scaled_ratio,
    controls={
        "(log N)^{-1/3}": from_first(scaled_ratio, 1 / 6, SERIES),
        "(log N)^{-1}": from_first(scaled_ratio, -1 / 2, SERIES),
        "of order one": from_first(scaled_ratio, 1 / 2, SERIES),
    },
    statistic="bounded",
    equivalence_margin=0.3,
    axis="d",
    axis_label="dimension d = log N",
    series="x",
    value_label="(log N)^(1/2) E sum w^2",
)

WIDTH = Claim(
    name="glass-width",
    title="Width of the blurred transition",
    statement=(
        r"Across the relative window $(\log N)^{-1/2}$ around $t_c$ the mean of $\sum_\mu w_\mu^2$ over "
        r"data sets drops by the exact average's factor, which hardly depends on $N$."
    ),
    source="average over independent energies one by one; theory.limits.scaling for the power",
    regime="exact at every N, here log N = 16 .. 360; two laws, alpha = 0.4 and 1",
    interpretation=(
        "To halve the window in which data condense takes log N four times as large, so that no data set "
        "that exists shows a sharp t_c."
    ),
    formulas=("linear_energy_law",),
    estimate=Estimate(
        cases=tuple(case for cases in WIDTHS for case in cases),
        observable=DropAcross(),
        sampler=LowestEnergies(count=100),
        replicas=3000,
    ),
    prediction=drop,
    controls={
        "a width of 1/log N": from_first(drop, 1 / 2, *WIDTHS),
        "a width that stays": from_first(drop, -1 / 2, *WIDTHS),
        "a width of (log N)^{-1/3}": from_first(drop, -1 / 6, *WIDTHS),
    },
    statistic="t",
    equivalence_margin=0.12,
    axis="d",
    axis_label="dimension d",
    series="x",
    value_label="log of the ratio of E sum w^2 across t_c",
)

ENTROPY = Claim(
    name="glass-entropy-general",
    title="Vanishing of the entropy, over spectra and alphas",
    statement=(
        r"Below the exact $t_c$ the mean of $-\sum_\mu w_\mu \log w_\mu$ over data sets tends to $\psi(1) "
        r"- \psi(1 - t/t_c)$ for every spectrum and $\alpha$."
    ),
    source="Poisson-Dirichlet weights of parameter t/t_c, with the exact t_c",
    regime=(
        "log N = 640 with exact finite-size parts; graded variances at alpha = 0.5, equal ones at alpha = "
        "1; t/t_c = 0.3, 0.5 and 0.6"
    ),
    interpretation="Per log N the entropy of the weights vanishes below the exact t_c at every alpha, as in a glass.",
    formulas=("condensed_entropy", "linear_energy_law"),
    estimate=Estimate(cases=FROZEN, observable=WeightEntropy(), sampler=LowestEnergies(count=100), replicas=4000),
    correction=entropy_finite_size,
    prediction=frozen_entropy,
    controls={
        "the paper's t_c": lambda case: frozen_entropy(case, "second-cumulant"),
        "no entropy at all": lambda case: 0.0,
        "-log(1 - t/t_c), that of 1/E sum w^2 equal weights": lambda case: -np.log(limit_participation(case)),
    },
    statistic="t",
    equivalence_margin=0.15,
    series="d",
    value_label="entropy of the weights",
)


CLAIMS = (FORM, POWER, WIDTH, ENTROPY)
