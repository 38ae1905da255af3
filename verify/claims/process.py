r"""Variance preserving and variance exploding: one process by two clocks.

    x_VP(tau) = e^{-tau} x_VE(t),   t = e^{2 tau} - 1,   s_VP(x, tau) = e^tau s_VE(e^tau x, t)

so all that is said in this suite for variance exploding holds for variance preserving after this change of variables.
"""

from collections.abc import Callable

import numpy as np
import xarray as xr

from simulate.experiments.process import PreservingScore
from simulate.experiments.setting import Setting
from simulate.posterior import empirical_score
from theory.process import exploding_time
from verify.claim import Claim


def preserving_score(
    observed: xr.Dataset,
    time: Callable[[float], float] = lambda tau: float(exploding_time(tau)),
    stretch: float = 1.0,
    factor: float = 1.0,
) -> np.ndarray:
    """Component i of e^(factor tau) s_VE(e^(stretch tau) x, time(tau))."""
    rows = (observed.isel(point=index) for index in range(observed.sizes["point"]))
    return np.array(
        [
            np.exp(factor * row.tau)
            * empirical_score(
                np.exp(stretch * row.tau.item()) * row.x.values, row.data.values, time(row.tau.item()), "cpu"
            )[row.i]
            for row in rows
        ],
        dtype=float,
    )


PRESERVING = Claim(
    name="variance-preserving",
    title="Variance preserving and exploding",
    statement="The score of the variance-preserving process is e^tau s_VE(e^tau x, t) with t = e^(2 tau) - 1.",
    source="change of variables",
    regime="every data set, x and tau; tested to rounding",
    meaning=(
        "Results for one process are results for the other: a condensation time t_c is the clock log(1 + t_c)/2, and "
        "directions are lost in the same order."
    ),
    experiment=PreservingScore(setting=Setting("graded", "held-out", 4, 30)),
    prediction=preserving_score,
    decoys={
        "t = 1 - e^(-2 tau)": lambda observed: preserving_score(observed, time=lambda tau: -float(np.expm1(-2 * tau))),
        "t = 2 tau": lambda observed: preserving_score(observed, time=lambda tau: 2 * tau),
        "at x, not at e^tau x": lambda observed: preserving_score(observed, stretch=0.0),
        "without e^tau in front": lambda observed: preserving_score(observed, factor=0.0),
    },
    statistic="exact",
    smallest_error=1e-4,
    axis="tau",
    axis_label="clock tau",
    series="i",
    value_label="component of the score",
)

CLAIMS = (PRESERVING,)
