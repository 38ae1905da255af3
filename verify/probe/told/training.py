r"""What checkpoints of a training tell: where memorization began, what stopping before it costs, how many images.

Memorization *began* at the first checkpoint from which on samples are copies beyond chance at every one. Stopping at
the last one before costs the ratio of its held-out loss to the least of all, with an interval over held-out points. The
images needed for as long a training without copies are N times the ratio of the last step to the step at which
memorization began, which lies between those two checkpoints, *if* the time to memorize is proportional to N, as
arXiv:2505.17638 found for U-Nets and random features; that is a rule of others, not measured here.

A direction is *lost* at a checkpoint where G of its group (`verify.probe.sampled.checkpoints`) is proven to be above
1/2: along it the model misses training points by less than half of the mean square of what it misses others by.
"""

from collections.abc import Sequence

import numpy as np
import xarray as xr
from scipy import stats

from verify.probe.asked.losses import LESS
from verify.probe.sampled.samples import CHANCE
from verify.probe.told.verdict import CAUSES
from verify.probe.told.ways import from_to

RULE = "the time to memorize is proportional to their number, as arXiv:2505.17638 found"

WRONG = f"what it denoises training points to is no posterior mean of these data in these units {CAUSES}"


def began(found: xr.Dataset) -> int | None:
    """The first checkpoint from which on samples are copies beyond chance; None where the last one has none."""
    lasting = np.logical_and.accumulate((found.p.values < CHANCE)[::-1])[::-1]
    return int(lasting.argmax()) if lasting.any() else None


def lost(found: xr.Dataset) -> np.ndarray:
    """Directions that are proven to be learned by heart, (checkpoint, group)."""
    return found.heart_lower.values > LESS


def price(found: xr.Dataset, stop: int) -> tuple[float, float, float]:
    """What stopping at a checkpoint costs of held-out loss against the best, with its interval at 95 %.

    Arguments:
        found: checkpoints along training.
        stop: the place of the one stopped at.

    Returns:
        The ratio of both losses less 1, and the ends of its interval, over held-out points that both are asked at.
    """
    mine, best = found.losses.values[stop], found.losses.values[int(found.loss.values.argmin())]
    ratio = mine.mean() / best.mean()
    stderr = np.std(mine - ratio * best, ddof=1) / best.mean() / np.sqrt(mine.size)
    half = float(stats.t.isf(0.025, mine.size - 1) * stderr)
    return float(ratio - 1), float(ratio - 1 - half), float(ratio - 1 + half)


def told(found: xr.Dataset, n: int, steps: Sequence[float] | None = None) -> xr.Dataset:
    """Checkpoints of a training with `n` images, its number, the `advice`, and the coordinate `step`, if known.

    Arguments:
        found: checkpoints along training.
        n: the number of training images.
        steps: the training step of each checkpoint, if known.
    """
    said = found.assign_attrs(n=n, advice=advice(found, n, steps))
    return said if steps is None else said.assign_coords(step=("checkpoint", np.asarray(steps, dtype=float)))


def advice(found: xr.Dataset, n: int, steps: Sequence[float] | None = None) -> str:
    """Where memorization began among checkpoints of `n` images and what follows; with their steps, if known.

    Arguments:
        found: checkpoints along training.
        n: the number of training images.
        steps: the training step of each checkpoint, if known.
    """
    first, names = began(found), found.checkpoint.values.tolist()
    if first is None and float(found.refuted[-1]) > 0.5:
        return f"whether it memorizes is not told: at the last checkpoint, {names[-1]}, {WRONG}"
    if first is None:
        most = f"at most {float(found.copies_upper[-1]):.1%} of samples are copies there, at 95 %"
        said = f"at the last checkpoint, {names[-1]}, no more samples are copies than by chance: {most}"
        return said + _directions(found, len(names) - 1)
    said = f"memorization began at {names[first]}: from there on samples are copies of training images"
    said += _directions(found, first - 1)
    if first == 0:
        return f"{said}; no checkpoint before it is known, keep earlier ones or train on more images"
    stop = _stopping(found, first - 1, names)
    if steps is None or not steps[first - 1] > 0:
        return f"{said}; {stop}"
    fewest, most = (_count(n * steps[-1] / steps[place]) for place in (first, first - 1))
    more = f"a training as long as this one without copies takes {fewest} to {most} images"
    return f"{said}; {stop}; {more}, if {RULE}"


def _directions(found: xr.Dataset, place: int) -> str:
    """The directions that are lost at a checkpoint without copies; empty where none are, or there is none."""
    if place < 0 or not lost(found)[place].any():
        return ""
    named = ", ".join(f"{v:.2g}" for v in found.variance.values[lost(found)[place]])
    where = found.checkpoint.values[place]
    return f"; at {where}, without copies, directions of variance {named} are learned by heart"


def _count(number: float) -> str:
    """A number of images, to two digits."""
    return f"{float(f'{number:.2g}'):,.0f}"


def _stopping(found: xr.Dataset, stop: int, names: list[str]) -> str:
    """What stopping at a checkpoint costs, in words."""
    best = int(found.loss.values.argmin())
    if stop == best:
        return f"the checkpoint before it, {names[best]}, has the least held-out loss of all: stop there"
    cost, low, high = price(found, stop)
    ends = f"{cost:.1%} [{low:.1%}, {high:.1%}]"
    return f"stopping at {names[stop]} costs {ends} of held-out loss against the best, {names[best]}"


def rows_of(found: xr.Dataset) -> tuple[list[str], list[list[str]]]:
    """Names of columns, and a row of texts for each checkpoint."""
    groups = [f"by heart, v={v:.2g}" for v in found.variance.values]
    heads = ["checkpoint", "copies at 95 %", "own points at 95 %", "held-out loss", *groups]
    return heads, [_row(found.isel(checkpoint=i)) for i in range(found.sizes["checkpoint"])]


def _row(row: xr.Dataset) -> list[str]:
    """The texts of one checkpoint."""
    hearts = zip(row.heart_lower.values, row.heart_upper.values, strict=True)
    return [
        str(row.checkpoint.values),
        f"{float(row.copies_lower):.1%} to {float(row.copies_upper):.1%}",
        from_to(float(row.number_lower), float(row.number_upper)),
        f"{float(row.loss):.3g}",
        *(f"{low:.2f} to {high:.2f}" if np.isfinite(low) else "not seen" for low, high in hearts),
    ]
