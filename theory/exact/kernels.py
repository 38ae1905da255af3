r"""Mellin kernels Gamma(k - z/lambda)/lambda on the nodes of a vertical line (see `theory.exact.contour`).

The gamma function of a complex argument is what averages over one energy level cost most, and energies on all panels
of an integral ask for the same nodes. Each node is evaluated once: order k + 1 follows from order k by

    Gamma(k + 1 - z/lambda) = (k - z/lambda) Gamma(k - z/lambda).
"""

import numpy as np
from scipy.special import loggamma

SURVIVAL, LOSS = -1, 0  # orders that stand for phi and omega = 1 - phi; k >= 1 stands for psi_k


class Kernels:
    """Mellin kernels of several orders on the nodes of one line, which are kept.

    Arguments:
        orders: each k >= 0, or LOSS or SURVIVAL.
        lam: inverse temperature 1/t > 0.
        log_unit: log of the unit in which they are given.
    """

    def __init__(self, orders: tuple[int, ...], lam: float, log_unit: float) -> None:
        self.orders, self.lam, self.log_unit = orders, lam, log_unit
        self._known = np.empty((len(orders), 0), complex)

    def __call__(self, z: np.ndarray) -> np.ndarray:
        """The kernel of each order on the first nodes z of the line, (orders, nodes).

        Arguments:
            z: nodes, those of earlier calls first, (nodes,).
        """
        known = self._known.shape[1]
        if known < len(z):
            new = kernels(self.orders, z[known:], self.lam, self.log_unit)
            self._known = np.concatenate([self._known, new], axis=1)
        return self._known[:, : len(z)]


def kernels(orders: tuple[int, ...], z: np.ndarray, lam: float, log_unit: float) -> np.ndarray:
    """Mellin kernels Gamma(k - z/lambda)/lambda of each order, in units of e^{log_unit}; each from the one before.

    Arguments:
        orders: each k >= 0, or LOSS or SURVIVAL.
        z: nodes, (nodes,).
        lam: inverse temperature 1/t > 0.
        log_unit: log of the unit.

    Returns:
        Complex, (orders, nodes).
    """
    known = {0: np.exp(loggamma(-z / lam) - log_unit) / lam}
    for k in range(max(orders)):
        known[k + 1] = (k - z / lam) * known[k]
    return np.array([-known[0] if k == LOSS else known[max(k, 0)] for k in orders])
