"""Spheres and tori: K against mpmath and against integrals over angles, limits, samplers, Monte Carlo of data sets."""

from collections.abc import Callable

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from tests.theory.laws.checks import assert_derivatives, assert_door, assert_sampler, assert_shapes
from theory.exact.averages import participation_ratio
from theory.exact.score import mean_jacobian, mean_score
from theory.laws import LinearGaussian, Sphere, Torus
from theory.laws.bessel import log_mean
from theory.laws.law import EnergyLaw
from theory.limits.condensation import condensation_time

X = np.array([0.5, 0.3, -0.2, 0.1, 0.7, 0.2, 0.1, -0.4])
LAWS = [(Sphere(2), X[:3]), (Sphere(5, 1.3, 8), X), (Torus([1.0, 0.5]), X[:4]), (Torus([1.0, 0.5, 2.0], 8), X)]
IDS = ["sphere", "sphere in more dimensions", "torus", "torus in more dimensions"]


@pytest.mark.parametrize("nu", [0, 0.5, 2, 12, 25, 100, 500])
@pytest.mark.parametrize("angle", [0.0, 0.6, 1.4, 1.55, -1.0])
def test_the_mean_over_directions_agrees_with_mpmath(nu: float, angle: float) -> None:
    """e^A to 1e-12 max(1, |A|), A'/kappa to 1e-12, A'' to 1e-8 (it cancels near the imaginary axis), by all methods."""
    for size in (1e-8, 1e-3, 0.3, 1.0, 3.0, 8.0, 20.0, 35.0, 60.0, 150.0, 1e3):
        kappa = size * np.exp(1j * angle) if angle else size
        ours = log_mean(nu, np.asarray(kappa))
        with mp.workdps(40):
            z = mp.mpc(kappa)
            value, above = mp.hyp0f1(nu + 1, z * z / 4), mp.hyp0f1(nu + 2, z * z / 4)
            log_value, ratio = mp.log(value), above / value / (2 * (nu + 1))
            curvature = 1 - (ratio * z) ** 2 - (2 * nu + 1) * ratio
            excess = mp.exp(mp.mpc(complex(ours.log_mean)) - log_value) - 1
            loss = mp.exp(mp.mpc(complex(ours.loss)) - (z * z * ratio - log_value)) - 1
            size_of_log = max(1, abs(log_value))
            assert abs(excess) < 1e-12 * size_of_log
            assert abs(loss) < 1e-12 * size_of_log
            assert abs(complex(ours.slope_ratio) / ratio - 1) < 1e-12
            assert abs(complex(ours.curvature) / curvature - 1) < (1e-8 if angle else 1e-11)


def test_the_log_stays_on_its_branch_up_a_vertical_line() -> None:
    """The logarithm is continuous: no step between neighbours exceeds what the slope, at most 1, allows."""
    line = 3.0 + 1j * np.arange(0, 400, 0.1)
    for nu in (0, 2, 25):
        assert np.abs(np.diff(np.imag(log_mean(nu, line).log_mean))).max() < 0.5


@pytest.mark.parametrize("lam", [1e-6, 0.3, 5.0, 300.0])
def test_the_circle_and_the_sphere_agree_with_their_integrals(lam: float) -> None:
    x = np.array([0.6, -0.5])
    closest = (np.hypot(*x) - 0.7) ** 2 / 2

    def boltzmann(angle: float) -> float:
        y = 0.7 * np.array([np.cos(angle), np.sin(angle)])
        return float(np.exp(lam * (closest - ((x - y) ** 2).sum() / 2))) / (2 * np.pi)

    peak = float(np.arctan2(x[1], x[0]))
    circle = integrate.quad(boltzmann, peak - np.pi, peak + np.pi, epsabs=0, epsrel=1e-12, points=[peak], limit=200)[0]
    for law in (Torus([0.7]), Sphere(1, 0.7)):
        assert law.log_mgf(lam, x) == pytest.approx(np.log(circle) - lam * closest, rel=1e-11)
    r, kappa = 0.9, lam * 0.9 * 1.2
    exact = -lam * (r - 1.2) ** 2 / 2 + np.log(-np.expm1(-2 * kappa) / (2 * kappa))  # sinh(kappa)/kappa
    assert Sphere(2, 1.2).log_mgf(lam, np.array([0.0, r, 0.0])) == pytest.approx(exact, rel=1e-11)


@pytest.mark.parametrize(("law", "x"), LAWS, ids=IDS)
@pytest.mark.parametrize("lam", [0.8, 4.0, 0.5 + 3j, -1.5 + 0.2j])
def test_derivatives(law: EnergyLaw, x: np.ndarray, lam: complex) -> None:
    assert_derivatives(law, x, lam)


@pytest.mark.parametrize(("law", "x"), LAWS, ids=IDS)
def test_shapes_and_sampler(law: EnergyLaw, x: np.ndarray) -> None:
    """Some 30 comparisons: a false alarm in one run of 3000."""
    assert_shapes(law, x)
    assert_door(law, x)
    assert_sampler(law, x, 1.5)


@pytest.mark.parametrize(("law", "x"), LAWS, ids=IDS)
def test_samples_lie_on_the_manifold(law: EnergyLaw, x: np.ndarray) -> None:
    y = law.sample(100, np.random.default_rng(0))
    radii, block = (law.radii, law.block) if isinstance(law, Torus | Sphere) else (np.ones(1), 1)
    used = radii.size * block
    np.testing.assert_allclose(np.linalg.norm(y[:, :used].reshape(100, -1, block), axis=-1), radii * np.ones((100, 1)))
    assert (y[:, used:] == 0).all()
    np.testing.assert_array_equal(y, law.sample(100, np.random.default_rng(0)))


def test_at_the_centre_all_levels_are_equal() -> None:
    law, lam = Sphere(3, 2.0, 5), np.array([0.5, 2 + 1j])
    x = np.array([0.0, 0.0, 0.0, 0.0, 1.5])
    np.testing.assert_allclose(law.log_mgf(lam, x), -lam * (1.5**2 + 4) / 2, rtol=1e-14)
    np.testing.assert_allclose(law.curvature(lam, x)[:, 0], lam**2 * 4 / 4 - lam, rtol=1e-14)
    with pytest.raises(ValueError, match="variance"):
        condensation_time(x, law, 0.5)


def test_a_sphere_of_large_dimension_tends_to_the_gaussian_by_its_radial_fluctuations() -> None:
    lam, radius, m = 1.7, 1.4, np.array([100, 1000, 10_000])
    for x_length in (0.0, 0.8):
        gap = []
        for dimension in m:
            x = np.append(x_length, np.zeros(dimension))
            gaussian = LinearGaussian(np.full(dimension + 1, radius**2 / (dimension + 1)))
            gap.append(gaussian.log_mgf(lam, x) - Sphere(int(dimension), radius).log_mgf(lam, x))
        error = (m + 1) * gap / (lam**2 * radius**4 / 4) - 1
        np.testing.assert_allclose(error[1:] / error[:-1], 0.1, rtol=0.05)
        assert abs(error[-1]) < 1e-3


@settings(max_examples=25, deadline=None)
@given(st.floats(0.3, 2.5), st.floats(0.5, 1.5), st.floats(0, 1.2), st.integers(300, 20_000))
def test_a_large_sphere_is_gaussian_up_to_the_inverse_of_its_dimension(
    lam: float, radius: float, x_length: float, m: int
) -> None:
    """The radial fluctuations of the Gaussian, lambda^2 r^4/4 over the dimension, are the leading difference of K."""
    x = np.append(x_length, np.zeros(m))
    gaussian = LinearGaussian(np.full(m + 1, radius**2 / (m + 1)))
    gap = gaussian.log_mgf(lam, x) - Sphere(m, radius).log_mgf(lam, x)
    order = (1 + lam * radius**2 + (lam * radius * x_length) ** 2) / m
    assert abs((m + 1) * gap / (lam**2 * radius**4 / 4) - 1) < 3 * order


@pytest.mark.parametrize(("law", "x"), [LAWS[0], LAWS[2]], ids=[IDS[0], IDS[2]])
@pytest.mark.parametrize("t", [0.02, 0.3])
def test_exact_averages_agree_with_monte_carlo(law: EnergyLaw, x: np.ndarray, t: float) -> None:
    """Up to 21 numbers a case, two-sided: a false alarm of all four cases in one run of 1000."""
    size, replicas, d = 40, 8000, law.dimension
    y = law.sample(size * replicas, np.random.default_rng(3)).reshape(replicas, size, d)
    energy = ((x - y) ** 2).sum(-1) / 2
    weight = np.exp((energy.min(1, keepdims=True) - energy) / t)
    weight /= weight.sum(1, keepdims=True)
    mean = (weight[..., None] * y).sum(1)
    offset = y - mean[:, None]
    jacobian = np.einsum("rn,rni,rnj->rij", weight, offset, offset) / t**2 - np.eye(d) / t
    log_n = float(np.log(size))
    for ours, seen in (
        (participation_ratio(t, x, law, log_n), (weight**2).sum(1)),
        (mean_score(t, x, law, log_n), (mean - x) / t),
        (mean_jacobian(t, x, law, log_n), jacobian),
    ):
        score = (seen.mean(0) - ours) / (seen.std(0) / np.sqrt(replicas))
        assert np.abs(score).max() < stats.norm.isf(1e-3 / 2 / 60)


@given(st.floats(-5, 30), st.floats(0.01, 3), st.integers(1, 40), st.floats(0, 3))
@settings(max_examples=50, deadline=None)
def test_k_is_convex_and_the_entropy_it_costs_grows(lam: float, step: float, m: int, length: float) -> None:
    law, x = Sphere(m), np.append(length, np.zeros(m))
    low, middle, high = law.log_mgf(np.array([lam - step, lam, lam + step]), x)
    assert low + high - 2 * middle >= -1e-12 * (abs(low) + abs(high))
    loss = law.entropy_loss(np.abs([lam, abs(lam) + step]), x[None])[0]
    assert loss[1] >= loss[0] >= 0


def test_tc_falls_with_alpha() -> None:
    for law, x in LAWS:
        times = [condensation_time(x, law, alpha) for alpha in (0.01, 0.1, 0.5, 1.0)]
        assert (np.diff(times) < 0).all()


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Sphere(0), "dimension must be an integer >= 1"),
        (lambda: Sphere(2, 0.0), "radius must be > 0"),
        (lambda: Sphere(2, 1.0, 2), "ambient must be an integer >= 3"),
        (lambda: Torus([]), "radii must have at least one entry"),
        (lambda: Torus([1.0, -1.0]), "radii must be > 0"),
        (lambda: Torus([1.0, 1.0], 3), "ambient must be an integer >= 4"),
        (lambda: Torus(np.ones((1, 1))), "radii must have 1 dimensions"),
    ],
)
def test_bad_arguments_name_themselves(build: Callable[[], EnergyLaw], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        build()
