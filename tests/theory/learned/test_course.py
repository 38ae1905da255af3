"""Shares that are shown in training time: drawn covariances, known limits, both orders, refusals."""

import numpy as np
import pytest

from theory.checks import NotComputable
from theory.learned.course import kernel_shares, linear_shares, of_covariance
from theory.learned.kernels import KERNELS
from theory.learned.linear import mean_jacobian
from theory.learned.timescales import Moments, ThreeModes

LAW, TAUS = np.repeat([1.0, 0.09], 30), np.array([0.3, 3.0, 100.0])


def covariances(n: int, count: int) -> list[np.ndarray]:
    """Covariances of drawn data sets, about their means."""
    rng = np.random.default_rng(0)
    return [np.cov(rng.standard_normal((n, LAW.size)) * np.sqrt(LAW), rowvar=False, bias=True) for _ in range(count)]


@pytest.mark.parametrize("n", [20, 150])
def test_functions_of_drawn_covariances(n: int) -> None:
    seen = np.mean([np.diag(one @ one) for one in covariances(n, 60)], axis=0)
    said = of_covariance(lambda lams: lams[None] ** 2, LAW, n)[0]
    assert seen[:30].mean() == pytest.approx(said[:30].mean(), rel=0.03)
    assert seen[30:].mean() == pytest.approx(said[30:].mean(), rel=0.03)


def test_the_end_of_training_is_the_renormalized_noise() -> None:
    shown = linear_shares(0.1, LAW, 41, np.array([1e6]))[0]
    jacobian = mean_jacobian(0.1 * 41 / 40, LAW, 40)
    np.testing.assert_allclose(shown, (1 - jacobian) * (0.1 + LAW) / LAW, atol=3e-3)


def test_many_points_learn_as_the_law_does() -> None:
    shown = linear_shares(0.1, LAW, 3000, TAUS)
    np.testing.assert_allclose(shown, -np.expm1(-2 * np.multiply.outer(TAUS, LAW + 0.1)), atol=0.03)


def test_kernel_shares_are_those_of_drawn_covariances() -> None:
    kernel, n, t = KERNELS["Gaussian"], 90, 0.1
    model = ThreeModes(kernel, n, LAW.size, t, float(LAW.mean()))
    drawn = [model.normalized_jacobian(Moments(np.zeros(LAW.size), one), TAUS) for one in covariances(n, 6)]
    seen = (1 - np.mean(drawn, axis=0)) * (t + LAW) / LAW
    said = kernel_shares(kernel, t, LAW, n, TAUS)
    np.testing.assert_allclose(seen[:, :30].mean(axis=1), said[:, :30].mean(axis=1), atol=0.02)
    np.testing.assert_allclose(seen[:, 30:].mean(axis=1), said[:, 30:].mean(axis=1), atol=0.02)


@pytest.mark.parametrize("t", [0.01, 0.3])
@pytest.mark.parametrize("n", [15, 300])
def test_the_smaller_variance_is_shown_less_at_every_time(t: float, n: int) -> None:
    taus = np.geomspace(1, 1e5, 6)
    for shown in (linear_shares(t, LAW, n, taus), kernel_shares(KERNELS["Gaussian"], t, LAW, n, taus)):
        assert (shown[:, -1] <= shown[:, 0] + 1e-6).all()


def test_bad_arguments_are_named() -> None:
    with pytest.raises(ValueError, match="variances must be > 0"):
        linear_shares(0.1, np.array([1.0, 0.0]), 10, TAUS)
    with pytest.raises(ValueError, match="n must be >= 2"):
        linear_shares(0.1, LAW, 1, TAUS)
    with pytest.raises(NotComputable, match="n must be smaller"):
        linear_shares(0.1, LAW, 1e12, TAUS)
