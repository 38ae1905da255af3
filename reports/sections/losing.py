"""Losing dimensions: spectra against t, and the phase diagram of visible subspaces."""

from dataclasses import replace

import numpy as np
import xarray as xr
from matplotlib.colors import BoundaryNorm

from reports.plot import COLOURS, GREY, Plot, canvas, svg
from reports.section import Picture, Run, Section, Table
from reports.words import mathtext, number
from simulate.experiments.losing import PAPER, LosingDimensions

QUICK = LosingDimensions(times=tuple(np.geomspace(1e-4, 10, 50).tolist()), sizes=(250, 1000, 4000, 20_000))
PHASES = {"quick": QUICK, "full": LosingDimensions(replicas=40)}
NAMES = {"gaussian": "Gaussian data", "unit-norm": "unit-norm data"}
SPECTRA = ("infinite N", "N = 1000, origin", "N = 1000, training point")
LIMITS = (0, 0.5, 2.5, 7.5, 29.5, 30)  # of the colours: none, up to 2, up to 7, more, all
INTRODUCTION = (
    "The paper's setting, d = 30: standard deviations 1 twice, 0.3 five times and 0.01 else. For every data set the "
    "whole spectrum of -t J of the exact empirical score: 1 in a direction in which the data do not vary, t/(t + "
    "sigma^2) for infinitely many Gaussian data, 1 everywhere once a single point carries the weight. A direction is "
    "visible where -t J < 1/2: the data vary along it by more than the noise. A subspace is lost at t if at t and at "
    "all times below the median over data sets of its mean -t J is at least 1/2; the interval of that time is the one "
    "of the sign test over data sets, at an error rate of 5 %. A generated point is a training point with noise of the "
    "least t."
)


def section(run: Run) -> Section:
    """The spectra of the paper's setting, and where in (t, N) each subspace is visible."""
    observed = replace(PHASES[run.profile], seed=run.seed).run(run.store, run.progress)
    return Section(
        "losing",
        "Losing dimensions: what is visible at t, for N points",
        (
            INTRODUCTION,
            Picture(
                spectra_figure(observed),
                "Eigenvalues of -t J (1 is normal) against t, a variance, by their rank: the two largest variances, "
                "the next five, the other 23; below 0 where x lies between data points that compete. Gaussian data, "
                f"medians over {PHASES[run.profile].replicas} data sets.",
            ),
            _reading(observed),
            Picture(
                phase_figure(observed),
                "Number of visible directions in (t, N), median over data sets; the top row of each panel is infinite "
                "N. Marks with bars: loss times of the subspaces of variance 1 (circles) and 0.09 (squares), where "
                "they are visible at all and lost.",
            ),
            _losses(observed),
        ),
    )


def spectra_figure(observed: xr.Dataset) -> Plot:
    """Every eigenvalue against t: infinite N, and N = 1000 from the origin and from a training point."""
    gaussian = observed.isel(point=0)
    panels = (
        gaussian.limit_spectrum.sel(probe="origin"),
        gaussian.spectrum.sel(probe="origin", size=1000),
        gaussian.spectrum.sel(probe="training", size=1000),
    )
    with canvas(height=6.6, panels=(3, 1)) as (figure, axes):
        for panel, values, title in zip(axes[:, 0], panels, SPECTRA, strict=True):
            for rank in range(values.sizes["direction"]):
                group = 2 if rank < 23 else 1 if rank < 28 else 0  # descending: the largest variance comes last
                label = ("variance 1", "variance 0.09", "variance 0.0001")[group]
                panel.plot(
                    observed.time,
                    values.isel(direction=rank),
                    color=COLOURS[group],
                    linewidth=0.9,
                    linestyle=("-", "--", ":")[group],
                    label=label if panel is axes[0, 0] and rank in (0, 23, 28) else None,
                )
            panel.axhline(0.5, color=GREY, linewidth=0.8)
            panel.set_xscale("log")
            panel.set_ylim(-0.3, 1.1)
            panel.set_title(title)
            panel.set_ylabel(mathtext("-t J"))
        axes[-1, 0].set_xlabel("t")
        figure.legend(loc="outside lower left", ncols=3)
        return Plot(svg(figure), _spectra_alt(gaussian))


def phase_figure(observed: xr.Dataset) -> Plot:
    """The number of visible directions in (t, N), for each law and probe."""
    count = observed.sizes["probe"]
    with canvas(height=8.6, panels=(count, 2)) as (figure, axes):
        colours = BoundaryNorm(LIMITS, 256)
        shown = None
        for column, law in enumerate(observed.point.values):
            for row, probe in enumerate(observed.probe.values):
                part, panel = observed.isel(point=law).sel(probe=probe), axes[row, column]
                shown = panel.pcolormesh(
                    observed.time,
                    _rows(observed),
                    _counts(part),
                    cmap="cividis",
                    norm=colours,
                    shading="nearest",
                    edgecolor="face",
                )
                _mark(panel, part)
                panel.grid(False)
                panel.set_xscale("log")
                panel.set_yticks(_rows(observed), [f"{size}" for size in observed["size"].values] + ["infinite"])
                panel.set_title(f"{NAMES[_kind(observed, law)]}\n{probe}" if row == 0 else str(probe), fontsize=9)
            axes[-1, column].set_xlabel("t")
        figure.supylabel("N")
        assert shown is not None
        bar = figure.colorbar(shown, ax=axes, location="bottom", shrink=0.8, ticks=[0.25, 1.5, 5, 18, 29.75])
        bar.ax.set_xticklabels(["0", "1-2", "3-7", "8-29", "30"])
        bar.set_label("visible directions")
        return Plot(svg(figure), _phase_alt(observed))


def _rows(observed: xr.Dataset) -> np.ndarray:
    return np.arange(observed.sizes["size"] + 1)


def _counts(part: xr.Dataset) -> np.ndarray:
    limit = (part.limit_spectrum < 0.5).sum("direction").values
    return np.vstack([part.dimension.transpose("size", "time").values, limit])


def _mark(panel: "object", part: xr.Dataset) -> None:
    """Loss times with their bars, where they lie inside the picture."""
    low, high = part.time.values.min(), part.time.values.max()
    for k, marker in ((0, "o"), (1, "s")):
        times, ends = part.loss_time.isel(subspace=k).values, []
        for name in ("loss_time_lower", "loss_time_upper"):
            ends.append(np.clip(part[name].isel(subspace=k).values, low, high))
        inside = (times > low) & (times < high)
        rows = np.arange(len(times))[inside]
        bars = np.maximum(0, [times[inside] - ends[0][inside], ends[1][inside] - times[inside]])
        panel.errorbar(  # pyright: ignore[reportAttributeAccessIssue]
            times[inside], rows + 0.15 * (2 * k - 1), xerr=bars, fmt=marker, color="white", markeredgecolor="black",
            ecolor="white", markersize=4.5, linewidth=1,
        )  # fmt: skip


def _losses(observed: xr.Dataset) -> Table:
    rows = []
    for law in observed.point.values:
        for probe in observed.probe.values:
            for size in observed["size"].values:
                part = observed.isel(point=law).sel(probe=probe, size=size)
                cells = (_loss(part.isel(subspace=k)) for k in (0, 1))
                rows.append((NAMES[_kind(observed, law)], str(probe), f"{size}", *cells))
    caption = (
        "Loss times, variances, of the subspaces of variance 1 and 0.09 (before normalization, for unit-norm data), "
        "with their intervals over data sets. Never seen: not visible at any t. Kept: still visible at the least t."
    )
    return Table(("Data", "Seen from", "N", "Variance 1 lost at", "Variance 0.09 lost at"), tuple(rows), caption)


def _loss(part: xr.Dataset) -> str:
    values = [float(part[f"loss_time{end}"]) for end in ("", "_lower", "_upper")]
    words = ["never seen" if np.isinf(v) else "kept" if v == 0 else number(v, 2) for v in values]
    return words[0] if len(set(words)) == 1 else f"{words[0]} ({words[1]} to {words[2]})"


def _reading(observed: xr.Dataset) -> str:
    part = observed.isel(point=0).sel(size=1000)
    from_origin, trained = (part.sel(probe=probe).isel(subspace=0) for probe in ("origin", "training"))
    return (
        "Directions of a given variance come into sight as t falls below it. Infinitely many data keep them; a finite "
        "data set loses them again. At N = 1000, seen from the origin, the two largest are lost at "
        f"t = {_loss(from_origin)}; from a training point at t = {_loss(trained)}, because there one point carries the "
        "weight much earlier. Unit-norm data seen from the origin lose nothing: all points are equally far away, so no "
        "weight condenses, and what changes with t there is no memorization (the top row, infinite N, changes "
        "likewise)."
    )


def _kind(observed: xr.Dataset, point: int) -> str:
    return str(observed.law.values[point]).removesuffix(PAPER).strip()


def _spectra_alt(gaussian: xr.Dataset) -> str:
    at = gaussian.isel(time=int(np.argmin(np.abs(gaussian.time.values - 0.01))))
    counts = [
        int((values < 0.5).sum())
        for values in (
            at.limit_spectrum.sel(probe="origin"),
            at.spectrum.sel(probe="origin", size=1000),
            at.spectrum.sel(probe="training", size=1000),
        )
    ]
    said = ", ".join(f"{count} for {name}" for count, name in zip(counts, SPECTRA, strict=True))
    return f"Thirty eigenvalues of -t J against t. Directions below one half at t = 0.01: {said}."


def _phase_alt(observed: xr.Dataset) -> str:
    part = observed.isel(point=0, time=int(np.argmin(np.abs(observed.time.values - 0.01))))
    said = [
        f"{probe} {', '.join(number(v) for v in part.dimension.sel(probe=probe).values)}"
        for probe in observed.probe.values
    ]
    sizes = ", ".join(str(size) for size in observed["size"].values)
    return f"Visible directions of Gaussian data at t = 0.01 for N = {sizes}. {'; '.join(said)}."
