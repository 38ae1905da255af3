r"""Principal axes of data, and groups of them that are equal on a logarithmic scale of the variance."""

import numpy as np

GROUPS = 5
LEAST = 1e-9  # variance of an axis, relative to the first, that counts


def principal_axes(data: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Unit vectors (r, d) along which `data` (N, d), not all equal, vary, and the variances (r,), largest first."""
    centred = data - data.mean(axis=0)
    if len(data) < data.shape[1]:  # the (N, N) matrix has the same spectrum but for zeros
        values, vectors = np.linalg.eigh(centred @ centred.T / len(data))
        kept = values > LEAST * values[-1]
        axes = (centred.T @ vectors[:, kept] / np.sqrt(len(data) * values[kept])).T
    else:
        values, vectors = np.linalg.eigh(centred.T @ centred / len(data))
        kept = values > LEAST * values[-1]
        axes = vectors[:, kept].T
    if not values[-1] > 0:
        raise ValueError("data must differ from point to point by more than the rounding of their squares")
    return axes[::-1].copy(), values[kept][::-1].copy()


def axis_groups(variances: np.ndarray) -> list[np.ndarray]:
    """Indices of the axes of each of the groups into which descending `variances` fall on a logarithmic scale."""
    edges = np.geomspace(variances[0], variances[-1], GROUPS + 1)[1:-1]
    parts = np.split(np.arange(variances.size), np.searchsorted(-variances, -edges))
    return [part for part in parts if part.size]
