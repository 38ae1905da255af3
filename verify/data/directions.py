r"""Which directions the empirical score loses first, seen from held-out points.

Along an axis of the data, the posterior variance of the fitted law at x_t is t + t^2 d_ii K, and that of the data is
Var_w(y_i), which goes to 0 where one point carries the weights. A direction is half lost at the time at which the mean
of Var_w(y_i) over held-out points is half of that of the law; above, both are alike.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

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
    """

    axes: np.ndarray
    variances: np.ndarray
    time: float

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
        energies: of the data, seen from these.
        start: a time at which to begin the search.
    """
    seen, energies = seen.some(POINTS), energies.some(POINTS)
    inside = space.inside(seen)
    memory: dict[float, np.ndarray] = {}

    def shown(t: float) -> np.ndarray:
        if t not in memory:
            memory[t] = _shown(energies.weights(t), coordinates, law, inside.at(t), t)
        return memory[t]

    variances = space.variances[: space.leading]
    found = [Lost(group, variances[group], _half_lost(shown, group, start)) for group in axis_groups(variances)]
    return sorted((each for each in found if np.isfinite(each.time)), key=lambda each: -each.time)


def _half_lost(shown: Callable[[float], np.ndarray], group: np.ndarray, start: float) -> float:
    """Where 1 less the ratio of variances of a group of axes is 1/2; NaN where it nowhere is."""
    try:
        return half_time(lambda t: 1 - float(shown(t)[0, group].sum() / shown(t)[1, group].sum()), start).time
    except NotComputable:
        return float("nan")


def _shown(weights: np.ndarray, coordinates: np.ndarray, law: EnergyLaw, x: np.ndarray, t: float) -> np.ndarray:
    """Mean posterior variances along the axes, of the data and of the law, (2, r)."""
    mean = weights @ coordinates
    own = (weights @ coordinates**2 - mean**2).mean(axis=0)
    curvature = law.curvature(1 / t, x)[:, : coordinates.shape[1]]
    return np.stack([np.maximum(own, 0.0), (t + t**2 * curvature).mean(axis=0)])
