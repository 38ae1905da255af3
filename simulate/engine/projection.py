r"""Lower bounds of energies from a few coordinates, for data that lie near few dimensions.

With orthonormal axes V (d, k), p = V^T y, and r = |y - V p| the length of what they leave of a point,

    x.y <= (V^T x).p + |x - V V^T x| r        (Cauchy and Schwarz, for the rest of both)

so that e = |y|^2/2 - x.y is at least |y|^2/2 - (V^T x, |x_rest|).(p, r): a product of k + 1 columns in place of d. A
point whose bound lies above the threshold of `simulate.engine.screening` cannot count, whatever its energy. The bound
leaves few points where r is small: data near a linear space of few dimensions, or a t far below condensation.

Rounding. The squares of p and of y are off by less than 2 (d + 8) u |y|^2 together, so r^2 is taken larger by twice
that: the bound stays one.
"""

import torch

from simulate.engine.precision import fast_products

WIDE, MANY = 256, 1 << 15  # coordinates, and points, from which on bounds can pay
NUMBERS = (16, 32, 64)  # of axes: the least that leaves ...
LEFT = 1e-3  # ... this share of the variance
PATIENCE = 32  # blocks, at most, that are not tried after one in which bounds left many
ROUNDS = 2  # of the power iteration
SPARE = 8  # axes that are found beside those that are kept


def leading_axes(rows: torch.Tensor) -> torch.Tensor:
    """Leading principal axes of centred rows, by power iteration from random directions of a fixed seed.

    Arguments:
        rows: (n, d), single precision.

    Returns:
        Orthonormal axes (d, k), single precision, with k of `NUMBERS` and at most n.
    """
    generator = torch.Generator().manual_seed(0)
    most = min(NUMBERS[-1] + SPARE, *rows.shape)
    found = torch.randn(rows.shape[1], most, generator=generator).to(rows.device)
    with fast_products():
        for _ in range(ROUNDS):
            found = torch.linalg.qr((rows.T @ (rows @ found)).double()).Q.float()
        _, lengths, turn = torch.linalg.svd(rows @ found, full_matrices=False)
    kept = _enough(lengths.square(), torch.linalg.vector_norm(rows).square())
    return torch.linalg.qr((found @ turn.T)[:, :kept].double()).Q.float().contiguous()


def projected(y: torch.Tensor, axes: torch.Tensor) -> torch.Tensor:
    """Coordinates of points along axes, and behind them the length of the rest, at most.

    Arguments:
        y: points, (n, d).
        axes: orthonormal columns, (d, k).

    Returns:
        (n, k + 1).
    """
    with fast_products():
        along = y @ axes
    square = torch.linalg.vector_norm(y, dim=1).square()
    slack = 2 * (y.shape[1] + 8) * torch.finfo(y.dtype).eps * square
    rest = (square - along.square().sum(dim=1)).clamp(min=0) + slack
    return torch.cat([along, rest.sqrt()[:, None]], dim=1)


def _enough(squares: torch.Tensor, total: torch.Tensor) -> int:
    """The least number of axes that leave little, and the most where none does."""
    left = 1 - squares.cumsum(dim=0) / total
    fits = [number for number in NUMBERS if number <= len(left) and left[number - 1] <= LEFT]
    return min(fits, default=min(NUMBERS[-1], len(left)))


class Turns:
    """Which blocks of a pass are tried by bounds: not the first, whose energies tell the lowest.

    After a block in which bounds left many points one block is not tried, then two, four, and at most PATIENCE.
    """

    def __init__(self) -> None:
        self._left, self._wait = 1, 1

    def bounds(self) -> bool:
        """Whether bounds are tried with the next block."""
        self._left -= 1
        return self._left < 0

    def told(self, enough: bool) -> None:
        """Whether the bounds of a block left few points."""
        if not enough:
            self._left = self._wait
        self._wait = 1 if enough else min(2 * self._wait, PATIENCE)
