"""The few matrix operations that a pass over data is made of.

Sums over points go by stripes of rows, one after the other: threads share out the rows where a matrix is filled, and
would share out the columns where it is summed as a whole, so that each fetched half of it from the other.
"""

import torch
import torch.nn.functional as F

GROUP = 32  # points whose lowest energy is looked at first
STRIPES = 8  # of the rows of a block; divides GROUP
ALONE = 24  # queries up to which second moments are a product for each


class Workspace:
    """Memory for large intermediate results, kept from block to block: new pages cost more than the sums in them."""

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._held: dict[tuple[str, torch.dtype], torch.Tensor] = {}

    def room(self, name: str, rows: int, columns: int, dtype: torch.dtype) -> torch.Tensor:
        """Memory under a name; what it held before is lost.

        Arguments:
            name: of what it is for.
            rows: how many.
            columns: how many.
            dtype: type of its numbers.

        Returns:
            A tensor (rows, columns), not cleared.
        """
        held = self._held.get((name, dtype))
        if held is None or held.numel() < rows * columns:
            held = self._held[name, dtype] = torch.empty(rows * columns, dtype=dtype, device=self._device)
        return held[: rows * columns].view(rows, columns)


def whole_groups(rows: int) -> int:
    """Rows of the groups that hold so many."""
    return -(-rows // GROUP) * GROUP


def striped(matrix: torch.Tensor, stripes: int = STRIPES) -> torch.Tensor:
    """A matrix in stripes of rows, rounded up to whole groups with rows of zeros.

    Arguments:
        matrix: (n, k).
        stripes: how many; a divisor of GROUP.

    Returns:
        (stripes, n/stripes, k).
    """
    missing = whole_groups(len(matrix)) - len(matrix)
    whole = F.pad(matrix, (0, 0, 0, missing)) if missing else matrix
    return whole.reshape(stripes, -1, matrix.shape[1])


def factors(x: torch.Tensor, scale: float, own: float, kind: torch.dtype) -> torch.Tensor:
    """What `energies` takes of queries: their multiples, and a row of one number.

    Arguments:
        x: queries, (Q, d).
        scale: what they are multiplied by.
        own: the number.
        kind: type of the result.

    Returns:
        (d + 1, Q).
    """
    return torch.cat([x.T * scale, torch.full_like(x[:, :1].T, own)]).to(kind).contiguous()


def energies(
    y: torch.Tensor, half_square: torch.Tensor, factors: torch.Tensor, own: float, out: torch.Tensor
) -> torch.Tensor:
    """Products of points and queries, and a multiple of the half squares of the points: y a + own |y|^2/2.

    Where there are many queries for the length of a row, |y|^2/2 is one more coordinate: to add a column to a product
    in single precision takes a CPU half as long as the product.

    Arguments:
        y: points, (n, d).
        half_square: |y|^2/2, (n,).
        factors: a, and `own` in the last row, (d + 1, Q).
        own: the factor of the half squares.
        out: (n, Q).

    Returns:
        `out`.
    """
    if y.is_cuda or y.dtype != torch.float32 or factors.shape[1] < 2 * y.shape[1]:
        return torch.addmm(half_square[:, None], y, factors[:-1], beta=own, out=out)
    return torch.mm(torch.cat([y, half_square[:, None]], dim=1), factors, out=out)


def weighted_sums(weights: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Weighted sums of points: sum_mu w_mu y_mu.

    Arguments:
        weights: (n, Q), n a whole number of groups.
        y: points, (n, d), or fewer rows where the last weights are of no point.

    Returns:
        (Q, d), in double precision.
    """
    stripes = GROUP if y.is_cuda else STRIPES  # a GPU has a core for every piece of every one of them
    return torch.bmm(striped(y, stripes).mT, striped(weights, stripes)).sum(dim=0, dtype=torch.float64).T


def group_minima(reduced: torch.Tensor) -> torch.Tensor:
    """Lowest entry of every 32 rows of (n, Q): (n/32, Q)."""
    return reduced.view(-1, GROUP, reduced.shape[1]).amin(dim=1)


def members(groups: torch.Tensor, reduced: torch.Tensor, threshold: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Entries of a table that are at most a threshold, found by way of groups of rows.

    Arguments:
        groups: the least entry of each group, (n/GROUP, Q).
        reduced: the table, (n, Q).
        threshold: (Q,).

    Returns:
        Their rows and columns, one entry for each.
    """
    group, query = (groups <= threshold).nonzero(as_tuple=True)
    energies = reduced.view(-1, GROUP, reduced.shape[1])[group, :, query]
    which, place = (energies <= threshold[query, None]).nonzero(as_tuple=True)
    return group[which] * GROUP + place, query[which]


def second_moments(weights: torch.Tensor, y: torch.Tensor, band: int = 16) -> torch.Tensor:
    """Weighted second moments of points: sum_mu w_mu y_mu y_mu^T, by bands of the upper triangle.

    Few queries are a product each: all pairs of coordinates are worth writing down where many queries read them.

    Arguments:
        weights: (n, Q).
        y: points, (n, d).
        band: rows of the triangle at a time.

    Returns:
        (Q, d, d), in double precision.
    """
    if weights.shape[1] <= ALONE:
        return torch.stack([(y * w[:, None]).T @ y for w in weights.T]).double()
    dimension = y.shape[1]
    result = torch.empty(weights.shape[1], dimension, dimension, dtype=torch.float64, device=y.device)
    for i in range(0, dimension, band):
        pairs = y[:, i : i + band, None] * y[:, None, i:]
        block = (weights.T @ pairs.flatten(1)).double().view(-1, *pairs.shape[1:])
        result[:, i : i + band, i:] = block
        result[:, i:, i : i + band] = block.mT
    return result
