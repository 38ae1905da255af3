r"""Linear denoisers of one data set, solved and trained.

The best linear denoiser of N points, with their mean :math:`\bar y` and covariance :math:`S`, is

.. math::

    D(x) = \bar y + W (x - \bar y), \qquad W = S (S + t)^{-1}

Trained by gradient descent on :math:`\mathbb{E} |D(y + \sqrt t z) - y|^2`, averaged over the N points and over all
noise, it comes to the same.
"""

from dataclasses import dataclass

import numpy as np

from theory.checks import finite, integer, points, positive, scalar


@dataclass(frozen=True, eq=False)
class LinearDenoiser:
    """D(x) = mean + W (x - mean).

    Arguments:
        mean: (d,), in units of the data.
        weights: W, (d, d).
    """

    mean: np.ndarray
    weights: np.ndarray

    def denoise(self, x: np.ndarray) -> np.ndarray:
        """D at x (batch, d), (batch, d). Raises ValueError for another number of coordinates."""
        return self.mean + (points("x", x, self.mean.size) - self.mean) @ self.weights.T

    def jacobian(self, x: np.ndarray) -> np.ndarray:
        """dD_i/dx_j at x (batch, d), (batch, d, d): the same everywhere."""
        return np.broadcast_to(self.weights, (len(np.atleast_2d(x)), *self.weights.shape))


def solved(data: np.ndarray, t: float) -> LinearDenoiser:
    """The best linear denoiser of a data set.

    Arguments:
        data: points (n, d).
        t: the noise variance > 0, in squared units of the data.

    Returns:
        The denoiser with W = S (S + t)^{-1}, from the eigenvectors of S.

    Raises:
        ValueError: for data that are not finite or not (n, d), and for t <= 0.
    """
    rows, noise = finite("data", data, ndim=(2,)), float(positive("t", scalar("t", t)))
    variances, axes = np.linalg.eigh(covariance(rows))
    positive_part = np.maximum(variances, 0.0)
    return LinearDenoiser(rows.mean(axis=0), (axes * (positive_part / (positive_part + noise))) @ axes.T)


def descended(data: np.ndarray, t: float, rate: float, steps: int) -> LinearDenoiser:
    """The linear denoiser of a data set after gradient descent from W = 0.

    Arguments:
        data: points (n, d).
        t: the noise variance > 0, in squared units of the data.
        rate: the learning rate > 0, in units of 1/(squared units of the data).
        steps: the number >= 1 of steps.

    Returns:
        The denoiser with the mean of the data and W after those steps, all noise averaged.

    Raises:
        ValueError: as `solved`, and for a rate at which the descent does not converge.
    """
    rows, noise = finite("data", data, ndim=(2,)), float(positive("t", scalar("t", t)))
    s = covariance(rows)
    steepest = 1 / float(np.linalg.eigvalsh(s).max() + noise)
    if not 0 < scalar("rate", rate) < steepest:
        raise ValueError(f"rate must be between 0 and {steepest:g}, where descent converges, got {rate}")
    weights = np.zeros_like(s)
    for _ in range(integer("steps", steps)):
        weights -= rate * 2 * (weights @ (s + noise * np.eye(len(s))) - s)
    return LinearDenoiser(rows.mean(axis=0), weights)


def covariance(rows: np.ndarray) -> np.ndarray:
    """S = sum (y - mean)(y - mean)^T / n over points (..., n, d), (..., d, d)."""
    centred = rows - rows.mean(axis=-2, keepdims=True)
    return np.einsum("...ni,...nj->...ij", centred, centred, optimize=True) / rows.shape[-2]
