r"""The glassy transition: what freezes below t_c, how sharp t_c is at finite size, and what happens as alpha -> 0.

Levels of data sets with log N up to 640 are drawn by order statistics (`simulate.levels.lowest`) and compared with the
exact averages, or with their limits: then the *finite-size part* comes from exact averages over a ladder of dimensions,
extrapolated by least squares in 1, 1/d, log(d)/d, 1/d^2, log(d)/d^2 (in powers of d^{-1/2} where alpha -> 0), with no
use of the limit that is put to the test.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import xarray as xr

from simulate.experiments.transition.scaling import (
    DeepParticipation,
    LocalExponent,
    LogPartition,
    WeightEntropy,
    enlarged,
    halves,
)
from simulate.experiments.view import View
from theory.exact.averages import log_partition, participation_ratio
from theory.laws import REM
from theory.limits.condensation import condensation_time, entropy, free_energy
from theory.limits.scaling import fit_power
from theory.limits.weights import condensed_entropy, condensed_participation
from verify.claim import Claim, Correction
from verify.claims.ladder import extrapolated, in_dimensions
from verify.claims.views import constant, each_view

Labels = Mapping[str, Any]
ALPHA = 0.4
T_C = float(condensation_time(np.array([1, 0.3]), np.array([1, 0.09]), ALPHA))
LADDER = (400, 600, 800, 1200, 1600, 2400, 3200)
SPARSE = (200, 300, 450, 700, 1000, 1500, 2200, 3000)
STEP = 1e-4


def exact_log_partition(view: View, t: np.ndarray, labels: Labels, more: float = 0.0) -> np.ndarray:
    """E log Z at finite N, or at N e^more for a control."""
    return log_partition(t, view.x, view.energy_law, labels["log_n"] + more)


def frozen_log_partition(view: View, t: np.ndarray, labels: Labels) -> np.ndarray:
    """The limit at face value: -f/t with f constant below t_c."""
    return -free_energy(t, view.x, view.energy_law, labels["log_n"]) / t


def annealed_log_partition(view: View, t: np.ndarray, labels: Labels) -> np.ndarray:
    """log N + K at every t: no transition."""
    return labels["log_n"] + view.energy_law.log_mgf(1 / t, view.x)


def frozen_entropy(view: View, t: np.ndarray, labels: Labels, order: str = "exact") -> np.ndarray:
    """Mean entropy psi(1) - psi(1 - t/t_c) of Poisson-Dirichlet weights."""
    t_c = condensation_time(view.x, view.energy_law, labels["log_n"] / labels["d"], order)
    return condensed_entropy.numeric(t, t_c)


def annealed_entropy(view: View, t: np.ndarray, labels: Labels) -> np.ndarray:
    """S = log N + K - lambda K', which is negative below t_c."""
    return entropy(1 / t, view.x, view.energy_law, labels["log_n"])


def exact_entropy(view: View, t: np.ndarray, log_n: float) -> np.ndarray:
    """E[-sum w log w] = d(t E log Z)/dt at finite N."""
    ends = [(1 + s * STEP) * log_partition((1 + s * STEP) * t, view.x, view.energy_law, log_n) for s in (-1, 1)]
    return (ends[1] - ends[0]) / (2 * STEP)


def entropy_finite_size(observed: xr.Dataset) -> Correction:
    """S(infinity) - S(d)."""
    return _correction(observed, lambda view, t, log_n: exact_entropy(view, t, log_n), LADDER, in_dimensions, ALPHA)


def rem_participation(view: View, t: np.ndarray, labels: Labels, more: float = 0.0) -> np.ndarray:
    """E sum w^2 of Derrida's levels with the same log N, and the variance of the energies seen from x."""
    spread = float(view.energy_law.lam_derivative(0.0, view.x, order=2))
    return participation_ratio(t, np.zeros(1), REM(1, spread), labels["log_n"] + more)


def paper_participation(view: View, t: np.ndarray, labels: Labels) -> np.ndarray:
    """1 - t/t_c with the paper's t_c: the limit log N -> infinity after alpha -> 0."""
    t_c = condensation_time(view.x, view.energy_law, labels["log_n"] / labels["d"], "second-cumulant")
    return condensed_participation.numeric(t, t_c)


def sparse_finite_size(observed: xr.Dataset) -> Correction:
    """P(alpha -> 0) - P(d) at fixed N and fixed t/(energy spread)."""

    def ratio(view: View, t: np.ndarray, log_n: float) -> np.ndarray:
        return participation_ratio(t, view.x, view.energy_law, log_n)

    return _correction(observed, ratio, SPARSE, _in_roots, None)


def critical_exponent(observed: xr.Dataset) -> Correction:
    """Exponent of exact E sum w^2 in log N for log N -> infinity, less that of the exact values at the two sizes."""
    sizes = 20.0 * 2.0 ** np.arange(8)
    series = [halves(size, ALPHA, (T_C,))[0] for size in sizes]
    values = np.array([participation_ratio(T_C, s.view.x, s.view.energy_law, s.log_n) for s in series])
    power = fit_power(sizes, values, corrections=4)
    return Correction(power.exponent - each_view(local_exponent)(observed), np.array(power.exponent_error))


def local_exponent(view: View, t: np.ndarray, labels: Labels) -> np.ndarray:
    """Between the size of a row and one 16 times as large, from exact averages."""
    ratio = LocalExponent.RATIO
    far = View(enlarged(view.law, ratio), view.query, 1, view.t)
    small, large = (
        participation_ratio(t, at.x, at.energy_law, size * labels["log_n"]) for at, size in ((view, 1), (far, ratio))
    )
    return np.log(large / small) / np.log(ratio)


def _correction(
    observed: xr.Dataset,
    exact: Callable[[View, np.ndarray, float], np.ndarray],
    ladder: tuple[int, ...],
    columns: Callable[[tuple[int, ...]], np.ndarray],
    alpha: float | None,
) -> Correction:
    """The limit of `exact` along a ladder of dimensions less its value at every row, and twice what few columns miss.

    At fixed alpha log N grows with d; where alpha is None N is fixed and t grows with the spread of the energies.
    """

    def part(view: View, t: np.ndarray, labels: Labels) -> np.ndarray:
        steps = [_at_dimension(labels, d, alpha) for d in ladder]
        table = np.array([exact(at, _scaled(t, view, at, alpha), log_n) for at, log_n in steps])
        ending, error = extrapolated(columns(ladder), table)
        return np.stack([ending - exact(view, t, labels["log_n"]), error], axis=1)

    return Correction(*each_view(part)(observed).T)


def _at_dimension(labels: Labels, d: int, alpha: float | None) -> tuple[View, float]:
    log_n = float(labels["log_n"]) if alpha is None else alpha * d
    return halves(log_n, log_n / d, (1.0,), str(labels["query"]))[0].view, log_n


def _scaled(t: np.ndarray, view: View, at: View, alpha: float | None) -> np.ndarray:
    if alpha is not None:
        return t
    spreads = [float(v.energy_law.lam_derivative(0.0, v.x, order=2)) for v in (view, at)]
    return t * np.sqrt(spreads[1] / spreads[0])


def _in_roots(sizes: tuple[int, ...]) -> np.ndarray:
    return np.array(sizes, dtype=float)[:, None] ** (-np.arange(6) / 2)


def sparse_times(log_n: float, d: int, ratios: tuple[float, ...], query: str) -> tuple[float, ...]:
    """Times in units of the paper's t_c: where to look."""
    view = halves(log_n, log_n / d, (1.0,), query)[0].view
    t_c = float(condensation_time(view.x, view.energy_law, log_n / d, "second-cumulant"))
    return tuple(ratio * t_c for ratio in ratios)


FREE_ENERGY = Claim(
    name="glass-free-energy",
    title="Freezing of the free energy",
    statement="Below t_c the mean free energy -t E log Z is that of the lowest level; E log Z is exact at every N.",
    source="random energy model; theory.exact.averages, log_partition",
    regime="exact at every N and d, here log N = 16 .. 160; t from 0.4 to 1.5 t_c",
    interpretation=(
        "The levels of the data freeze as in Derrida's model: log N + K, the average over levels, fails below t_c."
    ),
    formulas=("linear_energy_law",),
    estimate=LogPartition(
        cases=(
            *halves(16.0, ALPHA, (0.4 * T_C, 0.8 * T_C, 1.5 * T_C)),
            *halves(160.0, ALPHA, (0.4 * T_C, 0.8 * T_C, 1.2 * T_C)),
            *halves(60.0, 0.1, (0.5, 1.0), "origin"),
        ),
        replicas=3000,
    ),
    prediction=each_view(exact_log_partition),
    controls={
        "log N + K at every t: no freezing": each_view(annealed_log_partition),
        "the limit at face value": each_view(frozen_log_partition),
        "twice as many points": each_view(exact_log_partition, more=np.log(2)),
    },
    statistic="t",
    equivalence_margin=0.5,
    series="d",
    value_label="log Z",
)

ENTROPY = Claim(
    name="glass-entropy",
    title="Vanishing of the entropy",
    statement="Below t_c the entropy of the weights stays finite as N grows: psi(1) - psi(1 - t/t_c) in the limit.",
    source="Poisson-Dirichlet weights of parameter t/t_c, with the exact t_c",
    regime="d -> infinity at alpha = 0.4; half of sigma_i = 1, half 0.3, x_i = +-sigma_i",
    interpretation=(
        "Per log N the entropy vanishes at t_c and below: a glass, where e^entropy points at most carry the score."
    ),
    formulas=("condensed_entropy", "linear_energy_law"),
    estimate=WeightEntropy(cases=halves(160.0, ALPHA, (0.2 * T_C, 0.4 * T_C, 0.6 * T_C)), replicas=6000),
    correction=entropy_finite_size,
    prediction=each_view(frozen_entropy),
    controls={
        "the paper's t_c": each_view(frozen_entropy, order="second-cumulant"),
        "log N + K - lambda K', negative below t_c": each_view(annealed_entropy),
        "no entropy at all": constant(0.0),
    },
    statistic="t",
    equivalence_margin=0.15,
    series="d",
    value_label="entropy of the weights",
)

EXPONENT = Claim(
    name="glass-critical-exponent",
    title="Finite-size exponent at t_c",
    statement="At t_c the mean of sum w^2 falls as (log N)^{-1/2}.",
    source="theory.limits.scaling: the blurred transition",
    regime="log N -> infinity at alpha = 0.4; half of sigma_i = 1, half 0.3, x_i = +-sigma_i",
    interpretation=(
        "At t_c the effective number is neither of order one nor N, as the paper's formula has it, but grows as the "
        "square root of log N: no data set is large enough for a sharp transition."
    ),
    formulas=("linear_energy_law",),
    estimate=LocalExponent(cases=tuple(halves(size, ALPHA, (T_C,))[0] for size in (12.0, 20.0)), replicas=6000),
    correction=critical_exponent,
    prediction=constant(-0.5),
    controls={"(log N)^{-1}": constant(-1.0), "(log N)^{-1/3}": constant(-1 / 3), "constant": constant(0.0)},
    statistic="t",
    equivalence_margin=0.12,
    axis="log_n",
    axis_label="log N of the smaller of two sizes",
    value_label="exponent of log N",
)

SPARSE_LIMIT = Claim(
    name="glass-sparse",
    title="N growing as a power of d",
    statement="For alpha = log(N)/d -> 0, as for N = d^gamma or gamma d, the levels become Derrida's at equal log N.",
    source="second cumulant; exact averages of the random energy model at finite N",
    regime="alpha -> 0 at fixed N, half of sigma_i = 1, half 0.3; corrections of order alpha^{1/2}",
    interpretation=(
        "Here the paper's t_c is right. But log N is then only a few times log d, so sum w^2 is far from its limit "
        "1 - t/t_c at any dimension that can be reached: use the average at finite N."
    ),
    formulas=("linear_energy_law",),
    estimate=DeepParticipation(
        cases=(
            *halves(
                2 * np.log(1000), 2 * np.log(1000) / 1000, sparse_times(2 * np.log(1000), 1000, (0.3, 0.8), "typical")
            ),
            *halves(
                np.log(5 * 2000),
                np.log(5 * 2000) / 2000,
                sparse_times(np.log(5 * 2000), 2000, (0.5, 0.8), "origin"),
                "origin",
            ),
        ),
        replicas=4000,
    ),
    correction=sparse_finite_size,
    prediction=each_view(rem_participation),
    controls={
        "1 - t/t_c, the limit log N -> infinity": each_view(paper_participation),
        "N^2 points": each_view(lambda view, t, labels: rem_participation(view, t, labels, more=labels["log_n"])),
        "sqrt(N) points": each_view(
            lambda view, t, labels: rem_participation(view, t, labels, more=-labels["log_n"] / 2)
        ),
    },
    statistic="t",
    equivalence_margin=0.05,
    series="d",
    value_label="participation ratio",
)

CLAIMS = (FREE_ENERGY, ENTROPY, EXPONENT, SPARSE_LIMIT)
