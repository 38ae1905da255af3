r"""Fluctuation: the mean Jacobian of the empirical score and the variance of the score, for log N -> infinity.

Below t_c(x) few levels carry the weights, all with energies near that of the lowest, -K'(lambda_c). Given its energy a
point is a draw from the law reweighted at lambda_c, so the posterior that matters is the one at **t_c, not at t**:

    v_i = Var(y_i) at 1/t_c = (d_ii K + lambda_c)/lambda_c^2           = sigma_i^2 t_c/(sigma_i^2 + t_c) for linear data
    E Cov_w(y)  = (t/t_c) v,   E[-t J_ii] = 1 - v_i/t_c                = t_c/(sigma_i^2 + t_c): frozen, whatever t < t_c
    Var s_i     = (1 - t/t_c) v_i/t^2

and above t_c the Jacobian is that of the population, -t J = -t hess K(1/t). The paper puts the posterior at t.

To leading order E log Z = lambda g(x), with g the minimum over lambda of (log N + K)/lambda. Its Hessian has one part
more than that of K, for t_c moves with x: with S = log N + K - lambda K',

    E[-t J] = -hess K/lambda_c + grad S grad S^T / (lambda_c^3 K''),    grad S = grad K - lambda_c grad K',

levels of one energy instead of one temperature. Each entry of it is 1/d of the diagonal, but it is of rank one: along
grad S it adds a number of order one.
"""

import numpy as np
import sympy as sp

from theory import checks as arguments
from theory.checks import numpy_inside
from theory.formula import Total, formula
from theory.laws.coerce import as_law, as_points
from theory.laws.law import EnergyLaw
from theory.limits.condensation import condensation_lambda

PAPER = "arXiv:2410.08727"
CODE = f"{PAPER}, published code"
LAW = EnergyLaw | np.ndarray


@formula(
    source="Hessian of the log partition, frozen at t_c", regime="t < t_c(x), linear Gaussian data, log N -> infinity"
)
def frozen_contraction(t_c: sp.Symbol, v: sp.Symbol) -> sp.Expr:
    """Mean of -t J_ii below the condensation time: how much of a displacement along axis i the score takes back."""
    return t_c / (v + t_c)


@formula(source="Poisson-Dirichlet weights on draws from the posterior at t_c", regime="t < t_c(x), log N -> infinity")
def frozen_score_variance(t: sp.Symbol, t_c: sp.Symbol, v: sp.Symbol) -> sp.Expr:
    """Variance of s_i over data sets below the condensation time, with the posterior at t_c."""
    return (1 - t / t_c) * v * t_c / ((v + t_c) * t**2)


@formula(source=f"{PAPER}, sec. 5.3", regime="claimed for t < t_c(x), linear Gaussian data")
def paper_score_variance(t: sp.Symbol, t_c: sp.Symbol, v: sp.Symbol) -> sp.Expr:
    """The paper's variance of s_i over data sets, with the posterior at t."""
    return (1 - t / t_c) * v / ((v + t) * t)


@formula(source="Var_w(y) = (1 - 1/N~) Var(y | x), posterior at t as in the paper", regime="claimed for t < t_c(x)")
def paper_contraction(t: sp.Symbol, t_c: sp.Symbol, v: sp.Symbol) -> sp.Expr:
    """Mean of -t J_ii that follows from the paper's effective number with the posterior at t."""
    return 1 - (t / t_c) * v / (v + t)


@formula(source=CODE, regime="claimed; sums over d with log N where the text has means with alpha: the same number")
def coded_time(x: sp.Symbol, v: sp.Symbol, log_n: sp.Symbol) -> sp.Expr:
    """Condensation time as in the published code, for data that are not normalized."""
    return sp.sqrt((Total(v**2) / 2 + Total(x**2 * v)) / (2 * log_n))


@formula(source=CODE, regime="claimed for data of unit norm; at x = 0 it is 0")
def coded_time_unit_norm(x: sp.Symbol, v: sp.Symbol, log_n: sp.Symbol) -> sp.Expr:
    """Condensation time as in the published code for normalized data: without r4."""
    return sp.sqrt(Total(x**2 * v) / (2 * log_n))


@formula(source=CODE, regime="claimed for t < t_c(x); 0 above")
def coded_order(t: sp.Symbol, t_c: sp.Symbol) -> sp.Expr:
    """phi of the published code, an inverse time: t phi = 1 - t/t_c is the participation ratio."""
    return 1 / t - 1 / t_c


@formula(source=CODE, regime="claimed; its units are 1/t^3, so it cannot stand beside 1/(t + sigma^2)")
def coded_fluctuation(t: sp.Symbol, v: sp.Symbol, order: sp.Symbol) -> sp.Expr:
    """V_i of the published code; `order` is phi_0 + phi_i, at the origin and at x = sqrt(t) e_i."""
    return Total(v / (t**2 * (t + v))) * order


@formula(source="paper_score_variance at x = sqrt(t) e_i and at 0, over t", regime="claimed by the text for t < t_c(x)")
def fluctuation_square(t: sp.Symbol, v: sp.Symbol, order: sp.Symbol) -> sp.Expr:
    """V_i^2 that follows from the text: the variance of (s(sqrt(t) e_i) - s(0))/sqrt(t), summed over the axes."""
    return Total(v / (t * (t + v))) * order


@formula(source=CODE, regime="claimed, linear Gaussian data")
def coded_singular_value(t: sp.Symbol, v: sp.Symbol, fluctuation: sp.Symbol) -> sp.Expr:
    """sing_i of the published code: contraction along axis i and a fluctuation V_i orthogonal to it."""
    return sp.sqrt(1 / (t + v) ** 2 + fluctuation**2)


@numpy_inside
def energy_shell(x: np.ndarray, law: LAW, log_n: float) -> np.ndarray:
    """r with r r^T = grad S grad S^T / (lambda_c^3 K''): to be added to the matrix of E[-t J] below t_c; shape of x."""
    law = as_law(law)
    x = as_points(x, law)
    lam = np.asarray(condensation_lambda(x, law, arguments.log_size(log_n)))
    step = 1e-30 * lam  # a derivative by a complex step loses nothing
    mixed = np.imag(law.gradient(lam + 1j * step, x)) / step[..., None]
    slope = law.gradient(lam, x) - lam[..., None] * mixed
    return slope / np.sqrt(lam**3 * law.lam_derivative(lam, x, order=2))[..., None]


@numpy_inside
def contraction_matrix(t: np.ndarray | float, x: np.ndarray, law: LAW, log_n: float) -> np.ndarray:
    """E[-t J] at one x (d,), leading order, with the part of its energy shell below t_c: (*shape of t, d, d)."""
    law, lam = as_law(law), 1 / arguments.times(t)
    critical = float(condensation_lambda(x, law, arguments.log_size(log_n)))
    frozen = np.array([-law.hessian(hot, x) / hot for hot in np.minimum(lam, critical).ravel()])
    shell = np.where(lam[..., None] > critical, energy_shell(x, law, log_n), 0.0)
    return frozen.reshape(*lam.shape, *frozen.shape[1:]) + shell[..., :, None] * shell[..., None, :]
