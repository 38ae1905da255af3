"""What a worker does for a sweep: it measures the points of one task, one after the other, for a while."""

import time
import traceback
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import cloudpickle
import xarray as xr
from distributed import Client, Future, KilledWorker, get_worker

from simulate.run.experiment import Experiment, Point
from simulate.run.key import code_hash
from theory.content import class_files

LOST = "The scheduler is gone: what was finished is kept, and the next run goes on from there."
Answer = xr.Dataset | str  # what was observed at a point, or the traceback of what was raised


class ClusterLost(OSError):
    """The scheduler of a cluster has ended, or cannot be reached any more."""


@dataclass(frozen=True)
class Answers:
    """Answers for the first of the points of a task, and the seconds that they took.

    Arguments:
        given: the answers, in the order of the points.
        seconds: the time that they took, in seconds.
    """

    given: list[Answer]
    seconds: float


def measured(points: list[Point], asked: str, seconds: float) -> Answers:
    """On a worker: answers for as many points, at least one, as begin within so many seconds.

    Arguments:
        points: of the experiment that the worker holds.
        asked: the name under which it does (`simulate.run.workers.Asked`).
        seconds: after which no further point is begun.
    """
    begun, given = time.perf_counter(), list[Answer]()
    held: Any = get_worker().plugins[asked]
    for point in points:
        given.append(_answer(point, held.packed, held.code))
        if time.perf_counter() - begun > seconds:
            break
    return Answers(given, time.perf_counter() - begun)


def _answer(point: Point, packed: bytes, code: dict[str, str]) -> Answer:
    try:
        experiment = _unpacked(packed)
        refuse_other(code, code_of(type(experiment)))
        return experiment.at(point)
    except Exception:
        return traceback.format_exc()


@lru_cache(maxsize=1)
def _unpacked(packed: bytes) -> Experiment:
    return cloudpickle.loads(packed)


def threads_of(client: Client) -> int:
    """How many threads the workers of a cluster have, at least 1. Raises ClusterLost."""
    try:
        threads: Any = client.nthreads()
    except (OSError, RuntimeError) as error:
        raise ClusterLost(LOST) from error
    return max(1, sum(threads.values()))


def answers(future: Future) -> Answers | str:
    """What a task returned; where it returned nothing, as when it ends every worker that takes it, why.

    Raises ClusterLost.
    """
    if future.cancelled():
        raise ClusterLost(LOST)
    try:
        return future.result()
    except KilledWorker:
        return "KilledWorker: every worker that began to measure this point died of it, or of lack of memory"
    except Exception as error:
        return "".join(traceback.format_exception_only(error))


@cache  # read once: the code that a worker runs is the code as it was when the worker first measured
def code_of(cls: type[Experiment]) -> dict[str, str]:
    """Digests of the code of an experiment: of the user's files one by one, and of the repository with versions."""
    return class_files(cls) | {"code and versions of packages": code_hash(cls.made_by)}


def refuse_other(asked: dict[str, str], here: dict[str, str]) -> None:
    """Raises RuntimeError where a worker would run other code than the key of its result says.

    Arguments:
        asked: the versions of files and libraries of which the key is made, by name.
        here: those of the worker.
    """
    if others := sorted(name for name in set(asked) & set(here) if asked[name] != here[name]):
        raise RuntimeError(f"a worker has another version of {others[0]}: start the cluster anew")
