"""Networks on the paper's manifold: theory, exact score and network with one N, one residual, one set of points."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from reports.section import Block, Picture, Table
from reports.sections.networks_figures import near, panels_figure, visible
from reports.sections.networks_images import Kept, read_table
from reports.sections.spectra import GROUPS, NAMES, UNIT_NORM, scale
from reports.typesetting.words import comma, count, number, span
from simulate.dimension.visible import HALF
from verify.expected_spectra import SHOWN, stride
from verify.numbers import gap_of_the_law

ORDERED = (
    "Eigenvalues in ascending order, drawn as so many directions of each sigma: the lowest are not always along the "
    "largest. Bands: from the smallest to the largest over data sets and seeds."
)
TIMES = (1e-4, 1e-3, 1e-2, 1e-1)
COMPARED = (1e-2, 1e-1)  # times of the table of all probes
SOURCES = {"theory": "theory", "empirical": "exact score", "network": "network"}


def manifold_blocks(linear: xr.Dataset, found: dict[str, Any]) -> list[Block]:
    """What networks show on the paper's manifold beside the theory.

    Arguments:
        linear: what `LinearManifold.run` returned.
        found: the eigenvalues of `verify.expected_spectra`.

    Returns:
        The blocks of the section.
    """
    strides = [stride(linear.isel(point=law)) for law in range(linear.sizes["point"])]
    probes = [
        _labelled(values, linear, "probe", stride) for values, stride in zip(found["probes"], strides, strict=True)
    ]
    sizes = _labelled(found["sizes"], linear, "size", strides[0])
    gaussian = linear.isel(point=0).sel(probe="training")
    pictures = [
        Picture(
            panels_figure(linear.isel(point=law).sel(size=SHOWN), probes[law]),
            f"Spectrum of -t J of {_name(linear.isel(point=law))} against t, from four points, in three panels with "
            f"the same N = {SHOWN}, the same residual sigma = 0.01 and the same points: d = 30, sigma = 1 twice and "
            f"0.3 five times. {ORDERED} Dots: where the theory was computed. Dashed: N infinite. t is a variance; the "
            f"paper's t = 10^{{-5}} is a clock at which std = 0.01, the left end.{_leading(linear, law)}",
        )
        for law in range(linear.sizes["point"])
    ]
    finding = f"{_finding(gaussian, sizes)} {_gaps_said(gaussian)} {_everywhere(linear)}"
    return [finding, *pictures, _sizes_table(gaussian, sizes), _probes_table(linear.sel(size=SHOWN), probes)]


def read_longer(path: Path) -> Kept | None:
    """What `benchmarks.manifold` wrote: what is said of it, and its table; None where it was not run."""
    return read_table(path) if path.exists() else None


def longer_blocks(longer: Kept | None, found: list[Any]) -> list[Block]:
    """The paper's network and sizes, trained before this run, beside the theory.

    Arguments:
        longer: what is said of that training, and its table; None where there is none.
        found: the eigenvalues of theory.

    Returns:
        The blocks; none without such a training.
    """
    if longer is None:
        return []
    about, linear = longer
    sizes, gaussian = _labelled(found, linear, "size"), linear.isel(point=0).sel(probe="training")
    later = near(gaussian, 1e-2)
    first, at = gaussian.isel(time=0), gaussian.isel(time=later)
    shown, least = (
        comma(f"{span(visible(row.network.sel(size=n)))} at N = {n}" for n in row["size"].values) for row in (at, first)
    )
    kept = comma(
        f"{number(at.network_along.sel(size=n, coordinate=np.isclose(at.variances, v)).mean(), 2)} along {scale(v)} at "
        f"N = {n}"
        for n in at["size"].values
        for v in sorted(GROUPS)[:0:-1]
    )
    steps = count(int(gaussian.steps))
    picture = Picture(
        panels_figure(_as_rows(gaussian.drop_vars("probe")), _as_rows(sizes)),
        f"The paper's network after {steps} steps, measured before: spectrum of -t J against t, seen from a training "
        f"point, a row for each N. {ORDERED} Dots: where the theory was computed. Dashed: N infinite. t is a variance.",
    )
    finding = (
        f"Not in this run but before it, the network of the paper on its sizes, {steps} steps: {about['command']}, on "
        f"{about['machine']['processor']}. Of 7 directions above the residual the networks show, from a training "
        f"point, {shown} at t = 0.01, and at the shortest time, where t is the variance of the residual directions, "
        f"{least}; the exact scores {span(visible(at.empirical))} at t = 0.01. Means of -t J_ii of the networks there, "
        f"along the axes of one sigma, 1 where they are lost: {kept}. "
        f"{_gaps_said(gaussian, 'At t = 0.01', later)} {_gaps_said(gaussian)} Where it is larger, it has returned."
    )
    return [finding, picture, _sizes_table(gaussian, sizes)]


def _labelled(values: list[Any], linear: xr.Dataset, first: str, stride: int = 1) -> xr.DataArray:
    """Eigenvalues of a law at one in `stride` of the times, with their axes."""
    coords = {"t": linear.t[::stride], first: linear[first]}
    return xr.DataArray(values, dims=(first, "time", "direction"), coords=coords)


def _finding(linear: xr.Dataset, expected: xr.DataArray) -> str:
    """The network beside the exact score at the smallest and the paper's N."""
    at = linear.isel(time=near(linear, 1e-2))
    counts = {name: visible(at[name]).mean("replica") for name in ("network", "empirical")}
    said = visible(expected.sel(size=SHOWN).isel(time=near(expected, 1e-2)))
    least = int(linear["size"].min())
    return (
        f"On the linear manifold, of 7 directions above its residual, at t = 0.01 and N = {SHOWN}, seen from a "
        f"training point: the exact score of the data shows {number(counts['empirical'].sel(size=SHOWN))} directions "
        f"(the theory says {number(said)}), the network {number(counts['network'].sel(size=SHOWN))}. At "
        f"N = {least} the network shows {number(counts['network'].sel(size=least))}."
    )


def _as_rows(values: Any) -> Any:
    """Sizes in place of probes, the rows of the figure."""
    return values.rename(size="probe").assign_coords(probe=[f"N = {n}" for n in values["size"].values])


def _gaps_said(linear: xr.Dataset, when: str = "At the shortest time", time: int = 0) -> str:
    """The gap between residual and manifold directions at a time, by default the first, of each N."""
    low, edge = sorted(GROUPS)[:2]
    at = linear.isel(time=time)
    gap = at.isel(direction=GROUPS[low].stop - 1) - at.isel(direction=GROUPS[edge].start)
    population = gap_of_the_law(float(at.t), low, edge)
    gaps = [f"{number(gap.network.sel(size=n).mean(), 2)} at N = {n}" for n in linear["size"].values]
    return (
        f"{when} the gap between residual and manifold directions of the networks is "
        f"{', '.join(gaps)}; that of the population is {number(population, 2)}, that of the exact score at most "
        f"{number(gap.empirical.max(), 2)}."
    )


def _everywhere(linear: xr.Dataset) -> str:
    """All probes and laws at t = 0.01."""
    at = linear.sel(size=SHOWN).isel(time=near(linear, 1e-2))
    said = []
    for law in range(linear.sizes["point"]):
        one = at.isel(point=law)
        network, empirical, limit = (span(visible(one[name])) for name in ("network", "empirical", "limit"))
        said.append(f"of {_name(one)} networks show {network}, exact scores {empirical}, N infinite {limit}")
    return f"From all points together, at the same t and N: {'; '.join(said)}."


def _sizes_table(linear: xr.Dataset, expected: xr.DataArray) -> Table:
    population = [f"{int((linear.variances >= v).sum())} below t = {number(v)}" for v in sorted(GROUPS)]
    rows = []
    for n in linear["size"].values:
        spectra = {**linear.sel(size=n), "theory": expected.sel(size=n)}
        for name, label in SOURCES.items():
            rows.append((str(n), label, *_cells(spectra[name], TIMES)))
    return Table(
        ("N", "Score", *(f"t = {number(linear.t[near(linear, t)])}" for t in TIMES)),
        tuple(rows),
        f"Number of eigenvalues of -t J below {number(HALF)} at a training point, from the smallest to the largest "
        f"over data sets. The population has as many as there are variances above t: {comma(population)}.",
    )


def _probes_table(linear: xr.Dataset, expected: Sequence[xr.DataArray]) -> Table:
    rows = []
    for law in range(linear.sizes["point"]):
        for probe in linear.probe.values:
            one = linear.isel(point=law).sel(probe=probe)
            spectra = (expected[law].sel(probe=probe), one.empirical, one.network, one.limit)
            for t in COMPARED:
                counts = [*(_cells(each, (t,))[0] for each in spectra)]
                rows.append((_name(one), str(probe), number(one.t[near(one, t)]), *counts))
    return Table(
        ("Data", "Seen from", "t", "Theory", "Exact score", "Network", "N infinite"),
        tuple(rows),
        f"The same from every point, N = {SHOWN}. From the smallest to the largest over data sets that are seen from "
        "the same point and hold the same training point. The theory is a mean over all such data "
        f"sets, in which rare ones weigh much.{_leading(linear, linear.sizes['point'] - 1)}",
    )


def _leading(linear: xr.Dataset, law: int) -> str:
    if str(linear.law.values[law]) != UNIT_NORM:
        return ""
    return " The theory from the held-out point of unit-norm data is the leading order in log N, elsewhere exact."


def _cells(spectra: xr.DataArray, times: Sequence[float]) -> list[str]:
    return [span(visible(spectra.isel(time=near(spectra, t)))) for t in times]


def _name(row: xr.Dataset) -> str:
    return NAMES[str(row.law.item())]
