"""Finding 3: the score below t_c varies as the posterior at t_c, not at t."""

from typing import Any

import numpy as np
import xarray as xr

from reports.figures.plot import COLOURS, DASHES, GREY, MARKERS, Plot, canvas, shade, svg, two_legends
from reports.paper.evidence import named, table
from reports.section import Picture, Run, Section
from reports.typesetting.sentences import mathtext
from reports.typesetting.words import number, span, with_error
from verify.findings import JACOBIAN, variance_line
from verify.numbers import variance_ratios

PAIRS = (
    ("score-variance-frozen", "score-variance-paper"),
    ("score-variance-frozen-general", "score-variance-paper-general"),
)
SMALL_CLAIM = "score-variance-paper-small"
SMALL = 0.1  # sigma^2/t_c up to which SMALL_CLAIM says that the paper's variance holds


def section(run: Run) -> Section:
    """Two panels: the mean Jacobian against t, and the variance of the score over the paper's."""
    seen = JACOBIAN.table(run.store, run.seed, run.progress)
    seen = seen.isel(point=np.isclose(seen.variance, float(seen.variance.max())))
    ratios, small = variance_ratios(_compared(run, *pair) for pair in PAIRS), named(SMALL_CLAIM)
    return Section(
        "scores",
        "Finding 3: the points that carry the score were drawn at the condensation time",
        (
            "Below $t_c$ the score rests on a few points. The paper takes them for draws from the posterior at the "
            "present $t$; they are draws from the posterior at $t_c$, where they froze. So the mean of $-t J_{ii}$ "
            "over data sets stops falling at $t_c$ and keeps, in the limit of large $N$, the value $t_c/(t_c + "
            f"\\sigma_i^2)$; {_level(seen)}. The variance of the score is {span(ratios.observed)} times the paper's in "
            f"the {ratios.sizes['point']} cases that were measured (predicted: {span(ratios.predicted)}).",
            Picture(score_figure(seen, ratios), _caption(seen)),
            "Where the variance of a direction is far below $t$, both posteriors are the law itself, and the paper's "
            f"variance holds: the claim that says so, within {number(100 * small.stated_tolerance)} %, "
            f"{table(run, small.name).attrs['verdict']}.",
        ),
    )


def _compared(run: Run, limit: str, paper: str) -> tuple[Any, xr.Dataset, xr.Dataset]:
    """The estimate and the table of one claim, and the table of the claim that the paper makes of the same."""
    return named(limit).estimate_for(run.profile, run.seed), table(run, limit), table(run, paper)


def score_figure(seen: xr.Dataset, ratios: xr.Dataset) -> Plot:
    """Left: E[-t J] against t. Right: the variance of the score, in units of the paper's, against sigma^2/t_c.

    Arguments:
        seen: E[-t J] along the larger variance, as measured and predicted.
        ratios: what `verify.numbers.variance_ratios` gives.

    Returns:
        A figure of two panels.
    """
    with canvas(height=4.2, panels=(1, 2)) as (figure, axes):
        _jacobian(axes[0, 0], seen)
        _variance(axes[0, 1], ratios)
        two_legends(figure, *axes[0])
        return Plot(svg(figure), _alt(seen, ratios))


def _jacobian(panel: Any, seen: xr.Dataset) -> None:
    shade(panel, 1.0, float(seen.ratio.max()) * 1.2)
    panel.plot(seen.ratio, seen.paper, color=GREY, linestyle=DASHES[0], label="the paper (posterior at t)")
    panel.plot(seen.ratio, seen.population, color=COLOURS[1], linestyle=DASHES[1], label="infinitely many points")
    panel.plot(seen.ratio, seen.limit, color=COLOURS[2], linestyle=DASHES[2], label=mathtext(r"limit, frozen at $t_c$"))
    panel.plot(seen.ratio, seen.exact, color=COLOURS[0], label="exact average")
    panel.errorbar(seen.ratio, seen.observed, seen.stderr, fmt="o", color="black", label="measured mean")
    panel.set(xscale="log", ylim=(-0.03, 1.03))
    panel.set_xlabel(mathtext(r"$t/t_c$"))
    panel.set_ylabel(mathtext(r"mean of $-t J$ along variance 1"))


def _variance(panel: Any, ratios: xr.Dataset) -> None:
    width = np.geomspace(float(ratios.width.min()) / 2, float(ratios.width.max()) * 2, 60)
    shade(panel, float(width[0]), SMALL)
    for i, m in enumerate(np.unique(np.round(ratios.ratio.values, 2))):
        part = ratios.isel(point=np.isclose(ratios.ratio, m, atol=0.006))
        colour, marker = COLOURS[i % len(COLOURS)], MARKERS[i % len(MARKERS)]
        panel.plot(width, variance_line(m, width), color=colour, linewidth=1)
        error = np.maximum([part.observed - part.lower, part.upper - part.observed], 0)
        panel.errorbar(
            part.width, part.observed, error, fmt=marker, color=colour, capsize=2, label=mathtext(rf"$t/t_c = {m:g}$")
        )
    panel.axhline(1, color=GREY, linestyle=DASHES[0])
    panel.set(xscale="log")
    panel.set_xlabel(mathtext(r"variance of the direction, $\sigma_i^2/t_c$"))
    panel.set_ylabel("variance of the score\n(the paper's: 1)")


def _caption(seen: xr.Dataset) -> str:
    return (
        "Left: mean of $-t J$ along the directions of variance 1 against $t/t_c$, $d = 20$, standard deviations 1 and "
        f"0.3, $N = {int(seen.n[0])}$, a typical $x$; means and standard errors over {int(seen.replicas[0])} data "
        "sets. Right: variance of the score over data sets in units of the paper's (grey: 1), for several spectra; "
        "lines: the posterior at $t_c$; bars: intervals that hold for all points of the ledger at once. Grey, dashed, "
        "left: what follows from the paper, $1 - (t/t_c) \\sigma^2/(\\sigma^2 + t)$ with the exact $t_c$, below $t_c$, "
        "and $t/(t + \\sigma^2)$ above. Shaded, where the paper holds: above $t_c$ on the left, at variances up to "
        f"{number(SMALL)} $t_c$ on the right."
    )


def _level(seen: xr.Dataset) -> str:
    """Where the mean levels off at the N of the figure, beside the limit."""
    low = seen.isel(point=int(seen.t.values.argmin()))
    return (
        f"at $N = {int(seen.n[0])}$ it levels off near {with_error(low.observed, low.stderr)} (at $t/t_c = "
        f"{number(low.ratio, 2)}$; exact average {number(low.exact, 2)}), against {number(low.limit, 2)}"
    )


def _alt(seen: xr.Dataset, ratios: xr.Dataset) -> str:
    low = seen.isel(point=int(seen.t.values.argmin()))
    return (
        f"Left: at t/t_c = {number(low.ratio, 2)} the measured mean of -t J is {number(low.observed, 2)} (standard "
        f"error {number(low.stderr, 1)}), the exact average {number(low.exact, 2)}, the paper's value "
        f"{number(low.paper, 2)}. Right: variances of the score are {span(ratios.observed)} times the paper's, on the "
        "curves of the posterior at t_c, and near 1 for small variances only."
    )
