"""The command `losing-dimensions sweep`: the points of an experiment in a user's file, in many processes."""

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from dask.system import CPU_COUNT
from distributed import Client

from simulate.run.experiment import Experiment
from simulate.run.explain import CACHED, NEW, STALE, explain
from simulate.run.store import DAMAGED, Store
from simulate.run.sweep import Swept, missing, record, sweep
from simulate.run.user_file import load_experiment
from simulate.run.workers import local_workers, quiet
from theory.checks import integer
from theory.content import content_hash
from verify.door import KEPT, Count, Flag, Profile, Seed, printable, refusing

LEDGER = "ledger"
Done = list[tuple[Experiment, Swept]]
TOLD = 5  # points that raised, and reasons, said one by one
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
    profile: Profile = "quick",
    seed: Seed = 0,
) -> int:
    """Measure the points of an experiment that the store lacks, in many processes.

    Args:
        experiment: FILE.py:NAME, an instance of Experiment, whose file is run; or `ledger`, the experiments of all its
            claims, which `verify --store` and the report then find in the store.
        workers: processes on this machine (default: one for each core).
        scheduler: a Dask cluster to measure on: its address, as tcp://host:8786, or its scheduler file.
        dry_run: only say how many points are new, cached and stale, and why they are stale.
        store: folder of results (default: that of LOSING_DIMENSIONS_STORE, else store).
        profile: of the ledger.
        seed: of the ledger.
    """
    asked, kept = _experiments(experiment, profile, seed), Store(store)
    if dry_run:
        print(printable(_foreseen(asked, kept)))
        return 0
    try:
        done = _run(asked, kept, workers, scheduler)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"Interrupted: {KEPT}") from None
    print(_summary(done))
    for line in _failures(done, kept):
        print(line, file=sys.stderr)
    return 1 if any(swept.failed for _, swept in done) else 0


def _experiments(name: str, profile: str, seed: int) -> list[Experiment]:
    """The experiment of that name, or those of the ledger, each once; of one that reads another, that other."""
    if name != LEDGER:
        return [load_experiment(name).measured()]
    from verify.ledger import CLAIMS

    found = [claim.estimate_for(profile, seed).measured() for claim in CLAIMS]
    return list({content_hash(list(one.keys().values())): one for one in found}.values())


def _run(asked: list[Experiment], kept: Store, workers: int | None, scheduler: str | None) -> Done:
    """Sweep one experiment after the other, all with the same workers."""
    kept.refuse_unwritable()
    with _client(asked, kept, workers, scheduler) as client:
        return [(one, sweep(one, kept, client)) for one in asked]


@contextmanager
def _client(
    asked: list[Experiment], kept: Store, workers: int | None, scheduler: str | None
) -> Iterator[Client | None]:
    quiet()
    if scheduler is not None:
        with Client(_address(scheduler), timeout=PATIENCE, set_as_default=False) as client:
            yield client
    elif most := sum(len(missing(one, kept)) for one in asked):
        with local_workers(min(most, CPU_COUNT if workers is None else integer("workers", workers, least=1))) as client:
            yield client
    else:
        yield None


def _address(scheduler: str) -> str:
    """An address, as given or from the scheduler file of that name."""
    address = _in_file(Path(scheduler)) if Path(scheduler).is_file() else scheduler
    if not isinstance(address, str) or not ADDRESS.fullmatch(address):
        raise ValueError(
            f"scheduler must be an address such as tcp://host:8786, or a scheduler file, got {scheduler!r}"
        )
    return address


def _in_file(file: Path) -> object:
    try:
        told = json.loads(file.read_bytes())
    except ValueError:
        return None
    return told.get("address") if isinstance(told, dict) else None


def _foreseen(asked: list[Experiment], kept: Store) -> str:
    """How many points are in each state, and why they are stale."""
    found = [told for one in asked for told in explain(one, kept).values()]
    counts, why = Counter(state for state, _ in found), Counter(why for _, why in found if why)
    states = [NEW, CACHED, STALE, *(state for state in counts if state == DAMAGED)]
    lines = [f"{len(found)} points: {', '.join(f'{counts[state]} {state}' for state in states)}"]
    lines += [f"{count} {STALE}: {reason}" for reason, count in why.most_common(TOLD)]
    return "\n".join([*lines, *([f"and {len(why) - TOLD} more reasons"] if len(why) > TOLD else [])])


def _summary(done: Done) -> str:
    measured, cached = (sum(getattr(swept, name) for _, swept in done) for name in ("measured", "cached"))
    failed, seconds = sum(len(swept.failed) for _, swept in done), sum(swept.seconds for _, swept in done)
    counts = f"{measured} measured, {cached} cached, {failed} failed"
    return f"{measured + cached + failed} points: {counts}, in {seconds:.1f} s ({measured / seconds:.3g} per s)"


def _failures(done: Done, store: Store) -> Iterator[str]:
    failed = [(one, point, text) for one, swept in done for point, text in swept.failed.items()]
    for one, point, text in failed[:TOLD]:
        yield f"{point} failed: {_raised(text)} ({record(store, one.keys()[point])})"
    if len(failed) > TOLD:
        yield f"and {len(failed) - TOLD} more"


def _raised(text: str) -> str:
    """The line of a traceback, or of any other text, that names what was raised."""
    lines = [line for line in text.splitlines() if line and not line.startswith((" ", "raised by"))]
    return lines[-1 if "Traceback" in lines[0] else 0]
