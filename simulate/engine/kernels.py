"""The kernels of `simulate.engine.fused`; importing them imports Triton. The language of kernels knows no docstring."""

# pyright: reportMissingImports=false

import triton
import triton.language as tl


@triton.jit
def sums(
    y, bias, x, partition, first, n, queries, d, per,
    WIDE: tl.constexpr, ROWS: tl.constexpr, QUERIES: tl.constexpr,
):  # fmt: skip
    q, k = tl.program_id(0) * QUERIES + tl.arange(0, QUERIES), tl.arange(0, WIDE)
    asked, wide = q < queries, (k < d)[None, :]
    point = tl.load(x + q[:, None] * d + k[None, :], mask=asked[:, None] & wide, other=0.0)
    z, total = tl.zeros((QUERIES,), tl.float32), tl.zeros((QUERIES, WIDE), tl.float32)
    begin = tl.program_id(1) * per
    end = tl.minimum(begin + per, n)
    for start in range(begin, end, ROWS):
        row = start + tl.arange(0, ROWS)
        there = row < end
        rows = tl.load(y + row[:, None].to(tl.int64) * d + k[None, :], mask=there[:, None] & wide, other=0.0)
        exponent = tl.load(bias + row, mask=there, other=float("-inf"))
        weights = tl.exp2(tl.dot(point, tl.trans(rows), input_precision="tf32x3") + exponent[None, :])
        z += tl.sum(weights, axis=1)
        total = tl.dot(weights, rows, total, input_precision="tf32x3")
    place = tl.program_id(1) * queries + q
    tl.store(partition + place, z, mask=asked)
    tl.store(first + place[:, None] * d + k[None, :], total, mask=asked[:, None] & wide)


@triton.jit
def chain(
    energies, reference, found, scale, n, queries, per,
    LENGTH: tl.constexpr, PLACES: tl.constexpr, ROWS: tl.constexpr, QUERIES: tl.constexpr,
):  # fmt: skip
    q, place = tl.program_id(0) * QUERIES + tl.arange(0, QUERIES), tl.arange(0, PLACES)
    asked = q < queries
    lowest = tl.load(reference + q, mask=asked, other=0.0)
    z = tl.zeros((PLACES, QUERIES), tl.float32)
    begin = tl.program_id(1) * per
    end = tl.minimum(begin + per, n)
    for start in range(begin, end, ROWS):
        row = start + tl.arange(0, ROWS)
        there = (row < end)[:, None] & asked[None, :]
        e = tl.load(energies + row[:, None].to(tl.int64) * queries + q[None, :], mask=there, other=float("inf"))
        weights = tl.exp2(scale * (lowest[None, :] - e))
        for index in tl.static_range(LENGTH):
            z += tl.where((place == index)[:, None], tl.sum(weights, axis=0)[None, :], 0.0)
            weights *= weights
    spot = (tl.program_id(1) * LENGTH + place[:, None]) * queries + q[None, :]
    tl.store(found + spot, z, mask=(place < LENGTH)[:, None] & asked[None, :])
