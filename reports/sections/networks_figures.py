"""The figures of the section on networks: three panels of spectra, dimension against N, fine-tuning."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr

from reports.figures.plot import COLOURS, DASHES, GREY, MARKERS, Plot, canvas, once, svg
from reports.sections.spectra import GROUPS, scale
from reports.typesetting.sentences import mathtext
from reports.typesetting.words import comma, mean_with_error, number, span
from simulate.dimension.visible import HALF

PANELS = {"theory": "Theory", "empirical": "Exact score", "network": "Network"}
EFFECTIVE = r"$\tilde{N}$"  # effective number of data points
EFFECTIVE_NUMBER = f"Effective number {EFFECTIVE}"
AT = 0.01  # the time of the figures on images, a variance


def near(table: xr.Dataset | xr.DataArray, t: float) -> int:
    """The index along `time` of the time nearest to t, by ratio.

    Arguments:
        table: a table with the coordinate `t` along `time`.
        t: a noise variance > 0.

    Returns:
        The index.
    """
    return int(abs(np.log(table.t.values / t)).argmin())


def visible(spectra: xr.DataArray) -> xr.DataArray:
    """Number of directions in which the data are seen to vary."""
    return (spectra < HALF).sum("direction")


def panels_figure(table: xr.Dataset, theory: xr.DataArray) -> Plot:
    """Mean eigenvalue of each group of directions against t: a row for each probe, a panel for each of three scores.

    `table` holds empirical and network (replica, probe, time, direction) and limit; `theory` (probe, time, direction)
    has times of its own.

    The panels are theory, exact score and network, with the law's own dashed in all of them.

    Arguments:
        table: `empirical` and `network` (replica, probe, time, direction), and `limit`.
        theory: (probe, time, direction), at times of its own.

    Returns:
        The figure.
    """
    probes = table.probe.values
    with canvas(height=1 + 1.7 * len(probes), panels=(len(probes), len(PANELS))) as (figure, axes):
        for row, probe in zip(axes, probes, strict=True):
            at = table.sel(probe=probe)
            for panel, values in zip(row, (theory.sel(probe=probe), at.empirical, at.network), strict=True):
                _draw_groups(panel, values, at.limit)
            row[0].set_ylabel(str(probe))
        for panel, title in zip(axes[0], PANELS.values(), strict=True):
            panel.set_title(title)
        for panel in axes[:-1].flat:
            panel.tick_params(labelbottom=False)
        axes[-1, 1].set_xlabel("time t (a variance)")
        figure.supylabel(mathtext("eigenvalue of -t J, seen from"))
        figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower left", ncols=4)
        return Plot(svg(figure), _panels_alt(table, theory))


def _draw_groups(panel: Any, values: xr.DataArray, limit: xr.DataArray) -> None:
    """Mean over each group, its band over data sets, and the population's."""
    panel.axhline(HALF, color=GREY, linewidth=0.8)
    panel.set_xscale("log")
    panel.set_ylim(-0.3, 1.3)
    for (variance, rows), colour, dash in zip(GROUPS.items(), COLOURS, ("-", *DASHES), strict=False):
        population = limit.isel(direction=rows).mean("direction")
        panel.plot(limit.t, population, color=GREY, linewidth=1, linestyle=DASHES[0], label=once(panel, "N infinite"))
        group = values.isel(direction=rows).mean("direction")
        marker = "." if "replica" not in group.dims else ""  # theory is computed at few times
        if "replica" in group.dims:
            panel.fill_between(values.t, group.min("replica"), group.max("replica"), color=colour, alpha=0.2)
            group = group.mean("replica")
        label = mathtext(scale(variance))
        panel.plot(values.t, group, color=colour, linestyle=dash, marker=marker, markersize=4, label=label)


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


def _panels_alt(table: xr.Dataset, theory: xr.DataArray) -> str:
    """Directions below one half, in each panel."""
    said = []
    for probe in table.probe.values:
        at = table.sel(probe=probe)
        panels = zip(PANELS.values(), (theory.sel(probe=probe), at.empirical, at.network), strict=True)
        counts = [f"{title} {span(visible(values.isel(time=near(values, AT))))}" for title, values in panels]
        said.append(f"{probe}: {comma(counts)}")
    return f"Eigenvalues of -t J against t. Directions below one half at t = {number(AT)}: {'; '.join(said)}."


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
