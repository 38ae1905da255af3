r"""The wide network: gradient flow of a kernel model on one data set, in closed form, its Jacobian included.

A model of kernel k that starts at 0 and flows down the loss :math:`\sum_a p_a |D(x_a) - y_a|^2` of inputs x_a with
weights p_a (summing to 1) is, at training time tau,

.. math::

    D(x; \tau) = k(x, X)\, P^{1/2} Q\, \frac{1 - e^{-2 u \tau}}{u}\, Q^T P^{1/2} Y, \qquad
    P^{1/2} k(X, X) P^{1/2} = Q\, u\, Q^T

so every mode u is learned at tau ~ 1/(2u), and what is left of the loss is :math:`\sum e^{-4 u \tau} c^2`, with c =
Q^T P^{1/2} Y. Inputs are noised data, x = y + sqrt(t) z: m noises for each of N points, or all noise at once. Then
gradients depend on y through its posterior mean given x alone, so that the nodes of a quadrature of p_t with the
targets <y>_w flow as the average over noise does; for tau -> infinity a universal kernel ends at the empirical score.

Kernels and their gradients are in `theory.learned.kernels`.

Reference:
    Neural tangent kernel (A. Jacot, F. Gabriel, C. Hongler, 2018), arXiv:1806.07572.
"""

from dataclasses import dataclass

import numpy as np
from scipy.spatial.distance import cdist

from theory.checks import finite, integer, points, positive, scalar
from theory.learned.kernels import Kernel, Pairs
from theory.learned.modes import learned


@dataclass(frozen=True, eq=False)
class KernelDenoiser:
    """D(x) = sum_a k(x, x_a) coefficients_a, a learned denoiser.

    Arguments:
        kernel: k.
        inputs: x_a, (n, d).
        coefficients: (n, d).
    """

    kernel: Kernel
    inputs: np.ndarray
    coefficients: np.ndarray

    def denoise(self, x: np.ndarray) -> np.ndarray:
        """D at x (batch, d), (batch, d). Raises ValueError for another number of coordinates."""
        return self.kernel.value(self._pairs(x)) @ self.coefficients

    def jacobian(self, x: np.ndarray) -> np.ndarray:
        """dD_i/dx_j at x (batch, d), (batch, d, d). Raises ValueError for another number of coordinates."""
        pairs = self._pairs(x)
        along, own = self.kernel.slopes(pairs)
        across = np.einsum("ba,ai,aj->bij", along, self.coefficients, self.inputs, optimize=True)
        return (across + 2 * np.einsum("ba,ai,bj->bij", own, self.coefficients, pairs.x)) / self.inputs.shape[1]

    def _pairs(self, x: np.ndarray) -> Pairs:
        return Pairs(np.atleast_2d(points("x", x, self.inputs.shape[1])), self.inputs)


class KernelFlow:
    """Gradient flow of a kernel model from 0 on inputs with targets.

    Arguments:
        kernel: k, one of `theory.learned.kernels` or like them.
        inputs: noised data x_a, (n, d), all different.
        targets: y_a, (n, d): the data that they are copies of, or the posterior means given x_a.
        weights: p_a > 0, (n,), that sum to 1; 1/n unless given.

    Raises:
        ValueError: that names the argument and its bound.
    """

    def __init__(
        self, kernel: Kernel, inputs: np.ndarray, targets: np.ndarray, weights: np.ndarray | None = None
    ) -> None:
        self.kernel, self.inputs = kernel, finite("inputs", inputs, ndim=(2,))
        n = len(self.inputs)
        self.targets = finite("targets", targets, ndim=(2,))
        if len(self.targets) != n:
            raise ValueError(f"targets must be {n}, one for each input, got {len(self.targets)}")
        self.root = np.sqrt(np.full(n, 1 / n) if weights is None else positive("weights", weights))
        if self.root.shape != (n,) or abs(self.root @ self.root - 1) > 1e-9:
            raise ValueError(f"weights must be {n} numbers that sum to 1, got a sum of {self.root @ self.root:g}")
        gram = self.root[:, None] * kernel.value(Pairs(self.inputs, self.inputs)) * self.root
        self.modes, self._vectors = np.linalg.eigh((gram + gram.T) / 2)
        self._projected = self._vectors.T @ (self.root[:, None] * self.targets)

    def at(self, tau: float) -> KernelDenoiser:
        """The denoiser at training time tau >= 0, `numpy.inf` for its end.

        Raises NotComputable where rounding of the kernel's modes leaves it no digits.
        """
        along = self._vectors @ (learned(self.modes, tau)[:, None] * self._projected)
        return KernelDenoiser(self.kernel, self.inputs, self.root[:, None] * along)

    def training_loss(self, tau: float) -> float:
        """sum_a p_a |D(x_a) - y_a|^2 at training time tau >= 0. Raises NotComputable as `at`."""
        learned(self.modes, tau)
        left = np.exp(-2 * np.maximum(self.modes, 0.0) * tau)[:, None] * self._projected
        return float((left**2).sum())


def noised(data: np.ndarray, t: float, m: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """m noised copies of each data point, and the points that they are copies of.

    Arguments:
        data: points (n, d).
        t: noise variance > 0, in squared units of the data.
        m: number of copies of each, >= 1.
        rng: the source of the noise.

    Returns:
        Inputs and targets, (n m, d) each.

    Raises:
        ValueError: that names the argument and its bound.
    """
    rows = np.repeat(finite("data", data, ndim=(2,)), integer("m", m), axis=0)
    noise = np.sqrt(float(positive("t", scalar("t", t)))) * rng.standard_normal(rows.shape)
    return rows + noise, rows


def averaged(data: np.ndarray, t: float, nodes: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    r"""Targets and weights under which a flow on the nodes of a quadrature is the flow averaged over all noise.

    Arguments:
        data: points (n, d).
        t: noise variance > 0, in squared units of the data.
        nodes: x_a, (k, d), of a quadrature of R^d.
        weights: of these nodes, for functions of x without a density, (k,).

    Returns:
        The posterior means <y>_w at the nodes, (k, d), and p_a = weights_a p_t(x_a), divided by their sum, (k,).

    Raises:
        ValueError: that names the argument and its bound.
    """
    rows, time = finite("data", data, ndim=(2,)), float(positive("t", scalar("t", t)))
    logs = -(cdist(points("nodes", nodes, rows.shape[1]), rows) ** 2) / (2 * time)
    highest = logs.max(axis=1, keepdims=True)
    terms = np.exp(logs - highest)
    density = positive("weights", weights) * np.exp(highest[:, 0] - highest.max()) * terms.sum(axis=1)
    return terms @ rows / terms.sum(axis=1, keepdims=True), density / density.sum()


def normalized_jacobian(denoiser: KernelDenoiser, x: np.ndarray) -> np.ndarray:
    """Normalized Jacobian of a learned denoiser D: -t J = I - dD/dx.

    Arguments:
        denoiser: learned by `KernelFlow`.
        x: locations, (batch, d), in units of the data.

    Returns:
        (batch, d, d).
    """
    return np.eye(np.shape(x)[-1]) - denoiser.jacobian(x)
