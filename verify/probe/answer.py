r"""What was observed of a score, in sentences and as a table.

A model *memorizes* from t down where, at t and at all smaller times, most probes show no direction although the data
vary in some, v > 2 t, and return: from noise, to the training point that they are, and near to it. A model that has
learnt too little shows nothing at some t, but more as t falls, or goes elsewhere; so does one that knows that the data
lie in clusters tighter than the noise.

A group of axes is *lost* from t down where the median contraction is above 2/3 although a Gaussian would show the
group, v > 2 t, and stays so at all smaller times. On a curved manifold a model that has learnt everything shows less
than a Gaussian, too. So unless the model memorizes, or copies, a group counts as lost only if the other data, those
without the point and its copies, show more of it at some time: the posterior variance of the model,
t (1 - contraction), is less than half of theirs there, and wherever that is so the mean square of what it misses the
points by is less than half of theirs, too.

The step x + t s(x) of a score takes a noised point nearer to what it was, on average, and along an axis of variance v
its contraction is at least t/(t + v), on average, as the best affine guess of the point has it. Where noised training
points end up farther away, by a sign test over all probes and times at 0.1 % (were they independent), or the
contraction along the first axes is negative, averaged over more points at the largest time if t >= v, what was asked is
no score, or knows nothing, and no verdict is passed. At t far below v a step is too small to tell.

Points are said to be denoised into *copies* where they land near more training points, at one of the times, than chance
would have it: at 1 % over all times, with the share of training points that lie so near another as its odds. All on one
point counts once: a model that makes one output of everything has copied nothing.
"""

import numpy as np
import xarray as xr
from rich.table import Table
from scipy.stats import binom

from simulate.engine.copies import COPIED
from verify.probe.observe import SEEN

LOST = 2 / 3  # contraction above which a direction is lost
LESS = 0.5  # posterior variance of the model, in units of that of the other data, below which it shows less than they
BEYOND = 1.25  # contraction that no density's score has, which are at most 1
CHANCE = 0.01  # p below which landings are copies
NO_SCORE = 0.001  # p below which steps lead away
PLAIN = 0.2  # posterior variance over t above which the other data show a direction plainly


def report(found: xr.Dataset) -> str:
    """The plain answer, in sentences."""
    blank = _mostly(found.outcome == "memorized") & (found.visible.values > 0)
    memorized = found.time.values[_lasting(blank & _mostly((found.outcome == "memorized") & found.returned))]
    losses, unsure = _losses(found, confirmed=not (memorized.size or _copies(found)))
    order = [f"variance {v:.3g}: {_noise(found, t)}" for v, t in losses]
    crowd = found.effective.median("probe").values
    alone = found.time.values[crowd < 2]
    sentences = [
        _data(found),
        _verdict(found, memorized, blank, bool(order), bool(unsure)),
        f"directions it loses, first to last: {'; '.join(order)}"
        if order
        else "it loses no direction that the data show" + _unsure(unsure),
        f"fewer than two data points carry the empirical score from {_noise(found, alone.max())} down"
        if alone.size
        else "at all times more than two data points carry the empirical score",
        f"a Gaussian of their covariance condenses at t = {np.median(found.t_c):.3g} (median over the points probed)",
        _copied(found),
        *_beyond(found),
        *_misscaled(found),
    ]
    return "\n".join(f"- {sentence}." for sentence in sentences)


def table(found: xr.Dataset) -> Table:
    """One row for each time."""
    result = Table(title="what the model knows of the data, time by time")
    names = [f"v={v:.2g} model|empirical" for v in found.variance.values]
    for name in ("t", "std", found.attrs["step_name"], "dimension", "outcome", "effective N", "copied", *names):
        result.add_column(name, justify="right")
    for i, t in enumerate(found.time.values):
        row = found.isel(time=i)
        words, counts = np.unique(row.outcome.values.astype(str), return_counts=True)
        mine, theirs = (row[name].median("probe").values for name in ("contraction", "empirical_contraction"))
        result.add_row(
            f"{t:.3g}",
            f"{t**0.5:.3g}",
            f"{float(row.step):.4g}" if np.isfinite(row.step) else "",
            f"{float(row.dimension.median()):.4g} [{float(row.lower.min()):.4g}, {float(row.upper.max()):.4g}]",
            str(words[counts.argmax()]),
            f"{float(row.effective.median()):.3g}",
            f"{float((row.landing_ratio < COPIED).mean()):.0%}",
            *(f"{round(a, 2) + 0.0:.2f}|{round(b, 2) + 0.0:.2f}" for a, b in zip(mine, theirs, strict=True)),
        )
    return result


def _verdict(found: xr.Dataset, memorized: np.ndarray, blank: np.ndarray, some_lost: bool, unsure: bool) -> str:
    if why := _no_score(found):
        return (
            f"whether this model memorizes is not told: {why}, so s is no score (the noise, a denoised point or minus "
            "the score in its place?), or has learnt nothing"
        )
    if memorized.size:
        return f"this model memorizes from {_noise(found, memorized.max())} down"
    if _copies(found):
        return "this model memorizes in part: it sees directions still, but denoises into copies of training points"
    if some_lost:
        return (
            "this model memorizes in part: at no time all, but at some time some of the directions of the data are lost"
        )
    if blank.any():
        why = "noised training points do not return to themselves" if blank[-1] else "at smaller times it does"
        return (
            f"this model does not memorize: at {_noise(found, found.time.values[blank].min())} it sees no direction "
            f"although the data show some, but {why}: it has learnt too little, or the data lie in tight clusters"
        )
    if unsure:
        return "at none of the times does this model memorize all: whether some directions are lost is not told"
    return "at none of the times does this model memorize: it sees directions wherever the data show some"


def _no_score(found: xr.Dataset) -> str:
    """Why what was asked cannot be a score; empty where it can."""
    if binom.sf(int(found.away.sum()) - 1, found.away.size, 0.5) < NO_SCORE:
        return "x + t s(x) takes noised training points farther from what they were"
    t = float(found.time[0])
    if found.attrs["noisiest"] < 0 and t >= float(found.variance[0]):
        return f"its -t J is negative along the axes of largest variance at {_noise(found, t)}"
    return ""


def _mostly(so: xr.DataArray) -> np.ndarray:
    """What holds of most probes, (time,)."""
    return so.mean("probe").values > 0.5


def _lasting(seen: np.ndarray) -> np.ndarray:
    """What is so at a time (T, ...), descending, and at all smaller ones."""
    return np.logical_and.accumulate(seen[::-1])[::-1]


def _losses(found: xr.Dataset, confirmed: bool) -> tuple[list[tuple[float, float]], list[float]]:
    """(variance, time from which down it is lost) of groups, first lost first; variances whose loss is not `confirmed`.

    None is of the latter kind unless it is asked that the other data show what is lost.
    """
    mine, theirs = (found[name].median("probe").values for name in ("contraction", "others_contraction"))
    low, times = _lasting((mine > LOST) & (mine < BEYOND)), found.time.values
    less = low & (1 - theirs > PLAIN) & (1 - mine < LESS * (1 - theirs))
    back = found.missed.mean("probe").values < LESS * times[:, None] * (1 - theirs)
    less &= (back | ~less).all(axis=0)
    lost, unsure = [], []
    for group, v in enumerate(found.variance.values.tolist()):
        shown = low[:, group] & (v > SEEN * times)
        if not shown.any():
            continue
        if less[:, group].any() or not confirmed:
            lost.append((v, float(times[shown | less[:, group]].max())))
        else:
            unsure.append(v)
    return sorted(lost, key=lambda pair: -pair[1]), unsure


def _data(found: xr.Dataset) -> str:
    copies, known = found.attrs["copies"], found.attrs["known"]
    return (
        f"{found.attrs['n']} points in {found.attrs['d']} dimensions"
        + f", {copies} of them exact copies, which count as one point here" * (copies > 0)
        + f"; {known} of the held-out points are among them, and left out" * (known > 0)
    )


def _unsure(variances: list[float]) -> str:
    if not variances:
        return ""
    named = ", ".join(f"{v:.3g}" for v in variances)
    return (
        f"; of variance {named} it shows less than a Gaussian would, but no less than the other data do where they "
        "tell: so does memorization in part, and so does a curved manifold"
    )


def _noise(found: xr.Dataset, t: float) -> str:
    """A noise in the words of all users: variance, standard deviation, step of the model."""
    step = float(found.step.sel(time=t))
    named = f", {found.attrs['step_name']} {step:.4g}" if np.isfinite(step) else ""
    return f"t = {t:.3g} (std {t**0.5:.3g}{named})"


def _copies(found: xr.Dataset) -> bool:
    """Whether more points land near a training point, at one of the times, than chance would have it."""
    counts = np.array([rows.size for rows in _landed(found)])
    odds = (found.attrs["crowded"] + 1) / (found.attrs["looked_at"] + 2)
    p = counts.size * binom.sf(counts.max() - 1, found.sizes["free"], odds)
    return bool(p < CHANCE)


def _landed(found: xr.Dataset) -> list[np.ndarray]:
    """Training points that something landed near, at each time."""
    close, rows = (found[name].transpose("time", "free").values for name in ("landing_ratio", "landed_on"))
    return [np.unique(row[near]) for row, near in zip(rows, close < COPIED, strict=True)]


def _copied(found: xr.Dataset) -> str:
    what = "held-out points" if found.attrs["held_out"] else "draws of a Gaussian of their covariance"
    landed = _landed(found)
    worst = int(np.argmax([rows.size for rows in landed]))
    if not landed[worst].size:
        return f"no noised {what} land near a training point, three times nearer to it than to any other"
    count = int((found.landing_ratio.isel(time=worst) < COPIED).sum())
    rows = ", ".join(str(row) for row in landed[worst][:8])
    where = f"{count} of {found.sizes['free']} noised {what}, at {_noise(found, float(found.time[worst]))}: rows {rows}"
    crowded, looked_at = found.attrs["crowded"], found.attrs["looked_at"]
    odds = f"of {looked_at} training points {crowded} lie so near to another one"
    if _copies(found):
        return f"it denoises into copies of training points, three times nearer than to any other, {where}; {odds}"
    return f"it is not told whether it denoises into copies of training points: {where}; {odds}"


def _misscaled(found: xr.Dataset) -> list[str]:
    """A warning where -t J is larger than any density's."""
    largest = found.contraction.median("probe").max("group")
    if not bool(largest.max() > BEYOND):
        return []
    worst = int(largest.argmax("time"))
    where = _noise(found, float(found.time[worst]))
    said = f"along some axes its -t J is {float(largest[worst]):.2g} at {where}, where that of a density is at most 1"
    return [f"{said}: it is scaled wrongly, or has not learnt enough to be judged"]


def _beyond(found: xr.Dataset) -> list[str]:
    """A warning where the score proves more directions than its data have: what is said above is not of these data."""
    beyond = found.time.values[found.lower.median("probe").values > found.attrs["n"] - 1]
    if not beyond.size:
        return []
    seen = f"more directions than {found.attrs['n']} points can vary in at {_noise(found, beyond.max())}"
    return [f"it sees {seen}: it was trained on other data as well, or not enough to be judged"]
