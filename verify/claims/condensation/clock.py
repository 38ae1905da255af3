r"""Condensation on the clock of the variance-preserving process: the time t_c(x) becomes log(1 + t_c)/2.

Data are e^{-tau} y and seen from e^{-tau} x, in noise of variance 1 - e^{-2 tau}. Below tau_c = log(1 + t_c)/2 the
weights condense, and E sum w^2 -> 1 - (e^{2 tau} - 1)/(e^{2 tau_c} - 1), linear in t and not in tau. The finite-size
part is an exact average of the preserving process itself (`verify.claims.ladder`); the statistic is bounded, as weights
near t_c ask for.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from simulate.estimate import Estimate
from simulate.observables.condensation import PreservingRatio
from simulate.samplers import LowestEnergies
from theory.case import Case, Place, far, held_out, origin, typical
from theory.exact.averages import participation_ratio
from theory.laws.linear import LinearGaussian
from theory.laws.spectra import equal, graded, halves, plane
from theory.limits.condensation import condensation_time
from theory.process import exploding_time, preserving_time
from verify.claim import Claim, Correction
from verify.claims.ladder import missing

Clock = Callable[[float], Any]


def exploding(tau: float) -> float:
    """t = e^{2 tau} - 1, a variance."""
    return float(exploding_time(tau))


def kept(case: Case, clock: Clock = exploding, end: Clock = preserving_time) -> float:
    """1 less the limit of E sum w^2: clock(tau)/clock(tau_c), with `end` of t_c(x) as tau_c.

    t_c(x) is that of the data y seen from x, and scales with their variances; the case is of e^{-tau} y.

    Arguments:
        case: of e^{-tau} y, t = 1 - e^{-2 tau} the variance of the noise.
        clock: a function of tau in which the limit is linear.
        end: tau_c from t_c(x).
    """
    shrinking = 1 - case.t  # e^{-2 tau}
    t_c = condensation_time(case) / shrinking
    return min(1.0, float(clock(-np.log(shrinking) / 2) / clock(float(end(t_c)))))


def finite_size(case: Case) -> Correction:
    """What 1 - E sum w^2 has to go from its N to the limit."""
    return Correction(*missing(_exact, case))


def _exact(case: Case) -> np.ndarray:
    return 1 - participation_ratio(case)


def preserving(law: LinearGaussian, at: Place, copies: int, alpha: float, tau: float) -> Case:
    """e^{-tau} y seen from e^{-tau} x in noise of variance 1 - e^{-2 tau}: so many copies of the law of y and of x.

    Arguments:
        law: of y.
        at: the place x.
        copies: how many of the law and of x.
        alpha: log(N)/d.
        tau: the clock of the preserving process.
    """
    shrunk = LinearGaussian(np.exp(-2 * tau) * law.variances)
    return Case(shrunk, at, alpha * law.dimension, -float(np.expm1(-2 * tau))).enlarged(copies).folded


CONDENSATION = Claim(
    name="preserving-condensation",
    title="Variance preserving and exploding: condensation",
    statement=r"The weights of the variance-preserving process condense below $\tau_c = \log(1 + t_c)/2$.",
    source="change of variables, with the exact condensation time",
    regime="e^tau x fixed; alpha per direction 0.01 to 0.4, log N from 160, four spectra, tau below and near tau_c",
    interpretation=(
        r"On the clock of the variance-preserving process the participation ratio falls as $1 - (e^{2\tau} - 1)/t_c$, "
        "which is not linear."
    ),
    formulas=("linear_energy_law",),
    estimate=Estimate(
        cases=(
            preserving(equal(20), origin, 800, 0.01, 0.7),
            preserving(equal(20), held_out, 800, 0.01, 0.9),
            preserving(equal(20), far, 120, 0.1, 0.8),
            preserving(halves(20), typical, 120, 0.1, 0.3),
            preserving(plane(20), held_out, 400, 0.03, 0.6),
            preserving(graded(20), held_out, 80, 0.4, 0.02),
        ),
        observable=PreservingRatio(),
        sampler=LowestEnergies(),
        replicas=4000,
    ),
    correction=finite_size,
    prediction=kept,
    controls={
        "1 - tau/tau_c": lambda case: kept(case, clock=lambda tau: tau),
        "linear in 1 - e^(-2 tau)": lambda case: kept(case, clock=lambda tau: -np.expm1(-2 * tau)),
        "tau_c = t_c/2": lambda case: kept(case, end=lambda t: t / 2),
        "tau_c = log(1 + t_c^(1/2))": lambda case: kept(case, end=lambda t: np.log1p(np.sqrt(t))),
    },
    statistic="bounded",
    equivalence_margin=0.05,
    axis="tau",
    axis_label="clock tau",
    series="law",
    value_label="1 - participation ratio",
)

CLAIMS = (CONDENSATION,)
