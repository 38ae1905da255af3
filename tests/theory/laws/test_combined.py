"""Products, mixtures, rotated laws and the REM of Derrida: identities between laws, samplers, Monte Carlo."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from tests.theory.laws.checks import assert_derivatives, assert_door, assert_sampler, assert_shapes
from theory.exact.averages import participation_ratio
from theory.exact.score import mean_score
from theory.laws import REM, LinearGaussian, Mixture, Product, Rotated, RotatedGaussian, Sphere, Torus
from theory.laws.law import EnergyLaw
from theory.limits.condensation import condensation_time

X = np.array([0.5, -0.4, 0.3])
FACTORS = np.array([[1.0, 0.2], [0.3, -0.5], [0.1, 0.8]])
TURN = np.linalg.qr(np.array([[1.0, 2.0, 0.5], [0.3, -1.0, 0.2], [0.7, 0.1, 1.0]]))[0]
MIXTURE = Mixture([2.0, 1.0], [LinearGaussian([0.3, 0.1, 0.2], [1.0, 0.0, -0.5]), LinearGaussian([0.1, 0.5, 0.0])])
LAWS: dict[str, EnergyLaw] = {
    "product": Product([Sphere(1, 0.7), LinearGaussian([0.4])]),
    "mixture": MIXTURE,
    "rotated sphere": Rotated(Sphere(1, 0.7, 3), TURN),
    "rotated Gaussian": RotatedGaussian.from_factors(FACTORS, [0.1, 0.2, 0.3]),
    "nested": Product([Mixture([0.5, 0.5], [Torus([1.0]), Torus([0.4])]), LinearGaussian([0.4])]),
}
EVERY = pytest.mark.parametrize("law", LAWS.values(), ids=LAWS)


@EVERY
@pytest.mark.parametrize("lam", [0.8, 4.0, 0.5 + 1j])
def test_derivatives(law: EnergyLaw, lam: complex) -> None:
    assert_derivatives(law, X, lam)


@EVERY
def test_shapes_and_sampler(law: EnergyLaw) -> None:
    """25 comparisons in all: a false alarm in one run of 4000."""
    assert_shapes(law, X)
    assert_door(law, X)
    assert_sampler(law, X, 1.5)


@EVERY
@pytest.mark.parametrize("t", [0.03, 0.4])
def test_exact_averages_agree_with_monte_carlo(law: EnergyLaw, t: float) -> None:
    """4 numbers a case, two-sided: a false alarm of all ten cases in one run of 1000."""
    size, replicas = 30, 8000
    y = law.sample(size * replicas, np.random.default_rng(5)).reshape(replicas, size, 3)
    energy = ((X - y) ** 2).sum(-1) / 2
    weight = np.exp((energy.min(1, keepdims=True) - energy) / t)
    weight /= weight.sum(1, keepdims=True)
    log_n = float(np.log(size))
    score = ((weight[..., None] * y).sum(1) - X) / t
    for ours, seen in (
        (participation_ratio(t, X, law, log_n), (weight**2).sum(1)),
        (mean_score(t, X, law, log_n), score),
    ):
        deviation = (seen.mean(0) - ours) / (seen.std(0) / np.sqrt(replicas))
        assert np.abs(deviation).max() < stats.norm.isf(1e-3 / 2 / 40)


@given(st.floats(0.01, 30), st.floats(0.1, 2), st.floats(0.1, 2))
@settings(max_examples=30, deadline=None)
def test_a_product_adds_k(lam: float, radius: float, variance: float) -> None:
    first, second = Sphere(1, radius), LinearGaussian([variance])
    both = first.log_mgf(lam, X[:2]) + second.log_mgf(lam, X[2:])
    assert Product([first, second]).log_mgf(lam, X) == pytest.approx(both, rel=1e-14)


def test_a_torus_is_a_product_of_circles_and_a_gaussian_of_its_coordinates() -> None:
    x = np.array([0.5, -0.4, 0.3, 0.9])
    circles = Product([Sphere(1, 0.7), Sphere(1, 1.2)])
    lam = np.array([0.3, 5.0, 1 + 4j])
    np.testing.assert_allclose(circles.log_mgf(lam, x), Torus([0.7, 1.2]).log_mgf(lam, x), rtol=1e-13)
    np.testing.assert_allclose(circles.hessian(lam, x), Torus([0.7, 1.2]).hessian(lam, x), rtol=1e-12, atol=1e-14)
    halves = Product([LinearGaussian([1.0, 0.3]), LinearGaussian([0.0, 2.0])])
    whole = LinearGaussian([1.0, 0.3, 0.0, 2.0])
    assert condensation_time(x, halves, 0.4) == pytest.approx(condensation_time(x, whole, 0.4), rel=1e-12)
    assert halves.lower == whole.lower == -0.5


@given(st.floats(0.01, 30))
@settings(max_examples=30, deadline=None)
def test_a_mixture_of_one_law_with_itself_is_that_law_and_k_is_convex(lam: float) -> None:
    law = LinearGaussian([1.0, 0.3, 0.1])
    same = Mixture([0.2, 0.8], [law, law])
    assert same.log_mgf(lam, X) == pytest.approx(law.log_mgf(lam, X), rel=1e-12)
    np.testing.assert_allclose(same.hessian(lam, X), law.hessian(lam, X), rtol=1e-10, atol=1e-12)
    assert MIXTURE.lam_derivative(lam, X, 2) > 0


def test_a_mixture_agrees_with_the_integral_over_its_density() -> None:
    law, x, lam = Mixture([0.3, 0.7], [LinearGaussian([0.2], -1.0), LinearGaussian([0.05], 0.8)]), 0.4, 2.5

    def integrand(y: float) -> float:
        density = 0.3 * stats.norm.pdf(y, -1, np.sqrt(0.2)) + 0.7 * stats.norm.pdf(y, 0.8, np.sqrt(0.05))
        return float(density * np.exp(-lam * (x - y) ** 2 / 2))

    expected = np.log(integrate.quad(integrand, -8, 8, points=[-1, 0.4, 0.8], epsabs=0, epsrel=1e-12, limit=200)[0])
    assert law.log_mgf(lam, np.array([x])) == pytest.approx(expected, rel=1e-11)


def test_a_gaussian_of_full_covariance_agrees_with_the_formula_in_matrices() -> None:
    """K = -1/2 log det(1 + lam C) - lam/2 (x - mu)^T (1 + lam C)^-1 (x - mu)."""
    mean, covariance, lam = np.array([0.1, 0.2, 0.3]), FACTORS @ FACTORS.T, 1.7
    matrix = np.eye(3) + lam * covariance
    expected = -np.linalg.slogdet(matrix)[1] / 2 - lam / 2 * (X - mean) @ np.linalg.solve(matrix, X - mean)
    law = RotatedGaussian(covariance, mean)
    assert law.log_mgf(lam, X) == pytest.approx(expected, rel=1e-13)
    np.testing.assert_allclose(law.gradient(lam, X), -lam * np.linalg.solve(matrix, X - mean), rtol=1e-12)
    np.testing.assert_allclose(law.hessian(lam, X), -lam * np.linalg.inv(matrix), rtol=1e-12, atol=1e-14)
    assert (law.law.variances == 0).sum() == 1


def test_rotating_law_and_point_changes_nothing() -> None:
    law, lam = Sphere(1, 0.7, 3), np.array([0.5, 2.0 + 1j])
    np.testing.assert_allclose(Rotated(law, TURN).log_mgf(lam, TURN @ X), law.log_mgf(lam, X), rtol=1e-13)
    assert participation_ratio(0.2, TURN @ X, Rotated(law, TURN), 3.0) == pytest.approx(
        participation_ratio(0.2, X, law, 3.0), rel=1e-10
    )


@pytest.mark.parametrize(("variance", "beta_c"), [(None, np.sqrt(2 * np.log(2))), (10.0, 2 * np.sqrt(np.log(2)))])
def test_the_rem_freezes_where_derrida_says(variance: float | None, beta_c: float) -> None:
    assert 1 / condensation_time(np.zeros(20), REM(20, variance), float(np.log(2))) == pytest.approx(beta_c, rel=1e-11)


def test_averages_over_the_rem_agree_with_monte_carlo() -> None:
    """One number, two-sided: a false alarm in one run of 10,000."""
    law, levels, replicas, t = REM(6), 64, 20_000, 0.9
    energy = law.energies(levels * replicas, np.random.default_rng(2)).reshape(replicas, levels)
    weight = np.exp((energy.min(1, keepdims=True) - energy) / t)
    seen = (weight**2).sum(1) / weight.sum(1) ** 2
    ours = participation_ratio(t, np.zeros(6), law, float(np.log(levels)))
    assert abs(seen.mean() - ours) < stats.norm.isf(0.5e-4) * seen.std() / np.sqrt(replicas)


def test_the_rem_has_energies_and_no_points() -> None:
    x, law = np.ones(4), REM(4)
    assert_shapes(law, x)
    assert_door(law, x)
    assert_derivatives(law, x, 0.7 + 0.2j)
    with pytest.raises(ValueError, match="energies"):
        law.sample(3, np.random.default_rng(0))
    with pytest.raises(ValueError, match="n must be an integer >= 0"):
        law.energies(-1, np.random.default_rng(0))


GAUSSIAN = LinearGaussian([1.0, 1.0])


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Product([]), "laws must be a list of at least one"),
        (lambda: Product([GAUSSIAN, [1.0, -1.0]]), "laws must be >= 0"),
        (lambda: Mixture([1.0], [GAUSSIAN, GAUSSIAN]), "weights must have one entry for each of the 2 laws"),
        (lambda: Mixture([1.0, 0.0], [GAUSSIAN, GAUSSIAN]), "weights must be > 0"),
        (lambda: Mixture([1.0, 1.0], [GAUSSIAN, Sphere(2)]), "laws must be of one dimension"),
        (lambda: Rotated(GAUSSIAN, np.ones((2, 2))), "basis must be orthogonal"),
        (lambda: Rotated(GAUSSIAN, np.eye(3)), "basis must have shape"),
        (lambda: RotatedGaussian(np.array([[1.0, 0.5], [0.0, 1.0]])), "covariance must be a symmetric"),
        (lambda: RotatedGaussian(np.diag([1.0, -1.0])), "covariance must be positive semidefinite"),
        (lambda: RotatedGaussian(np.eye(2), np.zeros(3)), "mean must be one number or 2 coordinates"),
        (lambda: REM(0), "bits must be an integer >= 1"),
        (lambda: REM(3, 0.0), "variance must be > 0"),
    ],
)
def test_bad_arguments_name_themselves(build: Callable[[], EnergyLaw], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        build()
