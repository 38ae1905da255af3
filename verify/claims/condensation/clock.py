r"""Condensation on the clock of the variance-preserving process: the time t_c(x) becomes log(1 + t_c)/2.

Data are e^{-tau} y and seen from e^{-tau} x, in noise of variance 1 - e^{-2 tau}. Below tau_c = log(1 + t_c)/2 the
weights condense, and E sum w^2 -> 1 - (e^{2 tau} - 1)/(e^{2 tau_c} - 1), linear in t and not in tau. The finite-size
part is an exact average of the preserving process itself (`verify.claims.ladder`); the statistic is bounded, as weights
near t_c ask for.
"""

from collections.abc import Callable

import numpy as np
import xarray as xr

from simulate.experiments.condensation.freezing import copied
from simulate.experiments.score.process import PreservingLevels, shrunk
from simulate.experiments.setting import Vast
from theory.exact.averages import participation_ratio
from theory.limits.condensation import condensation_time
from theory.process import exploding_time, preserving_time
from verify.claim import Claim, Correction, Prediction, each_row
from verify.claims.ladder import missing

Clock = Callable[[float], float]


def exploding(tau: float) -> float:
    """t = e^{2 tau} - 1, a variance."""
    return float(exploding_time(tau))


def kept(vast: Vast, tau: float, clock: Clock = exploding, end: Clock | None = None) -> float:
    """1 less the limit of E sum w^2: clock(tau)/clock(tau_c), with `end` of t_c(x) as tau_c."""
    t_c = float(condensation_time(vast.x, copied(vast), vast.alpha))
    tau_c = (end or (lambda t: float(preserving_time(t))))(t_c)
    return min(1.0, clock(tau) / clock(tau_c))


def of_clock(**fixed: Clock) -> Prediction:
    """A prediction from `kept` for each row."""
    return each_row(lambda labels: kept(Vast.of(labels), float(labels["tau"]), **fixed))


def finite_size(observed: xr.Dataset) -> Correction:
    """What 1 - E sum w^2 has to go from its N to the limit."""
    return Correction(*each_row(lambda row: missing(_exact, Vast.of(row), float(row["tau"])))(observed).T)


def _exact(vast: Vast, tau: float) -> np.ndarray:
    law, x, variance = shrunk(vast, tau)
    return 1 - np.asarray(participation_ratio(variance, x, law, vast.log_n))


CONDENSATION = Claim(
    name="preserving-condensation",
    title="Variance preserving and exploding: condensation",
    statement="Weights of the variance-preserving process condense below tau_c = log(1 + t_c)/2.",
    source="change of variables, with the exact condensation time",
    regime="e^tau x fixed; alpha per direction 0.01 to 0.4, log N from 40, four spectra, tau below and near tau_c",
    interpretation=(
        "A condensation time is a clock of the other process, and what is linear in t below t_c is not linear in tau: "
        "the participation ratio falls as 1 - (e^(2 tau) - 1)/t_c."
    ),
    formulas=("linear_energy_law",),
    estimate=PreservingLevels(
        cases=(
            (Vast("equal", "origin", 20, 200, 0.01), 0.7),
            (Vast("equal", "held-out", 20, 200, 0.01), 0.9),
            (Vast("equal", "far", 20, 30, 0.1), 0.8),
            (Vast("halves", "typical", 20, 30, 0.1), 0.3),
            (Vast("plane", "held-out", 20, 100, 0.03), 0.6),
            (Vast("graded", "held-out", 20, 20, 0.4), 0.02),
        ),
        replicas=4000,
    ),
    correction=finite_size,
    prediction=of_clock(),
    controls={
        "1 - tau/tau_c": of_clock(clock=lambda tau: tau),
        "linear in 1 - e^(-2 tau)": of_clock(clock=lambda tau: -float(np.expm1(-2 * tau))),
        "tau_c = t_c/2": of_clock(end=lambda t: t / 2),
        "tau_c = log(1 + t_c^(1/2))": of_clock(end=lambda t: float(np.log1p(np.sqrt(t)))),
    },
    statistic="bounded",
    equivalence_margin=0.05,
    axis="tau",
    axis_label="clock tau",
    series="spectrum",
    value_label="1 - participation ratio",
)

CLAIMS = (CONDENSATION,)
