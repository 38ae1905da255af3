r"""Which directions a model has lost, and from which noise on it sees none.

A model *memorizes* from t down where, at t and at all smaller times, most probes show no direction although the data
vary in some, v > 2 t, and return: from noise, to the training point that they are, and near to it. A model that has
learnt too little shows nothing at some t, but more as t falls, or goes elsewhere; so does one that knows that the data
lie in clusters tighter than the noise.

A group of axes is *lost* from t down where the median -t J is above 2/3 although a Gaussian would show the group,
v > 2 t, and stays so at all smaller times. On a curved manifold a model that has learnt everything shows less than a
Gaussian, too. So a group is confirmed to be lost only if the model memorizes, or

- the other data, those without the point and its copies, show more of it at some time: the posterior variance of the
  model, t (1 + t J), is less than half of theirs there, and wherever that is so the mean square of what it misses the
  points by is less than half of theirs, too; or
- at some such time the model misses its own points along the group by less than half of what it misses held-out points
  by (`verify.probe.asked.gate`).

Where held-out points are missed by less than twice as much, the group is not lost; without them it is not told.
"""

from dataclasses import dataclass

import numpy as np
import xarray as xr

from verify.probe.asked.gate import generalization_gap

SEEN = 2.0  # v/t above which the data show a direction
LOST = 2 / 3  # -t J above which a direction is lost
LESS = 0.5  # posterior variance of the model, in units of that of the other data, below which it shows less than they
BEYOND = 1.25  # -t J that no density's score has, which are at most 1
PLAIN = 0.2  # posterior variance over t above which the other data show a direction plainly


@dataclass(frozen=True)
class Losses:
    """Directions that a model has lost.

    Arguments:
        confirmed: (variance, t from which down it is lost) of groups, first lost first.
        unsure: variances of other groups.
    """

    confirmed: list[tuple[float, float]]
    unsure: list[float]


def mostly(so: xr.DataArray) -> np.ndarray:
    """What holds of most probes, (time,)."""
    return so.mean("probe").values > 0.5


def telling(found: xr.Dataset) -> np.ndarray:
    """Times at which the empirical score has lost a group of axes that the data show: memory would be seen, (time,)."""
    lost = (found.empirical_normalized_jacobian.median("probe") > LOST) & (found.variance > SEEN * found.time)
    return lost.any("group").values


def blank(found: xr.Dataset) -> np.ndarray:
    """Times at which most probes show no direction although the data vary in some, (time,)."""
    return mostly(found.outcome == "memorized") & (found.visible.values > 0)


def memorized(found: xr.Dataset) -> np.ndarray:
    """Times from which down the model sees no direction and returns to its points."""
    returned = mostly((found.outcome == "memorized") & found.returned)
    return found.time.values[_lasting(blank(found) & returned)]


def losses(found: xr.Dataset) -> Losses:
    """The groups of axes that are lost, and those of which it is not told."""
    sure = memorized(found).size > 0
    times, low, less = found.time.values, *_low(found)
    least, most = generalization_gap(found)
    confirmed, unsure = [], []
    for group, v in enumerate(found.variance.values.tolist()):
        seen = low[:, group] & (v > SEEN * times)
        if not seen.any():
            continue
        proven = seen if sure else less[:, group] | (seen & (least[:, group] > LESS))
        if proven.any():
            confirmed.append((v, float(times[proven].max())))
        elif not (most[seen, group] < LESS).all():
            unsure.append(v)
    return Losses(sorted(confirmed, key=lambda pair: -pair[1]), unsure)


def _low(found: xr.Dataset) -> tuple[np.ndarray, np.ndarray]:
    """Where a group shows too little for a Gaussian, and less than the other data have, (time, group) each."""
    mine, theirs = (
        found[name].median("probe").values for name in ("normalized_jacobian", "others_normalized_jacobian")
    )
    low = _lasting((mine > LOST) & (mine < BEYOND))
    less = low & (1 - theirs > PLAIN) & (1 - mine < LESS * (1 - theirs))
    back = found.missed_by_probes.mean("probe").values < LESS * found.time.values[:, None] * (1 - theirs)
    return low, less & (back | ~less).all(axis=0)


def _lasting(seen: np.ndarray) -> np.ndarray:
    """What is so at a time (T, ...), descending, and at all smaller ones."""
    return np.logical_and.accumulate(seen[::-1])[::-1]
