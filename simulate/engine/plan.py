"""What is asked of a pass over data, in a form that can be sent to another machine, and the pass itself."""

from dataclasses import dataclass

import torch

from simulate.engine.blocks import Blocks
from simulate.engine.moments import Moments, joined
from simulate.engine.precision import fast_products
from simulate.engine.products import Workspace
from simulate.engine.screening import Accuracy, Pass

QUERIES = 256  # taken through the data together
# Of a block's energies: on a CPU they stay in the cache, on a GPU what starts a block must cost less than its product.
BYTES = {"cpu": 1 << 22, "cuda": 1 << 28}
ROW_ENTRIES = {"cpu": 1 << 22, "cuda": 1 << 24}  # of a block's rows


@dataclass(frozen=True)
class Plan:
    """What is asked of a pass over data, in a form that can be sent to another machine.

    Arguments:
        x: queries, (Q, d).
        times: noise variances > 0, (T,), descending.
        known: indices of the times that get moments up to `order`, (k,).
        order: 0 for partitions alone, 1 for mean offsets, 2 for scatters too.
        sizes: ascending: the moments of the first n rows are wanted for each of them.
        accuracy: what may be lost.
    """

    x: torch.Tensor
    times: torch.Tensor
    known: torch.Tensor
    order: int
    sizes: tuple[int, ...]
    accuracy: Accuracy

    def over(self, blocks: Blocks, stops: tuple[int, ...]) -> list[Moments]:
        """Moments of the first n rows for each stop n: the queries in parts, all over each block.

        Arguments:
            blocks: the data.
            stops: ascending numbers of rows.

        Returns:
            One for each stop.
        """
        workspace, axes = Workspace(self.x.device), blocks.axes
        passes = [
            Pass(x, blocks.centre, self.times, self.known, self.order, self.sizes[-1], self.accuracy, workspace, axes)
            for x in self.x.split(QUERIES)
        ]
        results: list[Moments] = []
        with fast_products():
            for block in blocks.blocks(self._rows(), stops):
                for one in passes:
                    one.add(block)
                if block.stop in stops:
                    results.append(joined([one.moments() for one in passes]))
        return results

    def _rows(self) -> int:
        copies = max(1, self.order * len(self.known) // 8)  # a second product reads weights too
        queries, dimension = self.x.shape
        kind = "cpu" if self.x.device.type == "cpu" else "cuda"
        entries = BYTES[kind] // (4 if self.accuracy.error else 8)
        return max(512, min(entries // (min(queries, QUERIES) * copies), ROW_ENTRIES[kind] // dimension) // 32 * 32)
