"""Finding 2: the participation ratio below the exact condensation time and above it."""

import numpy as np
import xarray as xr

from reports.figures.plot import COLOURS, DASHES, GREY, MARKERS, Plot, canvas, shade, svg
from reports.paper.evidence import named, table
from reports.section import Picture, Run, Section
from reports.typesetting.sentences import mathtext
from reports.typesetting.words import comma, number, with_error
from verify.findings import ALPHA, PARTICIPATION, time_over_exact


def section(run: Run) -> Section:
    """The form of the paper, its limit, and what finite data sets show."""
    curves = {d: each.table(run.store, run.seed, run.progress) for d, each in PARTICIPATION.items()}
    return Section(
        "weights",
        "Finding 2: the paper's effective number has the right form, with another time, and in the limit",
        (
            "Put the exact $t_c$ in the place of the paper's, and the mean of $\\sum_\\mu w_\\mu^2$ does tend to "
            "$1 - t/t_c$, ever more slowly towards $t_c$: at $t_c$ itself, where the limit is 0, it is "
            f"{_at_one(curves)}. From the exact average at these sizes the measured mean differs, up to $t_c$, by at "
            f"most {_worst(curves)} standard errors. Above, rare data sets carry the mean, and the standard "
            "error of a sample is no guide.",
            Picture(weight_figure(curves), _caption(curves, run)),
            _above(run, table(run, "participation-typical"), table(run, "participation-paper-above")),
        ),
    )


def weight_figure(curves: dict[int, xr.Dataset]) -> Plot:
    """The participation ratio against t/t_c at one alpha, in several dimensions."""
    with canvas(height=3.9) as (figure, axes):
        shade(axes, 0.0, 1.0, r"below the exact $t_c$: the form $1 - t/t_c$ is the limit")
        for (d, seen), colour, marker in zip(curves.items(), COLOURS, MARKERS, strict=False):
            axes.plot(seen.ratio, seen.exact, color=colour, label=f"exact average, d = {d}")
            axes.errorbar(seen.ratio, seen.observed, seen.stderr, fmt=marker, color=colour, label=f"measured, d = {d}")
        last = curves[max(curves)]
        axes.plot(last.ratio, last.limit, color="black", linestyle=DASHES[2], label="the limit")
        axes.plot(last.ratio, last.paper, color=GREY, linestyle=DASHES[0], label=mathtext(r"with the paper's $t_c$"))
        axes.set(xlim=(0, float(last.ratio.max()) * 1.02), ylim=(-0.03, 1.03))
        axes.set_xlabel(mathtext(r"noise variance in units of the exact $t_c$, $t/t_c$"))
        axes.set_ylabel(mathtext(r"participation ratio $\sum_\mu w_\mu^2$"))
        figure.legend(loc="outside lower left", ncols=2)
        return Plot(svg(figure), _alt(curves))


def _at_one(curves: dict[int, xr.Dataset]) -> str:
    said = []
    for d, seen in curves.items():
        row = seen.isel(point=int(np.argmin(np.abs(seen.ratio.values - 1))))
        said.append(f"{with_error(row.observed, row.stderr)} at $d = {d}$")
    return comma(said)


def _worst(curves: dict[int, xr.Dataset]) -> str:
    """The largest difference in standard errors at and below t_c."""
    below = [seen.isel(point=seen.ratio.values <= 1.001) for seen in curves.values()]
    return number(max(float((abs(seen.observed - seen.exact) / seen.stderr).max()) for seen in below), 2)


def _above(run: Run, typical: xr.Dataset, paper: xr.Dataset) -> str:
    """What the effective number is above t_c, from the claims that test it."""
    place = int(typical.t.values.argmax())
    row, asked = typical.isel(point=place), named("participation-typical").estimate_for(run.profile, run.seed)
    ratio = asked.predictions(time_over_exact, typical)[place]
    verdict = paper.attrs["verdict"]
    return (
        "Above $t_c$ the paper's effective number is $N$. It is a power $N^a$, with an exponent that grows from 0 at "
        f"$t_c$ and follows from $\\log Z$ at $t$ and $t/2$: at the largest $t$ of the claim, "
        f"{number(ratio, 2)} $t_c$ ($d = {int(row.d)}$, $\\log N = {number(row.log_n)}$), the measured exponent is "
        f"{number(row.observed)} and the predicted one {number(row.predicted)}. The claim that it is $N$ above "
        f"the paper's $t_c$ {verdict}."
    )


def _caption(curves: dict[int, xr.Dataset], run: Run) -> str:
    replicas = int(next(iter(curves.values())).replicas[0])
    return (
        f"Participation ratio against $t/t_c$ at $\\alpha = \\alpha_m = {number(ALPHA)}$: standard deviation 1 in "
        "half of the $d$ directions and 0.3 in the others, seen from a typical $x$. Points: means and standard errors "
        f"over {replicas} data sets (of all energies the lowest alone are drawn). Grey, dashed: $1 - t/t_c$ "
        "with the paper's $t_c$. Shaded: below the exact $t_c$, where $1 - t/t_c$ with that $t_c$ is the limit."
    )


def _alt(curves: dict[int, xr.Dataset]) -> str:
    grey = curves[max(curves)]
    at = grey.isel(point=int(np.argmin(np.abs(grey.ratio.values - 1))))
    return (
        f"Up to t_c measured participation ratios differ from the exact averages by at most {_worst(curves)} standard "
        f"errors; at t_c: {_at_one(curves).replace('$', '')}; with the paper's t_c it would be {number(at.paper, 2)}."
    )
