r"""What is in a set of data: how many points, copies, in which range, along which axes, of which intrinsic dimension.

Exact copies, and near copies (`simulate.engine.copies`), are one point counted twice: around it the empirical score
condenses at any N. They are counted here, and left out of all that follows. Near copies are looked for among the first
`NEAR` distinct points. The intrinsic dimension is that of TwoNN (`simulate.dimension.two_nn`) at some of the points.
"""

from dataclasses import dataclass

import numpy as np

from simulate.dimension.two_nn import Dimension, two_nn
from simulate.engine.copies import near_copies, nearest
from simulate.images import duplicates
from verify.probe.known.far_rows import refuse_far_row

NEAR = 10_000  # points among which near copies are looked for
LOOKED_AT = 256  # points of which the neighbours are looked at
FEWEST = 100  # distinct points from which a law is fitted


@dataclass(frozen=True, eq=False)
class Contents:
    """What is in data (N, d).

    Arguments:
        n, d: number of points and dimensions, copies included.
        lowest, highest: range of the coordinates.
        exact, near: pairs of rows (copy, the first one that it equals, or nearly does), (count, 2) each.
        rows: those that are no copies, (n,).
        dimension: intrinsic dimension with its interval.
    """

    n: int
    d: int
    lowest: float
    highest: float
    exact: np.ndarray
    near: np.ndarray
    rows: np.ndarray
    dimension: Dimension

    @property
    def exact_copies(self) -> int:
        """How many rows equal an earlier one."""
        return len(self.exact)

    @property
    def near_copies(self) -> int:
        """How many rows nearly equal an earlier one."""
        return len(self.near)


def contents(data: np.ndarray) -> Contents:
    """What is in data (N, d). Raises ValueError for fewer than 100 distinct points, and for one far from all others."""
    exact = duplicates(data)
    different = np.setdiff1d(np.arange(len(data)), exact[:, 0])
    near = _near(data, different[:NEAR])
    own = np.setdiff1d(different, near[:, 0])
    if len(own) < FEWEST:
        raise ValueError(f"data must have at least {FEWEST} points that are no copies, got {len(own)} of {len(data)}")
    first = np.arange(len(data))
    for copies in (near, exact):
        first[copies[:, 0]] = first[copies[:, 1]]
    refuse_far_row(data, first)
    return Contents(
        n=len(data),
        d=data.shape[1],
        lowest=float(data.min()),
        highest=float(data.max()),
        exact=exact,
        near=near,
        rows=own,
        dimension=_intrinsic(data, own),
    )


def _near(data: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Pairs (copy, first) of near copies among different rows."""
    first = rows[near_copies(data[rows])] if len(rows) > 1 else rows
    return np.stack([rows, first], axis=1)[first != rows]


def _intrinsic(data: np.ndarray, rows: np.ndarray) -> Dimension:
    few = rows[np.linspace(0, len(rows) - 1, min(LOOKED_AT, len(rows))).astype(int)]
    distances, _ = nearest(data[few], data[rows[:NEAR]] if rows.size > NEAR else data[rows], 3)
    return two_nn(distances[:, 1], distances[:, 2])
