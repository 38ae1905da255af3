"""Real data: participation ratios seen from held-out points, beside the Gaussian of the same mean and covariance."""

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from scipy.interpolate import PchipInterpolator

from reports.figures.plot import COLOURS, DASHES, GREY, MARKERS, Plot, canvas, once, svg
from reports.section import Block, Picture, Run, Section, Table
from reports.typesetting.sentences import mathtext
from reports.typesetting.words import comma, number, span, with_error
from theory.sentence import literal
from verify.data.comparison import comparison, gaussian_prediction

FLOOR = -0.05  # where the marks of t_c stand, below the curves


def section(run: Run) -> Section:
    """Two figures, and the time at which the participation ratio is one half: measured and predicted."""
    variances = gaussian_prediction(run.real).variances
    body = real_body(run.description, variances, run.real.data.shape[1], compared_of(run))
    return Section("real", "Real data", body)


def compared_of(run: Run) -> xr.Dataset:
    """The real data of a run beside the Gaussian of their mean and covariance."""
    measured = run.real.run(run.store, run.progress)
    return comparison(measured, gaussian_prediction(run.real).run(run.store, run.progress))


def real_body(description: str, variances: np.ndarray, dimension: int, compared: xr.Dataset) -> tuple[Block, ...]:
    """Real data beside the Gaussian of their mean and covariance.

    Arguments:
        description: what the data are.
        variances: those of the Gaussian along its principal axes, (r,).
        dimension: the dimension d of the data.
        compared: the table of `verify.data.comparison`.

    Returns:
        The blocks of the section.
    """
    rows = [compared.isel(size=i) for i in range(compared.sizes["size"])]
    count, queries = int(compared["size"].max()), compared.sizes["query"]
    return (
        f"{literal(description)} The data are not Gaussian, and no theory here says that they should behave so. What "
        f"is asked is how far the Gaussian with their mean and covariance goes. {queries} points are held out as the "
        f"points x from which the weights are seen; the other {count} are the data.",
        finding(rows),
        Table(
            ("N", "Data sets", "t_{1/2} measured", "t_{1/2} predicted", "t_c exact", "t_c second cumulant"),
            tuple(map(_size_row, rows)),
            "Time t_{1/2} at which the mean participation ratio is one half. Measured: +- standard error over disjoint "
            "data sets; a single one has none. Predicted: for the Gaussian of the same mean and covariance, as are the "
            "condensation times t_c, from the smallest to the largest over the held-out points. All are variances in "
            "the units of the data squared.",
        ),
        Picture(spectrum_figure(variances, dimension, count), _spectrum_caption(variances, dimension, count)),
        Picture(participation_figure(compared), participation_caption(compared)),
    )


def finding(rows: list[xr.Dataset]) -> str:
    """What agrees and what does not, in words made from the numbers."""
    compared = [row for row in rows if np.isfinite(row.t_half) and np.isfinite(row.t_half_predicted)]
    if not compared:
        return "No curve crosses one half within the times measured, so no time of condensation can be compared."
    ratios = [f"{_ratio(row)} at N = {int(row['size'])}" for row in compared]
    paper = paper_over_exact(compared[-1])
    return (
        "The time at which the mean participation ratio is one half, measured over predicted: "
        f"{comma(ratios)}. One would be agreement. The paper's second-cumulant time t_c is {number(paper)} times the "
        "exact one of the same Gaussian at the largest N."
    )


def paper_over_exact(row: xr.Dataset) -> float:
    """The paper's t_c over the exact one of the same Gaussian: mean over the held-out points."""
    return float((row.t_c_paper / row.t_c).mean())


def _ratio(row: xr.Dataset) -> str:
    return with_error(row.t_half / row.t_half_predicted, row.t_half_stderr / row.t_half_predicted)


def _size_row(row: xr.Dataset) -> tuple[str, ...]:
    measured = with_error(row.t_half, row.t_half_stderr)
    counts = str(int(row["size"])), str(int(row.parts))
    return (*counts, measured, number(row.t_half_predicted), span(row.t_c), span(row.t_c_paper))


def _spectrum_caption(variances: np.ndarray, dimension: int, count: int) -> str:
    few = " From so few points the small variances come out too small." if count < 5 * dimension else ""
    return (
        f"Covariance spectrum of the {count} data points in {dimension} dimensions, of which {variances.size} "
        f"directions carry variance.{few}"
    )


def participation_caption(compared: xr.Dataset) -> str:
    """What the figure of the participation ratio shows, in words, with how many predictions are missing."""
    missing = int((~np.isfinite(compared.predicted_by_query)).sum())
    left_out = f" {missing} predicted values are out of reach of the method and left out." if missing else ""
    return (
        "Participation ratio against t for several sizes N of the data set. Points: measured, mean over the "
        f"{compared.sizes['query']} held-out points and over disjoint data sets, with the standard error over data "
        "sets (none for a single one). Bands: from the smallest to the largest over held-out points. Lines: exact "
        "average at finite N for the Gaussian. Triangles: its condensation time, exact (full) and to second cumulant "
        f"(open), geometric mean over the points.{left_out}"
    )


def spectrum_figure(variances: np.ndarray, dimension: int, count: int) -> Plot:
    """Covariance spectrum of real data: variances along the principal axes against their rank, both logarithmic.

    Arguments:
        variances: along the principal axes, (r,), descending.
        dimension: the dimension d of the data.
        count: the number of points, for the text that stands for the figure.

    Returns:
        The figure.
    """
    half = int(np.searchsorted(variances.cumsum() / variances.sum(), 0.5)) + 1
    with canvas(height=3.3) as (figure, axes):
        axes.loglog(np.arange(1, variances.size + 1), variances, "o-", color=COLOURS[0], markersize=3)
        axes.axvline(half, color=GREY, linestyle=DASHES[0], linewidth=1)
        where = {"xy": (half, 0.04), "xycoords": ("data", "axes fraction"), "textcoords": "offset points"}
        axes.annotate(f"half of the variance:\n{half} of {dimension} directions", xytext=(4, 0), color=GREY, **where)
        axes.set_xlabel("rank of the principal axis")
        axes.set_ylabel("variance (data units squared)")
        axes.set_ylim(max(variances[-1], variances[0] * 1e-8) / 2, variances[0] * 2)
        return Plot(svg(figure), _spectrum_alt(variances, dimension, count, half))


def participation_figure(comparison: xr.Dataset) -> Plot:
    """Participation ratio against t at every size: measured with error bars, predicted curves, marks at t_c."""
    with canvas(height=4.6) as (figure, axes):
        for i, size in enumerate(comparison["size"].values):
            _draw_size(axes, comparison.sel(size=size), i)
        axes.set_xscale("log")
        axes.set_ylim(2 * FLOOR, 1.03)
        axes.set_xlabel("time t (a variance, in data units squared)")
        axes.set_ylabel(mathtext(r"participation ratio $\sum_\mu w_\mu^2$"))
        _explain(axes)
        figure.legend(loc="outside lower left", ncols=2)
        return Plot(svg(figure), _participation_alt(comparison))


def _draw_size(axes: Axes, row: xr.Dataset, i: int) -> None:
    colour, marker = COLOURS[i % len(COLOURS)], MARKERS[i % len(MARKERS)]
    by_query = row.measured_by_query
    axes.fill_between(
        row.time,
        by_query.min("query"),
        by_query.max("query"),
        color=colour,
        alpha=0.12,
        linewidth=0,
        label=once(axes, "range over points x"),
    )
    error = row.stderr.fillna(0.0)  # one data set has no error over data sets: the caption says so
    label = f"measured, N = {int(row['size'])}"
    axes.errorbar(row.time, row.measured, error, fmt=marker, color=colour, markersize=4, elinewidth=1, label=label)
    axes.plot(*_smooth(row.predicted_time.values, row.predicted.values), color=colour)
    for times, fill in ((row.t_c, "full"), (row.t_c_paper, "none")):
        mean = float(np.exp(np.log(times).mean()))
        axes.plot(mean, FLOOR, "^", color=colour, markersize=8, fillstyle=fill, clip_on=False)


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
