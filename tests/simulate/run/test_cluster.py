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
from pathlib import Path
from textwrap import dedent
from typing import Any

import dask.config
import pytest
from distributed import Client

from simulate.run.key import ROOT
from simulate.run.processes import ended_with_parent
from simulate.run.store import WHOLE, Store
from simulate.run.sweep import sweep
from simulate.run.tasks import threads_of
from simulate.run.user_file import load_experiment
from tests.reports.test_workers import alive, within

GUIDE = (ROOT / "docs" / "sweeps.md").read_text(encoding="utf-8")
SBATCH = """#!/bin/sh
setsid sh "$1" >"QUEUE/said" 2>&1 &
touch "QUEUE/$!.job"
echo "Submitted batch job $!"
"""
SCANCEL = """#!/bin/sh
kill -9 -- "-$1"
"""
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


def _block() -> str:
    (block,) = re.findall(r"(?m)^    from dask_jobqueue import SLURMCluster\n(?:(?:    .*)?\n)+", GUIDE)
    return dedent(block)


def _options() -> list[dict[str, object]]:
    """The arguments of each SLURMCluster of the guide."""
    calls = [node for node in ast.walk(ast.parse(_block())) if isinstance(node, ast.Call)]
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


@pytest.fixture
def queue_of_slurm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with `sbatch` and `scancel`, first on the path, that run a job on this machine and end it."""
    for name, script in {"sbatch": SBATCH, "scancel": SCANCEL}.items():
        (tmp_path / name).write_text(script.replace("QUEUE", str(tmp_path)))
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    return tmp_path


def test_the_example_of_slurm_sweeps_in_jobs_which_end_with_it(queue_of_slurm: Path, tmp_path: Path) -> None:
    """The example as it stands in the guide, save the store, the number of jobs, and the loopback for the scheduler."""
    pytest.importorskip("dask_jobqueue", reason="dask-jobqueue is not installed: pip install dask-jobqueue")
    (code,) = re.findall(r"<!-- sweep -->\n```python\n(.*?)```", GUIDE, re.DOTALL)
    (tmp_path / "mine_of_slurm.py").write_text(code)
    means, store = load_experiment(f"{tmp_path}/mine_of_slurm.py:means"), Store(tmp_path / "results")
    example = _block().replace("/shared/results", str(store.root)).replace("jobs=20", "jobs=2")
    assert example.count(str(store.root)) == example.count("jobs=2") == 1
    with dask.config.set({"jobqueue.slurm.scheduler-options": {"host": "127.0.0.1", "dashboard": False}}):
        exec(example, {"means": means, "Store": Store, "sweep": sweep})
    jobs = [int(job.stem) for job in queue_of_slurm.glob("*.job")]
    assert len(jobs) == 2
    assert within(20, lambda: not any(map(alive, jobs)))
    assert [store.state(key) for key in means.keys().values()] == [WHOLE] * 3
    apart = Store(tmp_path / "apart")
    assert means.run(store, progress=False).drop_attrs().identical(means.run(apart, progress=False).drop_attrs())


def test_the_guide_has_one_example_of_slurm() -> None:
    (options,) = _options()
    assert options["cores"] == options["processes"] == 1
