r"""A kernel model of two points on a line, along its gradient flow to times as long as :math:`e^{300}`.

Data are -a and a, inputs all x = y + sqrt(t) z, the kernel is :math:`e^{-|x - x'|/l}`. The model is odd, so that nodes
x_i > 0 of a quadrature are enough, with weights p_i and the kernel of odd functions, k(x, x') - k(x, -x'). That is the
covariance of a process that starts at 0 and forgets its past: its inverse factor L^{-1} has two diagonals, and so has
:math:`B = (P^{1/2} L)^{-1}`. The singular values of such a matrix have all their digits, however small (LAPACK's QR of
bidiagonal matrices), where the eigenvalues of the kernel matrix have those of the largest alone.

.. math::

    P^{1/2} k\, P^{1/2} = V\, u\, V^T, \quad B^T = V\, u^{-1/2}\, U^T, \qquad
    P^{1/2} D(\tau) = V\, (1 - e^{-2 u \tau})\, V^T P^{1/2} \langle y \rangle

References: J. Demmel and W. Kahan, Accurate singular values of bidiagonal matrices, 1990.
"""

import numpy as np
from scipy.linalg import svd

from theory.checks import positive, scalar

BEYOND = 7.0  # standard deviations of the noise that nodes reach beyond a point


class LineFlow:
    """A kernel model of the points -a and a under all noise, at nodes x > 0.

    Arguments:
        a: half the distance of the points, > 0.
        t: noise variance > 0, in squared units of the data.
        length: l > 0 of the kernel.
        spacing: of the nodes, in units of t/a, the width of the step of the empirical score; > 0.

    Raises:
        ValueError: that names the argument and its bound.
    """

    def __init__(self, a: float, t: float, length: float, spacing: float = 1.0) -> None:
        settings = {"a": a, "t": t, "length": length, "spacing": spacing}
        a, t, length, spacing = (float(positive(name, scalar(name, value))) for name, value in settings.items())
        step = spacing * t / a
        self.x = step * (np.arange(int(np.ceil((a + BEYOND * np.sqrt(t)) / step))) + 0.5)
        self.target = a * np.tanh(a * self.x / t)
        self._roots = np.exp((_log_density(self.x, a, t) + np.log(step)) / 2)
        self._vectors, inverse_roots, _ = svd(_factor(self.x, length, self._roots).T, lapack_driver="gesvd")
        self.modes = inverse_roots**-2.0
        self._along = self._vectors.T @ (self._roots * self.target)

    def at(self, log_tau: float) -> np.ndarray:
        """D at the nodes x, (nodes,), after the training time of that logarithm."""
        learned = -np.expm1(-2 * np.exp(log_tau + np.log(self.modes)))
        return self._vectors @ (learned * self._along) / self._roots


def _log_density(x: np.ndarray, a: float, t: float) -> np.ndarray:
    """log p_t of the two points, (nodes,)."""
    near = np.logaddexp(-((x - a) ** 2) / (2 * t), -((x + a) ** 2) / (2 * t))
    return near - np.log(2 * np.sqrt(2 * np.pi * t))


def _factor(x: np.ndarray, length: float, roots: np.ndarray) -> np.ndarray:
    """B, lower triangular with two diagonals, (nodes, nodes): each value less what the one before says of it."""
    steps = np.diff(x) / length
    own = np.sqrt(-np.expm1(-2 * np.concatenate([x[:1] / length, steps])))
    return np.diag(1 / (own * roots)) - np.diag(np.exp(-steps) / (own[1:] * roots[:-1]), -1)
