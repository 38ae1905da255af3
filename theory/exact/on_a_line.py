r"""E sum w^2 where the data lie on a line, as integrals over distances: there the law of energies is known.

Points y of a mixture of Gaussians on a line lie within a distance r of x with the probability

    F(E) = sum_k pi_k [Phi((x + r - mu_k)/s_k) - Phi((x - r - mu_k)/s_k)],        E = r^2/2.

With lambda = 1/t, u = e^{lambda (e - E)} and integration by parts, averages over one level are averages of F,

    omega(e) = E[1 - exp(-u)] = int F u e^{-u} lambda dE,
    psi_k(e) = E[u^k exp(-u)] = int F (k u^k - u^{k+1}) e^{-u} lambda dE,

and E sum w^k = N/Gamma(k) int psi_k (1 - omega)^{N-1} lambda de as in `theory.exact.averages`, whose contours need tens
of thousands of nodes here: K falls as the root of z alone. E sum w = 1 is held to.
"""

from collections.abc import Callable

import numpy as np
from numpy.polynomial import legendre
from scipy.special import ndtr

from theory.checks import NotComputable

INSIDE = (-4.5, 1.0, 8.0, 45.0)  # edges of panels of lambda (E - e), outside of which u e^{-u} vanishes
FIRST, LINEAR = -30.0, 12.0  # of lambda e (+ log N), between which panels of e are equal; beyond they grow with e
WIDTH, GROWTH = 1.5, 1.15
EMPTY = 120.0  # of N F, where no data set is left
LARGEST = 1 - 1e-16  # omega
TOLERANCE = 1e-6  # on E sum w = 1
NODES, WEIGHTS = legendre.leggauss(20)
INNER, INNER_WEIGHTS = legendre.leggauss(40)
Within = Callable[[np.ndarray], np.ndarray]  # the probability of a distance below r


def participation_on_a_line(
    t: float, x: float, weights: np.ndarray, means: np.ndarray, variances: np.ndarray, log_n: float
) -> float:
    """E sum w^2 of N points of a mixture of Gaussians on a line, to about TOLERANCE, mostly far better.

    Arguments:
        t: the noise variance > 0.
        x: location.
        weights: of the components, pi_k, with the sum 1, (k,).
        means: their means mu_k, (k,).
        variances: their variances s_k^2 > 0, (k,).
        log_n: log N.

    Returns:
        A number between 1/N and 1.

    Raises:
        NotComputable: where the nodes are too few, so that E sum w is not 1.
    """
    n, offsets, deviations = np.exp(log_n), np.abs(x - means), np.sqrt(variances)

    def within(r: np.ndarray) -> np.ndarray:
        near, far = ((side * r[..., None] - offsets) / deviations for side in (1, -1))
        return (ndtr(near) - ndtr(far)) @ weights

    e, steps = _nodes(_edges(t, within, n))
    omega, first, second = _averages(t, e, within)
    survival = np.exp((n - 1) * np.log1p(-np.minimum(omega, LARGEST)))
    one, two = (float(n / t * (steps * psi) @ survival) for psi in (first, second))
    if not abs(one - 1) < TOLERANCE:
        raise NotComputable(f"t must be a time at which E sum w is 1; at t = {t:g} it is off by {one - 1:.1g}")
    return two


def _edges(t: float, within: Within, n: float) -> np.ndarray:
    """Edges of panels of e, up to where no data set is without a lower energy."""
    edges = [*np.arange(FIRST - np.log(n), LINEAR, WIDTH) * t, LINEAR * t]
    while within(np.sqrt(2 * edges[-2])) < min(EMPTY / n, LARGEST):
        edges.append(edges[-1] * GROWTH)
    return np.array(edges)


def _nodes(edges: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Nodes and weights of Gauss and Legendre on all panels."""
    half = np.diff(edges) / 2
    return (edges[:-1, None] + half[:, None] * (1 + NODES)).ravel(), np.outer(half, WEIGHTS).ravel()


def _averages(t: float, e: np.ndarray, within: Within) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """omega, psi_1 and psi_2 at energies e, as integrals over distances r: lambda dE = r dr/t."""
    ends = np.sqrt(2 * np.maximum(e[:, None] + t * np.array(INSIDE), 0.0))
    half = np.diff(ends)[..., None] / 2
    r = (ends[:, :-1, None] + half * (1 + INNER)).reshape(len(e), -1)
    u = np.exp(e[:, None] / t - r**2 / (2 * t))
    mass = within(r) * u * np.exp(-u) * (r / t) * (half * INNER_WEIGHTS).reshape(len(e), -1)
    return mass.sum(axis=1), (mass * (1 - u)).sum(axis=1), (mass * u * (2 - u)).sum(axis=1)
