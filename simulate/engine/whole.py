r"""Sums over whole blocks, where many points count.

For each query, with reduced energies e (`simulate.engine.screening`) and a reference b near the lowest of them,

    w = 2^((b - e)/(t log 2)),   z = sum w,   D = sum w y,   C = sum w (y - m)(y - m)^T,   m = D/z

with y from the centre of the data. One exponential serves a chain of times, each half of the one before
(`simulate.engine.times`). Where one time is asked for and no weight can leave the floats relative to that of the
centre (b = 0), the product brings log2 w itself.

No weight underflows: exp2 takes four times as long where its result is no normal number, so a weight below the least
one (2^-126, in double precision 2^-1022) is set to it, which adds N 2^-126 at most to a sum that holds a weight near 1.
(Powers of two because torch's exp2 is four times as fast as its exp.)
"""

import math
from collections.abc import Callable

import torch

from simulate.engine import fused
from simulate.engine.blocks import Block
from simulate.engine.moments import Moments
from simulate.engine.products import (
    STRIPES,
    Workspace,
    energies,
    factors,
    second_moments,
    weighted_sums,
    whole_groups,
)
from simulate.engine.times import doubling_chains

LOG2_E = 1 / math.log(2)
SINGLE = torch.float32
HEADROOM = 20.0  # largest log of a weight before weights are taken relative to a lower energy


class WholeBlocks:
    """Moments of a pass at times at which whole blocks are summed.

    Arguments:
        shifted: queries less the centre of the data, (Q, d).
        empty: moments of no data, whose times and shapes are those of the sums.
        keep: takes the moments of blocks that were summed.
        workspace: memory.
    """

    def __init__(
        self, shifted: torch.Tensor, empty: Moments, keep: Callable[[Moments], None], workspace: Workspace
    ) -> None:
        self._shifted, self._empty, self._keep, self._workspace = shifted, empty, keep, workspace
        self._times, self._known = empty.times.tolist(), empty.known.tolist()
        self._chains = doubling_chains(self._times)
        self._own = shifted.square().sum(dim=1) / 2
        self._farthest = float(self._own.max() * 2) ** 0.5
        self._scale, kinds = LOG2_E / self._times[0], (SINGLE, torch.float64)
        self._factors = {kind: factors(shifted, self._scale, -self._scale, kind) for kind in kinds}
        self._running: Moments | None = None  # relative to the reduced energy `_reference`
        self._reference, self._least = torch.empty(0), 0.0
        self.fused = fused.serves(shifted.device, shifted.shape[1])

    def deepest(self, block: Block, kind: torch.dtype) -> float:
        """log2 of the weight of the centre over the least one that a point of a block can have, at the first time.

        Arguments:
            block: rows of the data.
            kind: precision of their norms.

        Returns:
            A number >= 0.
        """
        radius = block.radius(kind)
        return self._scale * (self._farthest + radius / 2) * radius

    def relative_to(self, lowest: torch.Tensor, time: float) -> None:
        """Take weights relative to lower energies from now on, where they would grow large else.

        Anew for each block where scatters are wanted, which have no common origin.

        Arguments:
            lowest: the lowest reduced energies so far, (Q,).
            time: the lowest time that is summed over whole blocks.
        """
        allowed, running = HEADROOM * time, self._running
        if running is None or running.scatter is not None or bool((self._reference - lowest > allowed).any()):
            self._begin(lowest.float().double())  # the same number in both precisions

    def add(self, block: Block, reduced: torch.Tensor, start: int, stop: int) -> None:
        """Add the moments of a block at the times from index `start` to `stop`.

        Arguments:
            block: rows of the data.
            reduced: their reduced energies, (n, Q), n a whole number of groups; lost where one time is asked for.
            start: index of the first time.
            stop: index after the last.
        """
        assert self._running is not None
        chains = [[index for index in chain if start <= index < stop] for chain in self._chains]
        sums, kept = reduced.new_zeros(stop, STRIPES, len(self._own)), {}
        for chain in filter(None, chains):
            if self.fused and reduced.dtype == SINGLE and not set(chain) & set(self._known):
                scale = LOG2_E / self._times[chain[0]]
                self._running.partition[chain] += fused.chain(reduced, self._reference, scale, len(chain))
            else:
                self._sum_chain(block, reduced, chain, sums, kept)
        self._running.partition[:stop] += sums.sum(dim=1, dtype=torch.float64)
        if kept:
            self._second_product(self._running, block.centred(reduced.dtype), kept)

    def add_from_exponents(self, block: Block, kind: torch.dtype) -> None:
        """Add the moments of a block at the one time, relative to the weight of the centre.

        Arguments:
            block: rows of the data.
            kind: precision of the product.
        """
        running = self._running
        if running is None or running.scatter is not None or bool(self._reference.any()):
            running = self._begin(torch.zeros_like(self._own))
        y, half_square = block.centred(kind), block.half_square(kind)
        if self.fused and kind == SINGLE and running.scatter is None:
            partition, first = fused.sums(y, half_square * -self._scale, self._factors[kind][:-1].T)
            running.partition[0] += partition
            running.offset[: len(self._known)] += first
            return
        exponents = self._workspace.room("energies", whole_groups(len(y)), len(self._own), kind)
        energies(y, half_square, self._factors[kind], -self._scale, exponents[: len(y)])
        exponents[len(y) :] = -torch.inf
        weights = exponents.exp2_()
        running.partition[0] += weights.view(STRIPES, -1, len(self._own)).sum(dim=1).sum(dim=0, dtype=torch.float64)
        if self._known:
            self._second_product(running, y, {0: weights})

    def settle(self) -> None:
        """Hand on what was summed since the reference changed."""
        if self._running is not None:
            self._running.offset.sub_(self._running.at_known() * self._shifted)  # from the centre to x
            self._keep(self._running)
            self._running = None

    def _begin(self, reference: torch.Tensor) -> Moments:
        """What is summed from now on, relative to a reduced energy (Q,)."""
        self.settle()
        self._reference, self._least = reference, float(reference.min())
        self._running = self._empty.anew(reference + self._own)
        return self._running

    def _sum_chain(
        self, block: Block, reduced: torch.Tensor, chain: list[int], sums: torch.Tensor, kept: dict[int, torch.Tensor]
    ) -> None:
        """Sums of the weights at the times of a chain, by stripes of rows; the weights at known times are kept."""
        weights = self._weights(block, reduced, chain[0])
        for place, index in enumerate(chain):
            weights = self._squared(weights, index) if place else weights
            torch.sum(weights.view(STRIPES, -1, len(self._own)), dim=1, out=sums[index])
            if index in self._known:
                kept[index] = weights

    def _weights(self, block: Block, reduced: torch.Tensor, index: int) -> torch.Tensor:
        """Relative to the reference, none below the least normal number."""
        scale, kind = LOG2_E / self._times[index], reduced.dtype
        room = reduced if len(self._times) == 1 else self._room(index, reduced)  # energies are wanted at other times
        torch.sub(self._reference.to(kind) * scale, reduced, alpha=scale, out=room)
        radius, least = block.radius(kind), math.log2(torch.finfo(kind).smallest_normal)
        if scale * (self._least - (self._farthest + radius / 2) * radius) < least:
            room.clamp_(min=least)
        return room.exp2_()

    def _squared(self, weights: torch.Tensor, index: int) -> torch.Tensor:
        return torch.mul(weights, weights, out=self._room(index, weights)) if self._known else weights.square_()

    def _room(self, index: int, like: torch.Tensor) -> torch.Tensor:
        """Memory for the weights at a time: its own only where weights of several times are needed at once."""
        return self._workspace.room(
            f"weights {index if index in self._known else ''}", like.shape[0], like.shape[1], like.dtype
        )

    def _second_product(self, total: Moments, y: torch.Tensor, kept: dict[int, torch.Tensor]) -> None:
        """Offsets, still from the centre, and scatters."""
        place = [self._known.index(index) for index in kept]
        weights = torch.cat(list(kept.values()), dim=1) if len(kept) > 1 else next(iter(kept.values()))
        first = weighted_sums(weights, y).reshape(len(kept), *self._shifted.shape)
        if place == [0]:
            total.offset[0].add_(first[0])  # an index would copy them back and forth
        else:
            total.offset[place] += first
        if total.scatter is not None:
            z = total.at_known()[place]
            second = second_moments(weights[: len(y)], y).view(*first.shape, -1)
            mean = torch.where(z > 0, first / torch.where(z > 0, z, 1.0), 0.0)
            total.scatter[place] = second - first[..., :, None] * mean[..., None, :]
