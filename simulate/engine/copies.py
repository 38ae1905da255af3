r"""Copies: points that lie far nearer to one point of the data than to any other."""

import numpy as np
import torch

COPIED = 1 / 3  # distance to the nearest data point, in units of the second nearest, below which a point is a copy


def nearest(points: np.ndarray, data: np.ndarray, count: int = 2) -> tuple[np.ndarray, np.ndarray]:
    """Distances (n, count) from points (n, d) to their nearest of data (N >= count, d), ascending, and rows (n, count).

    Distances come from differences: they are as exact for a copy as for any other point. Of exact copies among the data
    give one (`simulate.images.distinct`): a point near them is a copy, and would be as near to the second.
    """
    x, y = (torch.as_tensor(each).double() for each in (points, data))
    distances = torch.cdist(x, y, compute_mode="donot_use_mm_for_euclid_dist")
    found = distances.topk(count, dim=1, largest=False)
    return found.values.numpy(), found.indices.numpy()
