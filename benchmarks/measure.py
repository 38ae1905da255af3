"""How things are timed: rivals one after the other, round after round, and ratios within a round.

A machine that others use is slow for seconds at a time. Rivals that take turns share those seconds, so the median of
their ratios is steady where their times are not.
"""

import json
import math
import platform
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import torch
import xarray as xr
from cyclopts import Parameter, Token

from simulate.run.processes import ended_with_parent
from simulate.run.store import write_atomic
from verify.door import Several

PACKAGES = ("torch", "numpy", "xarray", "zarr", "dask")


def count(text: str) -> int:
    """An argument that is an integer >= 1, or a ValueError."""
    if not text.isdecimal() or int(text) < 1:
        raise ValueError(f"must be an integer >= 1, got {text!r}")
    return int(text)


def positive(text: str) -> float:
    """An argument that is a finite number > 0, or a ValueError."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value < math.inf:
        raise ValueError(f"must be a number > 0, got {text!r}")
    return value


def _read(number: Callable[[str], float]) -> Parameter:
    """How a number is read from a command line, or several."""

    def convert(kind: Any, tokens: Sequence[Token]) -> Any:
        values = tuple(number(token.value) for token in tokens)
        return values[0] if kind in (int, float) else values

    return Parameter(converter=convert)


Names = Annotated[tuple[str, ...], Several]
Numbers = Annotated[tuple[int, ...], Several]
Count = Annotated[int, _read(count)]  # an integer >= 1
Counts = Annotated[tuple[int, ...], _read(count), Several]
Positive = Annotated[float, _read(positive)]  # a finite number > 0
Positives = Annotated[tuple[float, ...], _read(positive), Several]


def seconds(call: Callable[[], object]) -> float:
    """Wall time of one call, to the end of what it asked of a GPU."""
    start = time.perf_counter()
    call()
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return time.perf_counter() - start


def both_clocks(call: Callable[[], object]) -> tuple[float, float]:
    """Wall time of one call, and the time of all processors that it took."""
    start = time.process_time()
    wall = seconds(call)
    return wall, time.process_time() - start


def race(rivals: dict[str, Callable[[], object]], floor: str, rounds: int = 5) -> dict[str, dict[str, float]]:
    """Median and least seconds of each rival, median ratio to `floor`, over interleaved rounds after one to warm up.

    `processor` is the ratio of times of processors, which others on the machine disturb less.

    Arguments:
        rivals: calls, by their names.
        floor: the rival to which the others are compared.
        rounds: how often all take turns.
    """
    for call in rivals.values():
        call()
    table, own = np.array([[both_clocks(call) for call in rivals.values()] for _ in range(rounds)]).transpose(2, 0, 1)
    place = [list(rivals).index(floor)]
    medians = (np.median(clock / clock[:, place], axis=0) for clock in (table, own))
    columns = (np.median(table, axis=0), table.min(axis=0), *medians)
    rows = np.stack(columns, axis=1).tolist()
    return {
        name: dict(zip(("seconds", "fastest", "ratio", "processor"), row, strict=True))
        for name, row in zip(rivals, rows, strict=True)
    }


def peak_memory() -> float:
    """Largest resident size of this process so far, in bytes (ru_maxrss would begin with that of its parent)."""
    with open("/proc/self/status") as lines:
        kilobytes = next(line.split()[1] for line in lines if line.startswith("VmHWM"))
    return 1024.0 * int(kilobytes)


def in_process(module: str, *arguments: str) -> str:
    """What `python -m module` prints, in a process of its own, whose memory is its own.

    Arguments:
        module: with its packages.
        *arguments: of its command line.
    """
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, preexec_fn=ended_with_parent).stdout


def keep(path: Path, tables: Mapping[str, object], **about: object) -> None:
    """Write tables with the machine as JSON, whole or not at all; a number that is none is a ValueError.

    Arguments:
        path: of the file.
        tables: plain values, by their titles.
        **about: what else is said of all tables.
    """
    content = {"machine": machine(), **about, "tables": tables}
    write_atomic(path, json.dumps(content, indent=1, allow_nan=False))


def keep_table(path: Path, table: xr.Dataset, name: str, given: Sequence[str], **about: str) -> None:
    """Write what `python -m benchmarks.NAME` with the arguments `given` measured; the report reads it back.

    Arguments:
        path: of the file.
        table: what was measured.
        name: of the benchmark.
        given: the arguments of its command line.
        **about: what else is said of the table.
    """
    content = {"command": shlex.join(["python", "-m", f"benchmarks.{name}", *given]), **about, "machine": machine()}
    write_atomic(path, json.dumps({**content, "table": table.drop_attrs().to_dict()}, allow_nan=False))


def machine() -> dict[str, str]:
    """Processor, threads and versions."""
    with open("/proc/cpuinfo") as lines:
        names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    versions = {name: version(name) for name in PACKAGES}
    processor = f"{names[0] if names else platform.processor()}, {torch.get_num_threads()} threads"
    gpu = {"gpu": torch.cuda.get_device_name()} if torch.cuda.is_available() else {}
    return {"processor": processor, **gpu, "python": platform.python_version(), **versions}
