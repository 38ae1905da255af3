"""A sweep: the points of an experiment that a store lacks, measured by many processes with Dask.

A task is one point, or as many cheap ones as two seconds measure (`simulate.run.pace`), and each worker has one
thread, of BLAS and torch too (Dask sets OMP_NUM_THREADS). Workers measure, and make the content of files
(`simulate.run.tasks`); the process that sweeps writes each task as soon as it comes in, whole or not at all, so that a
sweep may end at any moment and the next one goes on from there. Few tasks are under way at once, so that memory does
not grow with the number of points, and their points are leased (`simulate.run.lease`): other sweeps of the same store,
here or on other machines, measure others. The random numbers of a point depend on the seed and the point alone: a sweep
keeps the results of `experiment.run`, bit by bit, whatever the number of workers. A worker that dies is replaced, and
its points are measured again, one by one.
"""

import sys
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cloudpickle
from dask.system import CPU_COUNT
from distributed import Client, as_completed

from simulate.run.experiment import Experiment, Point
from simulate.run.lease import LEASES, WAIT, Leases
from simulate.run.pace import TASK, Pace
from simulate.run.progress import track
from simulate.run.store import WHOLE, Store, write_atomic
from simulate.run.tasks import DONE, Answers, answers, code_of, measured, threads_of
from simulate.run.workers import Held, borrowed, local_workers
from theory.checks import integer

FAILED = "failed"  # folder of the store with a traceback for each point that raised
ELSEWHERE = "measured by another process"  # what became of a point, beside DONE


@dataclass(frozen=True)
class Swept:
    """What a sweep did: numbers of points, seconds, and the traceback of each point that raised.

    Arguments:
        measured: the number of points that this sweep measured.
        cached: the number of points that the store held already.
        failed: the traceback of each point that raised.
        seconds: how long the sweep took, in seconds.
    """

    measured: int
    cached: int
    failed: dict[Point, str]
    seconds: float


def missing(experiment: Experiment, store: Store) -> dict[Point, str]:
    """The points that `store` does not hold whole, with their keys.

    Arguments:
        experiment: what is to be measured.
        store: where its points are kept.
    """
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
        store: where the points are kept; this process alone writes to it, and others that sweep the same points.
        client: of a Dask cluster whose workers see the same files under the same paths; without one, processes of this
            machine, which are ended with the sweep.
        workers: their number, at least 1 (default: one for each core, and no more than points).
        progress: whether stderr shows how many points are done, at what rate, and the time that is left.

    Returns:
        How many points were measured and how many were there, or came from other processes meanwhile, and the traceback
        of each point that raised, which is also kept in the folder `failed` of the store. The other points are not held
        up.

    Raises:
        ValueError: for bad settings, before any work.
        CannotWrite: where the store cannot be written, before any work.
        ClusterLost: where the scheduler ends; what was finished is kept.
        KeyboardInterrupt: after Ctrl-C, when workers have ended; what was finished is kept.
    """
    begun, todo, failed = time.monotonic(), missing(experiment, store), dict[Point, str]()
    total, done = len(experiment.points()), 0
    count = min(CPU_COUNT if workers is None else integer("workers", workers, least=1), len(todo))
    if todo:
        experiment.rng(next(iter(todo)))  # refuses a seed that is none
        store.refuse_unwritable()
        with (
            Leases(store.root / LEASES) as leases,
            local_workers(count) if client is None else borrowed(client) as ready,
        ):
            steps = _UnderWay(experiment, store, ready, leases, todo).outcomes()
            for point, became in track(steps, type(experiment).__name__, len(todo)) if progress else steps:
                done += became == DONE
                failed |= {} if became in (DONE, ELSEWHERE) else {point: became}
    return Swept(done, total - done - len(failed), failed, time.monotonic() - begun)


class _UnderWay:
    """Points that wait, points that are with workers or in the hands of other processes, and what becomes of them."""

    def __init__(
        self, experiment: Experiment, store: Store, client: Client, leases: Leases, keys: dict[Point, str]
    ) -> None:
        self.experiment, self.store, self.client, self.leases, self.keys = experiment, store, client, leases, keys
        self.others = Store(store.root)  # what other processes write: an index of all packs would grow with the points
        self.pace, self.singly = Pace(), 0  # of the next points, so many are to be tasks of their own
        self.waiting, self.elsewhere = deque(keys), list[Point]()
        self.tasks: dict[str, list[Point]] = {}
        packed = cloudpickle.dumps(experiment)  # the scheduler passes it on, and need not import the file of a user
        self.held = Held(_folder(experiment), packed, code_of(type(experiment)))
        client.register_plugin(self.held)
        self.done = as_completed(loop=client.loop)

    def outcomes(self) -> Iterator[tuple[Point, str]]:
        """Each point, and what became of it."""
        while self.waiting or self.elsewhere or self.tasks:
            for point in self._hand_out():
                yield point, ELSEWHERE
            if self.tasks:
                yield from self._take_in()
            elif self.elsewhere:
                time.sleep(WAIT)
                self.waiting, self.elsewhere = deque(self.elsewhere), []
        self.client.unregister_worker_plugin(self.held.name)

    def _hand_out(self) -> Iterator[Point]:
        """Give every worker a task, and one that waits for it; the points on the way that others have measured."""
        workers = threads_of(self.client) if self.waiting else 1
        while self.waiting and len(self.tasks) < 2 * workers:
            size = 1 if self.singly else self.pace.size(len(self.waiting), workers)
            asked = [self.waiting.popleft() for _ in range(size)]
            mine = self.leases.take(self.keys[point] for point in asked)
            self.elsewhere += [point for point in asked if self.keys[point] not in mine]
            held = [point for point in asked if self.keys[point] in mine]
            there = [point for point in held if self.others.state(self.keys[point]) == WHOLE]
            self.leases.give_back(self.keys[point] for point in there)
            yield from there
            self._submit([point for point in held if point not in set(there)])

    def _submit(self, task: list[Point]) -> None:
        if task:
            asked = [(point, self.keys[point]) for point in task]
            future = self.client.submit(measured, asked, self.held.name, TASK, pure=False)
            self.singly = max(0, self.singly - 1)
            self.tasks[str(future.key)] = task
            self.done.add(future)

    def _take_in(self) -> Iterator[tuple[Point, str]]:
        """What became of the points of the next task that comes back; those that it did not reach wait again."""
        future = next(self.done)
        task, found = self.tasks.pop(str(future.key)), answers(future)
        if isinstance(found, str) and len(task) > 1:  # one point of them ends workers
            self.singly += len(task)
            self.waiting.extendleft(reversed(task))
            return
        if isinstance(found, str):
            found = Answers([found], [], 0.0)
        else:
            self.pace.learn(len(found.became), found.seconds)
        self.waiting.extendleft(reversed(task[len(found.became) :]))
        yield from self._kept(task[: len(found.became)], found)

    def _kept(self, points: Sequence[Point], answered: Answers) -> list[tuple[Point, str]]:
        """Write the files of a task; what became of each point."""
        for file in answered.files:
            self.others.packed.ignored.add(self.store.write(file).name)
        became = list(zip(points, answered.became, strict=True))
        for point, text in became:
            self._recorded(point, text)
        self.leases.give_back(self.keys[point] for point in points)
        return became

    def _recorded(self, point: Point, text: str) -> None:
        file = record(self.store, self.keys[point])
        if text == DONE:
            file.unlink(missing_ok=True)
        else:
            write_atomic(file, f"{point}\n\n{text}")


def record(store: Store, key: str) -> Path:
    """The file that keeps the traceback of a point.

    Arguments:
        store: the store of the sweep.
        key: the key of the point.
    """
    return store.root / FAILED / f"{key}.txt"


def _folder(experiment: Experiment) -> str:
    module = sys.modules[type(experiment).__module__]
    depth = module.__name__.count(".")
    return str(Path(module.__file__ or ".").resolve().parents[depth])
