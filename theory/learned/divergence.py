r"""The Gaussian that a linear denoiser learns: its Kullback-Leibler divergence from the law, exact at any N and d.

Followed to t = 0, the linear denoiser of N points generates a Gaussian :math:`\hat P` with their mean and covariance.
The covariance of N Gaussian points of a known mean is :math:`\Sigma^{1/2} W \Sigma^{1/2}/N` with W of Wishart's law, so
that the divergence does not depend on :math:`\Sigma`:

.. math::

    \mathbb{E}\, \mathrm{KL}(P \| \hat P) = \frac12 \left[ \frac{N d}{N - d - 1} - d
    + \sum_{i=1}^{d} \psi\left(\frac{N - i + 1}{2}\right) + d \log \frac2N \right]

With an estimated mean, N - 1 stands for N in Wishart's law, and the mean itself adds :math:`d/(2 (N - d - 2))`. For
:math:`d, N \to \infty` with :math:`\gamma = d/N < 1` the divergence per direction tends to `divergence_per_direction`,
whose expansion :math:`\gamma/4 + 5 \gamma^2/12 + \dots` begins with the :math:`d/(4N)` of the reference.

References: C. Merger and S. Goldt, Generalization dynamics of linear diffusion models, 2025, arXiv:2505.24769 (read
from its abstract and summary).
"""

import numpy as np
import sympy as sp
from scipy.special import digamma

from theory import checks as arguments
from theory.formula import formula

MERGER = "arXiv:2505.24769"


@formula(source=MERGER, regime="claimed for N > d, whatever the law of the data")
def linear_divergence(alpha: sp.Symbol) -> sp.Expr:
    """Divergence per direction of the Gaussian that a linear denoiser learns; alpha is d/N."""
    return alpha / 4


@formula(source="Wishart's law, N and d -> infinity", regime="Gaussian data, alpha = d/N < 1")
def divergence_per_direction(alpha: sp.Symbol) -> sp.Expr:
    """Divergence per direction of the Gaussian that a linear denoiser learns; alpha is d/N."""
    return (alpha / (1 - alpha) - 1 - (1 - alpha) / alpha * sp.log(1 - alpha)) / 2


def mean_divergence(d: int, n: int, mean_known: bool = False) -> float:
    """E KL(P || P_hat) of a Gaussian P and the Gaussian fitted to N of its points, in nats.

    Arguments:
        d: the dimension >= 1.
        n: the number N of points, at least d + 2, or d + 3 where the mean is estimated.
        mean_known: whether the mean of P is known, and not estimated from the points.

    Returns:
        The exact average over data sets, the same for every covariance.

    Raises:
        ValueError: for fewer points, where the average is infinite.

    Source: Wishart's law, at the head of this module.
    """
    d = arguments.integer("d", d)
    n = arguments.integer("n", n, least=d + (2 if mean_known else 3))
    freedom = n if mean_known else n - 1
    determinant = digamma((freedom - np.arange(d)) / 2).sum() + d * np.log(2 / n)
    trace = n * d / (freedom - d - 1)
    centre = 0.0 if mean_known else d / (freedom - d - 1)
    return float(trace - d + determinant + centre) / 2
