r"""Linear denoisers in training time: what is learned first.

Gradient flow on the loss :math:`\mathbb{E} |D(x) - y|^2` of data whose covariance has the eigenvalue
:math:`\sigma_k^2`, at learning rate :math:`\eta`, moves the weight :math:`W_k` of :math:`D = W x` along that
eigenvector from :math:`Q_k` to :math:`W^*_k = \sigma_k^2/(\sigma_k^2 + t)`:

.. math::

    \text{one layer:}\quad \dot W_k = -2 \eta \left[(t + \sigma_k^2) W_k - \sigma_k^2\right]
    \qquad
    \text{two layers, } D = P P^T x:\quad \dot W_k = 8 \eta \sigma_k^2 W_k \left(1 - \frac{W_k}{W^*_k}\right)

Both are solved below. The time at which the weight of one layer is the arithmetic mean of start and end, or that of two
layers their harmonic mean, does not depend on the start. High variances are learned first, in one layer only while
they are not below t.

References: B. Wang and C. Pehlevan, An analytical theory of spectral bias in the learning dynamics of diffusion models,
2025, arXiv:2503.03206.
"""

import numpy as np
import sympy as sp

from theory import checks as arguments
from theory.checks import positive, scalar
from theory.formula import formula

SPECTRAL_BIAS = "arXiv:2503.03206"
FLOW = "gradient flow at one noise variance t, exact for the covariance of the data set at hand"


@formula(source=SPECTRAL_BIAS, regime=FLOW)
def optimal_weight(t: sp.Symbol, v: sp.Symbol) -> sp.Expr:
    """Weight of the best linear denoiser along an eigenvector of variance v."""
    return v / (v + t)


@formula(source=SPECTRAL_BIAS, regime=FLOW)
def one_layer_weight(tau: sp.Symbol, t: sp.Symbol, v: sp.Symbol, start: sp.Symbol, eta: sp.Symbol) -> sp.Expr:
    """Weight W_k of D = W x after the training time tau, from `start`."""
    end = v / (v + t)
    return end + (start - end) * sp.exp(-2 * eta * (t + v) * tau)


@formula(source=SPECTRAL_BIAS, regime=f"{FLOW}; P P^T starts along the eigenvectors of the covariance")
def two_layer_weight(tau: sp.Symbol, t: sp.Symbol, v: sp.Symbol, start: sp.Symbol, eta: sp.Symbol) -> sp.Expr:
    """Weight W_k of D = P P^T x after the training time tau, from `start` > 0."""
    end = v / (v + t)
    return end * start / (start + (end - start) * sp.exp(-8 * eta * v * tau))


@formula(source="one_layer_weight at the arithmetic mean of start and end", regime=FLOW)
def one_layer_time(t: sp.Symbol, v: sp.Symbol, eta: sp.Symbol) -> sp.Expr:
    """Training time at which one layer has gone half of its way, from any start."""
    return sp.log(2) / (2 * eta * (t + v))


@formula(source=SPECTRAL_BIAS, regime=f"{FLOW}; the weight at the harmonic mean of start and end")
def two_layer_time(v: sp.Symbol, eta: sp.Symbol) -> sp.Expr:
    """Training time at which two layers are at the harmonic mean of start and end, from any start."""
    return sp.log(2) / (8 * eta * v)


@formula(source="two_layer_weight at half of its end", regime=FLOW)
def two_layer_half_time(v: sp.Symbol, share: sp.Symbol, eta: sp.Symbol) -> sp.Expr:
    """Training time at which two layers have learned half of their end, from a start that is `share` of the end."""
    return sp.log((1 - share) / share) / (8 * eta * v)


def order_in_time(t: float, variances: np.ndarray, eta: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """When each direction is half learned: times of one layer, and of two layers at the harmonic mean, (d,) each.

    Arguments:
        t: the noise variance > 0, in squared units of the data.
        variances: variances (d,) > 0 of the data along the eigenvectors of their covariance.
        eta: the learning rate > 0.

    Returns:
        `one_layer_time` and `two_layer_time`, in the units of 1/(eta variance).

    Raises:
        ValueError: where an argument is not > 0.
    """
    t, eta = (float(positive(name, scalar(name, value))) for name, value in (("t", t), ("eta", eta)))
    variances = positive("variances", arguments.variances(variances))
    return one_layer_time.numeric(t, variances, eta), two_layer_time.numeric(variances, eta)
