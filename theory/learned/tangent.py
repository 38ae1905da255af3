r"""A network that moves along its tangent: gradient flow with its own neural tangent kernel, for the inputs at hand.

A network f of parameters :math:`\theta_0 + \delta`, to first order in :math:`\delta`, is

.. math:: f(x) = f_0(x) + J(x)\, \delta, \qquad J = \partial f_0/\partial \theta

and flows down the mean of :math:`|f(x_a) - z_a|^2` over n inputs, from :math:`\delta = 0`, as

.. math::

    \delta(\tau) = \frac1n J^T Q\, \frac{1 - e^{-2 u \tau}}{u}\, Q^T r, \qquad \frac1n J J^T = Q\, u\, Q^T, \qquad
    r_a = z_a - f_0(x_a)

with J of all inputs and outputs together: the kernel :math:`J(x) J(x')^T` is a matrix of outputs by outputs. A network
of infinite width stays at this kernel and is this flow; one of finite width is not, and how much of it the flow
explains is a number (`simulate.experiments.learned.tangent`).

References:
    Neural tangent kernel (A. Jacot, F. Gabriel, C. Hongler, 2018), arXiv:1806.07572.
    Wide neural networks of any depth evolve as linear models under gradient descent (J. Lee et al., 2019),
    arXiv:1902.06720.
"""

from functools import cached_property

import numpy as np

from theory.checks import finite, scalar
from theory.learned.modes import learned


class TangentFlow:
    """Gradient flow of a network that is linear in the displacement of its parameters.

    Arguments:
        tangents: J, derivatives of the outputs by the parameters at the inputs, (n, d, parameters).
        residual: r, targets less outputs of the network that does not move, (n, d).

    Raises:
        ValueError: that names the argument and its bound.
    """

    def __init__(self, tangents: np.ndarray, residual: np.ndarray) -> None:
        self.tangents, self.residual = finite("tangents", tangents, ndim=(3,)), finite("residual", residual, ndim=(2,))
        if self.residual.shape != self.tangents.shape[:2]:
            shape = self.tangents.shape[:2]
            raise ValueError(f"residual must be {shape}, as tangents have it, got {self.residual.shape}")

    @property
    def modes(self) -> np.ndarray:
        """u >= 0, ascending, (n d,)."""
        return self._modes[0]

    def moved(self, tangents: np.ndarray, tau: float) -> np.ndarray:
        """f - f_0 where the outputs have given derivatives by the parameters, after a training time.

        Arguments:
            tangents: J(x), (batch, d, parameters).
            tau: training time >= 0.

        Returns:
            (batch, d).

        Raises:
            ValueError: that names the argument and its bound.
        """
        seen = finite("tangents", tangents, ndim=(3,))
        if seen.shape[2] != self.tangents.shape[2]:
            raise ValueError(f"tangents must be by {self.tangents.shape[2]} parameters, got {seen.shape[2]}")
        return seen @ self.displacement(tau)

    def displacement(self, tau: float) -> np.ndarray:
        """delta (parameters,) after the training time tau >= 0.

        Raises ValueError, NotComputable where rounding of the modes leaves no digits.
        """
        rates, vectors, along = self._modes
        moved = learned(rates, scalar("tau", tau)) * along
        return self._rows.T @ (vectors @ moved) / len(self.residual)

    def training_loss(self, tau: float) -> float:
        """Mean of |f - z|^2 over the inputs after the training time tau >= 0. Raises as `displacement`."""
        rates, _, along = self._modes
        left = 1 - rates * learned(rates, scalar("tau", tau))
        return float(((left * along) ** 2).sum() / len(self.residual))

    @property
    def _rows(self) -> np.ndarray:
        """J of all inputs and outputs, (n d, parameters)."""
        return self.tangents.reshape(-1, self.tangents.shape[2])

    @cached_property
    def _modes(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """u, Q, and r along it."""
        rates, vectors = np.linalg.eigh(self._rows @ self._rows.T / len(self.residual))
        return np.maximum(rates, 0.0), vectors, vectors.T @ self.residual.ravel()
