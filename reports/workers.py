"""Work side by side in processes of one thread each, which end with the work, with Ctrl-C, and with their parent.

Ctrl-C reaches every process of a terminal. Workers are started with that signal blocked, so that the parent alone
answers: it cancels what waits, ends the workers and raises. A parent that is killed can do nothing any more, and each
worker waits for that in a thread.
"""

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import active_children, cpu_count, get_context, parent_process, resource_tracker
from threading import Thread
from typing import Any

from simulate.run.processes import die_with_parent
from simulate.run.progress import track
from verify.door import KEPT


class WorkerKilled(RuntimeError):
    """A process was ended from outside, as the system does where memory runs out."""


def side_by_side(work: Callable[..., object], inputs: Sequence[tuple[Any, ...]], title: str, progress: bool) -> None:
    """`work(*one)` for each of `inputs`, in as many processes as there are cores. Raises WorkerKilled.

    Arguments:
        work: a function that a process can import.
        inputs: the arguments of each call.
        title: what is being done, for the bar.
        progress: show on stderr how many are done.
    """
    others = set(active_children())
    pool = ProcessPoolExecutor(cpu_count(), get_context("spawn"), initializer=_alone)
    try:
        with _interrupts_held_back():
            steps = as_completed([pool.submit(work, *one) for one in inputs])
        for step in track(steps, title, len(inputs)) if progress and inputs else steps:
            step.result()
    except BrokenProcessPool as error:
        raise WorkerKilled(f"A process was killed, perhaps for want of memory: {KEPT}") from error
    except BaseException:
        for worker in set(active_children()) - others:
            worker.terminate()
        _let_go(pool)
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _let_go(pool: ProcessPoolExecutor) -> None:
    """Close the end of a pipe that no worker reads any more.

    Python 3.11.0 to 3.11.4 waits for ever for it to be read (CPython issue 94777), and offers no other way to it.
    """
    queue = getattr(pool, "_call_queue", None)
    if queue is not None:
        queue._reader.close()


@contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """Processes that start here never see Ctrl-C; the parent sees it at the end of the block."""
    resource_tracker.ensure_running()  # else it starts with the first process, and lets the signal through
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _alone() -> None:
    """A process with one thread, that ends when its parent has."""
    die_with_parent()  # on Linux, in the middle of a call too
    Thread(target=_end_with_parent, daemon=True).start()
    import torch  # seconds, after which a parent may be gone

    torch.set_num_threads(1)


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
