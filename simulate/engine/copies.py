r"""Copies: points that lie far nearer to one point of the data than to any other.

Two points of a data set are *near copies* where the distance of the one to the other is below a factor c times that to
its FAR-th neighbour. Of n points of an m-dimensional law n (FAR - 1) c^m pairs lie so, and c <= 1/2 is the largest
factor at which they would be at most FALSE of the pairs that are found, with m from distances of neighbours that pairs
and triples of copies leave as they are, and one standard error on the safe side:

    1/m = (FAR - 1) mean log(d_FAR/d_{FAR-1}) (1 + n^{-1/2}).

At noises above their distance near copies are one point of the data.
"""

import numpy as np
import torch
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

COPIED = 1 / 3  # distance to the nearest data point, in units of the second nearest, below which a point is a copy


def nearest(points: np.ndarray, data: np.ndarray, count: int = 2) -> tuple[np.ndarray, np.ndarray]:
    """Distances from points to their nearest points of a data set, and which these are.

    Distances come from differences: they are as exact for a copy as for any other point. Of exact copies among the data
    give one (`simulate.images.distinct`): a point near them is a copy, and would be as near to the second.

    Arguments:
        points: (n, d), in units of the data.
        data: (N, d), N >= count.
        count: how many nearest.

    Returns:
        Distances, ascending, and row numbers of the data, (n, count) each.
    """
    x, y = (torch.as_tensor(each).double() for each in (points, data))
    distances = torch.cdist(x, y, compute_mode="donot_use_mm_for_euclid_dist")
    found = distances.topk(count, dim=1, largest=False)
    return found.values.numpy(), found.indices.numpy()


FAR = 5  # neighbours among which copies are looked for
FALSE = 0.1  # of the pairs that are taken for copies, that chance may have made
NEAREST = 0.5  # of the distance to the FAR-th neighbour, that copies lie within at most
BLOCK = 1024  # rows


def near_copies(points: np.ndarray) -> np.ndarray:
    """For each of distinct points (n, d) the first one that it is a near copy of, (n,): itself, if of none.

    Fewer than FAR + 2 points are too few to tell: none is a copy.
    """
    n = len(points)
    if n < FAR + 2:
        return np.arange(n)
    distances, rows = _neighbours(np.asarray(points, dtype=float))
    ratios = distances / np.maximum(distances[:, -1:], np.finfo(float).tiny)
    growth = -(FAR - 1) * np.log(np.maximum(ratios[:, -2], np.finfo(float).tiny)).mean() * (1 + n**-0.5)  # 1/m at most
    m = 1 / growth if growth > 0 else np.inf  # of equal distances, as of one-hot rows
    near = ratios <= _factor(np.sort(ratios[:, :-1], axis=None), n, m)
    place = np.repeat(np.arange(n), FAR).reshape(n, FAR)[near]
    _, label = connected_components(
        coo_matrix((np.ones(place.size), (place, rows[near])), shape=(n, n)), directed=False
    )
    first = np.full(label.max() + 1, n)
    np.minimum.at(first, label, np.arange(n))
    return first[label]


def _factor(ratios: np.ndarray, n: int, m: float) -> float:
    """The largest of ascending `ratios`, at most NEAREST, up to which few enough are those of an m-dimensional law."""
    by_chance = n * (FAR - 1) * ratios**m
    fine = np.flatnonzero((by_chance <= FALSE * np.arange(1, ratios.size + 1)) & (ratios <= NEAREST))
    return float(ratios[fine[-1]]) if fine.size else 0.0


def _neighbours(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distances (n, FAR) of points to their nearest others, ascending, and the rows of these."""
    y = torch.as_tensor(points - points.mean(axis=0))
    parts = []
    for start in range(0, len(y), BLOCK):
        distances = torch.cdist(y[start : start + BLOCK], y)
        here = torch.arange(len(distances))
        distances[here, start + here] = torch.inf
        parts.append(distances.topk(FAR, dim=1, largest=False))
    values, rows = (torch.cat([getattr(part, name) for part in parts]).numpy() for name in ("values", "indices"))
    return values, rows
