r"""What was observed of a score, in sentences and as a table.

A group of axes is *lost* from t down where the median contraction is above 2/3 although a Gaussian would show the
group, v > 2 t, and stays so at all smaller times: a model that has learnt too little shows nothing at some t, but more
as t falls. On a curved manifold a model that has learnt everything shows less than a Gaussian, too. So unless the model
shows no direction at all, a group counts as lost only if the other data, those without the point and its copies, show
more of it at some time: the posterior variance of the model, t (1 - contraction), is less than half of theirs.
"""

import numpy as np
import xarray as xr
from rich.table import Table

from simulate.nearest import COPIED
from simulate.probe.observe import SEEN

LOST = 2 / 3  # contraction above which a direction is lost
LESS = 0.5  # posterior variance of the model, in units of that of the other data, below which it shows less than they
PLAIN = 0.2  # posterior variance over t above which the other data show a direction plainly


def report(found: xr.Dataset) -> str:
    """The plain answer, in sentences."""
    blank = _blank(found)
    memorized = found.time.values[_lasting(blank)]
    losses, unsure = _losses(found, confirmed=not memorized.size)
    order = [f"variance {v:.3g}: {_noise(found, t)}" for v, t in losses]
    crowd = found.effective.median("probe").values
    alone = found.time.values[crowd < 2]
    sentences = [
        _data(found),
        _verdict(found, memorized, found.time.values[blank], bool(order)),
        f"directions it loses, first to last: {'; '.join(order)}"
        if order
        else "it loses no direction that the data show" + _unsure(unsure),
        f"fewer than two data points carry the empirical score from {_noise(found, alone.max())} down"
        if alone.size
        else "at all times more than two data points carry the empirical score",
        f"a Gaussian of their covariance condenses at t = {np.median(found.t_c):.3g} (median over the points probed)",
        _copied(found),
        *_beyond(found),
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


def _verdict(found: xr.Dataset, memorized: np.ndarray, blank: np.ndarray, some_lost: bool) -> str:
    if memorized.size:
        return f"this model memorizes from {_noise(found, memorized.max())} down"
    if some_lost:
        return (
            "this model memorizes in part: at no time all, but at some time some of the directions of the data are lost"
        )
    if blank.size:
        return (
            f"this model does not memorize: at {_noise(found, blank.min())} it sees no direction although the data "
            "show some, but at smaller times it does, as one that has learnt too little"
        )
    return "at none of the times does this model memorize: it sees directions wherever the data show some"


def _blank(found: xr.Dataset) -> np.ndarray:
    """Where most probes show no direction although the data do."""
    share = (found.outcome == "memorized").mean("probe").values
    return (share > 0.5) & (found.visible.values > 0)


def _lasting(seen: np.ndarray) -> np.ndarray:
    """What is so at a time (T, ...), descending, and at all smaller ones."""
    return np.logical_and.accumulate(seen[::-1])[::-1]


def _losses(found: xr.Dataset, confirmed: bool) -> tuple[list[tuple[float, float]], list[float]]:
    """(variance, time from which down it is lost) of groups, first lost first; variances whose loss is not `confirmed`.

    None is of the latter kind unless it is asked that the other data show what is lost.
    """
    mine, theirs = (found[name].median("probe").values for name in ("contraction", "others_contraction"))
    low, times = _lasting(mine > LOST), found.time.values
    less = low & (1 - theirs > PLAIN) & (1 - mine < LESS * (1 - theirs))
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
        + f"; {known} of the held-out points are among them: what is said of held-out points is not of those"
        * (known > 0)
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


def _copied(found: xr.Dataset) -> str:
    what = "held-out points" if found.attrs["held_out"] else "draws of a Gaussian of their covariance"
    close = (found.landing_ratio < COPIED).values
    copies = close.sum(axis=found.landing_ratio.get_axis_num("free"))
    if not copies.any():
        return f"no noised {what} were denoised into a copy of a training point"
    worst = int(copies.argmax())
    landed = found.landed_on.values[worst][close[worst]]
    rows = ", ".join(str(row) for row in np.unique(landed)[:8])
    t = float(found.time[worst])
    chance = int((found.free_ratio < COPIED).sum())
    landing = f"{copies[worst]} of {close[worst].size} noised {what} are denoised into a training point"
    without = f"of the same {what} without noise {chance or 'none'} {'lie' if chance > 1 else 'lies'} so near to one"
    return f"{landing}, three times nearer to it than to any other, at {_noise(found, t)}: rows {rows}; {without}"


def _beyond(found: xr.Dataset) -> list[str]:
    """A warning where the score proves more directions than its data have: what is said above is not of these data."""
    beyond = found.time.values[found.lower.median("probe").values > found.attrs["n"] - 1]
    if not beyond.size:
        return []
    seen = f"more directions than {found.attrs['n']} points can vary in at {_noise(found, beyond.max())}"
    return [f"it sees {seen}: it was trained on other data as well, or not enough to be judged"]
