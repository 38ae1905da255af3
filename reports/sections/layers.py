"""The three layers of the theory side by side, and random data sets that know none of them: see `verify.layers`."""

import numpy as np
import xarray as xr

from reports.figures.plot import COLOURS, GREY, MARKERS, Plot, canvas, svg
from reports.section import Picture, Run, Section, Table
from reports.typesetting.sentences import mathtext
from reports.typesetting.words import number, with_error
from verify.layers import Layers

REPLICAS = {"quick": 1000, "full": 10_000}
MARKED = (("claimed", "layer 1, the paper"), ("limit", "layer 2, the limit"), ("exact", "layer 3, exact"))


def section(run: Run) -> Section:
    """One table and one figure."""
    layers = Layers(seed=run.seed, replicas=REPLICAS[run.profile])
    data = layers.run(run.store, run.progress)
    return Section(
        "layers",
        "Three layers of the theory",
        (
            "Layer 1 is the paper: t_c(x) to second cumulant, and 1 - t/t_c below it. Layer 2 is the limit log N -> "
            "infinity with the full energy law K in place of its second cumulant. Layer 3 is the exact average at the "
            "N and d at hand. Only layer 3 is meant to hold for every data set; the others are limits, and the table "
            f"shows how far away they are. {_agreement(data)}",
            Table(
                ("Case", "d", "N", "t", "t_c, layer 1", "t_c, layer 2", "Layer 1", "Layer 2", "Layer 3", "Measured"),
                tuple(_cells(data.isel(point=i)) for i in range(data.sizes["point"])),
                r"Condensation times, and the mean participation ratio $\mathbb{E} \sum_\mu w_\mu^2$ at time $t$. The "
                f"ratio is from each layer and from {layers.replicas} random data sets (± standard error). $t$ and "
                "$t_c$ are variances.",
            ),
            Picture(figure(data), "The last four columns of the table, one line for each case."),
        ),
    )


def figure(data: xr.Dataset) -> Plot:
    """The participation ratio of each case by layer, and as measured."""
    y = np.arange(data.sizes["point"])[::-1]
    with canvas(height=4.9) as (figure, axes):
        for (name, label), colour, marker in zip(MARKED, COLOURS, MARKERS, strict=False):
            axes.plot(data[name], y, marker, color=colour, markersize=6, label=label)
        axes.errorbar(
            data.observed, y, xerr=data.stderr, fmt="|", color=GREY, markersize=14, capsize=3, label="measured"
        )
        axes.set_yticks(y, [mathtext(name) for name in data.case.values], fontsize=8.5)
        axes.set_xlabel(mathtext(r"mean participation ratio $\mathbb{E} \sum_\mu w_\mu^2$"))
        axes.set_xlim(-0.03, 1.03)
        figure.legend(loc="outside lower left", ncols=2)
        return Plot(svg(figure), _alt(data))


def _cells(row: xr.Dataset) -> tuple[str, ...]:
    numbers = (number(row[name]) for name in ("t", "claimed_time", "exact_time", "claimed", "limit", "exact"))
    return (str(row.case.item()), str(int(row.d)), str(int(row.n)), *numbers, with_error(row.observed, row.stderr))


def _agreement(data: xr.Dataset) -> str:
    worst = {name: float(abs(data[name] - data.observed).max()) for name, _ in MARKED}
    return (
        f"The largest difference to what is measured is {number(worst['claimed'])} for layer 1, "
        f"{number(worst['limit'])} for layer 2 and {number(worst['exact'])} for layer 3, which is at most "
        f"{number(float((abs(data.exact - data.observed) / data.stderr).max()), 2)} of its standard errors."
    )


def _alt(data: xr.Dataset) -> str:
    rows = [data.isel(point=i) for i in range(data.sizes["point"])]
    said = [
        f"{row.case.item()}: {number(row.claimed)}, {number(row.limit)}, {number(row.exact)}, {number(row.observed)}"
        for row in rows
    ]
    return f"Mean participation ratio from layers 1, 2 and 3 and as measured. {'; '.join(said)}."
