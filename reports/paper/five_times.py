"""Five times in the training of kernel models, all called memorizing: what `benchmarks.five_times` measured before."""

from pathlib import Path

import numpy as np
import xarray as xr

from reports.section import Block, Table
from reports.sections.networks_images import read_table
from reports.typesetting.words import number
from simulate.experiments.learned.five_times import FIVE, SPARSE
from simulate.run.key import ROOT

RESULTS = ROOT / "benchmarks" / "results" / "five_times.json"
HEAD = ("Kernel", "d", "N", *(event.capitalize() for event in FIVE))
SAID = (
    "That works conflict on the time at which a model memorizes is also a matter of words: five events of one training "
    "are called so, or are its opposite, and come in another order with each kernel, $d$ and $N$. Of kernel models of "
    "isotropic data, 16 noises for each point, $t = 0.1$: the loss at the model's own inputs falls to a tenth of the "
    "law's (fitted), the loss at its data with other noise to half of the law's (memorized), the risk at new points "
    "is least, it has risen but for a tenth (forgotten), and a tenth of the samples are copies. The risk of the "
    "empirical score is reached by none."
)


def blocks(path: Path | None = None) -> tuple[Block, ...]:
    """What is said and a table of logs of times; nothing where they were not measured.

    Arguments:
        path: of what `benchmarks.five_times` wrote; RESULTS unless given.

    Returns:
        A sentence and a table, or nothing.
    """
    kept = path or RESULTS
    if not kept.exists():
        return ()
    about, table = read_table(kept)
    caption = (
        f"$\\log_{{10}} \\tau$ of five events, medians of {table.sizes['replica']} data sets, measured before by "
        f"{about['command']}; a dash: not by the last time at which samples were made, {_log(np.log(SPARSE[-1]))}."
    )
    return SAID, Table(HEAD, rows(table), caption)


def rows(table: xr.Dataset) -> tuple[tuple[str, ...], ...]:
    """A row for each kernel, d and N, with the events in the order of FIVE.

    Arguments:
        table: of `simulate.experiments.learned.five_times`, a row for each of them and event.
    """
    parts = [table.isel(point=slice(i, i + len(FIVE))) for i in range(0, table.sizes["point"], len(FIVE))]
    return tuple(
        (str(part.kernel[0].item()), str(int(part.d[0])), str(int(part.n[0])), *_times(part)) for part in parts
    )


def _times(part: xr.Dataset) -> list[str]:
    medians = dict(zip(part.happens.values.tolist(), np.median(part["values"].values, axis=1).tolist(), strict=True))
    never = medians["copies"] >= np.log(SPARSE[-1])
    return ["-" if event == "copies" and never else _log(medians[event]) for event in FIVE]


def _log(natural: float) -> str:
    return number(natural / np.log(10), 3)
