"""Figures: one function per kind of plot, from a table to SVG and the sentence that stands for it where it is not seen.

The colours are those of Okabe and Ito, which the colour-blind can tell apart, and the first ones can be told apart in
grey; every curve has a marker of its own besides. Text is drawn as outlines and no date is written: the
same table gives the same bytes on every machine with the same matplotlib.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from typing import Any

import numpy as np
import xarray as xr
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.interpolate import PchipInterpolator

from reports.words import SIGNS, comma, groups, mathtext, number, settings

COLOURS = ("#0072B2", "#D55E00", "#CC79A7", "#009E73", "#E69F00", "#56B4E9")
MARKERS = ("o", "s", "D", "v", "P", "X")
GREY = "#666666"
DASHES = ((0, (5, 2)), (0, (1, 1.5)), (0, (5, 2, 1, 2)), (0, (9, 3)), (0, (3, 1, 1, 1, 1, 1)))
STYLE: Any = {
    "svg.hashsalt": "losing-dimensions",
    "svg.fonttype": "path",
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 10.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "legend.frameon": False,
    "legend.fontsize": 9,
    "lines.linewidth": 1.6,
    "lines.markersize": 5,
    "figure.constrained_layout.use": True,
}
WIDTH = 5.2  # inches: letters stay readable where the figure is as wide as a phone
WIDE = 100.0  # a range of values above this factor gets a logarithmic axis
FLOOR = -0.05  # where the marks of t_c stand, below the curves


@dataclass(frozen=True)
class Plot:
    """A figure as SVG, and `alt`, a text made from the same data that can stand in its place."""

    svg: str
    alt: str


def claim_figure(claim: Any, table: xr.Dataset) -> Plot:
    """Predicted curve, observations with their simultaneous intervals, decoys dashed; the verdict in the title."""
    curves = groups(table, claim.axis) if claim.axis in table.coords else []
    along = any(len(rows) > 1 for _, rows in curves)
    verdict = table.attrs["verdict"]
    with _axes(f"{SIGNS[verdict]} {verdict}", 3.9 if along else 1.9 + 0.33 * table.sizes["point"]) as (figure, axes):
        if along:
            _draw_curves(axes, claim, table, curves)
        else:
            _draw_rows(axes, claim, table)
        figure.legend(loc="outside lower left", ncols=1 if _long(claim) else 2)
        return Plot(_svg(figure), _claim_alt(claim, table))


def spectrum_figure(variances: np.ndarray, dimension: int, count: int) -> Plot:
    """Covariance spectrum of real data: variances along the principal axes against their rank, both logarithmic."""
    half = int(np.searchsorted(variances.cumsum() / variances.sum(), 0.5)) + 1
    with _axes("", 3.3) as (figure, axes):
        axes.loglog(np.arange(1, variances.size + 1), variances, "o-", color=COLOURS[0], markersize=3)
        axes.axvline(half, color=GREY, linestyle=DASHES[0], linewidth=1)
        where = {"xy": (half, 0.04), "xycoords": ("data", "axes fraction"), "textcoords": "offset points"}
        axes.annotate(f"half of the variance:\n{half} of {dimension} directions", xytext=(4, 0), color=GREY, **where)
        axes.set_xlabel("rank of the principal axis")
        axes.set_ylabel("variance (data units squared)")
        axes.set_ylim(max(variances[-1], variances[0] * 1e-8) / 2, variances[0] * 2)
        return Plot(_svg(figure), _spectrum_alt(variances, dimension, count, half))


def participation_figure(comparison: xr.Dataset) -> Plot:
    """Participation ratio against t at every size: measured with error bars, predicted curves, marks at t_c."""
    with _axes("", 4.6) as (figure, axes):
        for i, size in enumerate(comparison["size"].values):
            _draw_size(axes, comparison.sel(size=size), i)
        axes.set_xscale("log")
        axes.set_ylim(2 * FLOOR, 1.03)
        axes.set_xlabel("time t (a variance, in data units squared)")
        axes.set_ylabel(mathtext("participation ratio sum w^2"))
        _explain(axes)
        figure.legend(loc="outside lower left", ncols=2)
        return Plot(_svg(figure), _participation_alt(comparison))


def _draw_curves(axes: Axes, claim: Any, table: xr.Dataset, curves: list[tuple[str, np.ndarray]]) -> None:
    for (label, rows), colour, marker in zip(curves, cycle(COLOURS), cycle(MARKERS), strict=False):
        part = table.isel(point=rows).sortby(claim.axis)
        x = part[claim.axis].values
        said = f", {label}" if label else ""
        axes.plot(x, part.predicted, color=colour, label=f"predicted{said}")
        _bars(axes, x, part, colour, marker, f"observed{said}")
        for name, dash in zip(part.decoy.values, cycle(DASHES), strict=False):
            decoy = part.decoy_predicted.sel(decoy=name)
            axes.plot(x, decoy, color=GREY, linestyle=dash, linewidth=1, label=_once(axes, f"decoy: {mathtext(name)}"))
    x = table[claim.axis].values
    if x.min() > 0 and x.max() / x.min() > WIDE:
        axes.set_xscale("log")
    scale, limits = _range(table)
    axes.set_yscale(scale, **({"nonpositive": "mask"} if scale == "log" else {}))
    axes.set_ylim(limits)
    axes.set_xlabel(mathtext(claim.axis_label))
    axes.set_ylabel(mathtext(claim.value_label))


def _draw_rows(axes: Axes, claim: Any, table: xr.Dataset) -> None:
    """Where no curve can be drawn, one row for each point, named by its settings."""
    y = np.arange(table.sizes["point"])[::-1]
    table, label = _comparable(table, mathtext(claim.value_label))
    axes.plot(table.predicted, y, "|", color=COLOURS[0], markersize=14, markeredgewidth=2.5, label="predicted")
    for name, mark in zip(table.decoy.values, cycle("x+1234"), strict=False):
        decoy = table.decoy_predicted.sel(decoy=name)
        axes.plot(decoy, y, mark, color=GREY, markersize=7, label=f"decoy: {mathtext(name)}")
    _bars(axes, y, table, COLOURS[1], "o", "observed", across=True)
    axes.set_yticks(y, [mathtext(settings(table.isel(point=i), table)) for i in range(len(y))], fontsize=8.5)
    low, high = _range(table)[1]
    decoys = np.clip(table.decoy_predicted, low - (high - low), high + (high - low))  # far ones leave the frame
    axes.set_xlim(min(low, float(decoys.min())), max(high, float(decoys.max())))
    axes.set_ylim(-0.6, len(y) - 0.4)
    axes.set_xlabel(label)


def _comparable(table: xr.Dataset, label: str) -> tuple[xr.Dataset, str]:
    """Values of one size, or else all of them in units of the prediction: their intervals would not be seen."""
    predicted = table.predicted
    if not (predicted > 0).all() or predicted.max() < 3 * predicted.min():
        return table, label
    names = ("predicted", "observed", "lower", "upper", "decoy_predicted")
    return table.assign({name: table[name] / predicted for name in names}), f"{label} / predicted"


def _bars(
    axes: Axes, at: np.ndarray, part: xr.Dataset, colour: str, marker: str, label: str, across: bool = False
) -> None:
    error = np.maximum([part.observed - part.lower, part.upper - part.observed], 0)
    style = {"fmt": marker, "color": colour, "capsize": 3, "elinewidth": 1, "label": label, "zorder": 3}
    if across:
        axes.errorbar(part.observed, at, xerr=error, **style)
    else:
        axes.errorbar(at, part.observed, yerr=error, **style)


def _range(table: xr.Dataset) -> tuple[str, tuple[float, float]]:
    """Scale and limits that show predictions and intervals: a decoy far off must not flatten them."""
    low = float(min(table.lower.min(), table.predicted.min()))
    high = float(max(table.upper.max(), table.predicted.max()))
    values = table.predicted.values
    if low > 0 and values.max() / values.min() > WIDE:
        return "log", (low / 2, high * 2)
    margin = 0.3 * (high - low)
    return "linear", (low - margin, high + margin)


def _once(axes: Axes, label: str) -> str | None:
    return None if label in axes.get_legend_handles_labels()[1] else label


def _long(claim: Any) -> bool:
    return max(map(len, claim.decoys)) > 24


def _draw_size(axes: Axes, row: xr.Dataset, i: int) -> None:
    colour, marker = COLOURS[i % len(COLOURS)], MARKERS[i % len(MARKERS)]
    by_query = row.measured_by_query
    axes.fill_between(
        row.time, by_query.min("query"), by_query.max("query"), color=colour, alpha=0.12, linewidth=0, label=_band(axes)
    )
    error = row.stderr.fillna(0.0)  # one data set has no spread over data sets: the caption says so
    label = f"measured, N = {int(row['size'])}"
    axes.errorbar(row.time, row.measured, error, fmt=marker, color=colour, markersize=4, elinewidth=1, label=label)
    axes.plot(*_smooth(row.predicted_time.values, row.predicted.values), color=colour)
    for times, fill in ((row.t_c, "full"), (row.t_c_paper, "none")):
        mean = float(np.exp(np.log(times).mean()))
        axes.plot(mean, FLOOR, "^", color=colour, markersize=8, fillstyle=fill, clip_on=False)


def _band(axes: Axes) -> str | None:
    return _once(axes, "range over points x")


def _smooth(times: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A monotone curve through the points in log t; a gap where a value is missing."""
    order = np.argsort(times)
    t, y = times[order], values[order]
    if not np.isfinite(y).all():
        return t, y
    fine = np.geomspace(t[0], t[-1], 200)
    return fine, PchipInterpolator(np.log(t), y)(np.log(fine))


def _explain(axes: Axes) -> None:
    axes.plot([], [], color=GREY, label="predicted (Gaussian)")
    axes.plot([], [], "^", color=GREY, markersize=8, label=mathtext("t_c, exact"))
    axes.plot([], [], "^", color=GREY, markersize=8, fillstyle="none", label=mathtext("t_c, second cumulant"))


@contextmanager
def _axes(title: str, height: float) -> Iterator[tuple[Figure, Axes]]:
    with rc_context(rc=STYLE):
        figure = Figure(figsize=(WIDTH, height))
        axes = figure.subplots()
        axes.set_title(title)
        axes.grid(True, color="#dddddd", linewidth=0.6)
        axes.set_axisbelow(True)
        yield figure, axes


def _svg(figure: Figure) -> str:
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None})
    return buffer.getvalue()


def _claim_alt(claim: Any, table: xr.Dataset) -> str:
    worst = table.isel(point=int(np.abs(table.effect.values).argmax()))
    pairs = zip(table.decoy.values, table.decoy_verdict.values, strict=True)
    decoys = [f"{name} {'falls' if verdict == 'disagrees' else verdict}" for name, verdict in pairs]
    return (
        f"{claim.value_label} at {table.sizes['point']} points: the prediction {table.attrs['verdict']}. "
        f"The largest difference, observed less predicted, is {number(worst.effect)} "
        f"({number(worst.observed)} against {number(worst.predicted)}) at {settings(worst, table)}. "
        f"Decoys: {comma(decoys)}."
    )


def _spectrum_alt(variances: np.ndarray, dimension: int, count: int, half: int) -> str:
    return (
        f"Covariance spectrum of {count} points in {dimension} dimensions: {variances.size} directions carry variance, "
        f"from {number(variances[0])} to {number(variances[-1])}; the first {half} carry half of it."
    )


def _participation_alt(comparison: xr.Dataset) -> str:
    rows = [comparison.isel(size=i) for i in range(comparison.sizes["size"])]
    halves = [
        f"{number(row.t_half)} at N = {int(row['size'])} (predicted {number(row.t_half_predicted)})" for row in rows
    ]
    return f"Participation ratio falling from 1 to 1/N as t grows. It crosses one half at t = {comma(halves)}."
