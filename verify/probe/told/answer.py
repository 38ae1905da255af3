r"""What was observed of a score, in sentences; the rules are those of `verify.probe.told.verdict`."""

import numpy as np
import xarray as xr

from simulate.engine.copies import COPIED
from verify.probe.asked import gate
from verify.probe.asked.losses import BEYOND, Losses, blank, losses, memorized
from verify.probe.sampled.samples import CHANCE
from verify.probe.told.ways import doubt, ways

IN_WORDS = {
    "memorizes": "this model memorizes",
    "memorizes in part": "this model memorizes in part",
    "does not memorize": "this model does not memorize",
    "not told": "whether this model memorizes is not told",
    "no score": "whether this model memorizes is not told: what was asked is no score",
}


def report(found: xr.Dataset) -> str:
    """The plain answer, in sentences."""
    alone = found.time.values[found.effective.median("probe").values < 2]
    sentences = [
        _data(found),
        _verdict(found),
        _samples(found),
        ways(found)[2].evidence,
        _gate(found),
        _lost(losses(found), found),
        *_seen(found),
        f"fewer than two data points carry the empirical score from {_noise(found, alone.max())} down"
        if alone.size
        else "at all times more than two data points carry the empirical score",
        f"a Gaussian of their covariance condenses at t = {np.median(found.t_c):.3g} (median over the points probed)",
        _copied(found),
        *([found.attrs["asked"]] if "asked" in found.attrs else []),
        *_beyond(found),
        *_misscaled(found),
    ]
    return "\n".join(f"- {sentence}." for sentence in sentences)


def _verdict(found: xr.Dataset) -> str:
    since = found.attrs["from_time"]
    down = f" from t = {since:.3g} (std {since**0.5:.3g}) down" if np.isfinite(since) else ""
    return f"{IN_WORDS[found.attrs['verdict']]}{down}: {found.attrs['reason']}"


def _samples(found: xr.Dataset) -> str:
    """The share of copies among samples, with its interval and what chance would have it."""
    attrs, total = found.attrs, found.sizes["sample"]
    rows = ", ".join(named_rows(found)[:8])
    share = f"{attrs['copies_lower']:.1%} to {attrs['copies_upper']:.1%} at 95 %"
    rule = (
        f"lie {1 / attrs['copies_factor']:.3g} times nearer to one training point than to any other, where of draws of "
        f"the law {attrs['copies_odds']:.2g} lie so (intrinsic dimension {attrs['intrinsic_dimension']:.2g})"
    )
    drawn = f"samples that the suite drew of it by the {attrs['sampler']}"
    said = f"{attrs['copies_count']} of {total} {drawn} ({share}) {rule}"
    return said + (f": copies of {rows}" if rows else "")


def named_rows(found: xr.Dataset) -> list[str]:
    """The training points that samples are copies of, the most copied first: file names, where known, or rows."""
    names = np.atleast_1d(found.attrs.get("leaking_names", [])).tolist()
    return names or [f"row {row}" for row in np.atleast_1d(found.attrs["leaking_rows"]).tolist()]


def _gate(found: xr.Dataset) -> str:
    """Whether it was asked rightly, by the slope of (y - x) on t s."""
    seen = found.sel(set="training")
    slopes = f"the slope of (y - x) on t s is {_between(seen.slope)} at training points"
    off = gate.refuted(found)
    told = f"is refuted at {off.sum()} of {off.size} times" if off.any() else "is passed at all times"
    beside = ""
    if "held-out" in found.set.values:
        other = found.sel(set="held-out").slope
        beside = f", {_between(other)} at held-out points, where memory has less than 1"
    return f"the gate {told}: {slopes}, where every score has 1{beside}"


def _between(values: xr.DataArray) -> str:
    return f"{float(values.min()):.2g} to {float(values.max()):.2g}"


def _lost(found: Losses, observed: xr.Dataset) -> str:
    order = [f"variance {v:.3g}: {_noise(observed, t)}" for v, t in found.confirmed]
    if order:
        return f"directions it loses, first to last: {'; '.join(order)}"
    if why := doubt(observed):
        return f"whether it loses directions is not told: {why}"
    return "it loses no direction that the data show" + _unsure(found.unsure)


def _seen(found: xr.Dataset) -> list[str]:
    """From where down it sees nothing, and that it sees more at smaller times or goes elsewhere."""
    if memorized(found).size:
        return [f"around training points it sees no direction from {_noise(found, memorized(found).max())} down"]
    nothing = blank(found)
    if not nothing.any():
        return []
    why = "noised training points do not return to themselves" if nothing[-1] else "at smaller times it does"
    return [
        f"at {_noise(found, found.time.values[nothing].min())} it sees no direction although the data show some, but "
        f"{why}: it has learnt too little, or the data lie in tight clusters"
    ]


def _data(found: xr.Dataset) -> str:
    copies, near, known = (int(found.attrs[name]) for name in ("copies", "near_copies", "known"))
    return (
        f"{found.attrs['n']} points in {found.attrs['d']} dimensions"
        + f", {copies} of them exact copies, which count as one point here" * (copies > 0)
        + f", {near} of them near copies, which count as one point here" * (near > 0)
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


def _copied(found: xr.Dataset) -> str:
    what = "held-out points" if found.attrs["held_out"] else "draws of a Gaussian of their covariance"
    worst = int(found.landings.values.argmax())
    near = found.landing_ratio.isel(time=worst).values < COPIED
    if not near.any():
        return f"no noised {what} land near a training point, three times nearer to it than to any other"
    rows = ", ".join(str(row) for row in np.unique(found.landed_on.isel(time=worst).values[near])[:8])
    where = f"{near.sum()} of {near.size} noised {what}, at {_noise(found, float(found.time[worst]))}: rows {rows}"
    odds = f"of {found.attrs['looked_at']} training points {found.attrs['crowded']} lie so near to another one"
    if found.attrs["landed_p"] < CHANCE:
        return (
            f"one step denoises into copies of training points, three times nearer than to any other, {where}; {odds}"
        )
    return f"it is not told whether one step denoises into copies of training points: {where}; {odds}"


def _misscaled(found: xr.Dataset) -> list[str]:
    """A warning where -t J is larger than any density's."""
    largest = found.normalized_jacobian.median("probe").max("group")
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
