r"""One pass over data for some queries: products where many points count, differences where few do.

Energies come from one matrix product, E = |x - c|^2/2 + e with the reduced energy e = |y - c|^2/2 - (x - c).(y - c).
In floating point of unit roundoff u the product is off by at most

    delta = (d + 8) u (|x - c| R + R^2),        R = max |y - c|,

since a sum of d products is off by d u sum |x_i y_i| in any order, |y|^2/2 likewise, and rounding x, y and the result
costs a few u more (plus an absolute d 2^-126 for underflow). So with b the lowest e found so far, every point with

    e - b > 2 delta + t log(N / tolerance)

has a weight below tolerance/N of the heaviest: all points dropped by this rule weigh less than `tolerance` together.
The points left are *survivors*. Two ways on, chosen for each block and time by the share of groups of 32 points that
hold one:

- few survive (t well below condensation): their energies are computed again from differences y - x, in double
  precision.
- many survive: their weights are summed over the whole block (`simulate.engine.whole`). The relative error of a weight
  is at most 2 delta/t, with 6 sqrt(d) for d in delta: rounding errors add up like a random walk (Higham and Mary 2019),
  so this bound is a probable one (6 deviations), unlike that of the screening. Single precision serves the times at
  which it is below the error allowed. At lower times points are survivors where they are few, and double precision
  serves where they are not, as long as it loses no more than 1e-10; differences do beyond. Where one time is asked for
  and no weight can leave the floats relative to that of the centre, the product brings log2 w itself, and the energies
  are looked at in one block of 16 alone: is it still so that many survive?

Where d is large and few survive, the energies are bounded from below first, by a product of few columns
(`simulate.engine.projection`): where the bounds leave few points too, the product of d columns is left out. Where they
leave many of its first rows, that block has its energies, and the next ones are not tried: one, two, four and so on in
a row. (The bound on the errors of coordinates is the probable one.)
"""

import math
from dataclasses import dataclass

import torch

from simulate.engine import fused
from simulate.engine.blocks import Block
from simulate.engine.moments import Moments, nothing
from simulate.engine.precision import in_full
from simulate.engine.products import (
    Workspace,
    energies,
    factors,
    group_minima,
    members,
    whole_groups,
)
from simulate.engine.projection import Turns, projected
from simulate.engine.survivors import Survivors
from simulate.engine.whole import WholeBlocks

DEVIATIONS = 6.0  # of a sum of rounding errors, in the probable bound
UNDERFLOW = 2.0**-126
SINGLE, DOUBLE = torch.float32, torch.float64
# Share of groups with a survivor above which products serve; at half of it survivors are computed one by one again, for
# each change sums those found so far. Products in double precision cost more.
FEW = {SINGLE: 1 / 32, DOUBLE: 1 / 16}
FEW_BOUNDED = 1 / 32  # share of groups with a survivor, as bounded, above which the energies are needed
TRIED = 512  # rows of a block that are bounded first, to tell
EXPONENT = {SINGLE: 60.0, DOUBLE: 400.0}  # largest log2 of a weight that is taken relative to that of the centre
SURVEYED = 16  # blocks of which one has its energies looked at, where a product brings log2 w
FEW_POINTS = 1 / 64  # share of points up to which they are survivors where only double precision would serve all
DOUBLE_ERROR = 1e-10  # largest bound on the relative error of a weight that a product in double precision may have


@dataclass(frozen=True)
class Accuracy:
    """What a pass may lose, relative to the truth.

    Arguments:
        error: of a single weight.
        tolerance: of the weight of all points that are dropped together.
    """

    error: float  # bound below which a product in single precision serves; 0 for screening only
    tolerance: float


class Pass:
    """Moments of the weights of some queries, built from the blocks of a data set one at a time.

    Arguments:
        x: queries, (Q, d).
        centre: that of the blocks, (d,), or None.
        times: noise variances > 0, (T,), descending.
        known: indices of the times that get offsets, and scatters, (k,).
        order: 0 for partitions alone, 1 for mean offsets, 2 for scatters too.
        size: number of points N of the data set.
        accuracy: what may be lost.
        workspace: memory, which passes that take turns may share.
        axes: along which energies are bounded first, (d, k), or None.
    """

    def __init__(
        self,
        x: torch.Tensor,
        centre: torch.Tensor | None,
        times: torch.Tensor,
        known: torch.Tensor,
        order: int,
        size: int,
        accuracy: Accuracy,
        workspace: Workspace,
        axes: torch.Tensor | None = None,
    ) -> None:
        self.x, self.accuracy, self._workspace = x, accuracy, workspace
        self.shifted = x if centre is None else x - centre
        self.cut = math.log(size / accuracy.tolerance)
        self._total = self._nothing = nothing(times, known, x.shape[0], x.shape[1], order)
        self._survivors = Survivors(x, self._nothing, self.cut, self._merge)
        self._times, self._known = times.tolist(), known.tolist()
        self._factors = {kind: factors(self.shifted, -1.0, 1.0, kind) for kind in (SINGLE, DOUBLE)}
        self._norm = torch.linalg.vector_norm(self.shifted, dim=1)
        self._own = self._norm.square() / 2
        self._lowest = torch.full_like(self._norm, torch.inf)
        self._doubt = torch.zeros_like(self._norm)  # the largest delta so far: the lowest energy may be off by as much
        self._split = 0  # the times before this index are summed over whole blocks
        self._unseen = 0  # blocks since the last survey
        self._in_full, self._served = in_full(), 0
        self._whole = WholeBlocks(self.shifted, self._nothing, self._merge, workspace)
        self._axes = axes
        self._asked = None if axes is None else projected(self.shifted.to(SINGLE), axes)
        self._turns = Turns()

    def add(self, block: Block) -> None:
        """Take in one block of data."""
        if self._bounds_suffice(block):
            return
        if self._needs_no_survey(block):
            self._whole.add_from_exponents(block, self._kind())
            return
        reduced = self._add_whole(block)
        if self._split < len(self._times):
            self._find_survivors(block, reduced)

    def _kind(self) -> torch.dtype:
        """Precision in which a block is looked at first."""
        return SINGLE if self._in_full and (self._served or not self._split) else DOUBLE

    def _add_whole(self, block: Block) -> torch.Tensor:
        """Add a block at the times at which many points count; its reduced energies, as made last.

        In single precision as far as its rounding allows; beyond, points are survivors where they are few, and summed
        in double precision where they are not.
        """
        reduced, done = torch.empty(0), 0
        if self._kind() == SINGLE:
            reduced = self._survey(block, SINGLE)
            self._served = self._as_far_as(self.accuracy.error)
            if self._served < self._split and self._few_points(reduced):
                self._split = self._served
            done = min(self._served, self._split)
            self._sum(block, reduced, 0, done)
        if not len(reduced) or done < self._split:
            reduced = self._survey(block, DOUBLE)
            self._split = max(done, min(self._split, self._as_far_as(DOUBLE_ERROR)))
            self._sum(block, reduced, done, self._split)
        return reduced

    def _sum(self, block: Block, reduced: torch.Tensor, start: int, stop: int) -> None:
        if start < stop:
            self._whole.relative_to(self._lowest, self._times[self._split - 1])
            self._whole.add(block, reduced, start, stop)

    def _as_far_as(self, error: float) -> int:
        """Number of the times, from the first, at which sums over a block as surveyed last have an error at most."""
        rounding = self._rounding()
        return sum(rounding <= error * time for time in self._times)

    def _few_points(self, reduced: torch.Tensor) -> bool:
        """Whether few points of a block count at the times beyond those that single precision serves."""
        return int(torch.count_nonzero(reduced <= self._threshold(self._served))) <= FEW_POINTS * reduced.numel()

    def _bounds_suffice(self, block: Block) -> bool:
        """Take in a block by lower bounds of its energies, where few survived so far and the bounds leave few.

        Its first rows are tried alone: where many of them are left, the others are not bounded.
        """
        if not self._turns.bounds() or self._axes is None or self._split or not self._in_full:
            return False
        self._lower(block, projected(block.centred(SINGLE)[:TRIED], self._axes))
        few = self._share(0) <= FEW_BOUNDED
        if few:
            lower = self._lower(block, block.along(self._axes))
            few = self._share(0) <= FEW_BOUNDED
            if few:
                self._find_survivors(block, lower)
                self._lowest = self._survivors.lowest(self._lowest + self._own) - self._own
        self._turns.told(few)
        return few

    def _lower(self, block: Block, along: torch.Tensor) -> torch.Tensor:
        """Lower bounds of the reduced energies of the first rows of a block from their coordinates along axes.

        Infinite where rows fill up a group.
        """
        assert self._asked is not None
        lower = self._workspace.room("energies", whole_groups(len(along)), len(self.x), SINGLE)
        half_square = block.half_square(SINGLE)[: len(along), None]
        torch.addmm(half_square, along, self._asked.T, alpha=-1, out=lower[: len(along)])
        lower[len(along) :] = torch.inf
        more = 1 + 2 * self._probable() * (along.shape[1] - 1) ** 0.5  # errors of the coordinates of x and of y
        self._groups, self._delta = group_minima(lower), more * self._bound(block, SINGLE)
        return lower

    def _needs_no_survey(self, block: Block) -> bool:
        """One time, many survivors when last looked at, precision enough, and no weight beyond the floats."""
        self._unseen = (self._unseen + 1) % SURVEYED
        if len(self._times) > 1 or not self._split or not self._unseen:
            return False
        kind = self._kind()
        self._delta = self._bound(block, kind)
        more = fused.MORE if self._whole.fused and kind == SINGLE else 1.0
        allowed = (self.accuracy.error if kind == SINGLE else DOUBLE_ERROR) * self._times[0]
        return self._whole.deepest(block, kind) <= EXPONENT[kind] and more * self._rounding() <= allowed

    def moments(self) -> Moments:
        """The moments of all blocks so far."""
        self._survivors.fold()
        self._whole.settle()
        return self._total

    def _merge(self, some: Moments) -> None:
        self._total = self._total.merged(some)

    def _survey(self, block: Block, kind: torch.dtype) -> torch.Tensor:
        """Reduced energies (n, Q), infinite where rows fill up a group.

        Updates the lowest ones, and which times have many survivors.
        """
        y = block.centred(kind)
        reduced = self._workspace.room("energies", whole_groups(len(y)), len(self.x), kind)
        energies(y, block.half_square(kind), self._factors[kind], 1.0, reduced[: len(y)])
        reduced[len(y) :] = torch.inf
        self._groups = group_minima(reduced)
        self._lowest = torch.minimum(self._lowest, self._groups.amin(dim=0).double())
        self._delta = self._bound(block, kind)
        self._doubt = torch.maximum(self._doubt, self._delta)
        few = FEW[DOUBLE if self.accuracy.error == 0 else SINGLE]
        while self._split < len(self._times) and self._share(self._split) > few:
            self._split += 1
        while self._split and self._share(self._split - 1) < few / 2:
            self._split -= 1
        return reduced

    def _bound(self, block: Block, kind: torch.dtype) -> torch.Tensor:
        """delta, the largest possible error of the reduced energies, (Q,)."""
        unit, radius, dimension = torch.finfo(kind).eps / 2, block.radius(kind), self.x.shape[1]
        return (dimension + 8) * unit * (self._norm * radius + radius**2) + dimension * UNDERFLOW

    def _rounding(self) -> float:
        """Probable bound on the relative error of a weight, times t."""
        return 2 * self._probable() * float(self._delta.max())

    def _probable(self) -> float:
        """Probable bound on the error of a product, over its largest possible error."""
        dimension = self.x.shape[1]
        return (min(dimension, DEVIATIONS * dimension**0.5) + 8) / (dimension + 8)

    def _threshold(self, index: int) -> torch.Tensor:
        """Reduced energy beyond which a point does not count, (Q,), finite."""
        highest = self._lowest + self._doubt + self._delta + self.cut * self._times[index]
        kind = self._groups.dtype
        return highest.clamp(max=torch.finfo(kind).max).to(kind)

    def _share(self, index: int) -> float:
        """Share of the groups that hold a survivor."""
        return int(torch.count_nonzero(self._groups <= self._threshold(index))) / self._groups.numel()

    def _find_survivors(self, block: Block, reduced: torch.Tensor) -> None:
        """Keep the points that may count at the times from `_split` on."""
        row, query = members(self._groups, reduced, self._threshold(self._split))
        self._survivors.add(block, row, query, self._split)
