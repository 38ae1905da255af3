r"""The derivations of the suite: each ends in formulas as they are in force, so a wrong one leaves a residue.

`DERIVATIONS` names them in the order in which the report prints them.
"""

from collections.abc import Callable

import sympy as sp

from theory.derivations.derivation import Derivation, Step
from theory.formula import DIMENSION, Total, symbol
from theory.laws.linear import linear_energy_law
from theory.limits.condensation import (
    directional_entropy_loss,
    directional_variance,
    global_variance,
    linear_entropy_loss,
    mean_entropy_loss,
    second_cumulant_time,
)
from theory.limits.fluctuation import frozen_normalized_jacobian, frozen_score_variance
from theory.limits.weights import condensed_participation, poisson_dirichlet_moment

LAM, T, T_C, X, V, M = (symbol(name) for name in ("lam", "t", "t_c", "x", "v", "m"))
LOG_N, ALPHA, R4, OMEGA2 = (symbol(name) for name in ("log_n", "alpha", "r4", "omega2"))
Y = symbol("y")
S, U, K = (sp.Symbol(name, positive=True) for name in ("s", "u", "k"))


def second_cumulant() -> Derivation:
    """The paper's condensation time."""
    law = linear_energy_law.expression
    energy_variance = DIMENSION * (R4 / 2 + OMEGA2)
    to_second = LAM**2 * energy_variance / 2
    entropy = LOG_N + to_second - LAM * sp.diff(to_second, LAM)
    alpha = {LOG_N: DIMENSION * ALPHA}
    return Derivation(
        "The paper's condensation time is where the entropy of the levels vanishes to second cumulant.",
        (
            _gaussian_integral(),
            Step(
                "The variance of the energies is the second derivative of K at lambda = 0:",
                sp.diff(law, LAM, 2).subs(LAM, 0),
                DIMENSION * (global_variance.expression / 2 + directional_variance.expression),
            ),
            Step(
                "With K to second order, the mean energy dropping out, the entropy log N + K - lambda K' is",
                entropy,
                LOG_N - LAM**2 * energy_variance / 2,
            ),
            Step(
                "It vanishes at lambda = 1/t_c, with log N = alpha d:",
                entropy.subs(alpha).subs(LAM, 1 / second_cumulant_time(R4, OMEGA2, ALPHA)),
                sp.S.Zero,
            ),
        ),
        second_cumulant_time.source,
        second_cumulant_time.regime,
    )


def linear_condensation() -> Derivation:
    """The exact condensation condition for linear Gaussian data."""
    law, u = linear_energy_law.expression, V / T
    loss = LAM * sp.diff(law, LAM) - law
    term, square = _term(linear_entropy_loss.expression), sp.Symbol("square", positive=True)
    at_square = term.subs(X, sp.sqrt(square)).subs(LAM, 1 / T)
    isotropic = V / (sp.exp(2 * ALPHA) - 1)
    return Derivation(
        "The levels condense where the entropy they lose, lambda K' - K, equals log N.",
        (
            _gaussian_integral(),
            Step("The entropy lost at inverse temperature lambda is", loss, linear_entropy_loss.expression),
            Step(
                "At lambda = 1/t one coordinate contributes, with u = sigma^2/t,",
                term.subs(LAM, 1 / T),
                (sp.log(1 + u) - u / (1 + u) + u * X**2 / (T * (1 + u) ** 2)) / 2,
            ),
            Step(
                "A displacement x_i^2 = t along one axis adds to it",
                at_square.subs(square, T) - at_square.subs(square, 0),
                directional_entropy_loss.expression,
            ),
            Step(
                "which grows with sigma^2 below t and falls above, its derivative being",
                sp.diff(directional_entropy_loss.expression, V),
                T * (T - V) / (2 * (T + V) ** 3),
            ),
            Step(
                "Averaged over noised data, E x_i^2 = sigma_i^2 + t, a coordinate loses the mutual information",
                at_square.subs(square, V + T),
                _term(mean_entropy_loss.expression).subs(LAM, 1 / T),
            ),
            Step(
                "and for equal variances log N = alpha d is lost at t = sigma^2/(e^{2 alpha} - 1):",
                _term(mean_entropy_loss.expression).subs(LAM, 1 / isotropic),
                ALPHA,
            ),
        ),
        "Derrida's random energy model; arXiv:2402.18491 for equal variances",
        "exact in the limit log N -> infinity, linear Gaussian data",
    )


def poisson_dirichlet() -> Derivation:
    """Moments of the weights below the condensation time."""
    intensity = M * U ** (-1 - M)
    one_level = sp.gamma(K - M) * M * S ** (M - K)
    density = S ** (K - 1) / sp.gamma(K) * one_level * sp.exp(-sp.gamma(1 - M) * S**M)
    return Derivation(
        "Below t_c the weights have the moments of the Poisson-Dirichlet law with m = t/t_c.",
        (
            Step(
                "Levels near the lowest have a density that grows as e^{E/t_c}; their Boltzmann factors "
                "u = e^{-E/t}, in units of the lowest, form a Poisson process of intensity m u^{-1-m}. One gives",
                sp.Integral(U**K * sp.exp(-S * U) * intensity, (U, 0, sp.oo)),
                one_level,
            ),
            Step(
                "The log of E exp(-s Z) has the derivative in s",
                sp.Integral(-U * sp.exp(-S * U) * intensity, (U, 0, sp.oo)),
                sp.diff(-sp.gamma(1 - M) * S**M, S),
            ),
            Step(
                "With Z^{-k} = int s^{k-1} e^{-sZ} ds / Gamma(k), the moment is an integral over s:",
                sp.Integral(density, (S, 0, sp.oo)),
                poisson_dirichlet_moment(K, M),
            ),
            Step(
                "For k = 2 and m = t/t_c it is the participation ratio",
                poisson_dirichlet_moment(2, T / T_C),
                condensed_participation(T, T_C),
            ),
        ),
        poisson_dirichlet_moment.source,
        poisson_dirichlet_moment.regime,
    )


def frozen_jacobian() -> Derivation:
    """The mean Jacobian and the variance of the score below the condensation time."""
    term = _term(linear_energy_law.expression)
    posterior = (sp.diff(term, X, 2) + LAM) / LAM**2
    at_t_c = posterior.subs(LAM, 1 / T_C)
    participation = condensed_participation(T, T_C)
    return Derivation(
        "Below t_c the mean Jacobian, in units of 1/t, is frozen at its value at t_c.",
        (
            Step(
                "The lowest energy is minus the minimum over lambda of (log N + K)/lambda, for the derivative of that "
                "is minus the entropy over lambda^2; for one coordinate",
                sp.diff((LOG_N + term) / LAM, LAM),
                -(LOG_N + term - LAM * sp.diff(term, LAM)) / LAM**2,
            ),
            Step(
                "so only K at lambda_c is differentiated in x. It has the curvature",
                sp.diff(term, X, 2),
                -LAM / (1 + LAM * V),
            ),
            Step(
                "and E log Z = (log N + K(lambda_c)) lambda/lambda_c gives E[-t J_ii] =",
                (-sp.diff(term, X, 2) / LAM).subs(LAM, 1 / T_C),
                frozen_normalized_jacobian(T_C, V),
            ),
            Step("The curvature is that of a posterior: its variance at t_c is", at_t_c, V * T_C / (V + T_C)),
            Step(
                "Weights on independent draws from it leave (1 - E sum w^2) of the variance inside a data set,",
                1 - (1 - participation) * at_t_c / T,
                frozen_normalized_jacobian(T_C, V),
            ),
            Step(
                "and E sum w^2 of it between data sets:",
                participation * at_t_c / T**2,
                frozen_score_variance(T, T_C, V),
            ),
        ),
        "energy law and Poisson-Dirichlet weights",
        "t < t_c(x), log N -> infinity, linear Gaussian data; entries to order 1/d",
    )


def energy_shell() -> Derivation:
    """The part of the frozen Jacobian that comes from t_c moving with x."""
    lam_c, variance = (sp.Symbol(name, positive=True) for name in ("lambda_c", "K_2"))
    slope, mixed, curvature, p = sp.symbols("K_x K_x1 K_xx p", real=True)
    energy = sp.Symbol("E_c", real=True)
    shift = p * X
    law = -energy * shift + variance * shift**2 / 2 + slope * X + curvature * X**2 / 2 + mixed * shift * X
    free = (-lam_c * energy + law) / (lam_c + shift)  # log N + K = -lambda_c E_c where the entropy vanishes
    second = sp.diff(free, X, 2).subs(X, 0)
    best = (slope - lam_c * mixed) / (lam_c * variance)
    return Derivation(
        "Below t_c the frozen Jacobian has a part of rank one, along the gradient of the entropy.",
        (
            Step(
                "Along x, to second order, with lambda = lambda_c + p x and log N + K = -lambda_c E_c at x = 0, "
                "minus the lowest energy, (log N + K)/lambda, has the second derivative",
                second,
                (variance * p**2 + 2 * p * mixed + curvature) / lam_c - 2 * p * slope / lam_c**2,
            ),
            Step(
                "It is least where the entropy stays 0, p = S_x/(lambda_c K_2) with S_x = K_x - lambda_c K_x1:",
                sp.solve(sp.diff(second, p), p)[0],
                best,
            ),
            Step(
                "so that E[-t J], minus that least value, is",
                -second.subs(p, best),
                -curvature / lam_c + (slope - lam_c * mixed) ** 2 / (lam_c**3 * variance),
            ),
        ),
        "envelope of (log N + K)/lambda to second order",
        "t < t_c(x), log N -> infinity, any law",
    )


def exponents_above() -> Derivation:
    """The power of N in the effective number above the condensation time, for levels of Gaussian energy."""
    theta, lam_c = sp.Symbol("theta", positive=True), sp.Symbol("lambda_c", positive=True)
    variance = 2 * LOG_N / lam_c**2  # K = lambda^2 variance / 2 vanishes with the entropy at lambda_c
    log_z = LOG_N + LAM**2 * variance / 2
    height = LOG_N + theta**2 * variance / 2 - theta * log_z / LAM
    rare = (LAM + lam_c**2 / LAM) / 2
    return Derivation(
        "Above t_c E sum w^2 is a power of N with two branches; here for energies of Gaussian law.",
        (
            Step(
                "Levels reweighted to theta add log N + K(theta) - theta log Z/lambda to log E sum w^2, most at",
                sp.solve(sp.diff(height, theta), theta)[0],
                rare,
            ),
            Step(
                "as far as theta <= 2 lambda, where the factor e^{-2 lambda E} ends; that is at lambda =",
                sp.solve(rare - 2 * LAM, LAM)[0],
                lam_c / sp.sqrt(3),
            ),
            Step(
                "Beyond, many levels at twice the inverse temperature carry the sum:",
                height.subs(theta, 2 * LAM),
                (2 * LAM) ** 2 * variance / 2 - LAM**2 * variance - LOG_N,
            ),
            Step(
                "The branches join in value",
                (height.subs(theta, rare) - height.subs(theta, 2 * LAM)).subs(LAM, lam_c / sp.sqrt(3)),
                sp.S.Zero,
            ),
            Step(
                "and the rare one starts at t_c with exponent 0,", height.subs(theta, rare).subs(LAM, lam_c), sp.S.Zero
            ),
            Step("and with slope 0:", sp.diff(height.subs(theta, rare), LAM).subs(LAM, lam_c), sp.S.Zero),
        ),
        "large deviations of one level",
        "t > t_c(x), log N -> infinity, Gaussian energies",
    )


DERIVATIONS: dict[str, Callable[[], Derivation]] = {
    "second cumulant": second_cumulant,
    "linear condensation": linear_condensation,
    "Poisson-Dirichlet": poisson_dirichlet,
    "frozen Jacobian": frozen_jacobian,
    "energy shell": energy_shell,
    "exponents above t_c": exponents_above,
}


def _gaussian_integral() -> Step:
    density = sp.exp(-(Y**2) / (2 * V)) / sp.sqrt(2 * sp.pi * V)
    return Step(
        "One coordinate of Gaussian data contributes to e^K the Gaussian integral",
        sp.Integral(density * sp.exp(-LAM * (X - Y) ** 2 / 2), (Y, -sp.oo, sp.oo)),
        sp.exp(_term(linear_energy_law.expression)),
    )


def _term(law: sp.Expr) -> sp.Expr:
    """What a multiple of one coordinate sum is taken of."""
    factor, total = law.as_independent(Total)
    return factor * total.args[0]
