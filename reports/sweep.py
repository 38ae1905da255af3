"""The command `losing-dimensions sweep`: the points of an experiment in a user's file, in many processes."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from distributed import Client

from simulate.run.experiment import Experiment, Point
from simulate.run.store import Store
from simulate.run.sweep import Swept, missing, record, sweep
from simulate.run.user_file import load_experiment
from simulate.run.workers import quiet
from verify.door import KEPT, Count, Flag, refusing

TOLD = 5  # points that raised, said one by one
ADDRESS = re.compile(r"\w+://.+:\d+")
PATIENCE = "10s"  # for a scheduler that does not answer


@refusing(ValueError, OSError)
def command(
    experiment: str,
    *,
    workers: Count = None,
    scheduler: str | None = None,
    dry_run: Flag = False,
    store: Annotated[Path | None, Parameter(name="--store")] = None,
) -> int:
    """Measure the points of an experiment that the store lacks, in many processes.

    Args:
        experiment: FILE.py:NAME, an instance of Experiment. The file is run.
        workers: processes on this machine (default: one for each core).
        scheduler: address of a Dask cluster to measure on, as tcp://host:8786.
        dry_run: only say how many points are new and how many are cached.
        store: folder of results (default: that of LOSING_DIMENSIONS_STORE, else store).
    """
    asked, kept = load_experiment(experiment), Store(store)
    if dry_run:
        new, total = len(missing(asked, kept)), len(asked.points())
        print(f"{total} points: {new} new, {total - new} cached")
        return 0
    try:
        done = _run(asked, kept, workers, scheduler)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"Interrupted: {KEPT}") from None
    print(_summary(done))
    for line in _failures(done, kept, asked.keys()):
        print(line, file=sys.stderr)
    return 1 if done.failed else 0


def _run(asked: Experiment, kept: Store, workers: int | None, scheduler: str | None) -> Swept:
    if scheduler is None:
        return sweep(asked, kept, workers=workers)
    if not ADDRESS.fullmatch(scheduler):
        raise ValueError(f"scheduler must be an address such as tcp://host:8786, got {scheduler!r}")
    quiet()
    with Client(scheduler, timeout=PATIENCE, set_as_default=False) as client:
        return sweep(asked, kept, client)


def _summary(done: Swept) -> str:
    counts = f"{done.measured} measured, {done.cached} cached, {len(done.failed)} failed"
    total, rate = done.measured + done.cached + len(done.failed), done.measured / done.seconds
    return f"{total} points: {counts}, in {done.seconds:.1f} s ({rate:.3g} per s)"


def _failures(done: Swept, store: Store, keys: dict[Point, str]) -> Iterator[str]:
    for point, text in list(done.failed.items())[:TOLD]:
        yield f"{point} failed: {_raised(text)} ({record(store, keys[point])})"
    if len(done.failed) > TOLD:
        yield f"and {len(done.failed) - TOLD} more"


def _raised(text: str) -> str:
    """The line of a traceback, or of any other text, that names what was raised."""
    lines = [line for line in text.splitlines() if line and not line.startswith((" ", "raised by"))]
    return lines[-1 if "Traceback" in lines[0] else 0]
