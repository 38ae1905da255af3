r"""Linear denoisers of two halves of the data: by how much they disagree.

Two denoisers of disjoint sets of N points each differ by two independent fluctuations of one denoiser. With
:math:`\kappa` of the N points that each has, :math:`G = (\Sigma + \kappa)^{-1}`, :math:`M = G \Sigma G` and x taken
from the mean of the data,

.. math::

    \mathrm{Var}\, D_i = \frac{\kappa^2}{N - \mathrm{df}_2}
    \left[ M_{ii} \left(1 + x^T M x\right) + (M x)_i^2 \right], \qquad
    \mathrm{df}_2 = \sum_k \frac{\sigma_k^4}{(\sigma_k^2 + \kappa)^2}

The one in the bracket is the fluctuation of the mean of the data. For many directions it is
:math:`M_{ii} = \sigma_i^2/(\sigma_i^2 + \kappa)^2` that tells directions apart: largest at
:math:`\sigma_i^2 = \kappa`.

Derivation. The resolvent :math:`Q_s = (S + t + s B)^{-1}` has the equivalent
:math:`(t + s B + a \Sigma)^{-1}` with :math:`a = 1 - \mathrm{tr}(S Q_s)/N`. Its derivative in s at 0 is
:math:`-\mathbb{E}\, Q B Q`, whence

.. math::

    t^2\, \mathbb{E}\, Q B Q = \kappa^2 \left[ G B G + M\, \frac{\mathrm{tr}\, B M}{N - \mathrm{df}_2} \right]

For B of rank one the first term is the square of the mean. The covariance of two entries of the symmetric matrix Q of
real Gaussian data does not change when the indices of one of them are exchanged, which adds :math:`(M x)_i^2`.

References: B. Wang, J. Zavatone-Veth and C. Pehlevan, A random matrix theory perspective on the consistency of
diffusion models, 2026, arXiv:2602.02908.
"""

import numpy as np
import sympy as sp

from theory import checks as arguments
from theory.checks import numpy_inside
from theory.formula import Total, formula
from theory.learned.linear import LIMIT, WANG, Variances, points, renormalized_noise, variances_along


@formula(source="two-point equivalents, here", regime=f"{LIMIT}; Gaussian data")
def linear_fluctuation(kappa: sp.Symbol, x: sp.Symbol, v: sp.Symbol, n: sp.Symbol) -> sp.Expr:
    """Variance of D_i of the linear denoiser over data sets of N points, seen from x."""
    profile = v / (v + kappa) ** 2
    freedom = n - Total(v**2 / (v + kappa) ** 2)
    return kappa**2 / freedom * (profile * (1 + Total(x**2 * profile)) + (x * profile) ** 2)


@formula(source=WANG, regime="many directions: the part of linear_fluctuation that tells directions apart")
def fluctuation_profile(kappa: sp.Symbol, v: sp.Symbol) -> sp.Expr:
    """How the disagreement of two linear denoisers depends on the variance of a direction."""
    return v / (v + kappa) ** 2


@numpy_inside
def split_disagreement(t: float, x: np.ndarray, variances: Variances, n: float) -> np.ndarray:
    """Mean of (D_i - D'_i)^2 for the linear denoisers of two disjoint sets of N points each.

    Arguments:
        t: the noise variance > 0, in squared units of the data.
        x: the location (d,) or (batch, d), from the mean of the data.
        variances: variances (d,) >= 0 of Gaussian data along their axes, or a law that has them.
        n: the number N >= 1 of points of each of the two sets.

    Returns:
        2 Var D_i, of the shape of x, to leading order in 1/N.

    Raises:
        ValueError: that names the argument and its bound.
        NotComputable: as `theory.learned.linear.renormalized_noise`.

    Source: derived at the head of this module, after arXiv:2602.02908.
    """
    v, size = variances_along(variances), points("n", n)
    kappa = renormalized_noise(arguments.scalar("t", t), v, size)
    at = arguments.points("x", x, v.size)
    seen = [linear_fluctuation.numeric(kappa, point, v, size) for point in at.reshape(-1, v.size)]
    return 2 * np.reshape(seen, at.shape)
