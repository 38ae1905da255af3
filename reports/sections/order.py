"""Which of two subspaces is lost first: the share of either that is left, over the ratio of their variances."""

from dataclasses import replace

import numpy as np
import xarray as xr

from reports.figures.plot import COLOURS, GREY, MARKERS, Plot, canvas, svg
from reports.section import Picture, Run, Section, Table
from reports.typesetting.words import comma, number
from simulate.experiments.dimension.losing import RATIOS, OrderOfLoss

ORDERS = {"quick": OrderOfLoss(), "full": OrderOfLoss(replicas=100, sizes=(250, 1000, 4000, 20_000))}


def section(run: Run) -> Section:
    """Two subspaces of different variance: which is lost first, from where."""
    observed = orders_of_loss(run)
    return Section(
        "order-of-loss",
        "Which subspace is lost first",
        (
            "Two subspaces of five directions, of variance 1 and 1/ratio. The share of a subspace is what is left of "
            "its posterior variance at infinite N. At the time at which half is left on average, the contrast is the "
            "share of the higher variance minus that of the lower: negative where the higher is lost first. "
            f"{_finding(observed)}",
            Picture(
                order_figure(observed),
                "Contrast against the ratio of the variances, d = 10, one panel for each N. Bars: interval of the "
                f"median over {ORDERS[run.profile].replicas} data sets at an error rate of 5 % each. Dotted: no "
                "order. Bars may reach out of the picture.",
            ),
            _contrasts(observed),
        ),
    )


def orders_of_loss(run: Run) -> xr.Dataset:
    """What is left of either subspace, in the profile of the run."""
    return replace(ORDERS[run.profile], seed=run.seed).run(run.store, run.progress)


def order_figure(observed: xr.Dataset) -> Plot:
    """The contrast against the ratio: one panel for each N, one line for each probe."""
    sizes = observed["size"].values
    with canvas(height=1.3 + 2.2 * len(sizes), panels=(len(sizes), 1)) as (figure, axes):
        for panel, size in zip(axes[:, 0], sizes, strict=True):
            part = observed.sel(size=size)
            for i, (probe, colour, marker) in enumerate(zip(part.probe.values, COLOURS, MARKERS, strict=False)):
                one = part.sel(probe=probe)
                middle = one.contrast.values
                bars = np.abs([middle - one.contrast_lower.values, one.contrast_upper.values - middle])
                ratios = np.array(RATIOS) * (1 + 0.03 * i)
                panel.errorbar(ratios, middle, bars, color=colour, marker=marker, capsize=2, label=str(probe))
            panel.axhline(0, color=GREY, linestyle=":")
            panel.set_xscale("log")
            panel.set_ylim(-0.6, 1.1)
            panel.set_title(f"N = {size}")
        axes[-1, 0].set_xlabel("ratio of the variances")
        figure.supylabel("contrast: higher minus lower")
        figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower left", ncols=2)
        return Plot(svg(figure), f"Contrast of shares for N = {comma(map(str, sizes))}. {_finding(observed)}")


def _contrasts(observed: xr.Dataset) -> Table:
    rows = []
    for probe in observed.probe.values:
        for size in observed["size"].values:
            part = observed.sel(probe=probe, size=size)
            chosen = (part.isel(point=int(np.argmin(np.abs(np.array(RATIOS) - ratio)))) for ratio in (1, 10, 100))
            rows.append((str(probe), f"{size}", *(_verdict(one) for one in chosen)))
    caption = (
        "Contrast, with its interval over data sets, and what it says. Ratios of the variances 1 (no order possible), "
        "10 and 100."
    )
    return Table(("Seen from", "N", "Ratio 1", "Ratio 10", "Ratio 100"), tuple(rows), caption)


def _verdict(part: xr.Dataset) -> str:
    low, high, which = part.contrast_lower, part.contrast_upper, lost_first(part)
    word = "undecided" if which == "neither" else f"{which} first"
    return f"{number(part.contrast, 2)} ({number(low, 2)} to {number(high, 2)}), {word}"


def lost_first(part: xr.Dataset) -> str:
    """Which variance is lost first, "higher", "lower" or "neither": the side of 0 that the whole interval lies on."""
    return "higher" if float(part.contrast_upper) < 0 else "lower" if float(part.contrast_lower) > 0 else "neither"


def _finding(observed: xr.Dataset) -> str:
    """Where which is first, at the largest ratio and N = 1000."""
    part = observed.isel(point=-1).sel(size=1000)
    found = {str(probe): lost_first(part.sel(probe=probe)) for probe in part.probe.values}
    groups = {word: [probe for probe, which in found.items() if which == word] for word in ("higher", "lower")}
    said = [
        f"the {word} variance is lost first seen from: {', '.join(names)}" for word, names in groups.items() if names
    ]
    return f"At a ratio of {number(RATIOS[-1])} and N = 1000 {'; '.join(said) or 'no order is decided'}."
