r"""Where samples end: the nearest data points, and how often two samples are the same.

Of samples that are data points with probabilities w, two are the same with probability sum w^2 = 1/N~. Among n samples,
of which n_mu are the mu-th,

.. math:: \sum_\mu \frac{n_\mu (n_\mu - 1)}{n (n - 1)}

is that probability on average, at any n: N~ is seen in the samples alone. A sample whose distance d1 to the nearest
data point is less than a third of the distance d2 to the next is what several works call memorized.

References:
    Extracting training data from diffusion models (N. Carlini et al., 2023), arXiv:2301.13188, for cliques of samples.
    On memorization in diffusion models (X. Gu et al., 2023), arXiv:2310.02664, and arXiv:2505.17638, for d1/d2 < 1/3.
"""

import numpy as np

from simulate.engine.copies import nearest
from theory.checks import finite, points


def nearest_two(ends: np.ndarray, data: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The data point nearest to each sample, and the distances to it and to the next.

    Arguments:
        ends: samples (count, d).
        data: data points (N, d), N >= 2, in the same units.

    Returns:
        Indices (count,), and distances (count, 2) in ascending order.

    Raises:
        ValueError: where there are fewer than two data points, or none of a coordinate, or the dimensions differ.
    """
    data = finite("data", data, ndim=(2,))
    if len(data) < 2 or not data.size:
        raise ValueError(f"data must be at least two points of one coordinate, got shape {data.shape}")
    distances, rows = nearest(np.atleast_2d(points("ends", ends, data.shape[1])), data)
    return rows[:, 0], distances


def nearest_ratio(ends: np.ndarray, data: np.ndarray) -> np.ndarray:
    """d1/d2 of each sample (count,), in [0, 1]: distance to the nearest data point over that to the next; 1 for 0/0.

    Arguments:
        ends: samples (count, d).
        data: data points (N, d), N >= 2, in the same units.

    Returns:
        (count,).

    Raises:
        ValueError: where there are fewer than two data points, or the dimensions differ.
    """
    first, second = nearest_two(ends, data)[1].T
    return np.divide(first, second, out=np.ones_like(first), where=second > 0)


def collision_rate(labels: np.ndarray) -> float:
    """The share of pairs of samples that bear the same label: an unbiased estimate of sum w^2.

    Arguments:
        labels: a label of each sample, (n,), n >= 2: the index of its data point, or of its clique.

    Returns:
        A number in [0, 1].

    Raises:
        ValueError: for fewer than two labels.
    """
    labels = np.asarray(labels).ravel()
    if labels.size < 2:
        raise ValueError(f"labels must be at least two, got {labels.size}")
    counts = np.unique(labels, return_counts=True)[1].astype(float)
    return float((counts * (counts - 1)).sum() / (labels.size * (labels.size - 1.0)))
