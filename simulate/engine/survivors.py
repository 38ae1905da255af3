r"""Survivors of a screening: points that may count, kept with their energies, and summed when there are many.

From differences, in double precision, with E0 the lowest energy of a query among those kept,

    z = sum exp(-(E - E0)/t),   D = sum w (y - x),   C = sum w (y - m)(y - m)^T,   m = x + D/z

at each time that is asked for; offsets and scatters leave out what lies beyond the cut of that time.
"""

from collections.abc import Callable

import torch

from simulate.engine.blocks import Block
from simulate.engine.moments import Moments

BUFFER = 1 << 14  # survivors kept before they are summed, ...
BUFFER_ENTRIES = 1 << 23  # ... and their coordinates


class Survivors:
    """The points of a pass that may count at the times from one on.

    Arguments:
        x: queries, (Q, d).
        empty: moments of no data, whose times and shapes are those of the sums.
        cut: log of the relative weight beyond which points are dropped.
        keep: takes the moments of survivors that were summed.
    """

    def __init__(self, x: torch.Tensor, empty: Moments, cut: float, keep: Callable[[Moments], None]) -> None:
        self._x, self._empty, self._cut, self._keep = x, empty, cut, keep
        self._times, self._known = empty.times.tolist(), empty.known.tolist()
        self._most = max(1, min(BUFFER, BUFFER_ENTRIES // x.shape[1]))
        self._found: list[tuple[torch.Tensor, torch.Tensor, torch.Tensor]] = []  # queries, energies, offsets
        self._start = 0

    def add(self, block: Block, row: torch.Tensor, query: torch.Tensor, start: int) -> None:
        """Take in rows of a block, each with the query that it may count for, at the times from index `start` on.

        Arguments:
            block: the block of data that the rows belong to.
            row: indices in the block, (m,).
            query: for each row the index of its query, (m,).
            start: index of the first of the times that are asked.
        """
        if self._start != start:
            self.fold()
            self._start = start
        for rows, queries in zip(row.split(self._most), query.split(self._most), strict=True) if len(row) else ():
            offset = block.rows(rows) - self._x[queries]
            self._found.append((queries, offset.square().sum(dim=1) / 2, offset if self._known else self._x[:0]))
            if sum(len(found) for found, _, _ in self._found) >= self._most:
                self.fold()

    def lowest(self, below: torch.Tensor) -> torch.Tensor:
        """The lower of `below` (Q,) and of the energies of the survivors that wait to be summed."""
        for query, energy, _ in self._found:
            below = below.scatter_reduce(0, query, energy, "amin")
        return below

    def fold(self) -> None:
        """Sum the survivors found so far; moments of those of each time."""
        if not self._found:
            return
        query, energy, offset = (torch.cat(parts) for parts in zip(*self._found, strict=True))
        self._found = []
        lowest = torch.full_like(self._x[:, 0], torch.inf).scatter_reduce(0, query, energy, "amin")
        total, start = self._empty.anew(lowest), self._start
        above = energy - lowest[query]
        weights = torch.exp(-above / total.times[start:, None])
        total.partition[start:] = total.partition[start:].index_add(1, query, weights)
        for place, index in enumerate(self._known if total.offset.numel() else []):
            if index >= start:
                mine = above <= self._cut * self._times[index]
                _add_offsets(total, place, query[mine], weights[index - start, mine], offset[mine])
        self._keep(total)


def _add_offsets(total: Moments, place: int, query: torch.Tensor, weights: torch.Tensor, offset: torch.Tensor) -> None:
    total.offset[place].index_add_(0, query, weights[:, None] * offset)
    if total.scatter is None:
        return
    centred = weights.sqrt()[:, None] * (offset - total.mean_offset()[place][query])
    for q in query.unique().tolist():
        mine = centred[query == q]
        total.scatter[place, q] = mine.T @ mine
