r"""Which directions the empirical score loses first, seen from held-out points.

Along the axes of a group, the posterior variance of the fitted law at x_t is t + t^2 d_ii K, and that of the data is
Var_w(y_i), which goes to 0 where one point carries the weights. The group is half lost at the time at which half of the
law's variance is missing, in the mean over held-out points of

    share(x_t) = 1 - min(1, sum_i Var_w(y_i) / sum_i (t + t^2 d_ii K)),

which is near 0 above and 1 far below. The variances themselves have no such time in the mean: a point between two of
the data, of probability t^{1/2}, has Var_w of the order of their squared distance, far above t.

The interval of that time at 95 % is over held-out points: the noises at which the mean share is not known to differ
from 1/2. What another draw of the data, or another fit, would change is not in it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy import stats

from theory.checks import NotComputable
from theory.laws.law import EnergyLaw
from verify.data.energies import Energies
from verify.data.fit import Space
from verify.data.held_out import HeldOut, half_time
from verify.probe.known.axes import axis_groups

POINTS = 50  # held-out points that are looked from


@dataclass(frozen=True, eq=False)
class Lost:
    """A group of principal axes by their indices, their `variances`, and the time at which they are half lost.

    Arguments:
        axes: indices of principal axes of like variance.
        variances: the variance along each of them, in squared units of the data.
        time: the noise variance at which they are half lost.
        lower: end of the interval of that time at 95 %, over held-out points; 0 where there is none within reach.
        upper: end of that interval; infinite where there is none.
    """

    axes: np.ndarray
    variances: np.ndarray
    time: float
    lower: float
    upper: float

    @property
    def variance(self) -> float:
        """The mean of theirs."""
        return float(self.variances.mean())


def lost_at(
    coordinates: np.ndarray, space: Space, law: EnergyLaw, seen: HeldOut, energies: Energies, start: float
) -> list[Lost]:
    """Each group of like leading axes and the time at which it is half lost, first lost first.

    Arguments:
        coordinates: of the data along the leading axes, (N, r).
        space: their principal axes.
        law: fitted, in these.
        seen: held-out points as the data are, (n, d).
        energies: of the data, seen from these and then perhaps from others.
        start: a time at which to begin the search.
    """
    seen = seen.some(POINTS)
    energies = energies.some(len(seen))
    inside = space.inside(seen)
    memory: dict[float, np.ndarray] = {}

    def shown(t: float) -> np.ndarray:
        if t not in memory:
            memory[t] = _shown(energies.weights(t), coordinates, law, inside.at(t), t)
        return memory[t]

    variances = space.variances[: space.leading]
    found = [Lost(group, variances[group], *_half_lost(shown, group, start)) for group in axis_groups(variances)]
    return sorted((each for each in found if np.isfinite(each.time)), key=lambda each: -each.time)


def _half_lost(shown: Callable[[float], np.ndarray], group: np.ndarray, start: float) -> tuple[float, float, float]:
    """Where the mean share of variance of a group of axes that is lost is 1/2, and where its interval leaves 1/2."""

    def lost(t: float, errors: float) -> float:
        own, known = shown(t)[:, :, group].sum(axis=2)
        shares = 1 - np.minimum(own / known, 1.0)
        return float(shares.mean() + errors * stats.sem(shares))

    width = float(stats.t.isf(0.025, shown(start).shape[1] - 1))
    time, lower, upper = (_where_half(partial(lost, errors=errors), start) for errors in (0.0, -width, width))
    return time, float(np.nan_to_num(lower, nan=0.0)), float(np.nan_to_num(upper, nan=np.inf))


def _where_half(curve: Callable[[float], float], start: float) -> float:
    try:
        return half_time(curve, start).time
    except NotComputable:
        return float("nan")


def _shown(weights: np.ndarray, coordinates: np.ndarray, law: EnergyLaw, x: np.ndarray, t: float) -> np.ndarray:
    """Posterior variances along the axes at each x, of the data and of the law, (2, n, r)."""
    mean = weights @ coordinates
    own = weights @ coordinates**2 - mean**2
    curvature = law.curvature(1 / t, x)[:, : coordinates.shape[1]]
    return np.stack([np.maximum(own, 0.0), t + t**2 * curvature])
