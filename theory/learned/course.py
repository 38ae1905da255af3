r"""How much of each direction a learned score shows, in training time: what is unresolved, shown, and lost again.

The share of a direction of variance v that a denoiser D shows, s = (1 - j)(t + v)/v with j = -t J_ii, is 1 for the law.
**A linear layer** that starts at 0 has :math:`s = \frac{t + v}{v} \mathbb{E} f(S)_{ii}`,
:math:`f(s) = \frac{s}{s + t} (1 - e^{-2 (s + t) \tau})`, S the covariance of the data. Off the axis the renormalized
noise of `theory.learned.linear` is a complex number,

.. math::

    \mathbb{E} (S - z)^{-1}_{ii} \to \frac{\kappa/(-z)}{\kappa + \sigma_i^2}, \qquad
    \kappa + z = \frac{\kappa}{N} \sum_k \frac{\sigma_k^2}{\sigma_k^2 + \kappa},

whose imaginary part above the axis is :math:`\pi` times the weight of the eigenvalues of S along i, over which f is
integrated. f(0) = 0, so that the eigenvalues 0 of N < d points count for nothing.

**A kernel model** of all noise shows g + l of the three modes of `theory.learned.timescales`, functions of S as well:
more and more of a direction from tau ~ d on, and then less and less, from `memory_time`,
:math:`\frac{N}{2 \gamma} \frac{v + t}{t}`, on.

Both learn the larger variance first. Both lose the smaller one first: the linear layer since kappa exceeds it before,
the kernel since it memorizes it before. So the larger variance is nowhere in (t, N, tau) lost first, and for kernels
there is a window of training times, as wide as the ratio of the two v + t, in which the smaller one alone is lost.

References: `theory.learned.linear` and `theory.learned.timescales`; derived here.
"""

from collections.abc import Callable

import numpy as np

from theory import checks as arguments
from theory.checks import NotComputable
from theory.learned.kernels import Kernel
from theory.learned.linear import Variances, points, variances_along
from theory.learned.timescales import ThreeModes

NODES, MISSED = 400, 0.003  # along the eigenvalues, and the share of their weight that may be missed
DEPTHS, STEPS = 40, 60  # distances from the axis, and of Newton's method
CONVERGED, NEAREST = 1e-9, 1e-7  # of kappa, relative, and of the last distance in units of the largest variance


def linear_shares(t: float, variances: Variances, n: float, taus: np.ndarray) -> np.ndarray:
    """The shares that one linear layer shows in training time, on average over data sets, with the mean learned too.

    Arguments:
        t: the noise variance > 0, in squared units of the data.
        variances: variances (d,) > 0 of the data along their axes, or a law that has them.
        n: the number N >= 2 of points.
        taus: training times >= 0 of gradient flow on E|D - y|^2, all noise averaged, (times,).

    Returns:
        (times, d): 1 for the law, 0 for what is not shown.

    Raises:
        ValueError: that names the argument and its bound.
        NotComputable: where the complex kappa is not found.

    Source: derived at the head of this module; the limit d, N -> infinity at a fixed ratio.
    """
    v, time, times = variances_along(variances), float(arguments.times(t)), np.asarray(taus, dtype=float)

    def learned(lams: np.ndarray) -> np.ndarray:
        return lams / (lams + time) * -np.expm1(-2 * np.multiply.outer(times, lams + time))

    return of_covariance(learned, v, n) * (time + v) / v


def kernel_shares(kernel: Kernel, t: float, variances: Variances, n: int, taus: np.ndarray) -> np.ndarray:
    """The shares that a kernel model of all noise shows in training time, by three modes, on average over data sets.

    Arguments:
        kernel: a kernel of `theory.learned.kernels`, of inputs divided by the root of their mean square.
        t: the noise variance > 0, in squared units of the data.
        variances: variances (d,) > 0 of the data along their axes, or a law that has them.
        n: the number N >= 2 of points.
        taus: training times >= 0, (times,).

    Returns:
        (times, d): 1 for the law, 0 for what is not shown.

    Raises:
        ValueError, NotComputable: as `linear_shares`.

    Source: derived at the head of this module; the limit d, N -> infinity at a fixed ratio.
    """
    v, time = variances_along(variances), float(arguments.times(t))
    model = ThreeModes(kernel, n, v.size, time, float(v.mean()))

    def learned(lams: np.ndarray) -> np.ndarray:
        return np.stack([model.slopes(lam, taus)[:, [0, 2]].sum(axis=1) for lam in lams.tolist()], axis=1)

    return of_covariance(learned, v, n) * (time + v) / v


def of_covariance(function: Callable[[np.ndarray], np.ndarray], v: np.ndarray, n: float) -> np.ndarray:
    """The mean over data sets of the diagonal of a function of the data's covariance, the mean taken off.

    Arguments:
        function: f with f(0) = 0, of eigenvalues (nodes,) to (values, nodes).
        v: variances (d,) > 0 of Gaussian data along their axes.
        n: the number N >= 2 of points.

    Returns:
        E f(S)_ii in the limit of many dimensions, (values, d).

    Raises:
        ValueError: that names the argument and its bound.
        NotComputable: where the complex kappa is not found, and where bulks of eigenvalues are too narrow.

    Source: derived at the head of this module.
    """
    size = points("n", n, least=2) - 1
    shrunk = arguments.positive("variances", v) * size / (size + 1)
    lams, lengths = _nodes(shrunk, size)
    kappa = _renormalized(lams, shrunk, size)[:, None]
    weights = (kappa / (-lams[:, None] * (kappa + shrunk))).imag * lengths[:, None] / np.pi
    if abs(weights.sum() - min(v.size, size)) > MISSED * v.size:
        remedy = "be smaller, or variances nearer together, for the eigenvalues of the covariance to be resolved"
        raise NotComputable(f"n must {remedy}, got {n:g}")
    return function(lams) @ weights


def _nodes(v: np.ndarray, n: float) -> tuple[np.ndarray, np.ndarray]:
    """Eigenvalues from near 0 to beyond the largest, and the length of axis that each stands for."""
    highest = v.max() * (1 + np.sqrt(v.size / n)) ** 2
    angles = np.pi / 2 * (np.arange(NODES) + 0.5) / NODES
    return highest * np.sin(angles) ** 2, highest * np.sin(2 * angles) * np.pi / 2 / NODES


def _renormalized(lams: np.ndarray, v: np.ndarray, n: float) -> np.ndarray:
    """The complex kappa just above each place of the axis, followed from far above it."""
    kappa = -(lams + 1j * 100 * v.max())
    for depth in np.geomspace(100 * v.max(), NEAREST * v.max(), DEPTHS):
        kappa = _newton(kappa, lams + 1j * depth, v, n)
    return kappa


def _newton(kappa: np.ndarray, z: np.ndarray, v: np.ndarray, n: float) -> np.ndarray:
    for _ in range(STEPS):
        ratio = v / (v + kappa[:, None])
        missing = kappa + z - kappa * ratio.sum(axis=1) / n
        step = missing / (1 - (ratio**2).sum(axis=1) / n)
        kappa = kappa - step
        if (np.abs(step) < CONVERGED * np.abs(kappa)).all():
            return kappa
    raise NotComputable("variances must lie nearer together, or n further from their number, for kappa to be found")
