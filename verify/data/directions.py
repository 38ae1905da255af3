r"""Which directions the empirical score loses first, seen from held-out points.

Along an axis of the data, the posterior variance of the fitted law at x_t is t + t^2 d_ii K, and that of the data is
Var_w(y_i), which goes to 0 where one point carries the weights. A direction is half lost at the time at which the mean
of Var_w(y_i) over held-out points is half of that of the law; above, both are alike.
"""

from collections.abc import Callable

import numpy as np

from simulate.engine.posterior import posterior
from theory.checks import NotComputable
from theory.laws.law import EnergyLaw
from verify.data.fit import Space
from verify.data.held_out import HeldOut, half_time
from verify.probe.axes import axis_groups

POINTS = 50  # held-out points that are looked from


def lost_at(data: np.ndarray, space: Space, law: EnergyLaw, seen: HeldOut, start: float) -> list[tuple[float, float]]:
    """Mean variance of each group of like leading axes, and the time at which it is half lost, first lost first.

    Arguments:
        data: (N, d).
        space: their principal axes.
        law: fitted, in these.
        seen: held-out points as the data are, (n, d).
        start: a time at which to begin the search.
    """
    coordinates, variances = space.leading_of(data), space.variances[: space.leading]
    seen = seen.some(POINTS)
    inside = space.inside(seen)
    memory: dict[float, np.ndarray] = {}

    def shown(t: float) -> np.ndarray:
        if t not in memory:
            memory[t] = _shown(data, coordinates, law, seen.at(t), inside.at(t), t)
        return memory[t]

    groups = axis_groups(variances)
    found = [(float(variances[group].mean()), _half_lost(shown, group, start)) for group in groups]
    return sorted((pair for pair in found if np.isfinite(pair[1])), key=lambda pair: -pair[1])


def _half_lost(shown: Callable[[float], np.ndarray], group: np.ndarray, start: float) -> float:
    """Where 1 less the ratio of variances of a group of axes is 1/2; NaN where it nowhere is."""
    try:
        return half_time(lambda t: 1 - float(shown(t)[0, group].sum() / shown(t)[1, group].sum()), start).time
    except NotComputable:
        return float("nan")


def _shown(
    data: np.ndarray, coordinates: np.ndarray, law: EnergyLaw, x: np.ndarray, inside: np.ndarray, t: float
) -> np.ndarray:
    """Mean posterior variances along the axes, of the data and of the law, (2, r)."""
    weights = np.asarray(posterior(x, data, t).weights)
    mean = weights @ coordinates
    own = (weights @ coordinates**2 - mean**2).mean(axis=0)
    curvature = law.curvature(1 / t, inside)[:, : coordinates.shape[1]]
    return np.stack([np.maximum(own, 0.0), (t + t**2 * curvature).mean(axis=0)])
