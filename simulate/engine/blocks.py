r"""Data in, block by block: arrays, tensors, memory-mapped files, zarr arrays.

A block holds a few thousand rows y, in single precision for screening and in double where digits count, both shifted by
a centre c near the data (energies depend on y - x alone, so the shift is exact up to rounding, and it saves the digits
that a common offset would eat). The centre is the mean of the first rows, and zero where the offset is no larger than
their scatter. Non-finite entries show in the norms of the rows, which the energies need anyway: they cost no pass.
"""

import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from itertools import pairwise
from mmap import MADV_DONTNEED
from typing import Any

import numpy as np
import torch

from simulate.engine.products import Workspace
from simulate.engine.projection import MANY, WIDE, leading_axes, projected
from theory.checks import NotComputable, is_tensor

SLAB = 1 << 25  # bytes read from a chunked store at a time
FIRST = 4096  # rows that tell the centre
HUGE = 1e15  # its square, summed over coordinates, still is a float32
SHARED = ("float64", "float32", "float16", "int64", "int32", "int16", "int8", "uint8")
EXACT_IN_SINGLE = (torch.float32, torch.float16, torch.bfloat16, torch.uint8, torch.int8, torch.int16)


class Block:
    """Successive rows of the data, (n, d), on the device; valid until the next block is taken.

    Arguments:
        start: the number of its first row.
        raw: its rows, (n, d).
        centre: what is taken off them, (d,), or None.
        first: the number that the first row of the data has elsewhere, for messages.
        workspace: memory for its rows less the centre.

    Raises:
        ValueError: where an entry is not finite.
    """

    def __init__(
        self, start: int, raw: torch.Tensor, centre: torch.Tensor | None, first: int, workspace: Workspace
    ) -> None:
        self.start, self.raw, self._centre, self._first, self._workspace = start, raw, centre, first, workspace
        self._along: tuple[torch.Tensor, torch.Tensor] | None = None
        if not self.radius(torch.float32) <= HUGE:  # nor where it is NaN
            self._explain()

    @property
    def stop(self) -> int:
        """Row behind the last one."""
        return self.start + len(self.raw)

    def centred(self, dtype: torch.dtype) -> torch.Tensor:
        """y - c, (n, d)."""
        return self._single if dtype == torch.float32 else self._double

    def half_square(self, dtype: torch.dtype) -> torch.Tensor:
        """|y - c|^2 / 2, (n,)."""
        return self._half_square_single if dtype == torch.float32 else self._half_square_double

    def radius(self, dtype: torch.dtype) -> float:
        """Largest |y - c| in the block."""
        return self._radius_single if dtype == torch.float32 else self._radius_double

    def along(self, axes: torch.Tensor) -> torch.Tensor:
        """Coordinates along axes (d, k), and the length of the rest at most, in single precision: (n, k + 1)."""
        if self._along is None or self._along[0] is not axes:
            self._along = axes, projected(self.centred(torch.float32), axes)
        return self._along[1]

    def rows(self, index: torch.Tensor) -> torch.Tensor:
        """Some rows as they were given, in double precision."""
        return self.raw[index].double()

    @cached_property
    def _single(self) -> torch.Tensor:
        """The centre is a number of single precision: subtracted there, it costs no more than rounding would."""
        if self._centre is None:
            return self.raw.float()
        if self.raw.dtype == torch.float32:
            return self.raw - self._centre.float()
        return (self.raw.double() - self._centre).float()

    @cached_property
    def _double(self) -> torch.Tensor:
        if self._centre is None and self.raw.dtype == torch.float64:
            return self.raw
        n, d = self.raw.shape
        room = self._workspace.room("rows", n, d, torch.float64)
        return room.copy_(self.raw) if self._centre is None else torch.sub(self.raw, self._centre, out=room)

    @cached_property
    def _half_square_single(self) -> torch.Tensor:
        return torch.linalg.vector_norm(self._single, dim=1).square_().mul_(0.5)

    @cached_property
    def _half_square_double(self) -> torch.Tensor:
        return torch.linalg.vector_norm(self._double, dim=1).square_().mul_(0.5)

    @cached_property
    def _radius_single(self) -> float:
        return (2 * float(self._half_square_single.max())) ** 0.5

    @cached_property
    def _radius_double(self) -> float:
        return (2 * float(self._half_square_double.max())) ** 0.5

    def _explain(self) -> None:
        finite = torch.isfinite(self.raw).all(dim=1)
        if not bool(finite.all()):
            row = int((~finite).nonzero()[0])
            value = self.raw[row][~torch.isfinite(self.raw[row])][0].item()
            raise ValueError(f"data must be finite, got {value} in row {self._first + self.start + row}")
        row = int(self._double.abs().amax(dim=1).argmax())
        raise NotComputable(
            f"data must lie within {HUGE:g} of their mean, row {self._first + self.start + row} does not: rescale x, t"
        )


def _rows(data: Any) -> np.ndarray:
    try:
        return np.asarray(data)
    except ValueError as error:
        raise ValueError("data must have rows (N, d) of one length") from error


class Blocks:
    """A data set, read block by block.

    Arguments:
        data: (N, d): NumPy array, memmap, tensor, or anything with `shape`, `dtype` and row slices, as a zarr array.
        device: where blocks lie.
        first: the number that its first row has elsewhere, for messages.

    Raises:
        ValueError: where `data` is not (N, d) with N, d >= 1, or has masked entries.
    """

    def __init__(self, data: Any, device: torch.device, first: int = 0) -> None:
        shape = tuple(getattr(data, "shape", ()))
        if not (is_tensor(data) or hasattr(data, "dtype")):
            data = _rows(data)
            shape = data.shape
        if any(length != length for length in shape):  # a NaN of Dask
            raise ValueError("data must have chunks of known size: call compute_chunk_sizes() on the Dask array")
        if len(shape) != 2:
            raise ValueError(f"data must have 2 dimensions (N, d), got shape {shape}")
        if 0 in shape:
            raise ValueError(f"data must have at least one row and one column, got shape {shape}")
        if np.ma.is_masked(data):
            raise ValueError("data must have no masked entries: leave those rows out")
        _refuse_lost_chunks(data)
        self.data, self.device, self.first = data, device, first
        self.size, self.dimension = int(shape[0]), int(shape[1])
        self._workspace = Workspace(device)

    @cached_property
    def centre(self) -> torch.Tensor | None:
        """(d,), numbers of single precision as double ones; None for the origin."""
        first = self.read(0, min(FIRST, self.size))
        centre = first.mean(dim=0, dtype=torch.float64).float().double()
        if not bool(torch.isfinite(centre).all()):
            return None  # the block that holds the culprit names it
        length = centre.square().sum()
        variance = torch.linalg.vector_norm(first, dim=1, dtype=torch.float64).square().mean() - length
        return centre if bool(length > variance) else None

    @cached_property
    def axes(self) -> torch.Tensor | None:
        """Leading principal axes (d, k) of the first rows, in single precision; None where they would save nothing."""
        if self.dimension < WIDE or self.size < MANY:
            return None
        first = self.read(0, min(FIRST // 4, self.size)).float()
        return leading_axes(first if self.centre is None else first - self.centre.float())

    def read(self, start: int, stop: int) -> torch.Tensor:
        """Rows of the data as a real tensor on the device, of a type that holds every given number.

        Arguments:
            start: the first row.
            stop: the row after the last.

        Returns:
            (stop - start, d).

        Raises:
            ValueError: where the numbers are not real.
        """
        rows = self.data[start:stop]
        if not is_tensor(rows):
            rows = _as_tensor(np.asarray(rows))
        if rows.is_complex() or rows.dtype == torch.bool:
            raise ValueError(f"data must hold real numbers, got {rows.dtype}")
        rows = rows.detach().to(self.device)
        return rows if rows.dtype == torch.float64 else rows.to(_working(rows.dtype))

    def at(self, index: np.ndarray) -> np.ndarray:
        """Some rows in double precision, (n, d)."""
        rows = self.data[index]
        return rows.detach().cpu().double().numpy() if is_tensor(rows) else np.asarray(rows, dtype=float)

    def blocks(self, rows: int, stops: tuple[int, ...] = ()) -> Iterator[Block]:
        """Blocks of successive rows, in order up to the last stop; no block crosses a stop.

        Arguments:
            rows: how many at a time.
            stops: ascending numbers of rows; N where empty.

        Returns:
            Blocks, each valid until the next one.

        Raises:
            ValueError: where an entry is not finite, or no real number.
        """
        last = max(stops, default=self.size)
        edges = sorted({0, *stops, last, *range(0, last, self._slab(rows))})
        spans = list(pairwise(edges))
        for (start, stop), slab in zip(spans, self._slabs(spans), strict=True):
            for offset in range(0, stop - start, rows):
                yield Block(start + offset, slab[offset : offset + rows], self.centre, self.first, self._workspace)
            self._release()

    @property
    def _chunks(self) -> Any:
        """Of a chunked store, along each dimension."""
        return getattr(self.data, "chunks", None)

    def _slabs(self, spans: list[tuple[int, int]]) -> Iterator[torch.Tensor]:
        """The rows of each span; a chunked store unpacks the next ones while these are worked on."""
        if not self._chunks:
            yield from (self.read(*span) for span in spans)
            return
        with ThreadPoolExecutor(1) as reader:
            coming = reader.submit(self.read, *spans[0])
            for span in spans[1:]:
                slab, coming = coming.result(), reader.submit(self.read, *span)
                yield slab
            yield coming.result()

    def _slab(self, rows: int) -> int:
        """Rows to read at a time: whole chunks of a chunked store."""
        chunk = int(np.max((self._chunks or (rows,))[0]))
        wanted = max(rows, SLAB // (8 * self.dimension))
        return max(1, round(wanted / chunk)) * chunk

    def _release(self) -> None:
        """Give the pages of a mapped file back: read once, they would count as this process's memory."""
        if isinstance(self.data, np.memmap) and self.data.mode in ("r", "r+"):
            self.data._mmap.madvise(MADV_DONTNEED)  # pyright: ignore[reportAttributeAccessIssue]


def _refuse_lost_chunks(data: Any) -> None:
    """Raises ValueError for a zarr array that lacks chunks, which would be read as its fill value, in silence."""
    whole, there = getattr(data, "nchunks", None), getattr(data, "nchunks_initialized", None)
    if isinstance(whole, int) and isinstance(there, int) and there < whole:
        lost = f"{whole - there} of {whole} chunks are not there, and would be read as its fill value"
        raise ValueError(
            f"data must have all its chunks, {lost}: write it again, with write_empty_chunks if it holds 0"
        )


def _as_tensor(rows: np.ndarray) -> torch.Tensor:
    """The same memory as a tensor where torch knows the type, else a copy in double precision."""
    if rows.dtype.kind not in "fiu":
        raise ValueError(f"data must hold real numbers, got {rows.dtype}")
    if not rows.dtype.isnative or rows.dtype.name not in SHARED or min(rows.strides, default=0) < 0:
        rows = rows.astype(np.float64)
    with warnings.catch_warnings():
        warnings.filterwarnings(
            "ignore", message="The given NumPy array is not writable"
        )  # nothing here writes to data
        return torch.from_numpy(rows)


def _working(dtype: torch.dtype) -> torch.dtype:
    return torch.float32 if dtype in EXACT_IN_SINGLE else torch.float64
