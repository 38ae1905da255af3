r"""Sums of the weights of a block in one pass, as kernels of Triton for a GPU: no weight is written to memory.

For queries x_q, rows y_mu and exponents b_mu + x_q.y_mu (base 2), `sums` forms tiles of exponents, their weights and

    z_q = sum_mu w,    D_q = sum_mu w y_mu,    w = 2^(b_mu + x_q.y_mu)

tile by tile. `chain` reads energies e once for a chain of times t, t/2, t/4, ...: the weights at
half of a time are the squares of those at the time, so one exponential serves the chain,

    z_k = sum_mu w^(2^k),    w = 2^(scale (reference - e_mu)).

Products are made of three in TF32 on tensor cores ("tf32x3"): what they leave out is `MORE` times the rounding of
single precision, which the engine counts. Triton is optional (torch's CUDA build brings it): where it is missing, or
the device is none of its own, `serves` is False and torch's products stand. TRITON_INTERPRET=1, set before Triton is
first imported, runs the kernels on a CPU: slow, and for tests alone.
"""

import importlib.util
import os
from functools import cache
from typing import Any

import torch

WIDEST = 128  # coordinates of a row that a tile holds
MORE = 2.0  # error of a product in three parts, beside one in single precision
TILE_ROWS, TILE_QUERIES = 64, 32
SPLITS = 128  # parts of the rows, which run beside each other
INTERPRETED = "TRITON_INTERPRET"


def serves(device: torch.device, dimension: int) -> bool:
    """Whether the kernels can be used for rows of a number of coordinates.

    Arguments:
        device: where the rows are.
        dimension: d.

    Returns:
        True on CUDA, or under Triton's interpreter, for d up to WIDEST, where Triton is installed.
    """
    runs = device.type == "cuda" or os.environ.get(INTERPRETED) == "1"
    return runs and dimension <= WIDEST and importlib.util.find_spec("triton") is not None


def sums(y: torch.Tensor, bias: torch.Tensor, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Partition and first moment of the weights 2^(bias + y.x).

    Arguments:
        y: rows, (n, d), single precision.
        bias: their exponents at x = 0, (n,), single precision.
        x: queries in the unit of the exponents, (Q, d), single precision.

    Returns:
        z (Q,) and sum w y (Q, d), double precision.
    """
    (n, d), queries = y.shape, len(x)
    parts = _parts(n)
    partition, first = y.new_empty(parts, queries), y.new_empty(parts, queries, d)
    grid, per = (-(-queries // TILE_QUERIES), parts), -(-n // parts)
    sizes = {"WIDE": _wide(d), "ROWS": TILE_ROWS, "QUERIES": TILE_QUERIES}
    _kernels()[0][grid](
        y.contiguous(), bias.contiguous(), x.contiguous(), partition, first, n, queries, d, per, **sizes
    )
    return partition.double().sum(dim=0), first.double().sum(dim=0)


def chain(energies: torch.Tensor, reference: torch.Tensor, scale: float, length: int) -> torch.Tensor:
    """Partitions of one chain of times, each half of the one before.

    Arguments:
        energies: reduced energies, (n, Q), single precision, infinite where there is no row.
        reference: energies that the weights are relative to, (Q,).
        scale: log2(e)/t of the first time.
        length: number of times.

    Returns:
        z, (length, Q), double precision.
    """
    n, queries = energies.shape
    parts = _parts(n)
    found = energies.new_empty(parts, length, queries)
    grid, per = (-(-queries // TILE_QUERIES), parts), -(-n // parts)
    sizes = {"LENGTH": length, "PLACES": 1 << (length - 1).bit_length(), "ROWS": TILE_ROWS, "QUERIES": TILE_QUERIES}
    _kernels()[1][grid](energies, reference.to(energies.dtype), found, scale, n, queries, per, **sizes)
    return found.double().sum(dim=0)


def _parts(rows: int) -> int:
    return max(1, min(SPLITS, rows // TILE_ROWS))


def _wide(dimension: int) -> int:
    return max(16, 1 << (dimension - 1).bit_length())  # a tile of a product has at least 16 columns


@cache
def _kernels() -> tuple[Any, Any]:
    from simulate.engine import kernels  # imports Triton

    return kernels.sums, kernels.chain
