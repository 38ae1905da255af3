"""The figure of a claim, from its table: predicted curve, observations with their intervals, controls in grey."""

from itertools import cycle
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes

from reports.figures.plot import COLOURS, DASHES, GREY, MARKERS, Plot, canvas, once, svg
from reports.typesetting.sentences import mathtext, wrapped
from reports.typesetting.words import SIGNS, comma, groups, number, settings
from verify.render.ledger import effect_size, worst_point
from verify.render.terminal import plain

WIDE = 100.0  # a range of values above this factor gets a logarithmic axis
MOST, LEAST = 7, 2.5  # curves in one figure, and points on each of them on average; else every point has a row
ROWS = 16  # the points farthest from the prediction, where there are more
NARROW, BROAD = 38, 60  # letters: of the name of a row, of a line of the legend
MARKS, CONTROL = "predicted (marks: observed)", "control: "
ROW, LINE = 0.16, 0.21  # inches: a line of the name of a row, of the legend
FRAME = {"curves": 2.9, "rows": 1.0}  # inches: what stands whatever there is in the legend


def claim_figure(claim: Any, table: xr.Dataset) -> Plot:
    """Predicted and observed with simultaneous intervals, controls in grey; the verdict in the title.

    Curves against the axis of the claim where there are enough points for few of them, else a row for each point.

    Arguments:
        claim: the claim.
        table: what `verify.claim.judge` found of it.
    """
    table = ending(table)
    curves = groups(table, claim.axis) if _is_numeric(table, claim.axis) else []
    along = 0 < len(curves) <= MOST and table.sizes["point"] >= LEAST * len(curves)
    shown = table if along else loudest(table)
    names = [wrapped(settings(shown.isel(point=i), table), NARROW) for i in range(shown.sizes["point"])]
    frame = FRAME["curves"] if along else FRAME["rows"] + sum(ROW * (1.5 + name.count("\n")) for name in names)
    shared = [*(label for label, _ in curves), MARKS] if along and len(curves) > 1 else ["predicted", "observed"]
    entries = [*shared, *(f"{CONTROL}{name}" for name in claim.controls)]
    widths = [len(plain(entry)) for entry in entries]
    columns = 1 if max(widths) > BROAD / 2 else 2
    legend = LINE * sum(1 + width // BROAD for width in widths) / columns
    verdict = table.attrs["verdict"]
    part = "" if shown is table else f" ({ROWS} of {table.sizes['point']} points)"
    with canvas(f"{SIGNS[verdict]} {verdict}{part}", frame + legend) as (figure, axes):
        if along:
            _draw_curves(axes, claim, table, curves)
        else:
            _draw_rows(axes, claim, shown, names)
        figure.legend(loc="outside lower left", ncols=columns)
        return Plot(svg(figure), _claim_alt(claim, table))


def ending(table: xr.Dataset) -> xr.Dataset:
    """The table with infinite ends of intervals moved to beyond all that is finite: lines of an end can be drawn."""
    values = np.concatenate([table[name].values for name in ("predicted", "observed", "lower", "upper")])
    finite = values[np.isfinite(values)]
    if finite.size == values.size:
        return table
    far = np.ptp(finite) or 1.0
    return table.assign(lower=table.lower.clip(min=finite.min() - far), upper=table.upper.clip(max=finite.max() + far))


def _is_numeric(table: xr.Dataset, axis: str) -> bool:
    return axis in table.coords and table[axis].dtype.kind in "biuf"


def loudest(table: xr.Dataset) -> xr.Dataset:
    """The points with the largest effects in units of their intervals, in their order; all where they are few."""
    if table.sizes["point"] <= ROWS:
        return table
    return table.isel(point=np.sort(np.argsort(effect_size(table).values)[-ROWS:]))


def _draw_curves(axes: Axes, claim: Any, table: xr.Dataset, curves: list[tuple[str, np.ndarray]]) -> None:
    for (label, rows), colour, marker in zip(curves, cycle(COLOURS), cycle(MARKERS), strict=False):
        part = table.isel(point=rows).sortby(claim.axis)
        x = part[claim.axis].values
        axes.plot(x, part.predicted, color=colour, label=None if label else "predicted")
        _bars(axes, x, part, colour, marker, mathtext(wrapped(label, BROAD)) or "observed")
        for name, dash in zip(part.control.values, cycle(DASHES), strict=False):
            control = part.control_predicted.sel(control=name)
            axes.plot(x, control, color=GREY, linestyle=dash, linewidth=1, label=once(axes, _control(name)))
    if len(curves) > 1:
        axes.plot([], [], color="black", label=MARKS)
    x = table[claim.axis].values
    if x.min() > 0 and x.max() / x.min() > WIDE:
        axes.set_xscale("log")
    scale, limits = _range(table)
    axes.set_yscale(scale, **({"nonpositive": "mask"} if scale == "log" else {}))
    axes.set_ylim(limits)
    axes.set_xlabel(mathtext(claim.axis_label))
    axes.set_ylabel(mathtext(wrapped(claim.value_label, NARROW)))


def _draw_rows(axes: Axes, claim: Any, table: xr.Dataset, names: list[str]) -> None:
    """Where no curve can be drawn, one row for each point, named by its settings."""
    y = np.arange(table.sizes["point"])[::-1]
    table, label = _comparable(table, claim.value_label)
    axes.plot(table.predicted, y, "|", color=COLOURS[0], markersize=14, markeredgewidth=2.5, label="predicted")
    for name, mark in zip(table.control.values, cycle("x+1234"), strict=False):
        control = table.control_predicted.sel(control=name)
        axes.plot(control, y, mark, color=GREY, markersize=7, label=_control(name))
    _bars(axes, y, table, COLOURS[1], "o", "observed", across=True)
    axes.set_yticks(y, list(map(mathtext, names)), fontsize=8)
    scale, limits = across(table)
    axes.set_xscale(scale, **({"nonpositive": "mask"} if scale == "log" else {}))
    axes.set_xlim(limits)
    axes.set_ylim(-0.6, len(y) - 0.4)
    axes.set_xlabel(mathtext(wrapped(label, BROAD)), loc="right")  # it may be wider than the axes


def across(table: xr.Dataset) -> tuple[str, tuple[float, float]]:
    """Scale and limits along which rows are drawn: logarithmic where a linear one would press most of them together."""
    least, most = float(table.lower.min()), float(table.upper.max())
    if least > 0 and most > WIDE * least:
        return "log", (least / 2, most * 2)
    low, high = _range(table)[1]
    width = high - low or 1.0  # one value at all points
    controls = np.clip(table.control_predicted, low - width, high + width)  # far ones leave the frame
    return "linear", (min(low, float(controls.min())), max(high, float(controls.max())))


def _control(name: str) -> str:
    return mathtext(wrapped(f"{CONTROL}{name}", BROAD))


def _comparable(table: xr.Dataset, label: str) -> tuple[xr.Dataset, str]:
    """Values of one size, or else all of them in units of the prediction: their intervals would not be seen."""
    predicted = table.predicted
    if not (predicted > 0).all() or predicted.max() < 3 * predicted.min():
        return table, label
    names = ("predicted", "observed", "lower", "upper", "control_predicted")
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
    """Scale and limits that show predictions and intervals: a control far off must not flatten them."""
    low = float(min(table.lower.min(), table.predicted.min()))
    high = float(max(table.upper.max(), table.predicted.max()))
    values = table.predicted.values
    if low > 0 and values.max() / values.min() > WIDE:
        return "log", (low / 2, high * 2)
    margin = 0.3 * (high - low)
    return "linear", (low - margin, high + margin)


def _claim_alt(claim: Any, table: xr.Dataset) -> str:
    worst = table.isel(point=worst_point(table))
    pairs = zip(table.control.values, table.control_verdict.values, strict=True)
    controls = [f"{plain(name)} {'rejected' if verdict == 'disagrees' else verdict}" for name, verdict in pairs]
    return (
        f"{plain(claim.value_label)} at {table.sizes['point']} points: the prediction {table.attrs['verdict']}. "
        f"What speaks most against it, observed less predicted, is {number(worst.effect)} "
        f"({number(worst.observed)} against {number(worst.predicted)}) at {settings(worst, table)}. "
        f"Negative controls: {comma(controls)}."
    )
