r"""Kernel models of noised data, solved and trained: what a wide network learns, written out from its definitions.

A model D(x) = sum_a k(x, x_a) alpha_a is fitted to targets y_a under the loss :math:`\sum_a p_a |D(x_a) - y_a|^2`:
solved for its end, trained by plain gradient descent in function space,

.. math:: \alpha \leftarrow \alpha - 2 \eta\, p\, (k \alpha - y), \qquad \tau = \eta \cdot \text{steps}

or followed along the flow eta -> 0 in the eigenvectors of the kernel matrix. Kernels are torch functions of points
alone, so that Jacobians come from autograd.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import pi
from typing import Any

import numpy as np
import torch

from theory.checks import choice, finite, integer, points, positive, scalar
from theory.digits import has_digits

Tensor = torch.Tensor
KernelFunction = Callable[[Tensor, Tensor], Tensor]
SMALLEST = 1e-14  # of |x - y|^2/d, the rounding of its terms


def gaussian(x: Tensor, y: Tensor) -> Tensor:
    """The Gaussian kernel exp(-|x - y|^2/(2 d)).

    Arguments:
        x: points, (n, d).
        y: points, (m, d).

    Returns:
        (n, m).
    """
    return torch.exp(-_squares(x, y) / 2)


def laplace(x: Tensor, y: Tensor) -> Tensor:
    """The kernel exp(-|x - y|/d^{1/2}).

    Arguments:
        x: points, (n, d).
        y: points, (m, d).

    Returns:
        (n, m).
    """
    return torch.exp(-torch.sqrt(_squares(x, y)))


def cubic(x: Tensor, y: Tensor) -> Tensor:
    """The kernel 1 + u + u^2/2 + u^3/6, u = <x, y>/d.

    Arguments:
        x: points, (n, d).
        y: points, (m, d).

    Returns:
        (n, m).
    """
    u = x @ y.T / x.shape[1]
    return 1 + u + u**2 / 2 + u**3 / 6


def tangent(x: Tensor, y: Tensor, depth: int = 1) -> Tensor:
    """Tangent kernel of a ReLU perceptron of infinite width, layer by layer.

    Arguments:
        x: points, (n, d).
        y: points, (m, d).
        depth: number of hidden layers.

    Returns:
        (n, m).
    """
    size = torch.sqrt(x.square().sum(1)[:, None] * y.square().sum(1)) / x.shape[1]
    covariance = x @ y.T / x.shape[1]
    kernel = covariance
    for _ in range(depth):
        angle = torch.arccos((covariance / size).clamp(-1, 1))
        covariance = size * (torch.sin(angle) + (pi - angle) * torch.cos(angle)) / pi
        kernel = covariance + kernel * (pi - angle) / pi
    return kernel


def deep_tangent(x: Tensor, y: Tensor) -> Tensor:
    """Tangent kernel of a ReLU perceptron of infinite width with three hidden layers.

    Arguments:
        x: points, (n, d).
        y: points, (m, d).

    Returns:
        (n, m).
    """
    return tangent(x, y, 3)


KERNELS: Mapping[str, KernelFunction] = {
    "Gaussian": gaussian,
    "Laplace": laplace,
    "tangent, one hidden layer": tangent,
    "tangent, three hidden layers": deep_tangent,
    "cubic": cubic,
}


@dataclass(frozen=True, eq=False)
class KernelModel:
    """D(x) = sum_a k(x, x_a) alpha_a, a learned denoiser.

    Arguments:
        kernel: a name of KERNELS.
        inputs: x_a, (n, d).
        alpha: coefficients, (n, d).
    """

    kernel: str
    inputs: np.ndarray
    alpha: np.ndarray

    def denoise(self, x: np.ndarray) -> np.ndarray:
        """D at x (batch, d), (batch, d)."""
        return self._at(torch.as_tensor(points("x", x, self.inputs.shape[1]))).numpy()

    def jacobian(self, x: np.ndarray) -> np.ndarray:
        """dD_i/dx_j at x (batch, d), (batch, d, d), by autograd."""
        rows = torch.as_tensor(points("x", x, self.inputs.shape[1]))
        jacobian: Any = torch.func.jacrev(lambda row: self._at(row[None])[0])
        return torch.stack([jacobian(row) for row in rows]).numpy()

    def _at(self, x: Tensor) -> Tensor:
        return KERNELS[self.kernel](x, torch.as_tensor(self.inputs)) @ torch.as_tensor(self.alpha)


def solved(kernel: str, inputs: np.ndarray, targets: np.ndarray) -> KernelModel:
    """The end of training, where the model passes through every target.

    Arguments:
        kernel: a name of KERNELS.
        inputs: (n, d), all different.
        targets: (n, d).

    Returns:
        The model with alpha = k^{-1} y, by Cholesky's factors.

    Raises:
        ValueError: that names the argument and its bound; for a kernel matrix that is singular.
    """
    gram, y = _gram(kernel, inputs), torch.as_tensor(finite("targets", targets, ndim=(2,)))
    factor, failed = torch.linalg.cholesky_ex(gram)
    if failed:
        raise ValueError(f"inputs must make a positive kernel matrix: {kernel} has none at {len(gram)} of them")
    return KernelModel(kernel, inputs, torch.cholesky_solve(y, factor).numpy())


def descended(
    kernel: str, inputs: np.ndarray, targets: np.ndarray, rate: float, steps: int, weights: np.ndarray | None = None
) -> KernelModel:
    """The model after gradient descent from 0; its training time is tau = rate * steps.

    Arguments:
        kernel: a name of KERNELS.
        inputs: (n, d).
        targets: (n, d).
        rate: learning rate > 0, below the inverse of the largest mode, where descent converges.
        steps: number of steps, >= 1.
        weights: p_a > 0, (n,), that sum to 1; 1/n unless given.

    Returns:
        The model after those steps.

    Raises:
        ValueError: that names the argument and its bound.
    """
    gram, y = _gram(kernel, inputs), torch.as_tensor(finite("targets", targets, ndim=(2,)))
    share = torch.full((len(gram),), 1 / len(gram)).double() if weights is None else torch.as_tensor(weights)
    steepest = 1 / float(torch.linalg.eigvalsh(share.sqrt()[:, None] * gram * share.sqrt())[-1])
    if not 0 < scalar("rate", rate) < steepest:
        raise ValueError(f"rate must be between 0 and {steepest:g}, where descent converges, got {rate}")
    alpha = torch.zeros_like(y)
    for _ in range(integer("steps", steps)):
        alpha = alpha - 2 * rate * share[:, None] * (gram @ alpha - y)
    return KernelModel(kernel, inputs, alpha.numpy())


class Followed:
    """A kernel model along its gradient flow, at all training times, by the eigenvectors of its kernel matrix.

    Arguments:
        kernel: a name of KERNELS.
        inputs: (n, d), all different.
        targets: (n, d).
    """

    def __init__(self, kernel: str, inputs: np.ndarray, targets: np.ndarray) -> None:
        self._kernel, self._inputs = kernel, torch.as_tensor(inputs)
        gram = _gram(kernel, inputs) / len(inputs)
        self._modes, self._vectors = torch.linalg.eigh(gram)
        self._projected = self._vectors.T @ torch.as_tensor(targets)

    def at(self, x: np.ndarray, taus: np.ndarray) -> np.ndarray:
        """The denoiser D at given training times.

        Arguments:
            x: locations, (batch, d), in units of the data.
            taus: training times > 0, (times,).

        Returns:
            (times, batch, d).

        Raises:
            ValueError: where a time is not > 0.
            NotComputable: where rounding of the modes leaves no digits.
        """
        seen = KERNELS[self._kernel](torch.as_tensor(x), self._inputs) @ self._vectors / len(self._inputs)
        learned = [_learned(self._modes, tau) for tau in positive("taus", taus).tolist()]
        return torch.stack([(seen * mode) @ self._projected for mode in learned]).numpy()


def _learned(modes: Tensor, tau: float) -> Tensor:
    """(1 - e^{-2 u tau})/u, 2 tau where u = 0."""
    has_digits(modes.numpy(), tau)
    return torch.where(modes == 0, 2 * tau, -torch.expm1(-2 * modes * tau) / modes)


def _squares(x: Tensor, y: Tensor) -> Tensor:
    """|x - y|^2/d, (n, m), at least SMALLEST; torch.cdist has wrong derivatives under torch.func.jacrev."""
    squares = x.square().sum(1)[:, None] + y.square().sum(1) - 2 * x @ y.T
    return (squares / x.shape[1]).clamp(min=SMALLEST)


def _gram(kernel: str, inputs: np.ndarray) -> Tensor:
    rows = torch.as_tensor(finite("inputs", inputs, ndim=(2,)))
    gram = KERNELS[choice("kernel", kernel, tuple(KERNELS))](rows, rows)
    return (gram + gram.T) / 2
