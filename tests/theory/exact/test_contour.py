"""One-level averages on vertical lines: against plain integrals over the density of energies, near and far."""

import numpy as np
import pytest
from scipy import stats

from theory.exact.contour import Contour
from theory.exact.kernels import LOSS, SURVIVAL
from theory.laws import LinearGaussian

X = np.array([1.0, -0.5, 0.3, 0.2])
KERNELS = {
    LOSS: lambda log_u: -np.expm1(-np.exp(log_u)),
    SURVIVAL: lambda log_u: np.exp(-np.exp(log_u)),
    1: lambda log_u: np.exp(log_u - np.exp(log_u)),
    3: lambda log_u: np.exp(3 * log_u - np.exp(log_u)),
}
NODES, WEIGHTS = np.polynomial.legendre.leggauss(20)
ENERGY = (np.arange(600)[:, None] * 0.1 + 0.05 + 0.05 * NODES).ravel()  # 600 panels on [0, 60]
MASS = np.tile(0.05 * WEIGHTS, 600) * 2 * stats.ncx2(4, X @ X).pdf(2 * ENERGY)  # 2E is chi-square for y ~ N(0, I)


@pytest.mark.parametrize("lam", [0.05, 1.0, 20.0])
@pytest.mark.parametrize("order", KERNELS)
def test_averages_are_integrals_over_the_density(order: int, lam: float) -> None:
    e = np.array([-3.0, -0.2, 0.05, 0.8, 2.5, 6.0]) / min(lam, 1.0)
    log_scale, values = Contour(LinearGaussian(np.ones(4)), X, 60.0).average(e, lam, (order,))
    expected = KERNELS[order](np.minimum(lam * (e[:, None] - ENERGY), 50.0)) @ MASS
    assert np.exp(log_scale[:, 0]) * values[:, 0] == pytest.approx(expected, rel=1e-9, abs=1e-15)


def test_a_far_tail_keeps_its_relative_accuracy() -> None:
    """In two dimensions seen from 0, E is exponential: omega = 1 - int e^{-E} exp(-u) dE ~ e^{lam e} / (1 + lam)."""
    lam, e = 3.0, np.array([-250.0, -100.0, -40.0])
    log_scale, values = Contour(LinearGaussian(np.ones(2)), np.zeros(2), 1000.0).average(e, lam, (LOSS, 1, 2))
    expected = lam * e[:, None] * [1, 1, 2] - np.log([1 + lam, 1 + lam, 1 + 2 * lam])
    assert log_scale + np.log(values) == pytest.approx(expected, rel=1e-13)


def test_omega_and_phi_add_to_one_and_psi_is_their_slope() -> None:
    contour, lam, h = Contour(LinearGaussian([1.0, 0.3, 0.3, 0.0]), X, 50.0), 2.0, 1e-5
    e = np.linspace(-2, 4, 9)
    log_scale, values = contour.average(np.concatenate([e, e + h, e - h]), lam, (LOSS, SURVIVAL, 1))
    loss, survival, first = (np.exp(log_scale) * values).T.reshape(3, 3, -1)
    assert loss + survival == pytest.approx(1, abs=1e-13)
    assert first[0] == pytest.approx((loss[1] - loss[2]) / (2 * h * lam), rel=1e-7, abs=1e-9)


def test_an_insertion_is_the_mean_of_the_point_and_measure_sums_it() -> None:
    """Monte Carlo of E[u e^{-u} (y - x)] with an error of 5 standard errors, over 3 coordinates and 4 energies."""
    law, x, lam = LinearGaussian([1.0, 0.5, 0.1]), X[:3], 1.5
    contour, e = Contour(law, x, 50.0), np.array([-0.5, 0.3, 1.0, 2.0])
    log_scale, values = contour.average(e, lam, (1,), lambda z: law.gradient(z, x) / z[:, None])
    exact = np.exp(log_scale)[..., None] * values
    y = law.sample(400_000, np.random.default_rng(1))
    u = np.exp(lam * (e[:, None] - ((x - y) ** 2).sum(1) / 2))
    samples = (u * np.exp(-u))[..., None] * (y - x)
    error = samples.std(axis=1) / np.sqrt(len(y))
    assert (np.abs(samples.mean(axis=1) - exact[:, 0]) < 5 * error).all()
    log_weight = np.log([0.3, 0.1, 0.5, 0.2])
    summed = sum(
        np.real(weight @ (law.gradient(z, x) / z[:, None])) for z, weight in contour.measure(e, log_weight, lam, 1)
    )
    assert summed == pytest.approx(np.exp(log_weight) @ exact[:, 0], rel=1e-11)
