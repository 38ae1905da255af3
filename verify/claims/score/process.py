r"""Variance preserving and variance exploding: one process by two clocks.

    x_VP(tau) = e^{-tau} x_VE(t),   t = e^{2 tau} - 1,   h = 1 - e^{-2 tau} = t e^{-2 tau}  the variance of its noise

At x and tau the weights are those of the exploding process at e^tau x and t, the score is e^tau s_VE and the Jacobian
e^{2 tau} J_VE, so h^{1/2} s and h J are t^{1/2} s_VE and t J_VE. All that is said in this suite for variance exploding
holds for variance preserving after this change of variables; what condenses is in `verify.claims.condensation.clock`.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import xarray as xr

from simulate.engine.posterior import Posterior, posterior
from simulate.experiments.score.identities import SEEN, rows, unpadded
from simulate.experiments.score.process import DIRECTIONS, OnClock
from theory.process import exploding_time
from verify.claim import Claim, Prediction

Clock = Callable[[float], float]
Observable = Callable[[Posterior, float, np.ndarray, np.ndarray], float]


def exploding(tau: float) -> float:
    """t = e^{2 tau} - 1, a variance."""
    return float(exploding_time(tau))


def at_exploding(of: Observable, time: Clock = exploding, stretch: float = 1.0, power: float = 0.0) -> Prediction:
    """A prediction from the exploding process at e^tau x and t(tau), in the units of the preserving process.

    Arguments:
        of: what is observed of the exploding process.
        time: t(tau).
        stretch: x is taken at e^(stretch tau); 1 in the claim.
        power: the observation is taken times e^(power tau).
    """

    def prediction(observed: xr.Dataset) -> np.ndarray:
        return np.array([_seen(row) for row in rows(observed)])

    def _seen(row: xr.Dataset) -> float:
        data, x, u, v = unpadded(row)
        tau = float(row.tau)
        second = u if row.of == "u, u" else v
        found = posterior(np.exp((stretch - 1) * tau) * x, data, time(tau), "cpu")
        return float(np.exp(power * tau)) * of(found, time(tau), u, second)

    return prediction


def score(found: Posterior, t: float, u: np.ndarray, v: np.ndarray) -> float:
    """The score along a direction, t^{1/2} u s.

    Arguments:
        found: the posterior over the data.
        t: the noise variance.
        u: a unit direction, (d,).
        v: of no effect.
    """
    return float(np.sqrt(t) * u @ found.score)


def jacobian(found: Posterior, t: float, u: np.ndarray, v: np.ndarray) -> float:
    """The normalized Jacobian between two directions, -t u J v.

    Arguments:
        found: the posterior over the data.
        t: the noise variance.
        u: a unit direction, (d,).
        v: another, (d,).
    """
    return float(-t * u @ found.jacobian @ v)


def participation(found: Posterior, t: float, u: np.ndarray, v: np.ndarray) -> float:
    """The participation ratio, sum w^2.

    Arguments:
        found: the posterior over the data.
        t, u, v: of no effect.
    """
    return float(found.participation)


def directions(found: Posterior, t: float, u: np.ndarray, v: np.ndarray) -> float:
    """The number of eigenvalues of -t J below 1/2.

    Arguments:
        found: the posterior over the data.
        t: the noise variance.
        u, v: of no effect.
    """
    return float((np.linalg.eigvalsh(-t * found.jacobian) < 1 / 2).sum())


def wrong_clocks(of: Observable) -> dict[str, Prediction]:
    """Neighbours of the change of variables."""
    return {
        "t = 1 - e^(-2 tau)": at_exploding(of, time=lambda tau: -float(np.expm1(-2 * tau))),
        "t = 2 tau": at_exploding(of, time=lambda tau: 2 * tau),
        "at x, not at e^tau x": at_exploding(of, stretch=0.0),
    }


SCORE = Claim(
    name="variance-preserving",
    title="Variance preserving and exploding: the score",
    statement=r"The score of the variance-preserving process is $e^\tau s(e^\tau x, t)$ with $t = e^{2\tau} - 1$.",
    source="change of variables",
    regime="every data set, x and tau; tested to rounding on seven kinds of data, tau from 0.01 to 2",
    interpretation=r"Results for one process are results for the other, at the clock $\tau = \log(1 + t)/2$.",
    estimate=OnClock(quantity="score"),
    reads=SEEN,
    prediction=at_exploding(score),
    controls={**wrong_clocks(score), "without e^tau in front": at_exploding(score, power=-1.0)},
    statistic="exact",
    equivalence_margin=1e-5,
    axis="tau",
    axis_label="clock tau",
    series="law",
    value_label="h^(1/2) times the score along u",
)

WEIGHTS = replace(
    SCORE,
    name="preserving-weights",
    title="Variance preserving and exploding: the weights",
    statement=(
        r"The weights of the variance-preserving process at $x$ and $\tau$ are the weights at $e^\tau x$ and "
        r"$t = e^{2\tau} - 1$."
    ),
    interpretation="The effective number of points is the same number in both processes.",
    estimate=OnClock(quantity="weights"),
    prediction=at_exploding(participation),
    controls=wrong_clocks(participation),
    value_label="sum w^2",
)

JACOBIAN = replace(
    SCORE,
    name="preserving-jacobian",
    title="Variance preserving and exploding: the Jacobian",
    statement=r"The Jacobian of the variance-preserving score is $e^{2\tau} J(e^\tau x, t)$ with $t = e^{2\tau} - 1$.",
    interpretation=r"The Jacobian times the variance of the noise has one spectrum in both processes.",
    estimate=OnClock(quantity="jacobian"),
    prediction=at_exploding(jacobian),
    controls={**wrong_clocks(jacobian), "e^tau J_VE": at_exploding(jacobian, power=-1.0)},
    value_label="-h J between u and u or v",
)

DIMENSION = replace(
    SCORE,
    name="preserving-dimension",
    title="Variance preserving and exploding: the dimension",
    statement=(
        r"The variance-preserving process at $x$ and $\tau$ has as many directions that are not lost as the exploding "
        r"process at $e^\tau x$ and $t = e^{2\tau} - 1$."
    ),
    regime="every data set, x and tau; three kinds of data, d = 3 and 40, tau from 0.1 to 1.1; lost: from 1/2",
    interpretation="No direction is lost in one of the two processes alone.",
    estimate=OnClock(quantity="dimension", cases=DIRECTIONS),
    prediction=at_exploding(directions),
    controls=wrong_clocks(directions),
    value_label="directions that are not lost",
)

CLAIMS = (SCORE, WEIGHTS, JACOBIAN, DIMENSION)
