"""Worker processes of Dask on this machine: one thread each, on the loopback alone, and ended with their user."""

import logging
import os
import signal
import sys
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from multiprocessing import resource_tracker
from typing import Any

import dask.config
from distributed import Client, LocalCluster, WorkerPlugin

from simulate.run.processes import die_with_parent

LOOPBACK = "127.0.0.1"
PRE = "distributed.nanny.pre-spawn-environ.DASK_"
SETTINGS = {
    "distributed.scheduler.worker-saturation": 1.0,  # no point is blamed for what another does to a worker
    f"{PRE}LOGGING__DISTRIBUTED": "critical",
    "distributed.worker.profile.enabled": False,  # it samples every process, and keeps what it saw: memory grows
    f"{PRE}DISTRIBUTED__WORKER__PROFILE__ENABLED": "False",
    "distributed.admin.system-monitor.log-length": 10,  # readings of the machine, two a second for an hour
    "distributed.admin.low-level-log-length": 10,  # messages kept for developers, each with the points of a task
    f"{PRE}DISTRIBUTED__ADMIN__LOW_LEVEL_LOG_LENGTH": "10",
}
LOGGERS = ("distributed", "distributed.client", "distributed.core", "tornado.application", "asyncio")


class Held(WorkerPlugin):
    """What a worker holds of a sweep, so that no task carries it: the experiment, its code, and where to import from.

    Arguments:
        folder: of the file of the experiment.
        packed: the experiment, by cloudpickle.
        code: digests of its code, which those of the worker must equal.
    """

    def __init__(self, folder: str, packed: bytes, code: dict[str, str]) -> None:
        self.folder, self.packed, self.code = folder, packed, code
        self.name = f"sweep {uuid.uuid4().hex}"

    def setup(self, worker: Any) -> None:
        if self.folder not in sys.path:
            sys.path.insert(0, self.folder)


class WithParent(WorkerPlugin):
    """A worker of this machine ends with its parent, in the middle of a call too, where no thread of it can run."""

    name = "ends with its parent"

    def setup(self, worker: Any) -> None:
        die_with_parent()


def quiet() -> None:
    """What happens to workers shows in the points: Dask is not to say it too."""
    for name in LOGGERS:
        logging.getLogger(name).setLevel(logging.CRITICAL)


@contextmanager
def local_workers(count: int) -> Iterator[Client]:
    """Processes of one thread each on this machine, reached through its loopback alone, and ended in any case."""
    quiet()
    local: dict[str, Any] = {
        "host": LOOPBACK,
        "dashboard_address": f"{LOOPBACK}:0",
        "memory_limit": 0,
        "processes": True,
    }
    with ExitStack() as stack:
        with _deferred():
            stack.enter_context(dask.config.set(SETTINGS))
            cluster = stack.enter_context(LocalCluster(n_workers=count, threads_per_worker=1, **local))
            client = stack.enter_context(Client(cluster, set_as_default=False))
            stack.push(lambda kind, *_: _end(cluster) if kind else None)
            client.register_plugin(WithParent())
        yield client


@contextmanager
def _deferred() -> Iterator[None]:
    """Ctrl-C waits until what starts inside has started; threads and processes that start inside never get it."""
    resource_tracker.ensure_running()  # when it starts, it lets Ctrl-C through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _end(cluster: Any) -> None:
    """End workers at once: they write no file, and what they compute is not wanted."""
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)  # whoever waits for them finds them gone
    for nanny in cluster.workers.values():
        nanny.auto_restart = False
        with suppress(ProcessLookupError, TypeError):
            os.kill(nanny.pid, signal.SIGKILL)


@contextmanager
def borrowed(client: Client) -> Iterator[Client]:
    """The client of another's cluster, which stays."""
    yield client
