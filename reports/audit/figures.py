"""Figures of the short report: the spectrum of the data, and their participation curves at several N."""

from typing import Any

import numpy as np
from scipy.interpolate import PchipInterpolator

from reports.figures.plot import COLOURS, DASHES, GREY, MARKERS, Plot, canvas, few_ticks, svg
from reports.typesetting.sentences import mathtext
from reports.typesetting.words import comma, count, number
from verify.data.audit import Audit
from verify.data.curves import Curve

FINE = 200  # points of a line
MOST = 6  # curves


def spectrum_figure(found: Audit) -> Plot:
    """Variances along the principal axes against their rank, with the noise of condensation across."""
    variances, own = found.space.variances, found.prediction.own
    half = found.space.half
    with canvas(height=2.5) as (figure, axes):
        axes.loglog(np.arange(1, variances.size + 1), variances, ".-", color=COLOURS[0], markersize=3)
        axes.axhline(own.time, color=COLOURS[1], linestyle=DASHES[0], label="noise variance at which a score condenses")
        axes.axvline(half, color=GREY, linestyle=DASHES[1], label="half of the variance is to the left")
        few_ticks(axes)
        axes.set_xlabel("rank of the principal axis")
        axes.set_ylabel("variance")
        axes.set_ylim(min(own.time, max(variances[-1], variances[0] * 1e-8)) / 2, max(own.time, variances[0]) * 2)
        axes.legend(loc="lower left", frameon=True, framealpha=1, edgecolor="none")
        return Plot(
            svg(figure),
            f"Variances along {variances.size} principal axes fall from {number(variances[0])} to "
            f"{number(variances[-1])}; the first {half} hold half of the variance. The noise of condensation, "
            f"{number(own.time)}, is above {int((variances < own.time).sum())} of them.",
        )


def curves_figure(found: Audit) -> Plot:
    """The participation ratio against the noise: marks are measured, lines predicted, bands their intervals."""
    with canvas(height=3.6) as (figure, axes):
        for i, curve in enumerate(found.curves[:MOST]):
            _draw(axes, curve, i)
        axes.axhline(0.5, color=GREY, linewidth=0.8)
        axes.set_xscale("log")
        few_ticks(axes)
        axes.set_ylim(0, 1.03)
        axes.set_xlabel("standard deviation of the noise")
        axes.set_ylabel(mathtext(r"participation ratio $\sum_\mu w_\mu^2$"))
        figure.legend(loc="outside lower center", ncols=3)
        return Plot(svg(figure), _said(found))


def _draw(axes: Any, curve: Curve, i: int) -> None:
    colour, known = COLOURS[i % len(COLOURS)], curve.measured.size > 0
    logs, deviations = np.log(curve.times), np.sqrt(curve.times)
    fine = np.linspace(logs[0], logs[-1], FINE)
    line, low, high = (PchipInterpolator(logs, each)(fine) for each in (curve.predicted, curve.lower, curve.upper))
    axes.fill_between(np.exp(fine / 2), low, high, color=colour, alpha=0.2, linewidth=0)
    label = f"N = {count(curve.n)}" + ("" if known else ", predicted")
    axes.plot(np.exp(fine / 2), line, color=colour, linestyle="-" if known else DASHES[0], label=label)
    if known:
        marks = {"fmt": MARKERS[i % len(MARKERS)], "color": colour, "markersize": 3.5, "elinewidth": 1}
        axes.errorbar(deviations, curve.measured, curve.stderr, **marks)


def _said(found: Audit) -> str:
    halves = [f"{number(found.prediction.half(each.n).time ** 0.5)} at N = {count(each.n)}" for each in found.curves]
    return (
        f"Participation ratio against noise, falling from 1. It is one half at the standard deviation {comma(halves)}."
    )
