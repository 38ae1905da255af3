r"""The glassy transition: what freezes below t_c, how sharp t_c is at finite size, and what happens as alpha -> 0.

Energies of data sets with log N up to 640 are drawn by order statistics (`simulate.levels.lowest`) and compared with
the exact averages, or with their limits: then the *finite-size part* comes from exact averages over a ladder of
dimensions, extrapolated by least squares in 1, 1/d, log(d)/d, 1/d^2, log(d)/d^2 (in powers of d^{-1/2} where
alpha -> 0), with no use of the limit that is put to the test.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np

from simulate.estimate import Estimate
from simulate.observables import ParticipationRatio
from simulate.observables.partition import LogPartition, SizeExponent, WeightEntropy
from simulate.samplers import LowestEnergies, TwoSizes
from theory.case import Case, Place, origin, typical
from theory.exact.averages import entropy, log_partition, participation_ratio
from theory.laws import REM
from theory.laws.spectra import gaussian
from theory.limits.condensation import condensation_time, free_energy
from theory.limits.entropy import entropy as level_entropy
from theory.limits.scaling import PowerLaw, fit_power
from theory.limits.weights import condensed_entropy, limit_participation
from verify.claim import Claim, Correction
from verify.claims.ladder import extrapolated, in_dimensions

ALPHA = 0.4
PAIR = gaussian((1.0, 1), (0.3**2, 1))  # copies of it have half of their standard deviations 1 and half 0.3
T_C = 0.24138761299831948  # condensation_time(Case(PAIR, typical, 2 * ALPHA, 1.0))
SPARSE_T_C = 10.461981972918279  # condensation_time(case, order="second-cumulant") of every case of `sparse` below
LADDER = (400, 600, 800, 1200, 1600, 2400, 3200)
SPARSE = (200, 300, 450, 700, 1000, 1500, 2200, 3000)
SIZES = 20.0 * 2.0 ** np.arange(8)  # log N
RATIO = 16  # of two sizes
LOWEST = LowestEnergies(count=200)  # its log Z above t_c: rare data sets, skewness 6 at 1.1 t_c and 20 at 1.5 t_c


def halves(d: int, log_n: float, times: tuple[float, ...], place: Place = typical) -> tuple[Case, ...]:
    """Data of half of the standard deviations 1 and half 0.3, a case for each time.

    Arguments:
        d: the dimension, even.
        log_n: log N.
        times: noise variances.
        place: the place x.
    """
    units = (Case(PAIR, place, 2 * log_n / d, t) for t in times)
    return tuple(replace(unit.enlarged(d // 2), log_n=log_n) for unit in units)


def frozen_log_partition(case: Case) -> float:
    """The limit at face value: -f/t with f constant below t_c."""
    return -float(free_energy(case.t, case.x, case.law, case.log_n)) / case.t


def annealed_log_partition(case: Case) -> float:
    """log N + K at every t: no transition."""
    return case.log_n + float(case.law.log_mgf(1 / case.t, case.x))


def frozen_entropy(case: Case, order: str = "exact") -> float:
    """The mean entropy of Poisson-Dirichlet weights, psi(1) - psi(1 - t/t_c).

    Arguments:
        case: the law, x, log N and t.
        order: of the condensation time: "exact", or the paper's "second-cumulant".
    """
    t_c = condensation_time(case, order=order)
    return float(condensed_entropy.numeric(case.t, t_c))


def annealed_entropy(case: Case) -> float:
    """S = log N + K - lambda K', which is negative below t_c."""
    return float(level_entropy(1 / case.t, case.x, case.law, case.log_n))


def entropy_finite_size(case: Case) -> Correction:
    """S(infinity) - S(d) at fixed alpha and t."""
    unit = case.unit
    return _missing(entropy, case, [unit.enlarged(d // unit.d) for d in LADDER], in_dimensions(LADDER))


def energy_variance(case: Case) -> float:
    """Var(E) of one energy seen from x."""
    return float(case.law.lam_derivative(0.0, case.x, order=2))


def rem_participation(case: Case, more: float = 0.0) -> float:
    """E sum w^2 of Derrida's random energies of the variance that energies have seen from x.

    Arguments:
        case: the law, x, log N and t.
        more: what is added to log N, for a control.
    """
    return float(participation_ratio(case.t, np.zeros(1), REM(1, energy_variance(case)), case.log_n + more))


def paper_participation(case: Case) -> float:
    """1 - t/t_c with the paper's t_c: the limit log N -> infinity after alpha -> 0."""
    return limit_participation(case, "second-cumulant")


def sparse_finite_size(case: Case) -> Correction:
    """P(alpha -> 0) - P(d) at fixed N and at t in units of the standard deviation of the energies."""
    columns = np.array(SPARSE, dtype=float)[:, None] ** (-np.arange(6) / 2)
    return _missing(participation_ratio, case, [_sparser(case, d) for d in SPARSE], columns)


def _sparser(case: Case, d: int) -> Case:
    """The same N in d dimensions, with t grown by as much as the standard deviation of the energies."""
    unit = case.unit
    larger = replace(unit.enlarged(d // unit.d), log_n=case.log_n)
    return larger.at(case.t * float(np.sqrt(energy_variance(larger) / energy_variance(case))))


def _missing(exact: Callable[[Case], np.ndarray], case: Case, ladder: list[Case], columns: np.ndarray) -> Correction:
    """The limit of `exact` along a ladder of cases less its value at a case, and twice what few columns miss."""
    ending, error = extrapolated(columns, np.array([exact(rung) for rung in ladder]))
    return Correction(ending - exact(case), error)


def critical_exponent(case: Case) -> Correction:
    """Exponent of exact E sum w^2 in log N for log N -> infinity, less that of the exact values at two sizes."""
    power = _critical_power()
    return Correction(np.array(power.exponent - local_exponent(case)), np.array(power.exponent_error))


@cache
def _critical_power() -> PowerLaw:
    """The power of log N in exact E sum w^2 at t_c."""
    series = [halves(2 * round(size / ALPHA / 2), size, (T_C,))[0] for size in SIZES]
    return fit_power(SIZES, np.array([participation_ratio(case) for case in series]), corrections=4)


def local_exponent(case: Case) -> float:
    """Power of log N between a case and one RATIO times as large, from exact averages."""
    ratio = participation_ratio(case.enlarged(RATIO)) / participation_ratio(case)
    return float(np.log(ratio) / np.log(RATIO))


def sparse(n: int, d: int, ratios: tuple[float, ...], place: Place) -> tuple[Case, ...]:
    """Cases at t in units of the paper's t_c, SPARSE_T_C: where to look.

    Arguments:
        n: the number of points.
        d: the dimension.
        ratios: t over SPARSE_T_C.
        place: the place x.
    """
    return halves(d, float(np.log(n)), tuple(ratio * SPARSE_T_C for ratio in ratios), place)


FREE_ENERGY = Claim(
    name="glass-free-energy",
    title="Freezing of the free energy",
    statement=(
        r"At every $N$ the mean of $\log Z$ over data sets is the exact average over $N$ independent "
        r"energies, which falls below $\log N + K$ once $t < t_c$."
    ),
    source="random energy model; theory.exact.averages, log_partition",
    regime="exact at every N and d, here log N = 16 .. 160; t from 0.4 to 1.5 t_c",
    interpretation=(
        "The energies of the data freeze as in Derrida's model, where log N + K, the logarithm of the "
        "mean of Z, fails below t_c."
    ),
    formulas=("linear_energy_law",),
    estimate=Estimate(
        cases=(
            *halves(40, 16.0, (0.4 * T_C, 0.8 * T_C, 1.5 * T_C)),
            *halves(400, 160.0, (0.4 * T_C, 0.8 * T_C, 1.1 * T_C)),
            *halves(600, 60.0, (0.5, 0.6), origin),  # t_c = 0.552
        ),
        observable=LogPartition(),
        sampler=LOWEST,
        replicas=4000,
    ),
    prediction=log_partition,
    controls={
        "log N + K at every t: no freezing": annealed_log_partition,
        "the limit at face value": frozen_log_partition,
        "twice as many points": lambda case: log_partition(case.with_points(2)),
    },
    statistic="t",
    equivalence_margin=0.5,
    series="d",
    value_label="log Z",
)

ENTROPY = Claim(
    name="glass-entropy",
    title="Vanishing of the entropy",
    statement=(
        r"Below the exact $t_c$ the mean of $-\sum_\mu w_\mu \log w_\mu$ over data sets tends to $\psi(1) "
        r"- \psi(1 - t/t_c)$ as $N = e^{\alpha d}$ grows."
    ),
    source="Poisson-Dirichlet weights of parameter t/t_c, with the exact t_c",
    regime=(
        "d -> infinity at alpha = 0.4, here d = 1600 with its exact finite-size part; half of sigma_i = "
        "1, half 0.3, typical x"
    ),
    interpretation=(
        "Per log N the entropy of the weights vanishes below t_c, as in a glass: e to the entropy, a "
        "number that does not grow with N, is how many points carry the score."
    ),
    formulas=("condensed_entropy", "linear_energy_law"),
    estimate=Estimate(
        cases=halves(1600, 640.0, (0.2 * T_C, 0.4 * T_C, 0.6 * T_C)),
        observable=WeightEntropy(),
        sampler=LOWEST,
        replicas=6000,
    ),
    correction=entropy_finite_size,
    prediction=frozen_entropy,
    controls={
        "t_c a tenth larger": lambda case: frozen_entropy(case.at(case.t / 1.1)),
        "the paper's t_c": lambda case: frozen_entropy(case, "second-cumulant"),
        "log N + K - lambda K', negative below t_c": annealed_entropy,
        "no entropy at all": lambda case: 0.0,
    },
    statistic="t",
    equivalence_margin=0.15,
    series="d",
    value_label="entropy of the weights",
)

EXPONENT = Claim(
    name="glass-critical-exponent",
    title="Finite-size exponent at t_c",
    statement=r"At the exact $t_c$ the mean of $\sum_\mu w_\mu^2$ over data sets falls as $(\log N)^{-1/2}$.",
    source="theory.limits.scaling: the blurred transition",
    regime=(
        "log N -> infinity at alpha = 0.4, here from 12 to 320 with exact finite-size parts; half of "
        "sigma_i = 1, half 0.3, typical x"
    ),
    interpretation=(
        "At t_c the effective number grows as the square root of log N, neither of order one nor as N, as "
        "the paper's formula has it: no data set is large enough for a sharp transition."
    ),
    formulas=("linear_energy_law",),
    estimate=Estimate(
        cases=(*halves(30, 12.0, (T_C,)), *halves(50, 20.0, (T_C,))),
        observable=SizeExponent(RATIO),
        sampler=TwoSizes(of=LOWEST, copies=RATIO),
        replicas=6000,
    ),
    correction=critical_exponent,
    prediction=lambda case: -0.5,
    controls={"(log N)^{-1}": lambda case: -1.0, "(log N)^{-1/3}": lambda case: -1 / 3, "constant": lambda case: 0.0},
    statistic="t",
    equivalence_margin=0.12,
    axis="d",
    axis_label="d of the smaller of two sizes",
    value_label="exponent of log N",
)

SPARSE_LIMIT = Claim(
    name="glass-sparse",
    title="N growing as a power of d",
    statement=(
        r"For $\alpha = \log(N)/d \to 0$ at fixed $N$ the mean of $\sum_\mu w_\mu^2$ over data sets tends "
        r"to that of Derrida's $N$ Gaussian energies of the same variance."
    ),
    source="second cumulant; exact averages of the random energy model at finite N",
    regime=(
        "N = 1e6 at d = 4000 and N = 1e4 at d = 8000 with exact finite-size parts; half of sigma_i = 1, "
        "half 0.3; typical x and origin"
    ),
    interpretation=(
        "The paper's t_c is right for alpha -> 0, but with N of order d^2 log N is then so small that sum "
        "w^2 is far from 1 - t/t_c at every dimension within reach: what holds there is the average at "
        "finite N."
    ),
    formulas=("linear_energy_law",),
    estimate=Estimate(
        cases=(*sparse(10**6, 4000, (0.3, 0.8), typical), *sparse(10**4, 8000, (0.5, 0.8), origin)),
        observable=ParticipationRatio(),
        sampler=LOWEST,
        replicas=4000,
    ),
    correction=sparse_finite_size,
    prediction=rem_participation,
    controls={
        "1 - t/t_c, the limit log N -> infinity": paper_participation,
        "N^2 points": lambda case: rem_participation(case, more=case.log_n),
        "sqrt(N) points": lambda case: rem_participation(case, more=-case.log_n / 2),
    },
    statistic="t",
    equivalence_margin=0.05,
    series="d",
    value_label="participation ratio",
)

CLAIMS = (FREE_ENERGY, ENTROPY, EXPONENT, SPARSE_LIMIT)
