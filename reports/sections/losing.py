"""Losing dimensions: spectra against t, and the phase diagram of visible subspaces."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.colors import BoundaryNorm

from reports.figures.plot import Plot, canvas, svg
from reports.section import Picture, Run, Section, Table
from reports.sections.spectra import GROUPS, NAMES, UNIT_NORM, VARIANCES, scale, spectra_figure
from reports.typesetting.sentences import mathtext
from reports.typesetting.words import number
from simulate.dimension.visible import HALF
from simulate.experiments.dimension.losing import LosingDimensions
from simulate.experiments.dimension.manifold import MANIFOLDS

QUICK = LosingDimensions(manifold=MANIFOLDS["quick"], sizes=(250, 1000, 4000, 20_000))
PHASES = {"quick": QUICK, "full": LosingDimensions(manifold=MANIFOLDS["full"], replicas=40)}
SHOWN = 1000  # N of the spectra
SEEN = [0, *(VARIANCES.size - rows.start for rows in GROUPS.values())]  # no direction, each group with those above it
LIMITS = (0, *(n + 0.5 for n in SEEN[:-1]), SEEN[-1] - 0.5, SEEN[-1])  # of the colours
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
                spectra_figure(_panels(observed), _draw_group, _spectra_alt(observed)),
                "Eigenvalues of -t J (1 is normal) against t, a variance, by their rank, which goes with the standard "
                "deviations sigma; below 0 where x lies between data points that compete. Gaussian data, "
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


def _panels(observed: xr.Dataset) -> dict[str, xr.DataArray]:
    """Spectra of Gaussian data for infinite N, and for N = SHOWN from the origin and from a training point."""
    gaussian = observed.isel(point=0)
    return {
        "infinite N": gaussian.limit_spectrum.sel(probe="origin"),
        f"N = {SHOWN}, origin": gaussian.spectrum.sel(probe="origin", size=SHOWN),
        f"N = {SHOWN}, training point": gaussian.spectrum.sel(probe="training", size=SHOWN),
    }


def _draw_group(panel: Any, values: xr.DataArray, variance: float, style: dict[str, Any]) -> None:
    """Every eigenvalue."""
    for rank in range(values.sizes["direction"]):
        label = None if rank else mathtext(scale(variance))
        panel.plot(values.time, values.isel(direction=rank), linewidth=0.9, label=label, **style)


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
        middles = [sum(pair) / 2 for pair in pairwise(LIMITS)]
        bar = figure.colorbar(shown, ax=axes, location="bottom", shrink=0.8, ticks=middles)
        bar.ax.set_xticklabels([_whole(*pair) for pair in pairwise(LIMITS)])
        bar.set_label("visible directions")
        return Plot(svg(figure), _phase_alt(observed))


def _whole(low: float, high: float) -> str:
    """The whole numbers of a colour."""
    return "-".join(dict.fromkeys((str(int(np.ceil(low))), str(int(np.floor(high))))))


def _rows(observed: xr.Dataset) -> np.ndarray:
    return np.arange(observed.sizes["size"] + 1)


def _counts(part: xr.Dataset) -> np.ndarray:
    limit = (part.limit_spectrum < HALF).sum("direction").values
    return np.vstack([part.dimension.transpose("size", "time").values, limit])


def _mark(panel: Any, part: xr.Dataset) -> None:
    """Loss times with their bars, where they lie inside the picture."""
    low, high = part.time.values.min(), part.time.values.max()
    for k, marker in ((0, "o"), (1, "s")):
        times, ends = part.loss_time.isel(subspace=k).values, []
        for name in ("loss_time_lower", "loss_time_upper"):
            ends.append(np.clip(part[name].isel(subspace=k).values, low, high))
        inside = (times > low) & (times < high)
        rows = np.arange(len(times))[inside]
        bars = np.maximum(0, [times[inside] - ends[0][inside], ends[1][inside] - times[inside]])
        panel.errorbar(
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
    part = observed.isel(point=0).sel(size=SHOWN)
    from_origin, trained = (part.sel(probe=probe).isel(subspace=0) for probe in ("origin", "training"))
    earlier = trained.loss_time > from_origin.loss_time > 0
    return (
        "Directions of a given variance come into sight as t falls below it. Infinitely many data keep them; a finite "
        f"data set can lose them again. At N = {SHOWN}, seen from the origin, the two largest are lost at "
        f"t = {_loss(from_origin)}; from a training point at t = {_loss(trained)}"
        f"{', because there one point carries the weight much earlier' if earlier else ''}.{_unit_norm(observed)}"
    )


def _unit_norm(observed: xr.Dataset) -> str:
    """What the origin, from which all points are equally far, shows of unit-norm data: where it is so."""
    kinds = [_kind(observed, law) for law in observed.point.values]
    part = observed.isel(point=kinds.index(UNIT_NORM)).sel(probe="origin")
    if (part.loss_time != 0).any():
        return ""
    return (
        " Unit-norm data seen from the origin lose nothing: all points are equally far away, so no weight condenses, "
        "and what changes with t there is no memorization (the top row, infinite N, changes likewise)."
    )


def _kind(observed: xr.Dataset, point: int) -> str:
    return str(observed.law.values[point])


def _spectra_alt(observed: xr.Dataset) -> str:
    place = int(np.argmin(np.abs(observed.time.values - 0.01)))
    counts = {name: int((values.isel(time=place) < HALF).sum()) for name, values in _panels(observed).items()}
    said = ", ".join(f"{count} for {name}" for name, count in counts.items())
    return f"Thirty eigenvalues of -t J against t. Directions below one half at t = 0.01: {said}."


def _phase_alt(observed: xr.Dataset) -> str:
    part = observed.isel(point=0, time=int(np.argmin(np.abs(observed.time.values - 0.01))))
    said = [
        f"{probe} {', '.join(number(v) for v in part.dimension.sel(probe=probe).values)}"
        for probe in observed.probe.values
    ]
    sizes = ", ".join(str(size) for size in observed["size"].values)
    return f"Visible directions of Gaussian data at t = 0.01 for N = {sizes}. {'; '.join(said)}."
