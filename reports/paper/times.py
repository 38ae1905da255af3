"""Finding 1: the paper's condensation time against the one that data show."""

from typing import Any

import numpy as np
import xarray as xr

from reports.figures.plot import COLOURS, DASHES, GREY, MARKERS, Plot, canvas, shade, svg
from reports.paper.evidence import table
from reports.section import Picture, Run, Section
from reports.typesetting.sentences import mathtext
from reports.typesetting.words import number, span
from theory.laws.spectra import paper
from verify.findings import ratio_line
from verify.numbers import times_of_the_paper

WITHIN = 1.05  # the paper's time over the exact one, where the paper is said to hold
PERCENT = number(100 * (WITHIN - 1))
CONTROL = "to third cumulant"
NAMES = (
    "equal variances, x = 0",
    "equal variances, x far",
    "two variances, x typical",
    "a plane, x held out",
    "variances 1/i, x held out",
    "the paper's data, x = 0",
)


def section(run: Run) -> Section:
    """Where the paper's t_c is right, by how much it is wrong elsewhere."""
    ratios, edges = table(run, "condensation-ratio"), table(run, "condensation-edge")
    return Section(
        "times",
        "Finding 1: the paper's condensation time holds where log N is far below the dimension",
        (
            "The paper takes the energies of the data points for Gaussian. The lowest of very many energies lie far "
            "in the tail, where no law of a variance alone is Gaussian: the measured time is smaller, by the factor "
            "that the exact root of the entropy has. With $m$ the dimension of the manifold, that is the number of "
            "directions in which the law varies, and $\\alpha_m = \\log(N)/m$ (the paper's $\\alpha$ where $m = d$): "
            f"at $\\alpha_m = {number(_least(ratios))}$ the paper's time is "
            f"{span(_at(ratios, _least(ratios)).observed)} times the measured one; at $\\alpha_m = 1$ it is "
            f"{span(_at(ratios, 1.0).observed)} times, by law and place. It is "
            f"{PERCENT} % too large at an $\\alpha_m$ of {span(edges.alpha)}. {_example()}",
            Picture(time_figure(ratios, edges), _caption(ratios)),
            "What that means for a data set: a "
            f"thousand points lie within the {PERCENT} % on a manifold of more than "
            f"{span(np.log(1000) / edges.alpha)} dimensions, by law and place. Below, the exact root, which costs as "
            "little to compute, is the time to use.",
        ),
    )


def time_figure(ratios: xr.Dataset, edges: xr.Dataset) -> Plot:
    """The paper's condensation time over the measured one against alpha, one curve for each law and place.

    Arguments:
        ratios: the table of the claim `condensation-ratio`.
        edges: the table of the claim `condensation-edge`.

    Returns:
        The figure.
    """
    fine = np.geomspace(float(ratios.alpha.min()) / 3, float(ratios.alpha.max()), 40)
    with canvas(height=4.4) as (figure, axes):
        shade(axes, float(fine[0]), float(edges.alpha.max()), f"within {PERCENT} % for some of these laws")
        for row, (name, colour, marker) in enumerate(zip(NAMES, COLOURS, MARKERS, strict=True)):
            part = _of(ratios, row)
            axes.plot(fine, ratio_line(row, fine), color=colour)
            error = np.maximum([part.observed - part.lower, part.upper - part.observed], 0)
            axes.errorbar(part.alpha, part.observed, error, fmt=marker, color=colour, capsize=2, label=name)
            wrong = part.control_predicted.sel(control=CONTROL)
            axes.plot(part.alpha, wrong, color=GREY, linestyle=DASHES[1], linewidth=0.9)
        axes.plot([], [], color=GREY, linestyle=DASHES[1], linewidth=0.9, label=f"negative control: {CONTROL}")
        axes.axhline(1, color=GREY, linestyle=DASHES[0], label="the paper")
        _frame(axes, ratios)
        figure.legend(loc="outside lower left", ncols=2)
        return Plot(svg(figure), _alt(ratios))


def _frame(axes: Any, ratios: xr.Dataset) -> None:
    axes.set(xscale="log", yscale="log", ylim=(0.8, 2 * float(ratios.observed.max())))
    axes.set_xlabel(mathtext(r"$\alpha_m = \log(N)/m$, $m$: dimension of the manifold"))
    axes.set_ylabel(mathtext(r"$t_c$ of the paper / measured $t_c$"))


def _example(n: int = 1000) -> str:
    """The paper's own data at the size of a small data set."""
    exact, of_paper = times_of_the_paper(n)
    return (
        f"On the paper's synthetic data, $d = m = {paper().variances.size}$, $N = {n}$, $x = 0$, the paper's $t_c$ is "
        f"{number(of_paper, 2)} and the exact root {number(exact, 2)}: a ratio of {number(of_paper / exact, 2)}."
    )


def _caption(ratios: xr.Dataset) -> str:
    sets = f"$\\log N$ about {number(ratios.log_n.mean())}"
    return (
        "The paper's condensation time over the one that the weights of data sets show, against $\\alpha_m = "
        f"\\log(N)/m$ ({sets}; of all energies the lowest alone are drawn). Lines: the exact root. Bars: intervals "
        "that hold for all points of the ledger at once, mostly smaller than the marks. Shaded: the paper is within "
        f"{PERCENT} % for some of these laws and places."
    )


def _of(ratios: xr.Dataset, row: int) -> xr.Dataset:
    """The points of one law and place."""
    count = ratios.sizes["point"] // len(NAMES)
    return ratios.isel(point=slice(count * row, count * (row + 1)))


def _least(ratios: xr.Dataset) -> float:
    return float(ratios.alpha.min())


def _at(ratios: xr.Dataset, alpha: float) -> xr.Dataset:
    return ratios.isel(point=np.isclose(ratios.alpha.values, alpha, rtol=1e-3))


def _alt(ratios: xr.Dataset) -> str:
    ends = []
    for row, name in enumerate(NAMES):
        part = _of(ratios, row)
        ends.append(f"{name} {number(part.observed[0])} to {number(part.observed[-1])}")
    worst = float(abs(ratios.observed / ratios.predicted - 1).max())
    return (
        f"The paper's condensation time over the measured one, at alpha_m from {number(_least(ratios))} to "
        f"{number(ratios.alpha.max())}: {'; '.join(ends)}. The exact root is within {number(100 * worst, 2)} % of all "
        "points."
    )
