"""What the guide says of clusters, as far as it goes without SLURM and without a GPU."""

import ast
import os
import re
import shlex
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from textwrap import dedent
from typing import Any

import pytest
from distributed import Client

from simulate.run.key import ROOT
from simulate.run.processes import ended_with_parent
from simulate.run.tasks import threads_of

GUIDE = (ROOT / "docs" / "sweeps.md").read_text(encoding="utf-8")
LOOPBACK = ["--host", "127.0.0.1", "--no-dashboard"]


@contextmanager
def started(arguments: list[str], **variables: str) -> Iterator[None]:
    """`dask` with these arguments, as a process of its own."""
    command, quiet = [sys.executable, "-m", *arguments, *LOOPBACK], subprocess.DEVNULL
    environment = os.environ | variables
    with subprocess.Popen(command, env=environment, stdout=quiet, stderr=quiet, preexec_fn=ended_with_parent) as one:
        try:
            yield
        finally:
            one.kill()


def _free_port() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return str(free.getsockname()[1])


def _environment_of_worker() -> str | None:
    return os.environ.get("CUDA_VISIBLE_DEVICES")


def test_each_worker_sees_the_gpu_that_its_command_line_names() -> None:
    (line,) = re.findall(r"^    CUDA_VISIBLE_DEVICES=0 (dask worker .*?) &", GUIDE, re.MULTILINE)
    address = f"tcp://127.0.0.1:{(port := _free_port())}"
    worker = [*shlex.split(line.replace("tcp://host:8786", address)), "--no-nanny"]
    with (
        started(["dask", "scheduler", "--port", port]),
        started(worker, CUDA_VISIBLE_DEVICES="0"),
        started(worker, CUDA_VISIBLE_DEVICES="1"),
        Client(address, timeout="120s", set_as_default=False) as client,
    ):
        client.wait_for_workers(2, timeout=120)
        seen: Any = client.run(_environment_of_worker)
        assert sorted(seen.values()) == ["0", "1"]
        assert threads_of(client) == 2


def _options() -> list[dict[str, object]]:
    """The arguments of each SLURMCluster of the guide."""
    (block,) = re.findall(r"(?m)^    from dask_jobqueue import SLURMCluster\n(?:(?:    .*)?\n)+", GUIDE)
    calls = [node for node in ast.walk(ast.parse(dedent(block))) if isinstance(node, ast.Call)]
    slurm = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "SLURMCluster"]
    return [{str(word.arg): ast.literal_eval(word.value) for word in call.keywords} for call in slurm]


def test_slurm_is_asked_for_what_the_guide_says() -> None:
    queue = pytest.importorskip("dask_jobqueue", reason="dask-jobqueue is not installed: pip install dask-jobqueue")
    (options,) = _options()
    with queue.SLURMCluster(**options, scheduler_options={"host": "127.0.0.1", "dashboard": False}) as cluster:
        script = cluster.job_script()
    for asked in ("--cpus-per-task=1", "--mem=15G", "-t 02:00:00", "--gres=gpu:1"):
        assert f"#SBATCH {asked}\n" in script
    assert "export OMP_NUM_THREADS=1\n" in script
    assert re.search(r"dask_worker tcp://127\.0\.0\.1:\d+ .*--nthreads 1 ", script)


def test_the_guide_has_one_example_of_slurm() -> None:
    (options,) = _options()
    assert options["cores"] == options["processes"] == 1
