"""What a worker does for a sweep: it measures the points of one task, one after the other, for a while.

It returns the files of what it has measured, ready to be written, so that the process that sweeps neither reads nor
makes results: many workers share that work.
"""

import time
import traceback
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import cloudpickle
import xarray as xr
from distributed import Client, Future, KilledWorker, get_worker

from simulate.run.contents import File, of_all
from simulate.run.experiment import Experiment, Point
from simulate.run.key import code_hash
from theory.sources import class_files

LOST = "The scheduler is gone: what was finished is kept, and the next run goes on from there."
DONE = "measured"  # what became of a point; else why it has no result
Asked = tuple[Point, str]  # a point and its key


class ClusterLost(OSError):
    """The scheduler of a cluster has ended, or cannot be reached any more."""


@dataclass(frozen=True)
class Answers:
    """What became of the first of the points of a task, the files of what was measured, and the seconds of it all.

    Arguments:
        became: of each point in order, that it is done, or why it is not.
        files: the keys of the results in each file, and its content.
        seconds: the time that it took, in seconds.
    """

    became: list[str]
    files: list[File]
    seconds: float


def measured(task: list[Asked], held: str, seconds: float) -> Answers:
    """On a worker: answers for as many points, at least one, as begin within so many seconds.

    Arguments:
        task: points, with their keys, of the experiment that the worker holds.
        held: the name under which it does (`simulate.run.workers.Held`).
        seconds: after which no further point is begun.
    """
    begun, became, results = time.perf_counter(), dict[str, str](), dict[str, xr.Dataset]()
    given: Any = get_worker().plugins[held]
    for point, key in task:
        answer = _answer(point, given.packed, given.code)
        became[key] = answer if isinstance(answer, str) else DONE
        results |= {} if isinstance(answer, str) else {key: answer}
        if time.perf_counter() - begun > seconds:
            break
    files, refused = _files(results)
    return Answers(list((became | refused).values()), files, time.perf_counter() - begun)


def _answer(point: Point, packed: bytes, code: dict[str, str]) -> xr.Dataset | str:
    """What was observed at a point, as the store keeps it, or the traceback of what was raised."""
    try:
        experiment = _unpacked(packed)
        refuse_other(code, code_of(type(experiment)))
        return experiment.with_origin(point, experiment.at(point))
    except Exception:
        return traceback.format_exc()


def _files(results: dict[str, xr.Dataset]) -> tuple[list[File], dict[str, str]]:
    """Files of some results, and of each that cannot be kept as it is why."""
    try:
        return of_all(results), {}
    except (ValueError, TypeError):
        if len(results) == 1:
            return [], dict.fromkeys(results, traceback.format_exc())
        each = [_files({key: result}) for key, result in results.items()]
        refused = {key: why for _, reasons in each for key, why in reasons.items()}
        return [file for files, _ in each for file in files], refused


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
