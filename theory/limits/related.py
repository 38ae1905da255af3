r"""Neighbours: the times of other papers on the same transition, for linear Gaussian data, as variances t.

A noised data point x = y_1 + sqrt(t) z sees its own level at E_1 ~ d t/2 and the N - 1 others with log Z ~ log N + K.
With u_i = sigma_i^2/t:

Collapse (2402.18491): the own level outweighs the others at a typical x ~ p_t, where the others condense too,

    log N = 1/2 sum log(1 + u_i).

Onset (2502.09578): it does so at the data point itself, x = y_1, E_1 = 0: first traps, which typical x do not feel,

    log N = -K(1/t; y_1) = 1/2 sum [ log(1 + u_i) + u_i/(1 + u_i) ].

Best generalization (2502.09578): the empirical density is closest to the data in Kullback-Leibler divergence. For
held-out data, x_i^2 = sigma_i^2, the levels condense at t_f, log N = 1/2 sum [ log(1 + u_i) - u_i/(1 + u_i)^2 ]; below
it, with m directions, -E log p_t = log N + (m/2) log(2 pi t) + E_min/t, and E_min is frozen, so the least is at

    t_g = 2 E_min/m,    E_min = 1/2 sum sigma_i^2 t_f (2 t_f + sigma_i^2)/(t_f + sigma_i^2)^2.

Speciation (2402.18491): the largest variance, shrunk by e^{-2 tau}, meets the unit noise of the preserving process.

Hence t_g < t_f < collapse < onset. For the variance-preserving clock, tau = `theory.process.preserving_time`(t).
2502.09578 is read from its abstract: onset and best generalization are defined here as just stated.
"""

from collections.abc import Callable

import numpy as np
import sympy as sp
from scipy.optimize.elementwise import find_root

from theory import checks as arguments
from theory.checks import NotComputable, numpy_inside
from theory.formula import Formula, Total, formula
from theory.limits.condensation import mean_entropy_loss

COLLAPSE, ONSET = "arXiv:2402.18491", "arXiv:2502.09578"
FARTHEST = 300.0  # log of the largest ratio of a time to the scale of the variances, and back


@formula(source=COLLAPSE, regime="equal variances, alpha = log(N)/d, log N -> infinity", quantity=r"t_c")
def equal_collapse_time(v: sp.Symbol, alpha: sp.Symbol) -> sp.Expr:
    """Collapse time of isotropic data, a variance of the exploding process."""
    return v / (sp.exp(2 * alpha) - 1)


@formula(source=COLLAPSE, regime="equal variances, variance-preserving clock", quantity=r"\tau_c")
def equal_collapse_clock(v: sp.Symbol, alpha: sp.Symbol) -> sp.Expr:
    """Collapse time of isotropic data on the Ornstein-Uhlenbeck clock."""
    return sp.log(1 + v / (sp.exp(2 * alpha) - 1)) / 2


@formula(
    source=COLLAPSE, regime="largest variance of the data much above 1, the variance of the noise", quantity=r"t_s"
)
def speciation_time(largest: sp.Symbol) -> sp.Expr:
    """Speciation time, a variance of the exploding process; the largest variance is in units of the noise's."""
    return largest - 1


@formula(
    source=ONSET,
    regime="linear Gaussian data seen from one of its points, log N -> infinity",
    quantity=r"S_{\text{onset}}",
)
def onset_entropy(lam: sp.Symbol, v: sp.Symbol) -> sp.Expr:
    """log N at which a data point outweighs all others where it lies, at t = 1/lambda."""
    return Total(sp.log(1 + lam * v) + lam * v / (1 + lam * v)) / 2


@formula(
    source="linear_entropy_loss, averaged over held-out data x ~ p_0",
    regime="log N -> infinity",
    quantity=r"S_{\text{held-out}}",
)
def held_out_entropy_loss(lam: sp.Symbol, v: sp.Symbol) -> sp.Expr:
    """Entropy lost by the levels seen from a held-out data point, without noise; log N at its condensation time."""
    return Total(sp.log(1 + lam * v) - lam * v / (1 + lam * v) ** 2) / 2


@formula(
    source="-K'(1/t), averaged over held-out data x ~ p_0",
    regime="t = the condensation time of held-out data",
    quantity=r"E_{\text{held-out}}",
)
def held_out_lowest_energy(t: sp.Symbol, v: sp.Symbol) -> sp.Expr:
    """Energy of the data point closest to a held-out one: half its squared distance."""
    return Total(t * v * (2 * t + v) / (t + v) ** 2) / 2


@numpy_inside
def collapse_time(variances: np.ndarray, log_n: float) -> float:
    """Collapse time (2402.18491): log N equals the mutual information of data and noised data.

    log N = 1/2 sum log(1 + sigma_i^2/t).

    Arguments:
        variances: sigma_i^2 >= 0 of centred Gaussian data, (d,), in squared units of the data.
        log_n: log N > 0.

    Returns:
        A variance, in squared units of the data.

    Raises:
        ValueError: where an argument is not finite or out of range.
    """
    return _root(mean_entropy_loss, variances, log_n)


@numpy_inside
def onset_time(variances: np.ndarray, log_n: float) -> float:
    """Onset (2502.09578): the time below which a data point outweighs all others where it lies.

    log N = 1/2 sum [ log(1 + u_i) + u_i/(1 + u_i) ] with u_i = sigma_i^2/t.

    Arguments:
        variances: sigma_i^2 >= 0 of centred Gaussian data, (d,), in squared units of the data.
        log_n: log N > 0.

    Returns:
        A variance, in squared units of the data.

    Raises:
        ValueError: where an argument is not finite or out of range.
    """
    return _root(onset_entropy, variances, log_n)


@numpy_inside
def held_out_condensation_time(variances: np.ndarray, log_n: float) -> float:
    """Condensation time seen from held-out data without noise, x_i^2 = sigma_i^2.

    log N = 1/2 sum [ log(1 + u_i) - u_i/(1 + u_i)^2 ] with u_i = sigma_i^2/t.

    Arguments:
        variances: sigma_i^2 >= 0 of centred Gaussian data, (d,), in squared units of the data.
        log_n: log N > 0.

    Returns:
        A variance, in squared units of the data.

    Raises:
        ValueError: where an argument is not finite or out of range.
    """
    return _root(held_out_entropy_loss, variances, log_n)


@numpy_inside
def best_generalization_time(variances: np.ndarray, log_n: float) -> float:
    """The time at which the empirical density is closest to the data in Kullback-Leibler divergence (2502.09578).

    t_g = 2 E_min/m, with E_min the energy of the data point closest to a held-out one and m directions of variance > 0.

    Arguments:
        variances: sigma_i^2 >= 0 of centred Gaussian data, (d,), in squared units of the data.
        log_n: log N > 0.

    Returns:
        A variance, in squared units of the data.

    Raises:
        ValueError: where an argument is not finite or out of range.
    """
    variances = arguments.variances(variances)
    t_f, unit = held_out_condensation_time(variances, log_n), float(variances.max())  # squares of other units underflow
    return float(2 * unit * held_out_lowest_energy.numeric(t_f / unit, variances / unit) / np.count_nonzero(variances))


def _root(loss: Formula, variances: np.ndarray, log_n: float) -> float:
    """The time 1/lambda at which a loss, rising in lambda from 0, equals log N."""
    variances, size = arguments.variances(variances), arguments.log_size(log_n)
    scale = float(variances.max())
    if not (size > 0 and scale > 0):
        raise ValueError(f"log_n must be > 0 and variances not all 0, got log N = {size:g}, largest variance {scale:g}")
    numeric: Callable[..., np.ndarray] = loss.numeric

    def excess(log_u: np.ndarray | float) -> np.ndarray:
        return numeric(np.exp(np.asarray(log_u)[..., None]), variances / scale) - size

    if excess(-FARTHEST) > 0 or excess(FARTHEST) < 0:
        raise NotComputable(f"log_n must be within reach of a time that is a float, got {size:g}")
    return scale * float(np.exp(-find_root(excess, (-FARTHEST, FARTHEST)).x))
