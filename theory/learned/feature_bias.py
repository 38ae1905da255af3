r"""Bias and variance of random features: what the mean over data sets misses, and what data sets differ by.

At given features W the fitted map of `theory.learned.random_features`, B, differs from data set to data set. With the
mean over points and noises at given W,

.. math::

    \text{bias} = \mathbb{E} |z - (\mathbb{E} B)\, \sigma|^2/d, \qquad
    \text{variance} = \mathbb{E} |(B - \mathbb{E} B)\, \sigma|^2/d, \qquad
    L_{\text{test}} = \text{bias} + \text{variance}.

B is V (U + lambda)^{-1}. Left one column out after the other, each noise of V stands beside a resolvent that does not
know it, so that, with L, a and b of `theory.learned.feature_spectrum` at z = -lambda,

.. math::

    \mathbb{E} B \to \mu_1 \sqrt{1 - c}\; T\, \frac{W^T}{\sqrt d} (b + a H)^{-1}, \qquad
    T = \frac{1}{m} \sum \frac{1}{L},

and the bias needs no second resolvent: two data sets have independent ones. Derivatives of r in a and b, along
:math:`b q + a r = 1` and :math:`1/r = 1/q + \psi_p a`, give the traces

.. math::

    \frac{1}{p} \mathrm{tr} \frac{H}{(b + a H)^2} = \frac{r^2 q}{b q^2 + a r^2}, \qquad
    \frac{1}{p} \mathrm{tr} \frac{H^2}{(b + a H)^2} = \frac{r^2 (r + \psi_p b q^2)}{b q^2 + a r^2}

of which `feature_bias` is made, with :math:`T_2 = \psi_p \mu_1 \sqrt{1 - c}\; r T` for T, and a and b by q and r.

References: R. Urfin and others, Double descent and malign overfitting in diffusion models, 2026, for the statement that
the bias grows once p is beyond N; derived here.
"""

from dataclasses import dataclass

import numpy as np
import sympy as sp
from sympy import Symbol

from theory import checks as arguments
from theory.formula import formula
from theory.learned.random_features import (
    LIMIT,
    Activation,
    Equations,
    constants_of,
    losses,
    roots,
    signal_overlap,
)


@formula(source="two data sets with the same features, theory.learned.feature_bias", regime=LIMIT)
def feature_bias(q: Symbol, r: Symbol, signal: Symbol, psi_p: Symbol, mu_1: Symbol, rest: Symbol, c: Symbol) -> sp.Expr:
    """Squared error per dimension of the mean over data sets of fitted noise, W given; signal is `signal_overlap`."""
    a = (1 / r - 1 / q) / psi_p
    b = (1 - a * r) / q
    followed = (mu_1**2 * (r + psi_p * b * q**2) + rest * q) / (psi_p * (b * q**2 + a * r**2))
    return 1 - 2 * mu_1 * sp.sqrt(1 - c) * signal + signal**2 * followed


@dataclass(frozen=True)
class Parts:
    """The two parts of the test loss per dimension.

    Arguments:
        bias: squared error of the mean over data sets.
        variance: mean square of what data sets differ by.
    """

    bias: float
    variance: float


def parts(
    t: float, points: float, width: float, noises: float, ridge: float, activation: Activation = np.tanh
) -> Parts:
    """Bias and variance of ridge regression of the noise on random features, in the limit of many dimensions.

    Arguments:
        t: the noise variance > 0, in units of the variance of the isotropic data.
        points: N/d > 0.
        width: p/d > 0.
        noises: the number m >= 1 of noises for each point; it need not be a whole one.
        ridge: lambda > 0.
        activation: an odd function of arrays, as tanh.

    Returns:
        Both parts of the test loss.

    Raises:
        ValueError: that names the argument and its bound.
        NotComputable: as `theory.learned.random_features.losses`.

    Source: derived at the head of this module.
    """
    test = losses(t, points, width, noises, ridge, activation).test
    constants, z = constants_of(t, points, width, noises, activation), -arguments.scalar("ridge", ridge)
    q, r = roots(z, Equations.at(constants))
    signal, (_, psi_p, _, mu_1, rest, _, c) = signal_overlap.numeric(q, r, *constants), constants
    bias = float(feature_bias.numeric(q, r, signal, psi_p, mu_1, rest, c))
    return Parts(bias, test - bias)
