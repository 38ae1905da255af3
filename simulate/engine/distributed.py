"""Data larger than one machine: a Dask array, each block on the worker that holds it, moments merged in a tree.

Moments of disjoint parts merge exactly (`simulate.engine.moments`), so only they travel: k Q d numbers for scores, T Q
for phase diagrams, whatever N. The rows between two sizes of a phase diagram form one tree; the sizes are sums of
trees.
"""

from functools import reduce
from itertools import accumulate, pairwise
from typing import Any

import dask.array
import numpy as np
import torch
from dask.base import compute
from dask.delayed import delayed

from simulate.engine.blocks import Blocks
from simulate.engine.moments import Moments
from simulate.engine.plan import Plan


def is_distributed(data: Any) -> bool:
    """Whether `data` is a Dask array."""
    return isinstance(data, dask.array.Array)


def moments(plan: Plan, data: Any, device: torch.device) -> list[Moments]:
    """Moments of the first n rows of a Dask array for each size n of a plan, on the workers of the current Dask client.

    Arguments:
        plan: the queries, times and sizes.
        data: a Dask array (N, d).
        device: where each worker computes.

    Returns:
        One for each size.
    """
    whole_rows = data.rechunk({1: -1})
    shared = delayed(plan, pure=False)
    segments = [_segment(whole_rows, first, last, shared, device) for first, last in pairwise((0, *plan.sizes))]
    return list(accumulate(compute(*map(_tree, segments)), Moments.merged))


def _segment(data: Any, first: int, last: int, plan: Any, device: torch.device) -> list[Any]:
    part = data[first:last]
    starts = accumulate(part.chunks[0][:-1], initial=first)
    rows = part.to_delayed().ravel()
    return [delayed(_of_block)(block, start, plan, str(device)) for block, start in zip(rows, starts, strict=True)]


def _of_block(rows: np.ndarray, start: int, plan: Plan, device: str) -> Moments:
    (result,) = plan.over(Blocks(rows, torch.device(device), start), (len(rows),))
    return result


def _tree(parts: list[Any]) -> Any:
    """One merged whole of many, in log2 of their number of steps."""
    merge = delayed(Moments.merged)
    while len(parts) > 1:
        parts = [reduce(merge, parts[i : i + 2]) for i in range(0, len(parts), 2)]
    return parts[0]
