"""Figures of a probe: the spectrum against the noise, the gate, and the model's own effective number."""

import numpy as np
import xarray as xr

from reports.figures.plot import COLOURS, GREY, MARKERS, Plot, canvas, few_ticks, svg
from verify.probe.asked.gate import BAND
from verify.probe.sampled.collisions import interval


def spectrum(found: xr.Dataset) -> Plot:
    """-t J along groups of axes: of the model, of memory, and of a Gaussian law, N to infinity."""
    t = found.time.values
    with canvas("Directions that the score sees", height=3.8) as (figure, axes):
        for i, v in enumerate(found.variance.values.tolist()):
            colour, marker = COLOURS[i % len(COLOURS)], MARKERS[i % len(MARKERS)]
            mine, memory = (
                found[name].isel(group=i).median("probe").values
                for name in ("normalized_jacobian", "empirical_normalized_jacobian")
            )
            axes.plot(t, mine, color=colour, marker=marker, label=f"variance {v:.2g}")
            axes.plot(t, memory, color=colour, linestyle="--", linewidth=1)
            axes.plot(t, t / (t + v), color=colour, linestyle=":", linewidth=1)
        axes.plot([], [], color=GREY, linestyle="--", label="memorized")
        axes.plot([], [], color=GREY, linestyle=":", label="N to infinity")
        axes.set(xscale="log", ylim=(-0.1, 1.15), xlabel="t, variance of the noise", ylabel="-t J")
        few_ticks(axes)
        axes.legend(ncols=2, fontsize=8)
        return Plot(svg(figure), _said(found))


def _said(found: xr.Dataset) -> str:
    least = found.isel(time=-1)
    values = [
        f"{mine:.2f} along variance {v:.2g}, {v and float(least.time) / (float(least.time) + v):.2f} of a Gaussian law"
        for v, mine in zip(found.variance.values, least.normalized_jacobian.median("probe").values, strict=True)
    ]
    return f"At t = {float(least.time):.3g}: {'; '.join(values)}; 1 is a direction that the score does not see."


def gate(found: xr.Dataset) -> Plot:
    """The slope of (y - x) on t s, with its interval."""
    with canvas("Is it asked rightly? 1 at training points", height=2.8) as (figure, axes):
        axes.axhspan(1 / BAND, BAND, color="#dddddd", zorder=0)
        for i, name in enumerate(found.set.values.tolist()):
            one = found.sel(set=name)
            off = np.abs(np.stack([one.slope - one.slope_lower, one.slope_upper - one.slope]))
            style = {"color": COLOURS[i], "marker": MARKERS[i], "label": f"{name} points", "capsize": 2}
            axes.errorbar(found.time, one.slope, off, **style)
        axes.set(xscale="log", xlabel="t, variance of the noise", ylabel="slope")
        few_ticks(axes)
        axes.legend()
        low, high = (float(end(found.sel(set="training").slope)) for end in (np.min, np.max))
        return Plot(svg(figure), f"Slopes at training points lie between {low:.3g} and {high:.3g}.")


def effective_number(found: xr.Dataset) -> Plot:
    """How many points pairs of clones choose from, against those that carry the empirical score."""
    pairs, counts = found.sizes["pair"], found.collided.sum("pair").values.tolist()
    ends = np.array([interval(count, pairs) for count in counts])
    with canvas("Points that the model chooses from", height=2.8) as (figure, axes):
        for t, (low, high) in zip(found.clone_time.values, ends, strict=True):
            axes.plot([t, t], [low, min(high, 1e4)], color=COLOURS[0], linewidth=4, solid_capstyle="butt")
        axes.plot([], [], color=COLOURS[0], linewidth=4, label="the model's runs, 95 %")
        axes.plot(found.time, found.effective.median("probe"), "--", color=GREY, label="the training points' weights")
        axes.set(xscale="log", yscale="log", xlabel="t, variance of the noise", ylabel="effective number")
        few_ticks(axes)
        axes.legend()
        told = [f"{k} of {pairs} pairs end together from t = {t:.3g}" for k, t in zip(counts, found.clone_time.values)]  # noqa: B905
        return Plot(svg(figure), "; ".join(told) + ".")
