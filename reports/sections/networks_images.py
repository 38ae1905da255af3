"""Local dimension against the number of images: the sets of this run, and those that were measured before.

`python -m benchmarks.images` keeps one file for each set of images that a user has; all of them are shown.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xarray as xr

from reports.section import Block, Picture, Table
from reports.sections.networks_figures import AT, EFFECTIVE, EFFECTIVE_NUMBER, dimension_figure, dimension_said, near
from reports.typesetting.words import mean_with_error, number, span, standard_error, with_error

PANELS = 3  # sets in one figure
HEAD = ("Images", "N", "Dimension", EFFECTIVE_NUMBER, "Held-out loss", "Disagreement", "Samples alike")

Kept = tuple[dict[str, Any], xr.Dataset]


def images_blocks(tables: Sequence[xr.Dataset]) -> tuple[Block, ...]:
    """The sets of this run, one table of the experiment for each."""
    rows = [_at(table) for table in tables]
    return (_finding(rows), *_shown(rows, ""))


def kept_blocks(kept: Sequence[Kept]) -> tuple[Block, ...]:
    """The sets that were measured before, with the commands that did it; nothing where there are none."""
    if not kept:
        return ()
    rows = [_at(table) for _, table in kept]
    said = " ".join(f"{about['images']} Measured by: {about['command']}, on {_machine(about)}." for about, _ in kept)
    return (f"Not in this run but before it, on other sets. {said}", _finding(rows), *_shown(rows, ", measured before"))


def read_kept(folder: Path) -> list[Kept]:
    """What `benchmarks.images` wrote, one set for each file of the folder: what is said of it, and its table."""
    return [read_table(path) for path in sorted(folder.glob("*.json"))]


def read_table(path: Path) -> Kept:
    """What `benchmarks.measure.keep_table` wrote: what is said of it, and the table."""
    content = json.loads(path.read_text())
    return content, xr.Dataset.from_dict(content.pop("table"))


def _at(table: xr.Dataset) -> xr.Dataset:
    """The one set of a table, at the time of the figures."""
    row = table.isel(point=0)
    return row.isel(time=near(row, AT))


def _machine(about: dict[str, Any]) -> str:
    return about["machine"]["processor"]


def _finding(rows: Sequence[xr.Dataset]) -> str:
    exact = max(float(row.empirical.sel(seen="training").mean(("query", "half")).max()) for row in rows)
    alike = xr.concat([row.alike.mean("sample").isel(size=[0, -1]).drop_vars("size") for row in rows], "set")
    return (
        f"The dimension that networks show at their training images, at t = {number(AT)}: "
        f"{'; '.join(map(dimension_said, rows))}. The exact score of the same data shows at most {number(exact)} "
        "there. Two networks trained on disjoint images make, from the same noise, samples whose mean cosine is "
        f"{span(alike.isel(size=0))} at the smallest N of a set and {span(alike.isel(size=1))} at the largest (after "
        "arXiv:2310.02557)."
    )


def _shown(rows: Sequence[xr.Dataset], when: str) -> tuple[Block, ...]:
    """Figures, each small enough for a page, and one table."""
    halves = standard_error(rows[0].sizes["half"], "networks trained on disjoint images")
    pairs = standard_error(rows[0].sizes["sample"], "pairs of samples")
    return (
        *(
            Picture(
                dimension_figure(rows[start : start + PANELS]),
                f"Local dimension against N at t = {number(AT)} (a variance; grey values from 0 to 1){when}. Means "
                f"over {rows[0].sizes['query']} images. Bars: {halves}.",
            )
            for start in range(0, len(rows), PANELS)
        ),
        Table(
            HEAD,
            tuple(_cells(row.sel(size=n)) for row in rows for n in row["size"].values),
            f"Two networks on N disjoint images each, at t = {number(AT)}{when}. Dimension at training images; "
            f"{EFFECTIVE}: median effective number of data points at held-out images; loss averaged over both. "
            "Disagreement: squared difference of the two scores over the sum of squares of what each adds to the "
            "Gaussian's. Alike: mean cosine of samples from the same noise. Of the dimension, "
            f"± {halves}; of samples alike, ± {pairs} of one pair of networks.",
        ),
    )


def _cells(row: xr.Dataset) -> tuple[str, ...]:
    """One set at one N."""
    return (
        str(row.source.item()),
        str(int(row["size"])),
        with_error(*mean_with_error(row.network.sel(seen="training"), "query", "half")),
        number(row.effective_number.sel(seen="held-out").median()),
        number(row.held_out_loss.mean()),
        number(row.disagreement, 2),
        with_error(*mean_with_error(row.alike, (), "sample")),
    )
