"""Fluctuation: formulas reduced to zero, and limits approached by the exact averages at the expected rate."""

import numpy as np
import pytest
import sympy as sp

from theory.exact.score import mean_jacobian
from theory.exact.score import score_variance as exact_variance
from theory.formula import expand, symbol
from theory.laws.linear import LinearGaussian, linear_energy_law
from theory.limits.condensation import condensation_time, second_cumulant_time
from theory.limits.fluctuation import (
    coded_fluctuation,
    coded_order,
    coded_singular_value,
    coded_time,
    coded_time_unit_norm,
    energy_shell,
    fluctuation_square,
    frozen_normalized_jacobian,
    frozen_score_variance,
    normalized_jacobian,
    normalized_jacobian_matrix,
    paper_normalized_jacobian,
    paper_score_variance,
    score_variance,
)
from theory.limits.weights import condensed_participation

T, T_C, V, X, LAM = (symbol(name) for name in ("t", "t_c", "v", "x", "lam"))
TERM = linear_energy_law.written.args[0]


def halves(d: int) -> tuple[np.ndarray, np.ndarray, float, float]:
    """x, variances, log N and t_c at alpha = 0.4: half of the sigma_i = 1, half 0.3, x_i = sigma_i."""
    variances = np.repeat([1.0, 0.09], d // 2)
    x = np.sqrt(variances)
    return x, variances, 0.4 * d, float(condensation_time(x, variances, 0.4))


# Derivations


def test_the_frozen_normalized_jacobian_is_the_curvature_of_the_law_at_t_c() -> None:
    curvature = sp.diff(TERM, X, 2).subs(LAM, 1 / T_C)
    assert sp.simplify(-curvature * T_C - frozen_normalized_jacobian.written) == 0


def test_the_variance_is_the_participation_times_the_posterior_variance_at_t_c() -> None:
    posterior = ((sp.diff(TERM, X, 2) + LAM) / LAM**2).subs(LAM, 1 / T_C)
    expected = condensed_participation.written * posterior / T**2
    assert sp.simplify(expected - frozen_score_variance.written) == 0
    at_t = condensed_participation.written * ((sp.diff(TERM, X, 2) + LAM) / LAM**2).subs(LAM, 1 / T) / T**2
    assert sp.simplify(at_t - paper_score_variance.written) == 0


def test_the_weights_take_back_what_freezes() -> None:
    """1 - (1 - E sum w^2) Var(y)/t: frozen with the posterior at t_c, the paper's with that at t."""
    kept = 1 - condensed_participation.written
    assert sp.simplify(1 - kept * V * T_C / ((V + T_C) * T) - frozen_normalized_jacobian.written) == 0
    assert sp.simplify(1 - kept * V / (V + T) - paper_normalized_jacobian.written) == 0


def test_both_claims_agree_at_t_c_alone() -> None:
    ratio = sp.simplify(frozen_score_variance.written / paper_score_variance.written)
    assert sp.simplify(ratio - T_C * (V + T) / (T * (V + T_C))) == 0
    assert ratio.subs(T, T_C).simplify() == 1
    assert sp.simplify((frozen_normalized_jacobian.written - paper_normalized_jacobian.written).subs(T, T_C)) == 0


def test_sums_with_log_n_are_means_with_alpha() -> None:
    d, log_n = 3, symbol("log_n")
    mean = expand(coded_time.written, d) ** 2
    r_4 = sum(sp.Symbol(f"v{i}", positive=True) ** 2 for i in (1, 2, 3)) / sp.Integer(d)
    omega2 = expand(coded_time_unit_norm.written, d) ** 2 * 2 * log_n / d
    assert sp.simplify(mean - second_cumulant_time(r_4, omega2, log_n / d) ** 2) == 0
    assert coded_time_unit_norm.numeric(np.zeros(3), np.ones(3), 1.0) == 0  # the paper's origin: no condensation at all


def test_the_coded_order_is_the_participation_over_t() -> None:
    assert sp.simplify(T * coded_order.written - condensed_participation.written) == 0


def test_the_square_of_the_fluctuation_from_the_text() -> None:
    t_i = sp.Symbol("t_i", positive=True)
    orders = coded_order(T, T_C) + coded_order(T, t_i)
    summed = sum(paper_score_variance(T, s, sp.Symbol(f"v{j}", positive=True)) for s in (T_C, t_i) for j in (1, 2))
    assert sp.simplify(summed / T - expand(fluctuation_square.written, 2).subs(symbol("order"), orders)) == 0


def test_units_tell_the_coded_fluctuation_from_a_singular_value() -> None:
    """t -> c t, sigma^2 -> c sigma^2, phi -> phi/c must scale a singular value by 1/c; the code's V scales by 1/c^3."""
    c, order = sp.Symbol("c", positive=True), symbol("order")
    scaled = [f(c * T, c * V, order / c) for f in (coded_fluctuation, fluctuation_square)]
    powers = [
        sp.simplify(sp.log(expand(s, 1) / expand(f.written, 1)) / sp.log(c))
        for s, f in zip(scaled, (coded_fluctuation, fluctuation_square), strict=True)
    ]
    assert [sp.expand_log(p, force=True).simplify() for p in powers] == [-3, -2]
    assert coded_singular_value.numeric(1.0, 1.0, 0.0) == 0.5


# Limits


@pytest.mark.parametrize("ratio", [0.1, 0.3, 0.6])
def test_the_exact_jacobian_freezes_at_t_c(ratio: float) -> None:
    """d (E[-t J_ii] - t_c/(sigma_i^2 + t_c)) grows no faster than log d; the paper's posterior at t stays off."""
    rest = []
    for d in (40, 160):
        x, variances, log_n, t_c = halves(d)
        t = ratio * t_c
        exact = np.diag(-t * mean_jacobian(t, x, variances, log_n))[[0, -1]]
        limit = normalized_jacobian(t, x, variances, log_n)[[0, -1]]
        assert limit == pytest.approx(frozen_normalized_jacobian.numeric(t_c, variances[[0, -1]]), rel=1e-12)
        paper = normalized_jacobian(t, x, variances, log_n, posterior="current")[[0, -1]]
        assert paper == pytest.approx(paper_normalized_jacobian.numeric(t, t_c, variances[[0, -1]]), rel=1e-11)
        rest.append(exact - limit)
    assert (np.abs(rest[1]) < np.abs(rest[0]) / 4 * 1.5).all()
    assert (np.abs(exact - paper) > 3 * np.abs(rest[1])).any()


def test_one_direction_of_the_jacobian_is_off_by_a_number_of_order_one() -> None:
    """Levels of one energy: along grad S the exact E[-t J] exceeds the frozen one by |r|^2, at any d."""
    excess = []
    for d in (20, 80, 320):
        x, variances, log_n, t_c = halves(d)
        t, shell = 0.3 * t_c, energy_shell(x, variances, log_n)
        along = shell / np.linalg.norm(shell)
        exact = -t * mean_jacobian(t, x, variances, log_n) - np.diag(normalized_jacobian(t, x, variances, log_n))
        excess.append(along @ exact @ along - shell @ shell)
        assert shell @ shell == pytest.approx(0.214758, abs=1e-6)
    assert np.abs(excess[-1]) < 0.01
    assert excess[1] < excess[0] / 2.5
    assert excess[2] < excess[1] / 2.5


def test_the_matrix_of_leading_order_tends_to_the_exact_average() -> None:
    variances = np.array([1.0] * 8 + [0.2] * 8)
    x, times = np.sqrt(variances) * (-1.0) ** np.arange(16), np.array([0.02, 1.0])
    exact = np.linalg.eigvalsh(-times[:, None, None] * mean_jacobian(times, x, variances, 16.0))
    leading = np.linalg.eigvalsh(normalized_jacobian_matrix(times, x, variances, 16.0))
    np.testing.assert_allclose(leading[0], exact[0], atol=0.15)
    np.testing.assert_allclose(leading[1], exact[1], atol=0.02)


def test_the_energy_shell_by_differences_of_the_lowest_energy() -> None:
    """E log Z -> lambda K'(lambda_c(x); x): its Hessian, numerically."""
    x, variances, log_n = np.array([0.5, -1.0, 2.0]), np.array([1.0, 0.3, 2.0]), 1.5
    law, h = LinearGaussian(variances), 1e-4
    t_c = float(condensation_time(x, variances, log_n / 3))

    def lowest(point: np.ndarray) -> float:
        return float(law.lam_derivative(1 / condensation_time(point, variances, log_n / 3), point))

    step = h * np.eye(3)
    hessian = [
        [(lowest(x + a + b) - lowest(x + a - b) - lowest(x - a + b) + lowest(x - a - b)) / (4 * h**2) for a in step]
        for b in step
    ]
    expected = normalized_jacobian_matrix(0.1 * t_c, x, variances, log_n)
    assert -np.array(hessian) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("ratio", [0.1, 0.3, 0.6])
def test_the_exact_score_variance_has_the_posterior_at_t_c(ratio: float) -> None:
    """Relative error of order log(d)/d; with the posterior at t it is off by a factor at any d."""
    rest = []
    for d in (80, 320):
        x, variances, log_n, t_c = halves(d)
        t = ratio * t_c
        exact = exact_variance(t, x, variances, log_n)[[0, -1]]
        limit = score_variance(t, x, variances, log_n)[[0, -1]]
        assert limit == pytest.approx(frozen_score_variance.numeric(t, t_c, variances[[0, -1]]), rel=1e-11)
        paper = score_variance(t, x, variances, log_n, posterior="current")[[0, -1]]
        assert paper == pytest.approx(paper_score_variance.numeric(t, t_c, variances[[0, -1]]), rel=1e-11)
        rest.append(exact / limit - 1)
    assert (np.abs(rest[1]) < 0.1).all()
    assert (np.abs(rest[1]) < np.abs(rest[0]) / 2.5).all()
    assert (exact / paper > 1.15).all()


def test_far_above_t_c_the_score_varies_as_its_dominant_levels() -> None:
    x, variances, log_n, t_c = halves(80)
    t = 3.0 * t_c
    exact = exact_variance(t, x, variances, log_n)
    assert exact == pytest.approx(score_variance(t, x, variances, log_n), rel=1e-3)
    assert exact.min() > 1e6 * score_variance(t, x, variances, log_n, posterior="current").max()  # N~ is not N
    jacobian = np.diag(-t * mean_jacobian(t, x, variances, log_n))
    assert jacobian == pytest.approx(normalized_jacobian(t, x, variances, log_n), rel=1e-6)


def test_shapes_and_arguments() -> None:
    x, variances = np.ones((4, 3)), np.array([1.0, 0.5, 0.2])
    t = np.array([[0.1, 0.2]])
    for function in (normalized_jacobian, score_variance):
        for posterior in ("condensation", "current"):
            assert function(t, x, variances, 2.0, posterior).shape == (4, 1, 2, 3)
            assert function(0.1, x[0], variances, 2.0, posterior).shape == (3,)
        with pytest.raises(ValueError, match="posterior must be one of condensation, current"):
            function(t, x, variances, 2.0, "later")
        with pytest.raises(ValueError, match="log_n must be > 0"):
            function(t, x, variances, 0.0)
    assert energy_shell(x, variances, 2.0).shape == (4, 3)


def test_a_time_whose_square_is_no_float_is_named() -> None:
    for t in (1e-300, 1e300):
        with pytest.raises(ValueError, match="t must be between 1e-150 and 1e150"):
            score_variance(t, np.array([0.5]), np.array([1.0]), 1.0)
