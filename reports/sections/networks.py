"""Trained networks beside the exact scores of their data: spectra, dimension against N, architectures, fine-tuning."""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
import xarray as xr

from reports.kept import kept
from reports.section import Block, Picture, Run, Section, Table
from reports.sections.networks_figures import EFFECTIVE, EFFECTIVE_NUMBER, tuning_figure
from reports.sections.networks_images import images_blocks, kept_blocks, read_kept
from reports.sections.networks_manifold import longer_blocks, manifold_blocks, read_longer
from reports.sections.networks_profiles import experiments, introduction, untested
from reports.typesetting.words import number, span, standard_error, with_error
from simulate.dimension.visible import HALF
from simulate.run.key import ROOT
from verify.expected_spectra import spectra_of_probes, spectra_of_sizes
from verify.numbers import rank_correlation

MEASURED = ROOT / "benchmarks" / "results"
LONGER = "manifold.json"
HEAD = (
    *("Network", "Parameters", "N", EFFECTIVE_NUMBER, "Training", "Held-out"),
    *("Loss", "Held-out loss", "Distance", "Memorized"),
)


@dataclass(frozen=True)
class Tables:
    """What the experiments observed; of `images`, one table for each set.

    Arguments:
        linear: of `simulate.experiments.networks.linear`.
        images: of `simulate.experiments.networks.images`, one for each set.
        architectures: of `simulate.experiments.networks.architectures`.
        tuning: of `simulate.experiments.networks.tuning`.
    """

    linear: xr.Dataset
    images: tuple[xr.Dataset, ...]
    architectures: xr.Dataset
    tuning: xr.Dataset


def section(run: Run) -> Section:
    """All experiments on networks, in the profile of the run."""
    tables = observed(run)
    longer = read_longer(MEASURED / LONGER)
    of_longer = [] if longer is None else [longer[1].to_dict()]
    expected = kept(
        run.store,
        ["networks", run.profile, run.seed, of_longer],
        lambda: spectra_of_probes(tables.linear) | {"longer": longer and spectra_of_sizes(longer[1].isel(point=0))},
    )
    return Section("networks", "Trained networks", networks_body(tables, expected, run.profile, MEASURED))


def observed(run: Run) -> Tables:
    """Run the experiments, on a GPU where there is one."""
    on = {"seed": run.seed, "device": "cuda" if torch.cuda.is_available() else "cpu"}
    found = {
        name: tuple(replace(one, **on).run(run.store, run.progress) for one in each)
        for name, each in experiments(run.profile).items()
    }
    images = found.pop("images")
    return Tables(images=images, **{name: only for name, (only,) in found.items()})


def networks_body(tables: Tables, expected: dict[str, Any], profile: str, measured: Path) -> tuple[Block, ...]:
    """All that is said of networks, in words, tables and figures.

    The folder `measured` holds what was measured before: speed, other sets of images, networks trained longer, of which
    expected["longer"] is the theory.

    Arguments:
        tables: what the experiments observed.
        expected: the eigenvalues of `verify.expected_spectra`; "longer" has those of networks trained longer.
        profile: "quick" or "full".
        measured: the folder of what was measured before: speed, other sets of images, networks trained longer.

    Returns:
        The blocks of the section.
    """
    benchmark = measured / "training.json"
    blocks: list[Block] = [
        f"{introduction(profile)} A network is asked what the exact score of its data is asked: how many eigenvalues "
        f"of -t J lie below {number(HALF)}, which is the number of directions in which the data are seen to vary at t.",
        *manifold_blocks(tables.linear, expected),
        *longer_blocks(read_longer(measured / LONGER), expected["longer"]),
        *images_blocks(tables.images),
        *kept_blocks(read_kept(measured / "images")),
        _architectures_finding(tables.architectures),
        _architectures_table(tables.architectures),
        _tuning_finding(tables.tuning),
        Picture(
            tuning_figure(tables.tuning),
            f"A network trained on {int(tables.tuning.many[0])} digits, then on N others. Dimension at t = "
            f"{number(tables.tuning.t[0])} at those N (solid) and at held-out digits (dotted). Means over "
            f"{tables.tuning.sizes['query']} images. Bars: "
            f"{standard_error(tables.tuning.sizes['replica'], 'data sets, each with a network of its own')}.",
        ),
    ]
    if profile == "quick":
        blocks.append(untested())
    if benchmark.exists():
        blocks.append(_speed_table(json.loads(benchmark.read_text())))
    return tuple(blocks)


def _architectures_finding(table: xr.Dataset) -> str:
    gap = (table.held_out_loss - table.train_loss).values.ravel()
    dimension = table.network.sel(seen="training").isel(time=0).mean("query").values.ravel()
    numbers = table.effective_number.sel(seen="held-out").isel(time=0).median("query")
    correlation, p = rank_correlation(dimension, gap)
    return (
        f"Does {EFFECTIVE} predict generalization? At t = "
        f"{number(table.t[0])} it is {span(numbers)} at every N, for all networks, while the held-out loss less that "
        f"on training images is {number(gap.min(), 2)} to {number(gap.max(), 2)}. {EFFECTIVE} is made from the data "
        "alone, and knows nothing of what a network has learnt in its steps. The dimension that a network shows at "
        f"training images has, over all networks, the rank correlation {number(correlation, 2)} with that "
        f"difference (p = {number(p, 1)} if they were independent, which those of one architecture are not)."
    )


def _architectures_table(table: xr.Dataset) -> Table:
    rows = []
    for i in range(table.sizes["point"]):
        for n in table["size"].values:
            row = table.isel(point=i, time=0).sel(size=n)
            rows.append(
                (
                    f"{row.kind.item()} {int(row.width)}",
                    str(int(row.parameters)),
                    str(n),
                    number(row.effective_number.sel(seen="held-out").median()),
                    number(row.network.sel(seen="training").mean()),
                    number(row.network.sel(seen="held-out").mean()),
                    number(row.train_loss, 2),
                    number(row.held_out_loss, 2),
                    number(row.distance, 2),
                    number(row.memorized, 2),
                )
            )
    real = float(table.memorized_held_out.max())
    return Table(
        HEAD,
        tuple(rows),
        f"Architectures on digits, after equal steps: at t = {number(table.t[0])} {EFFECTIVE}, the median effective "
        "number of data points at held-out images, and the dimension at training and held-out images; loss at the same "
        "noise on both; distance of samples to the nearest training image, in units of that of held-out images; "
        "fraction of samples whose nearest training image is less than 1/3 as far as the second "
        f"(of held-out images at most {number(real, 2)}).",
    )


def _tuning_finding(table: xr.Dataset) -> str:
    row = table.isel(point=0, time=0).network.sel(seen="training").mean(("query", "replica"))
    ends = [f"{number(row.isel(step=-1).sel(size=n))} at N = {n}" for n in row["size"].values]
    return (
        f"Fine-tuning, at the images tuned on: from {number(row.isel(step=0).mean())} before it to "
        f"{', '.join(ends)} after {int(row.step[-1])} steps."
    )


def _speed_table(found: dict) -> Table:
    rows = tuple(
        (name, number(row["network-steps per second"]), number(row["ratio"]))
        for name, row in found["tables"]["speed"].items()
    )
    title, losses = next((name, table) for name, table in found["tables"].items() if name != "speed")
    said = "; ".join(f"{name}: {with_error(row['held-out loss'], row['stderr'])}" for name, row in losses.items())
    return Table(
        ("Training", "Network-steps per second", "Ratio"),
        rows,
        "Many networks trained at once, beside a loop over one written as the paper's: the same network, batch and "
        f"optimizer, on {found['machine']['processor']}, shared with other work; ratios are medians over rounds in "
        f"which all took turns. Held-out {title}: {said}.",
    )
