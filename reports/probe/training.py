"""One page for checkpoints of a training: where memorization began, and what follows, first; then the curves."""

from typing import Any

import numpy as np
import xarray as xr

from reports.figures.plot import COLOURS, GREY, MARKERS, Plot, canvas, svg
from reports.probe.parts import capital, document, figure, table, text, verdict
from verify.probe.asked.losses import LESS
from verify.probe.told.training import began, rows_of

TICKS = 8  # names along an axis
ABOUT = {
    "copies": "Samples are drawn by both samplers of the suite; those of the one that copies more are counted.",
    "heart": (
        "Along a group of principal axes, 1 less the mean square of what the model misses training points by over that "
        "of held-out points: 0 of a model that knows the law, 1 of one that knows its points. Each group is looked at "
        "at a noise at which memory would show, and so would the direction."
    ),
    "loss": "The loss at held-out points over that of the better trivial denoiser, which gives the mean, or no change.",
}


def page_of_checkpoints(found: xr.Dataset) -> str:
    """The page of what `verify.probe.told.training.told` returned, as HTML that needs no other file."""
    first = began(found)
    word = "no memorization seen" if first is None else f"memorizes from {found.checkpoint.values[first]} on"
    advice, *rest = str(found.attrs["advice"]).split("; ")
    heads, lines = rows_of(found)
    parts = [
        f'<p class="note">losing-dimensions probe --checkpoints</p><h1>{_headed(word, first)}</h1>',
        f"<p>{text(capital(advice))}.</p><ul>{''.join(f'<li>{text(capital(said))}.</li>' for said in rest)}</ul>",
        *_shown("Copies among samples", copies(found), ABOUT["copies"]),
        *_shown("Directions learned by heart", by_heart(found), ABOUT["heart"]),
        *_shown("Held-out loss", loss(found), ABOUT["loss"]),
        "<h2>Every checkpoint</h2>",
        table(heads, ([text(cell) for cell in line] for line in lines)),
        f"<p class='note'>{found.attrs['n']} training images, seed {found.attrs['seed']}.</p>",
    ]
    return document("When did this training begin to memorize?", parts)


def _headed(word: str, first: int | None) -> str:
    return verdict(capital(word), "agrees" if first is None else "disagrees")


def _shown(title: str, plot: Plot, about: str) -> list[str]:
    return [f"<h2>{title}</h2>", f"<p>{about}</p>", figure(plot)]


def copies(found: xr.Dataset) -> Plot:
    """The share of copies against training, with its interval at 95 %."""
    with canvas(height=2.8) as (drawn, axes):
        _with_ends(axes, found, found.copies, found.copies_lower, found.copies_upper, 0)
        _finish(axes, found, "share of copies", (-0.02, 1.02))
        ends = f"{float(found.copies_lower[-1]):.1%} to {float(found.copies_upper[-1]):.1%}"
        return Plot(svg(drawn), f"At the last checkpoint {ends} of samples are copies, at 95 %.")


def by_heart(found: xr.Dataset) -> Plot:
    """What is learned by heart along each group of directions against training, with its interval at 99.8 %."""
    with canvas(height=3.4) as (drawn, axes):
        for i in np.flatnonzero(np.isfinite(found.group_time.values[-1])).tolist():
            low, high = found.heart_lower.isel(group=i), found.heart_upper.isel(group=i)
            label = f"variance {float(found.variance[i]):.2g}, t = {float(found.group_time[-1, i]):.2g}"
            _with_ends(axes, found, (low + high) / 2, low, high, i, label)
        axes.axhline(LESS, color=GREY, linewidth=0.8)
        _finish(axes, found, "learned by heart", (min(-0.1, float(found.heart_lower.min()) - 0.05), 1.05))
        drawn.legend(loc="outside lower center", ncols=2, fontsize=8)
        last = (found.heart_lower.values[-1] > LESS).sum()
        total = found.sizes["group"]
        return Plot(svg(drawn), f"At the last checkpoint {last} of {total} groups are proven to be above one half.")


def loss(found: xr.Dataset) -> Plot:
    """The held-out loss against training, with its interval at 95 % over held-out points."""
    half = 1.96 * found.losses.std("held_out", ddof=1) / np.sqrt(found.sizes["held_out"])
    with canvas(height=2.8) as (drawn, axes):
        _with_ends(axes, found, found.loss, found.loss - half, found.loss + half, 0)
        _finish(axes, found, "held-out loss", None)
        least = int(found.loss.values.argmin())
        said = f"The least held-out loss, {float(found.loss[least]):.3g}, is at {found.checkpoint.values[least]}."
        return Plot(svg(drawn), said)


def _places(found: xr.Dataset) -> np.ndarray:
    """Where checkpoints stand: at their steps, or in order."""
    return found.step.values if "step" in found.coords else np.arange(found.sizes["checkpoint"])


def _with_ends(axes: Any, found: xr.Dataset, middle: Any, low: Any, high: Any, i: int, label: str = "") -> None:
    places, ends = _places(found), np.clip(np.stack([middle - low, high - middle]), 0, None)
    style = {"color": COLOURS[i % len(COLOURS)], "marker": MARKERS[i % len(MARKERS)], "capsize": 2, "linewidth": 1.2}
    axes.errorbar(places, np.asarray(middle), ends, label=label or None, **style)


def _finish(axes: Any, found: xr.Dataset, name: str, ends: tuple[float, float] | None) -> None:
    """Names of the axes, and a line where memorization began."""
    known, places = "step" in found.coords, _places(found)
    labels = [
        f"{place:g}" if known else str(name)[-12:] for place, name in zip(places, found.checkpoint.values, strict=True)
    ]
    if known and places[0] > 0:
        axes.set_xscale("log")
    every = -(-len(labels) // TICKS)
    axes.set_xticks(places[::every], labels[::every], rotation=0 if known else 30)
    axes.minorticks_off()
    if (first := began(found)) is not None:
        axes.axvline(places[first], color=GREY, linestyle=":", linewidth=1.2)
    axes.set(xlabel="training step" if known else "checkpoint", ylabel=name)
    if ends:
        axes.set_ylim(*ends)
