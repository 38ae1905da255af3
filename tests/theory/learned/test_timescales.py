"""Three modes: their equations, their ends, an exactly solvable kernel, and the risk of the empirical score."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from theory.learned.kernels import KERNELS, InnerProduct, Kernel, NeuralTangent
from theory.learned.timescales import Moments, ThreeModes, empirical_risk, kept_slope, memory_time

TAUS = np.array([0.5, 5.0, 50.0, 500.0, 50_000.0])


@pytest.mark.parametrize("name", ["Gaussian", "Laplace", "tangent, one hidden layer"])
@pytest.mark.parametrize("lam", [1e-3, 0.2, 1.5])
def test_slopes_obey_their_equations(name: str, lam: float) -> None:
    flow = ThreeModes(KERNELS[name], 30, 20, 0.1)
    linear, constant, local = flow.couplings

    def down(_: float, s: np.ndarray) -> np.ndarray:
        g, c, local_slope = s
        to_g = linear / 20 * (lam * (g + c - 1) + 0.1 * (g + local_slope))
        return -2 * np.array([to_g, constant / 30 * (g + c - 1), local * 0.1 / (30 * 20) * (g + local_slope)])

    found = solve_ivp(down, (0, TAUS[-2]), np.zeros(3), t_eval=TAUS[:-1], rtol=1e-10, atol=1e-12, method="LSODA")
    np.testing.assert_allclose(flow.slopes(lam, TAUS[:-1]), found.y.T, atol=1e-7)


def test_the_end_is_the_fixed_point() -> None:
    flow = ThreeModes(NeuralTangent(), 30, 20, 0.1)
    g, c, local = flow.slopes(1.3, np.array([1e12]))[0]
    assert g == pytest.approx(kept_slope.numeric(1.3, *flow.couplings, 30.0, 20.0), rel=1e-6)
    assert g + c == pytest.approx(1)
    assert g + local == pytest.approx(0, abs=1e-9)


def test_a_linear_kernel_learns_the_covariance_and_forgets_nothing() -> None:
    flow, covariance = ThreeModes(InnerProduct((0.0, 1.0)), 30, 2, 0.1), np.array([[1.0, 0.3], [0.3, 0.5]])
    jacobian = flow.normalized_jacobian(Moments(np.zeros(2), covariance), np.array([1e6]))[0]
    np.testing.assert_allclose(jacobian, np.diag(0.1 * np.linalg.inv(covariance + 0.1 * np.eye(2))), rtol=1e-9)


@pytest.mark.parametrize("name", ["Gaussian", "tangent, one hidden layer"])
def test_memory_takes_its_time(name: str) -> None:
    """At memory_time, far from both ends, 1 - C has fallen to about 1/e."""
    flow, n = ThreeModes(KERNELS[name], 10**7, 10**6, 0.1), 1e7
    tau = memory_time.numeric(1.0, flow.couplings[1], n, 0.1)
    assert 1 - flow.slopes(1.0, np.array([tau]))[0, 1] == pytest.approx(np.exp(-1), rel=0.05)


def test_pure_noise_is_left_in_many_dimensions() -> None:
    kernel: Kernel = NeuralTangent()
    for d in (100, 1000):
        data = Moments(np.zeros(d), np.eye(d))
        risk = ThreeModes(kernel, d, d, 0.1).plateau(data, np.ones(d)).mean()
        assert 1 - risk == pytest.approx(0, abs=8 / d)
        late = ThreeModes(kernel, d, d, 0.1).risk(Moments(np.zeros(3), np.eye(3)), np.ones(3), np.array([1e12])).mean()
        assert late == pytest.approx(risk, rel=1e-6)


def test_risk_begins_with_that_of_pure_noise_and_loss_ends_at_none() -> None:
    flow, rng = ThreeModes(KERNELS["Gaussian"], 30, 8, 0.1), np.random.default_rng(0)
    points = rng.standard_normal((30, 8))
    data = Moments(points.mean(axis=0), np.cov(points.T, bias=True))
    law = np.linspace(0.5, 1.5, 8)
    np.testing.assert_allclose(flow.risk(data, law, np.array([1e-9]))[0], law, rtol=1e-6)
    np.testing.assert_allclose(flow.training_loss(data, np.array([1e9])), 0, atol=1e-9)
    start = flow.training_loss(data, np.array([1e-9]))[0]
    np.testing.assert_allclose(start, (points**2).mean(axis=0), rtol=1e-6)


def test_the_risk_of_the_empirical_score_of_drawn_data() -> None:
    rng, d, n, t = np.random.default_rng(1), 6, 12, 0.2
    risks = []
    for _ in range(3000):
        data, y = rng.standard_normal((n, d)), rng.standard_normal(d)
        energies = ((y + np.sqrt(t) * rng.standard_normal(d) - data) ** 2).sum(axis=1) / 2
        weights = np.exp((energies.min() - energies) / t)
        risks.append(((weights @ data / weights.sum() - y) ** 2).mean())
    assert empirical_risk(d, t, np.log(n)) == pytest.approx(np.mean(risks), abs=5 * np.std(risks) / np.sqrt(3000))


def test_the_risk_of_one_point_is_twice_that_of_pure_noise_and_of_many_that_of_the_law() -> None:
    assert empirical_risk(3, 2.0, 9.0) == pytest.approx(2 / 3, rel=1e-2)
    assert empirical_risk(5, 0.03, 0.0, v=0.1) == pytest.approx(2)


def test_many_directions_come_to_twice_pure_noise_slowly() -> None:
    risks = [empirical_risk(d, 0.1, np.log(d)) for d in (50, 200, 800)]
    np.testing.assert_allclose(risks, [1.30, 1.55, 1.735], atol=0.01)
    assert empirical_risk(5000, 0.1, np.log(5000)) > 1.85


def test_bad_arguments_are_named() -> None:
    with pytest.raises(ValueError, match="d must be an integer >= 1"):
        empirical_risk(0, 0.1, 1.0)
    flow = ThreeModes(KERNELS["Gaussian"], 3, 2, 0.1)
    with pytest.raises(ValueError, match="law must be >= 0"):
        flow.risk(Moments(np.zeros(2), np.eye(2)), -np.ones(2), TAUS)
