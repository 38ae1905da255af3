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
- many survive: weights w = 2^((b - e)/(t log 2)) of the whole block, their sum, and a second product w^T y. The
  relative error of a weight is at most 2 delta/t, with 6 sqrt(d) for d in delta: rounding errors add up like a random
  walk (Higham and Mary 2019), so this bound is a probable one (6 deviations), unlike that of the screening. Single
  precision serves while it is below the error allowed, double beyond, and differences where even double precision
  would lose more than 1e-10. Where one time is asked for and no weight can leave the floats relative to that of the
  centre (b = 0), the product brings log2 w itself, and the energies are looked at in one block of 16 alone: is it
  still so that many survive?

Where d is large and few survive, the energies are bounded from below first, by a product of few columns
(`simulate.engine.projection`): where the bounds leave few points too, the product of d columns is left out. Where they
leave many, that block has its energies, and the next ones are not tried: one, two, four and so on in a row. (The bound
on the errors of coordinates is the probable one.)

(Powers of two because torch's exp2 is three times as fast as its exp, and does not stall where the result underflows.)
"""

import math
from dataclasses import dataclass

import torch

from simulate.engine import fused
from simulate.engine.blocks import Block
from simulate.engine.moments import Moments, nothing
from simulate.engine.precision import in_full
from simulate.engine.products import (
    STRIPES,
    Workspace,
    doubling_chains,
    group_minima,
    members,
    second_moments,
    weighted_sums,
    whole_groups,
)
from simulate.engine.projection import Turns, projected
from simulate.engine.survivors import Survivors

DEVIATIONS = 6.0  # of a sum of rounding errors, in the probable bound
LOG2_E = 1 / math.log(2)
UNDERFLOW = 2.0**-126
SINGLE, DOUBLE = torch.float32, torch.float64
# Share of groups with a survivor above which products serve; at half of it survivors are computed one by one again, for
# each change sums those found so far. Products in double precision cost more.
FEW = {SINGLE: 1 / 32, DOUBLE: 1 / 16}
FEW_BOUNDED = 1 / 32  # share of groups with a survivor, as bounded, above which the energies are needed
HEADROOM = 20.0  # largest log of a weight before weights are taken relative to a lower energy
EXPONENT = {SINGLE: 60.0, DOUBLE: 400.0}  # largest log2 of a weight that is taken relative to that of the centre
SURVEYED = 16  # blocks of which one has its energies looked at, where a product brings log2 w
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
        self._running: Moments | None = None  # of whole blocks, relative to the reduced energy `_reference`
        self._reference = torch.empty(0)
        self._times, self._known = times.tolist(), known.tolist()
        self._chains = doubling_chains(self._times)
        self._transposed = {kind: self.shifted.to(kind).T.contiguous() for kind in (SINGLE, DOUBLE)}
        self._scale = LOG2_E / self._times[0]
        self._scaled = {kind: transposed * self._scale for kind, transposed in self._transposed.items()}
        self._norm = torch.linalg.vector_norm(self.shifted, dim=1)
        self._farthest = float(self._norm.max())
        self._lowest = torch.full_like(self._norm, torch.inf)
        self._doubt = torch.zeros_like(self._norm)  # the largest delta so far: the lowest energy may be off by as much
        self._split = 0  # the times before this index are summed over whole blocks
        self._unseen = 0  # blocks since the last survey
        self._single_fails = not in_full() or accuracy.error == 0
        self._fused = fused.serves(x.device, x.shape[1])
        self._axes = axes
        self._asked = None if axes is None else projected(self._transposed[SINGLE].T.contiguous(), axes)
        self._turns = Turns()

    def add(self, block: Block) -> None:
        """Take in one block of data."""
        if self._bounds_suffice(block):
            return
        kind = DOUBLE if self._single_fails and self._split else SINGLE
        if self._needs_no_survey(block, kind):
            self._from_exponents(block, kind)
            return
        reduced = self._survey(block, kind)
        if self._split and kind == SINGLE and (self._single_fails or self._error() > self.accuracy.error):
            kind, self._single_fails = DOUBLE, True
            reduced = self._survey(block, kind)
        if self._split and kind == DOUBLE and self._error() > DOUBLE_ERROR:
            self._split = 0
        if self._split:
            self._from_products(block, reduced)
        if self._split < len(self._times):
            self._find_survivors(block, reduced)

    def _bounds_suffice(self, block: Block) -> bool:
        """Take in a block by lower bounds of its energies, where few survived so far and the bounds leave few."""
        if not self._turns.bounds() or self._axes is None or self._asked is None or self._split:
            return False
        along, half_square = block.along(self._axes), block.half_square(SINGLE)[:, None]
        lower = self._workspace.room("energies", whole_groups(len(along)), len(self.x), SINGLE)
        torch.addmm(half_square, along, self._asked.T, alpha=-1, out=lower[: len(along)])
        lower[len(along) :] = torch.inf
        more = 1 + 2 * self._probable() * self._axes.shape[1] ** 0.5  # errors of the coordinates of x and of y
        self._groups, self._delta = group_minima(lower), more * self._bound(block, SINGLE)
        few = self._share(0) <= FEW_BOUNDED
        self._turns.told(few)
        if few:
            self._find_survivors(block, lower)
            own = self._norm.square() / 2
            self._lowest = self._survivors.lowest(self._lowest + own) - own
        return few

    def _needs_no_survey(self, block: Block, kind: torch.dtype) -> bool:
        """One time, many survivors when last looked at, precision enough, and no weight beyond the floats."""
        self._unseen = (self._unseen + 1) % SURVEYED
        if len(self._times) > 1 or not self._split or not self._unseen:
            return False
        self._delta, radius = self._bound(block, kind), block.radius(kind)
        in_range = self._scale * (self._farthest + radius / 2) * radius <= EXPONENT[kind]
        more = fused.MORE if self._fused and kind == SINGLE else 1.0
        return in_range and more * self._error() <= (self.accuracy.error if kind == SINGLE else DOUBLE_ERROR)

    def moments(self) -> Moments:
        """The moments of all blocks so far."""
        self._survivors.fold()
        self._settle()
        return self._total

    def _merge(self, some: Moments) -> None:
        self._total = self._total.merged(some)

    def _survey(self, block: Block, kind: torch.dtype) -> torch.Tensor:
        """Reduced energies (n, Q), infinite where rows fill up a group.

        Updates the lowest ones, and which times have many survivors.
        """
        half_square = block.half_square(kind)[:, None]
        y = block.centred(kind)
        reduced = self._workspace.room("energies", whole_groups(len(y)), len(self.x), kind)
        torch.addmm(half_square, y, self._transposed[kind], alpha=-1, out=reduced[: len(y)])
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

    def _error(self) -> float:
        """Probable bound on the relative error of a weight at the times that are summed over whole blocks."""
        return 2 * self._probable() * float(self._delta.max()) / self._times[self._split - 1]

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

    def _from_products(self, block: Block, reduced: torch.Tensor) -> None:
        """Add the moments of the whole block at the first `_split` times."""
        running = self._running_moments()
        kept: dict[int, torch.Tensor] = {}
        sums = torch.empty_like(running.partition[: self._split])
        for chain in ([index for index in chain if index < self._split] for chain in self._chains):
            if self._fused and chain and reduced.dtype == SINGLE and not set(chain) & set(self._known):
                sums[chain] = fused.chain(reduced, self._reference, LOG2_E / self._times[chain[0]], len(chain))
            else:
                self._sum_chain(reduced, chain, sums, kept)
        running.partition[: self._split] += sums
        if kept:
            self._second_product(running, block, kept)

    def _sum_chain(
        self, reduced: torch.Tensor, chain: list[int], sums: torch.Tensor, kept: dict[int, torch.Tensor]
    ) -> None:
        """Sums of the weights at the times of a chain, the weights at known times kept."""
        weights = None
        for index in chain:
            weights = self._weights(reduced, index) if weights is None else self._squared(weights, index)
            sums[index] = weights.view(STRIPES, -1, len(self.x)).sum(dim=1).sum(dim=0)
            if index in self._known:
                kept[index] = weights

    def _from_exponents(self, block: Block, kind: torch.dtype) -> None:
        """Add the moments of the whole block at the one time, relative to the weight of the centre."""
        running = self._running
        if running is None or running.scatter is not None or bool(self._reference.any()):
            running = self._summed_from(torch.zeros_like(self._norm))
        y, bias = block.centred(kind), block.half_square(kind)[:, None] * -self._scale
        if self._fused and kind == SINGLE and running.scatter is None:
            partition, first = fused.sums(y, bias[:, 0], self._scaled[kind].T)
            running.partition[0] += partition
            running.offset[: len(self._known)] += first
            return
        exponents = self._workspace.room("energies", whole_groups(len(y)), len(self.x), kind)
        torch.addmm(bias, y, self._scaled[kind], out=exponents[: len(y)])
        exponents[len(y) :] = -torch.inf
        weights = exponents.exp2_()
        running.partition[0] += weights.view(STRIPES, -1, len(self.x)).sum(dim=1).sum(dim=0)
        if len(self._known):
            self._second_product(running, block, {0: weights})

    def _running_moments(self) -> Moments:
        """Where whole blocks are summed: anew for each block where scatters are wanted, which have no common origin."""
        allowed = HEADROOM * self._times[self._split - 1]
        running = self._running
        if running is None or running.scatter is not None or bool((self._reference - self._lowest > allowed).any()):
            running = self._summed_from(self._lowest.float().double())  # the same number in both precisions
        return running

    def _summed_from(self, reference: torch.Tensor) -> Moments:
        """What is summed from now on, relative to a reduced energy (Q,)."""
        self._settle()
        self._reference, self._running = reference, self._nothing.anew(reference + self._norm.square() / 2)
        return self._running

    def _settle(self) -> None:
        if self._running is not None:
            self._running.offset.sub_(self._running.at_known() * self.shifted)  # from the centre to x
            self._merge(self._running)
            self._running = None

    def _weights(self, reduced: torch.Tensor, index: int) -> torch.Tensor:
        scale = LOG2_E / self._times[index]
        room = reduced if len(self._times) == 1 else self._room(index, reduced)  # energies are wanted at other times
        return torch.sub(self._reference.to(reduced.dtype) * scale, reduced, alpha=scale, out=room).exp2_()

    def _squared(self, weights: torch.Tensor, index: int) -> torch.Tensor:
        return torch.mul(weights, weights, out=self._room(index, weights)) if self._known else weights.square_()

    def _room(self, index: int, like: torch.Tensor) -> torch.Tensor:
        """Memory for the weights at a time: its own only where weights of several times are needed at once."""
        return self._workspace.room(
            f"weights {index if index in self._known else ''}", like.shape[0], like.shape[1], like.dtype
        )

    def _second_product(self, total: Moments, block: Block, kept: dict[int, torch.Tensor]) -> None:
        """Offsets, still from the centre, and scatters."""
        place = [self._known.index(index) for index in kept]
        weights = torch.cat(list(kept.values()), dim=1) if len(kept) > 1 else next(iter(kept.values()))
        y = block.centred(weights.dtype)
        first = weighted_sums(weights, y).reshape(len(kept), *self.x.shape)
        if place == [0]:
            total.offset[0].add_(first[0])  # an index would copy them back and forth
        else:
            total.offset[place] += first
        if total.scatter is not None:
            z = total.at_known()[place]
            second = second_moments(weights[: len(y)], y).view(*first.shape, -1)
            mean = torch.where(z > 0, first / torch.where(z > 0, z, 1.0), 0.0)
            total.scatter[place] = second - first[..., :, None] * mean[..., None, :]

    def _find_survivors(self, block: Block, reduced: torch.Tensor) -> None:
        """Keep the points that may count at the times from `_split` on."""
        row, query = members(self._groups, reduced, self._threshold(self._split))
        self._survivors.add(block, row, query, self._split)
