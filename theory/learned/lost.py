r"""Lost in two ways: a direction that a learned score does not follow is unresolved, or it is memorized.

:math:`j_i = -t J_{ii} = 1 - \partial D_i/\partial x_i` near 1 says that the denoiser D does not follow x along i, and
not why. The loss at noised training points x = y + sqrt(t) z beside it does,

.. math:: R_i = \mathbb{E} |D_i - y_i|^2 \Big/ \frac{t v_i}{t + v_i}

which is 1 for the law, 0 where D returns the training point, and :math:`1 + v_i/t` where D stays at the mean.

**A sum rule.** A model that is linear in its parameters, can be any linear function of x, and has been trained to the
end on all noise, has an error that is orthogonal to all that it can be: to x and to D. So

.. math::

    \mathbb{E} |D_i - y_i|^2 = \mathbb{E} (y_i - D_i)(y_i - x_i) = \sqrt t\, \mathbb{E}\, z_i D_i
    = t\, \mathbb{E}\, \frac{\partial D_i}{\partial x_i}, \qquad R_i = (1 - j_i) \frac{t + v_i}{v_i}

the last by parts in z. It holds for each data set: for linear denoisers, features, kernels, and the empirical score.
**At the end of training what is lost is memorized:** j near 1 goes with R near 0. Unresolved are directions that
training has not come to yet, of which `one_layer_share` is the example.

At held-out points the error of the linear denoiser is :math:`t^2 Q \Sigma Q + t (1 - t Q)^2` for a mean that is known,
and :math:`(1 + 1/N)\, t^2 Q \Sigma Q + \dots` for one that is estimated, so that the equivalents of
`theory.learned.splits` give

.. math::

    \mathbb{E} |D_i - y_i|^2 \to \frac{v_i}{(v_i + \kappa)^2} \left[
    \frac{\kappa^2}{N - \mathrm{df}_2} \Big( N + \frac{N}{N + 1} + t \sum_k \frac{v_k}{(v_k + \kappa)^2} \Big) + t v_i
    \right], \qquad \mathrm{df}_2 = \sum_k \frac{v_k^2}{(v_k + \kappa)^2}

with N - 1 for N, and :math:`\kappa` that of t N/(N - 1), as in `theory.learned.linear`.

References: Estimation of the mean of a multivariate normal distribution (C. Stein, 1981), for the average by parts.
"""

import numpy as np
import sympy as sp

from theory import checks as arguments
from theory.formula import Total, formula
from theory.learned.linear import LIMIT, Variances, finite_jacobian, points, renormalized_noise, variances_along
from theory.learned.training import FLOW

ENDED = "trained to the end on all noise, any data; models linear in their parameters, linear functions of x among them"


@formula(source="orthogonality of the error to x and D, and by parts in z, here", regime=ENDED)
def trained_share(j: sp.Symbol, v: sp.Symbol, t: sp.Symbol) -> sp.Expr:
    """Loss along a direction at noised training points, in units of that of the law, from j = -t J_ii."""
    return (1 - j) * (t + v) / v


@formula(source="the loss of a denoiser that knows no single point", regime="a slope 1 - j along x alone, any j")
def unresolved_share(j: sp.Symbol, v: sp.Symbol, t: sp.Symbol) -> sp.Expr:
    """Loss of a denoiser D_i = (1 - j) x_i of centred data of variance v, in units of that of the law."""
    return (j**2 * v + (1 - j) ** 2 * t) * (t + v) / (t * v)


@formula(source="two-point equivalents, here", regime=LIMIT)
def linear_held_out_share(kappa: sp.Symbol, v: sp.Symbol, t: sp.Symbol, n: sp.Symbol) -> sp.Expr:
    """Loss of the linear denoiser at noised held-out points, in units of that of the law; n is N - 1."""
    first, second = Total(v / (v + kappa) ** 2), Total(v**2 / (v + kappa) ** 2)
    common = kappa**2 * (n + n / (n + 1) + t * first) / (n - second)
    return (common + t * v) * (t + v) / (t * (v + kappa) ** 2)


@formula(source="one_layer_weight from 0, put in the loss", regime=FLOW)
def one_layer_share(tau: sp.Symbol, t: sp.Symbol, v: sp.Symbol) -> sp.Expr:
    """Loss of one linear layer after the training time tau from 0, in units of that of the law."""
    left = sp.exp(-2 * (t + v) * tau)
    return 1 + v / t * left**2


def linear_shares(t: float, variances: Variances, n: float) -> tuple[np.ndarray, np.ndarray]:
    """R of the linear denoiser of N points along each axis: at noised training points, and at held-out ones.

    Arguments:
        t: the noise variance > 0, in squared units of the data.
        variances: variances (d,) > 0 of the data along their axes, or a law that has them.
        n: the number N >= 2 of points.

    Returns:
        `trained_share` at -t J_ii to second order in 1/N, and `linear_held_out_share`, (d,) each.

    Raises:
        ValueError: that names the argument and its bound.
        NotComputable: as `theory.learned.linear.renormalized_noise`.

    Source: derived at the head of this module.
    """
    v, size, time = arguments.positive("variances", variances_along(variances)), points("n", n, least=2) - 1, float(t)
    kappa = float(renormalized_noise(arguments.scalar("t", t) * (size + 1) / size, v, size))
    training = trained_share.numeric(finite_jacobian(time, v, n), v, time)
    return training, linear_held_out_share.numeric(kappa, v, time, size)
