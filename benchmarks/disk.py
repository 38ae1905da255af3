"""python -m benchmarks.disk write|read memmap|zarr PATH N THREADS DEVICE: scores from a file larger than memory in use.

`write` makes N points of 64 single precision coordinates; `read` prints as JSON the seconds of 256 scores from it, the
rate relative to that from an array in memory, and the peak memory.
"""

import json
import sys
from typing import Any

import numpy as np
import torch
import zarr

from benchmarks.measure import peak_memory, seconds
from benchmarks.problem import DIMENSION, MIDDLE, SIGMA, problem
from simulate.engine.posterior import empirical_score

ROWS = 1 << 17  # written at a time
IN_MEMORY = 400_000


def write(kind: str, path: str, n: int) -> None:
    """A file of n points.

    Arguments:
        kind: memmap or zarr.
        path: of the file.
        n: the number N of points.
    """
    generator = torch.Generator().manual_seed(1)
    data: Any
    if kind == "memmap":
        data = np.memmap(path, np.float32, "w+", shape=(n, DIMENSION))
    else:
        data = zarr.create_array(path, shape=(n, DIMENSION), chunks=(ROWS, DIMENSION), dtype="f4", compressors=None)
    for start in range(0, n, ROWS):
        rows = min(ROWS, n - start)
        data[start : start + rows] = (SIGMA * torch.randn(rows, DIMENSION, generator=generator)).numpy()


def read(kind: str, path: str, n: int, device: str) -> dict[str, dict[str, float]]:
    """Time and memory of 256 scores.

    Arguments:
        kind: memmap or zarr.
        path: of the file.
        n: the number N of points.
        device: where torch computes: cpu or cuda.
    """
    data = (
        np.memmap(path, np.float32, "r", shape=(n, DIMENSION)) if kind == "memmap" else zarr.open_array(path, mode="r")
    )
    x, y = problem(IN_MEMORY, 256, MIDDLE, device=device)
    empirical_score(x, y, MIDDLE)
    before = seconds(lambda: empirical_score(x, y, MIDDLE)) / len(y)
    spent = seconds(lambda: empirical_score(x, data, MIDDLE))
    after = seconds(lambda: empirical_score(x, y, MIDDLE)) / len(y)
    rate = (before + after) / 2 / (spent / n)
    return {"engine": {"seconds": spent, "share of W1's rate": rate, "peak memory in GB": peak_memory() / 1e9}}


if __name__ == "__main__":
    action, kind, path, n, threads, device = sys.argv[1:]
    torch.set_num_threads(int(threads))
    print(json.dumps(read(kind, path, int(n), device))) if action == "read" else write(kind, path, int(n))
