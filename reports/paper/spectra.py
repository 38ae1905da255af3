"""Finding 4: the gap at the dimension of the manifold closes in a typical data set, and not in the mean."""

import numpy as np
import xarray as xr

from reports.figures.plot import COLOURS, DASHES, GREY, Plot, canvas, shade, svg
from reports.paper.evidence import table
from reports.section import Picture, Run, Section
from reports.typesetting.sentences import mathtext
from reports.typesetting.words import number, with_error
from verify.findings import GAP


def section(run: Run) -> Section:
    """One figure: mean and median of the final gap against t."""
    seen = GAP.table(run.store, run.seed, run.progress)
    return Section(
        "spectra",
        "Finding 4: gaps in the spectrum say the dimension, until memory closes them",
        (
            "A gap in the spectrum of $-t J$ parts the directions of the manifold from those out of it, and its place "
            "is the dimension that a model shows. Above $t_c$ the gap is that of the law, "
            "$\\gamma/(t + \\gamma)$ with $\\gamma$ the lowest variance in the manifold, once few data no longer blur "
            "it. Below, the gap of a typical data set closes, as the paper has it: at $t/t_c = "
            f"{number(_low(seen).ratio, 2)}$ the median is {number(_low(seen)['median'], 2)}. The mean stays at "
            f"{with_error(_low(seen).observed, _low(seen).stderr)} (exact average {number(_low(seen).exact, 2)}), "
            "carried by rare data sets with two points at nearly equal distance.",
            Picture(gap_figure(seen), _caption(seen)),
            f"The claims: that the median gap is closed far below $t_c$ {_verdict(run, 'gap-paper-closing')}; that the "
            f"mean is closed there {_verdict(run, 'gap-paper-closing-mean')}; that the mean is the exact average "
            f"{_verdict(run, 'gap-finite')}; that gaps count the subspaces whose variances are far apart "
            f"{_verdict(run, 'gap-count')}.",
        ),
    )


def gap_figure(seen: xr.Dataset) -> Plot:
    """Mean and median of the final gap, with the exact average, the law's gap, and the paper's."""
    with canvas(height=3.8) as (figure, axes):
        shade(axes, 2.5, float(seen.ratio.max()) * 1.2, "the gap is that of the law")
        axes.plot(seen.ratio, seen.population, color=COLOURS[3], linestyle=DASHES[1], label="infinitely many points")
        axes.plot(seen.ratio, seen.paper, color=GREY, linestyle=DASHES[0], label="the paper's formula, as a mean")
        axes.plot(seen.ratio, seen.exact, color=COLOURS[0], label="exact average")
        axes.errorbar(seen.ratio, seen.observed, seen.stderr, fmt="o", color=COLOURS[0], label="measured, mean")
        bars = np.abs([seen["median"] - seen.median_lower, seen.median_upper - seen["median"]])
        axes.errorbar(
            seen.ratio, seen["median"], bars, fmt="s-", color=COLOURS[1], linewidth=0.8, label="measured, median"
        )
        axes.set(xscale="log", ylim=(-0.03, 1.03), ylabel=mathtext(r"gap of $-t J$ at the dimension"))
        axes.set_xlabel(mathtext(r"noise variance in units of the exact $t_c$, $t/t_c$"))
        figure.legend(loc="outside lower left", ncols=2)
        return Plot(svg(figure), _alt(seen))


def _low(seen: xr.Dataset) -> xr.Dataset:
    """The row at about a tenth of t_c."""
    return seen.isel(point=int(np.argmin(np.abs(np.log(seen.ratio.values / 0.1)))))


def _verdict(run: Run, name: str) -> str:
    return str(table(run, name).attrs["verdict"])


def _caption(seen: xr.Dataset) -> str:
    return (
        "The gap between the directions out of a linear manifold and the thinnest direction in it: variances 1 (four "
        f"directions), 0.2 (four) and 0 (two), $N = {int(seen.n[0])}$, a typical $x$, {int(seen.replicas[0])} data "
        "sets. Bars: standard errors of means; 95 % intervals of medians. Grey, dashed: what follows from the paper, "
        "$(t/t_c) \\gamma/(\\gamma + t)$ with the paper's $t_c$, constant above it, and $\\gamma$ the lowest variance. "
        "Shaded: far above $t_c$, where the gap is that of the law."
    )


def _alt(seen: xr.Dataset) -> str:
    low, high = _low(seen), seen.isel(point=int(seen.t.values.argmax()))
    return (
        f"The gap against t/t_c. At {number(low.ratio, 2)}: mean {number(low.observed, 2)}, exact average "
        f"{number(low.exact, 2)}, median {number(low['median'], 2)}, the paper's formula {number(low.paper, 2)}. At "
        f"{number(high.ratio, 2)} all but the paper's are near {number(high.population, 2)}, the law's."
    )
