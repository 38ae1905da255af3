"""A sweep: the points of an experiment that a store lacks, measured by many processes with Dask.

Each point is one task, and each worker has one thread, of BLAS and torch too (Dask sets OMP_NUM_THREADS). Workers
measure; the process that sweeps saves each point as soon as it comes in, whole or not at all, so that a sweep may end
at any moment and the next one goes on from there. The random numbers of a point depend on the seed and the point alone:
the store of a sweep is that of `experiment.run`, bit by bit, whatever the number of workers. A worker that dies is
replaced, and its point measured again.
"""

import sys
import time
import traceback
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import cloudpickle
import xarray as xr
from dask.system import CPU_COUNT
from distributed import Client, Future, KilledWorker, as_completed

from simulate.run.experiment import Experiment, Point
from simulate.run.key import code_hash
from simulate.run.progress import track
from simulate.run.store import WHOLE, Store, write_atomic
from simulate.run.workers import Importing, borrowed, local_workers
from theory.checks import integer
from theory.content import class_files

FAILED = "failed"  # folder of the store with a traceback for each point that raised


@dataclass(frozen=True)
class Swept:
    """What a sweep did: numbers of points, seconds, and the traceback of each point that raised."""

    measured: int
    cached: int
    failed: dict[Point, str]
    seconds: float


def missing(experiment: Experiment, store: Store) -> dict[Point, str]:
    """The points that `store` does not hold whole, with their keys."""
    return {point: key for point, key in experiment.keys().items() if store.state(key) != WHOLE}


def sweep(
    experiment: Experiment,
    store: Store,
    client: Client | None = None,
    workers: int | None = None,
    progress: bool = True,
) -> Swept:
    """Measure every point that `store` does not hold yet, in many processes, and keep each as soon as it is there.

    Arguments:
        experiment: what is measured. Workers import the file of its class.
        store: where the points are kept; this process alone writes to it.
        client: of a Dask cluster whose workers see the same files under the same paths; without one, processes of this
            machine, which are ended with the sweep.
        workers: their number, at least 1 (default: one for each core, and no more than points).
        progress: whether stderr shows how many points are done, at what rate, and the time that is left.

    Returns:
        How many points were measured and how many were there, and the traceback of each point that raised, which is
        also kept in the folder `failed` of the store. The other points are not held up.

    Raises:
        ValueError: for bad settings, before any work.
        CannotWrite: where the store cannot be written, before any work.
        KeyboardInterrupt: after Ctrl-C, when workers have ended; what was finished is kept.
    """
    begun, todo = time.monotonic(), missing(experiment, store)
    cached = len(experiment.points()) - len(todo)
    count = min(CPU_COUNT if workers is None else integer("workers", workers, least=1), len(todo))
    failed: dict[Point, str] = {}
    if todo:
        experiment.rng(next(iter(todo)))  # refuses a seed that is none
        store.refuse_unwritable()
        with local_workers(count) if client is None else borrowed(client) as ready:
            failed = _swept(experiment, store, ready, todo, progress)
    return Swept(len(todo) - len(failed), cached, failed, time.monotonic() - begun)


def _swept(
    experiment: Experiment, store: Store, client: Client, todo: dict[Point, str], progress: bool
) -> dict[Point, str]:
    client.register_plugin(Importing(_folder(experiment)))
    code, points = _code(type(experiment)), dict(zip(todo.values(), todo, strict=True))
    packed = cloudpickle.dumps(experiment)  # the scheduler reads tasks, and need not import the file of a user
    futures = client.map(_measured, list(todo), key=list(points), packed=packed, code=code)
    done = as_completed(futures, loop=client.loop)
    del futures  # what was kept is to be released
    failed: dict[Point, str] = {}
    for future in track(done, type(experiment).__name__, len(todo)) if progress else done:
        point = points[future.key]
        if text := _kept(experiment, store, future, point):
            failed[point] = text
            write_atomic(record(store, str(future.key)), f"{point}\n\n{text}")
    return failed


def _kept(experiment: Experiment, store: Store, future: Future, point: Point) -> str:
    """Save what was observed; why there is nothing to save, where a point raised or cannot be kept as it is."""
    observed = _result(future)
    if isinstance(observed, str):
        return observed
    try:
        experiment.keep(store, str(future.key), point, observed)
    except ValueError:
        return traceback.format_exc()
    record(store, str(future.key)).unlink(missing_ok=True)
    return ""


def _measured(point: Point, packed: bytes, code: dict[str, str]) -> xr.Dataset | str:
    """On a worker: what is observed at a point, or the traceback of what was raised."""
    try:
        experiment = _unpacked(packed)
        _refuse_other(code, _code(type(experiment)))
        return experiment.at(point)
    except Exception:
        return traceback.format_exc()


@lru_cache(maxsize=1)
def _unpacked(packed: bytes) -> Experiment:
    return cloudpickle.loads(packed)


def _result(future: Future) -> xr.Dataset | str:
    """What a task returned; where it returned nothing, as when it ends every worker that takes it, why."""
    try:
        return future.result()
    except KilledWorker:
        return "KilledWorker: every worker that began to measure this point died of it, or of lack of memory"
    except Exception as error:
        return "".join(traceback.format_exception_only(error))


@cache  # read once: the code that a worker runs is the code as it was when the worker first measured
def _code(cls: type[Experiment]) -> dict[str, str]:
    """Digests of the code of an experiment: of the user's files one by one, and of the repository with versions."""
    return class_files(cls) | {"code and versions of packages": code_hash(cls.made_by)}


def _refuse_other(asked: dict[str, str], here: dict[str, str]) -> None:
    """Raises RuntimeError where a worker would run other code than the key of its result says."""
    if others := sorted(name for name in set(asked) & set(here) if asked[name] != here[name]):
        raise RuntimeError(f"a worker has another version of {others[0]}: start the cluster anew")


def record(store: Store, key: str) -> Path:
    """The file that keeps the traceback of a point."""
    return store.root / FAILED / f"{key}.txt"


def _folder(experiment: Experiment) -> str:
    module = sys.modules[type(experiment).__module__]
    depth = module.__name__.count(".")
    return str(Path(module.__file__ or ".").resolve().parents[depth])
