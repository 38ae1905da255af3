"""Unit-norm Gaussian data: K by one integral, against the angular density, the sphere, and its own samples."""

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from tests.theory.laws.checks import assert_derivatives, assert_door, assert_sampler, assert_shapes
from theory.exact.averages import participation_ratio
from theory.laws.angular import far, near
from theory.laws.sphere import Sphere
from theory.laws.unit_norm import UnitNormGaussian
from theory.limits.condensation import condensation_time
from theory.limits.entropy import entropy

VARIANCES = np.array([2.0, 0.3, 0.0, 0.3])
X = np.array([0.6, -0.4, 0.3, 0.2])


def test_one_dimensional_data_are_two_points() -> None:
    """y = +-1: term by term, the integral over sigma of the series of (beta/2) I_1 is that of cosh."""
    sigma, k = sp.Symbol("sigma", positive=True), sp.Symbol("k", positive=True, integer=True)
    term = sigma ** sp.Rational(-1, 2) * (1 + sigma) ** (-sp.Rational(1, 2) - k)
    total = sp.integrate(term, (sigma, 0, sp.oo), conds="none") / (4**k * sp.factorial(k) * sp.factorial(k - 1))
    assert sp.gammasimp(sp.combsimp(total / (1 / sp.factorial(2 * k)))).simplify() == 1
    lam = np.array([1e-3, 0.5, 4.0, 2 + 3j])
    law = UnitNormGaussian([0.7])
    exact = np.log(np.cosh(lam * 0.8)) - lam * (0.64 + 1) / 2
    np.testing.assert_allclose(np.exp(law.log_mgf(lam, np.array([0.8]))), np.exp(exact), rtol=1e-12)


def test_second_moments_are_those_of_the_angular_law() -> None:
    """K''(0) = x.E(yy^T).x, and E y_1^2 = sqrt(v_1)/(sqrt(v_1) + sqrt(v_2)) in the plane."""
    variance = UnitNormGaussian([4.0, 1.0]).lam_derivative(0.0, np.eye(2), order=2)
    np.testing.assert_allclose(variance, [2 / 3, 1 / 3], rtol=1e-12)


@pytest.mark.parametrize("lam", [1e-4, 0.5, 7.0, 200.0])
def test_the_plane_against_its_angular_density(lam: float) -> None:
    v, x = np.array([1.0, 0.04]), np.array([0.5, -0.9])

    def boltzmann(angle: float) -> float:
        y = np.array([np.cos(angle), np.sin(angle)])
        density = 1 / (2 * np.pi * np.sqrt(v.prod()) * (y**2 / v).sum())
        return float(density * np.exp(lam * (x @ y - np.linalg.norm(x))))

    points = [0.0, np.pi / 2, np.pi, float(np.arctan2(x[1], x[0])) + 2 * np.pi]
    total = integrate.quad(boltzmann, 0, 2 * np.pi, points=points, epsabs=0, epsrel=1e-12, limit=500)[0]
    expected = np.log(total) + lam * np.linalg.norm(x) - lam * (x @ x + 1) / 2
    assert UnitNormGaussian(v).log_mgf(lam, x) == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("d", [2, 10, 200])
@pytest.mark.parametrize("lam", [1e-5, 1.0, 30.0, 2000.0])
def test_equal_variances_give_the_sphere(d: int, lam: float) -> None:
    x = np.random.default_rng(d).standard_normal((3, d)) / np.sqrt(d)
    ours, sphere = UnitNormGaussian(np.full(d, 0.2)), Sphere(d - 1)
    np.testing.assert_allclose(ours.log_mgf(lam, x), sphere.log_mgf(lam, x), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(ours.lam_derivative(lam, x), sphere.lam_derivative(lam, x), rtol=1e-11)
    np.testing.assert_allclose(ours.hessian(lam, x), sphere.hessian(lam, x), rtol=1e-9, atol=1e-9 * lam)


PAPER = np.array([1.0] * 2 + [0.3] * 5 + [0.01] * 23) ** 2
PLACES = {
    "typical": np.sqrt(PAPER / PAPER.sum()),
    "thin": np.repeat([0.0, 0.2, 0.1], [2, 5, 23]),
    "far": 1.5 * np.eye(30)[0],
}


@pytest.mark.parametrize("x", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize("lam", [0.0, 3.9, 60.0, 700.0])
def test_far_from_zero_the_turned_paths_agree_with_the_straight_one(x: np.ndarray, lam: float) -> None:
    """e^K in units of its value on the real axis, to 1e-11; both sum the same integral, at other nodes."""
    law, line = UnitNormGaussian(PAPER), lam + 1j * np.array([30.0, 150.0, 400.0, 1500.0, 4000.0])
    straight = near(line, x, PAPER).log_mean - line * (x @ x + 1) / 2
    unit = law.log_mgf(lam, x)
    np.testing.assert_allclose(np.exp(law.log_mgf(line, x) - unit), np.exp(straight - unit), rtol=0, atol=1e-11)


@pytest.mark.parametrize("d", [1, 2, 3, 10, 200])
def test_far_from_zero_equal_variances_give_the_sphere(d: int) -> None:
    """On a line where both waves matter and on one where one does, in units of e^K on the real axis."""
    x = np.random.default_rng(d).standard_normal(d) / np.sqrt(d)
    ours = UnitNormGaussian(np.full(d, 0.2))
    for theta in (0.5, 40.0):
        line = theta + 1j * np.geomspace(3, 3e4, 60)
        if d == 1:
            exact = line * abs(x[0]) + np.log1p(np.exp(-2 * line * abs(x[0]))) - np.log(2)
            np.testing.assert_allclose(np.exp(ours.log_mgf(line, x) - exact + line * (x @ x + 1) / 2), 1, rtol=1e-10)
            continue
        sphere = Sphere(d - 1)
        known, unit = sphere.log_mgf(line, x), sphere.log_mgf(theta, x)
        height = np.exp(np.real(known - unit))  # digits of what is small against the real axis are lost in both
        assert (height * np.abs(np.exp(ours.log_mgf(line, x) - known) - 1)).max() < 1e-11
        for call, other in ((ours.gradient, sphere.gradient), (ours.curvature, sphere.curvature)):
            error = np.abs(call(line, x) - other(line, x)) / (1 + np.abs(other(line, x)))
            assert (height[:, None] * error).max() < 1e-9
        error = ours.lam_derivative(line, x) / sphere.lam_derivative(line, x) - 1
        assert (height * np.abs(error)).max() < 1e-10


def test_where_the_waves_do_not_fall_far_enough_the_straight_line_is_taken() -> None:
    """Of one direction of large variance, near the imaginary axis: the turned paths would be off by 3e-10."""
    v, x = np.array([0.028, 0.042, 0.006, 38.786]), np.array([-1.917, -0.597, -0.67, -0.691])
    lam = np.array([26.1 + 188.6j]) / np.linalg.norm(x)
    assert far(lam, x, v) is None
    law, energy = UnitNormGaussian(v), (x @ x + 1) / 2
    unit = law.log_mgf(lam.real, x)
    straight = near(lam, x, v).log_mean - lam * energy
    np.testing.assert_allclose(np.exp(law.log_mgf(lam, x) - unit), np.exp(straight - unit), rtol=0, atol=1e-11)


def test_all_quadrants_mirror_the_first() -> None:
    law, x, lam = UnitNormGaussian(PAPER), PLACES["typical"], np.array([[200 + 900j, 3 + 5j]])
    energy = (x @ x + 1) / 2
    for call in (law.log_mgf, law.gradient, law.hessian):
        np.testing.assert_array_equal(call(np.conj(lam), x), np.conj(call(lam, x)))
    np.testing.assert_allclose(np.exp(law.log_mgf(-lam, x) - law.log_mgf(lam, x) - 2 * lam * energy), 1, rtol=1e-12)
    np.testing.assert_allclose(law.gradient(-lam, x) - lam[..., None] * x, law.gradient(lam, x) + lam[..., None] * x)


@pytest.mark.parametrize("lam", [0.8, 4.0, 0.5 + 3j, -1.5 + 0.2j])
def test_derivatives(lam: complex) -> None:
    assert_derivatives(UnitNormGaussian(VARIANCES), X, lam)


def test_shapes_and_sampler() -> None:
    """6 comparisons: a false alarm in one run of 16,000."""
    law = UnitNormGaussian(VARIANCES)
    assert_shapes(law, X)
    assert_door(law, X)
    assert_sampler(law, X, 1.5)
    np.testing.assert_allclose(np.linalg.norm(law.sample(50, np.random.default_rng(0)), axis=1), 1)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.floats(1e-3, 10), min_size=2, max_size=6), st.floats(0.1, 50), st.floats(0.1, 10), st.floats(1.01, 3)
)
def test_a_common_scale_does_not_matter_and_k_is_convex(
    variances: list[float], scale: float, lam: float, factor: float
) -> None:
    v, x = np.array(variances), np.sqrt(variances) / np.linalg.norm(np.sqrt(variances))
    law = UnitNormGaussian(v)
    assert UnitNormGaussian(scale * v).log_mgf(lam, x) == pytest.approx(law.log_mgf(lam, x), rel=1e-11)
    assert law.lam_derivative(lam, x, order=2) > 0
    assert law.lam_derivative(factor * lam, x) >= law.lam_derivative(lam, x) - 1e-12


def test_the_papers_normalized_data_condense() -> None:
    law, x, log_n = UnitNormGaussian(PAPER), PLACES["typical"], float(np.log(1000))
    t_c = float(condensation_time(x, law, log_n / 30))
    assert entropy(1 / t_c, x, law, log_n) == pytest.approx(0, abs=1e-10)


def test_exact_averages_agree_with_monte_carlo() -> None:
    """2 numbers, two-sided: a false alarm in one run of 10,000."""
    law, replicas = UnitNormGaussian(VARIANCES), 20_000
    energy = ((law.sample(20 * replicas, np.random.default_rng(1)) - X) ** 2).sum(-1).reshape(replicas, 20) / 2
    for t in (0.3, 1.0):
        weight = np.exp(-energy / t) / np.exp(-energy / t).sum(1, keepdims=True)
        seen = (weight**2).sum(1)
        score = (seen.mean() - participation_ratio(t, X, law, np.log(20))) / stats.sem(seen)
        assert abs(score) < stats.norm.isf(1e-4 / 4)


def test_seen_from_the_origin_all_levels_are_equal() -> None:
    """Unit-norm data seen from the origin do not condense: whatever the spectrum shows there is no memorization."""
    with pytest.raises(ValueError, match="variance"):
        condensation_time(np.zeros(4), UnitNormGaussian(VARIANCES), 0.5)


@pytest.mark.parametrize(("variances", "message"), [([0.0, 0.0], "entry > 0"), ([-1.0, 1.0], "variances must be >= 0")])
def test_bad_arguments_name_themselves(variances: list[float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        UnitNormGaussian(variances)
