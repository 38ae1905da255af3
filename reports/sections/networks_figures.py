"""The figures of the section on networks: three panels of spectra, dimension against N, fine-tuning."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr

from reports.plot import COLOURS, DASHES, GREY, MARKERS, Plot, canvas, once, svg
from reports.sections.spectra import GROUPS, scale, spectra_figure
from reports.words import comma, mathtext, mean_with_error, number
from theory.spectrum import final_gap

PANELS = {"theory": "Theory: mean over data sets", "empirical": "Exact score of the data", "network": "Network"}
AT = 0.01  # the time of the figures on images, a variance


def near(table: xr.Dataset, t: float) -> int:
    """Index along `time` of the time nearest to t, by ratio."""
    return int(abs(np.log(table.t.values / t)).argmin())


def panels_figure(table: xr.Dataset) -> Plot:
    """Mean eigenvalue of each group of directions against t, in three panels with one N, one residual, one point.

    `table` holds theory, empirical and network, dims replica, time, direction.
    """
    return spectra_figure({title: table[name] for name, title in PANELS.items()}, _draw_group, _spectra_alt(table))


def _draw_group(panel: Any, values: xr.DataArray, variance: float, style: dict[str, Any]) -> None:
    """Mean over the group, its band over data sets, and the population's eigenvalue."""
    limit = 1 - final_gap.numeric(values.t.values, variance)
    panel.plot(values.t, limit, color=GREY, linewidth=1, linestyle=DASHES[0], label=once(panel, "N infinite"))
    group = values.mean("direction")
    panel.fill_between(values.t, group.min("replica"), group.max("replica"), color=style["color"], alpha=0.2)
    panel.plot(values.t, group.mean("replica"), label=mathtext(scale(variance)), **style)


def dimension_figure(rows: Sequence[xr.Dataset]) -> Plot:
    """Local dimension against N, one panel for each set of images at one time: networks and exact score."""
    with canvas(height=0.6 + 2 * len(rows), panels=(len(rows), 1)) as (figure, axes):
        column = np.atleast_2d(axes)[:, 0]
        for panel, row in zip(column, rows, strict=True):
            _errorbar(panel, row.network.sel(seen="training"), 0, "networks, at training images")
            _errorbar(panel, row.network.sel(seen="held-out"), 1, "networks, at held-out images")
            _errorbar(panel, row.empirical.sel(seen="training"), 2, "exact score, at training images")
            panel.set_xscale("log")
            panel.set_ylim(-3, float(row.d) + 3)
            panel.set_title(str(row.source.item()))
            panel.set_ylabel("dimension")
        column[-1].set_xlabel("number N of images")
        figure.legend(*column[-1].get_legend_handles_labels(), loc="outside lower left", ncols=2)
        return Plot(svg(figure), _dimension_alt(rows))


def tuning_figure(table: xr.Dataset) -> Plot:
    """Local dimension against further steps, a curve for each number of images trained on."""
    row = table.isel(point=0, time=near(table, AT))
    with canvas(height=4.2) as (figure, axes):
        for i, size in enumerate(row["size"].values):
            for seen, style in (("training", "-"), ("held-out", ":")):
                values = row.network.sel(size=size, seen=seen)
                mean, error = mean_with_error(values, "query", "replica")
                label = f"N = {size}" if seen == "training" else None
                axes.errorbar(
                    row.step, mean, error, linestyle=style, marker=MARKERS[i], color=COLOURS[i], label=label, capsize=2
                )
        axes.set_xscale("symlog", linthresh=float(row.step[1]))
        axes.set_ylim(0, None)
        axes.set_xlabel("further steps (0: the pretrained network)")
        axes.set_ylabel("dimension")
        figure.legend(loc="outside lower left", ncols=4)
        return Plot(svg(figure), _tuning_alt(row))


def _errorbar(panel: Any, values: xr.DataArray, i: int, label: str) -> None:
    mean, error = mean_with_error(values, "query", "half")
    panel.errorbar(
        values["size"], mean, error, color=COLOURS[i], marker=MARKERS[i], linestyle="-", capsize=2, label=label
    )


def _spectra_alt(table: xr.Dataset) -> str:
    said = []
    for name, title in PANELS.items():
        lowest = table[name].isel(time=0).mean("replica")
        groups = [f"{scale(v)}: {number(lowest.isel(direction=rows).mean())}" for v, rows in GROUPS.items()]
        said.append(f"{title}: {comma(groups)}")
    return f"Eigenvalues of -t J against t in three panels. At t = {number(table.t[0])}: {'; '.join(said)}."


def _dimension_alt(rows: Sequence[xr.Dataset]) -> str:
    return f"Dimension that networks show at training images: {'; '.join(map(dimension_said, rows))}."


def dimension_said(row: xr.Dataset) -> str:
    """From what to what the dimension at training images grows, of one set at one time."""
    means = row.network.sel(seen="training").mean(("query", "half")).values
    return (
        f"{row.source.item()} from {number(means[0])} at N = {row['size'].values[0]} to {number(means[-1])} of "
        f"{int(row.d)} at N = {row['size'].values[-1]}"
    )


def _tuning_alt(row: xr.Dataset) -> str:
    last = row.network.sel(seen="training").isel(step=-1).mean(("query", "replica"))
    ends = [f"{number(last.sel(size=size))} at N = {size}" for size in row["size"].values]
    first = float(row.network.isel(step=0).mean())
    return f"Dimension against further steps, from {number(first)} to {comma(ends)} after {int(row.step[-1])} steps."
