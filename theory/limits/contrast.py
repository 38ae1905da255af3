r"""How much data sets differ in the order of two subspaces, to leading order in 1/N.

Weights are w = rho/(sum rho) with rho = e^{-E/t}. Of N points the share left in a subspace,

    S_k = mean over i in k of Var_w(y_i)/v_i,    v_i the posterior variance at t, m_i its mean,

differs from 1 by a sum of independent terms, (1/N) sum_mu (rho_mu/E rho) (u_k(y_mu) - 1) with u_k the mean of
(y_i - m_i)^2/v_i over the subspace. A difference D of two subspaces has to leading order the variance

    N Var D = E rho^2/(E rho)^2  E_{t/2} [(u_1 - u_2)^2],

an average over the posterior at t/2, for linear Gaussian data.
"""

import numpy as np

from theory.case import Case


def contrast_variance(case: Case) -> float:
    """Var D between data sets, of the shares left in the first two subspaces of linear Gaussian data.

    Arguments:
        case: the variances, of mean 0, x, N and t, above condensation.

    Returns:
        A variance, without units, to leading order in 1/N.
    """
    v, t = case.variances, case.t
    posterior, half = v * t / (v + t), v * t / (2 * v + t)
    off = case.x * (v / (v + t / 2) - v / (v + t))
    mean, variance = (half + off**2) / posterior, (2 * half**2 + 4 * half * off**2) / posterior**2
    first, second = case.subspaces[:2]
    square = (mean[first].mean() - mean[second].mean()) ** 2
    square += variance[first].sum() / first.size**2 + variance[second].sum() / second.size**2
    logs = float(case.law.log_mgf(2 / t, case.x)) - 2 * float(case.law.log_mgf(1 / t, case.x))
    return float(np.exp(logs) * square / case.n)
