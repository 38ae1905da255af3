r"""Single data sets below t_c in the limit: Poisson-Dirichlet weights on draws from the posterior at t_c.

For log N -> infinity at t = m t_c, m < 1, the weights of a data set are those of a Poisson process,

    w_k = G_k^{-1/m} / sum_l G_l^{-1/m},     G_k = e_1 + ... + e_k  with independent standard exponentials e,

and the points that carry them are draws from the posterior at t_c, independent of the weights: y_i has the variance
v_i(t_c) = sigma_i^2 t_c/(sigma_i^2 + t_c). So Var_w(y_i) = v_i(t_c) V_i, V_i the weighted variance of standard normals:
its law tells what is seen in one data set and not in their mean. Draws are independent of every experiment.
"""

from functools import cache

import numpy as np

from theory.case import Case
from theory.limits.condensation import condensation_time

DRAWS = 10_000  # of data sets: shares are known to 0.005
MOST = 200  # weights of a draw: the others share less than 1e-2 for m < 0.6


def condensed_variances(case: Case, order: str = "exact", frozen: bool = True) -> np.ndarray:
    """Var_w(y_i) of draws of a data set, along the directions of a case.

    Arguments:
        case: a case of linear Gaussian data, t below t_c, without a training point.
        order: of t_c, "exact" or "second-cumulant" for a control.
        frozen: whether points are drawn from the posterior at t_c; at t for a control.

    Returns:
        Variances (DRAWS, d), in units of the variances of the data.
    """
    t_c = condensation_time(case, order=order)
    time = t_c if frozen else case.t
    return standard_variances(case.t / t_c, case.d) * case.variances * time / (case.variances + time)


@cache
def standard_variances(m: float, directions: int) -> np.ndarray:
    """Weighted variances of independent standard normals under PD(m, 0), (DRAWS, directions)."""
    rng = np.random.default_rng(0)
    weights = poisson_dirichlet_weights(m, rng)
    columns = [_variance(weights, rng.standard_normal(weights.shape)) for _ in range(directions)]
    return np.stack(columns, axis=1)


def poisson_dirichlet_weights(m: float, rng: np.random.Generator) -> np.ndarray:
    """Weights of the Poisson-Dirichlet law PD(m, 0) in decreasing order, (DRAWS, MOST).

    Arguments:
        m: t/t_c, in (0, 1).
        rng: draws the arrivals of a Poisson process.
    """
    logs = -np.log(rng.standard_exponential((DRAWS, MOST)).cumsum(axis=1)) / m
    weights = np.exp(logs - logs[:, :1])
    return weights / weights.sum(axis=1, keepdims=True)


def _variance(weights: np.ndarray, values: np.ndarray) -> np.ndarray:
    mean = (weights * values).sum(axis=1, keepdims=True)
    return (weights * (values - mean) ** 2).sum(axis=1)
