"""Low-rank Gaussian data: what every law must satisfy, and the Gaussian of full covariance that they are."""

import numpy as np
import pytest

from tests.theory.laws.checks import assert_derivatives, assert_door, assert_sampler, assert_shapes
from theory.exact.averages import participation_ratio
from theory.laws import LowRankGaussian, Mixture, RotatedGaussian

AXES = np.linalg.qr(np.random.default_rng(0).standard_normal((4, 4)))[0][:2]
MEAN, VARIANCES, FLOOR = np.array([0.3, -0.2, 0.1, 0.0]), np.array([1.0, 0.4]), 0.05
LAW = LowRankGaussian(MEAN, AXES, VARIANCES, FLOOR)
X = np.array([0.5, -0.4, 0.3, 0.2])


def full(law: LowRankGaussian) -> RotatedGaussian:
    own = (law.axes.T * (law.variances_along[:-1] - law.variances_along[-1])) @ law.axes
    return RotatedGaussian(own + law.variances_along[-1] * np.eye(law.dimension), law.mean)


@pytest.mark.parametrize("law", [LAW, Mixture([1, 2], [LAW, LowRankGaussian(-MEAN, AXES[:0], np.zeros(0), 0.3)])])
def test_it_is_a_law(law: LowRankGaussian | Mixture) -> None:
    assert_shapes(law, X)
    assert_derivatives(law, X, 0.8)
    assert_sampler(law, X, 1.5)


def test_its_arguments_are_checked() -> None:
    assert_door(LAW, X)
    for bad, name in (((MEAN, 2 * AXES, VARIANCES, 0.1), "axes"), ((MEAN, AXES, VARIANCES[:1], 0.1), "variances")):
        with pytest.raises(ValueError, match=f"^{name} must"):
            LowRankGaussian(*bad)
    with pytest.raises(ValueError, match=r"^variances must be >= 0"):
        LowRankGaussian(MEAN, AXES, VARIANCES, -0.1)


@pytest.mark.parametrize("rank", [0, 1, 2, 4])
def test_it_is_the_gaussian_of_its_covariance(rank: int) -> None:
    axes = np.linalg.qr(np.random.default_rng(1).standard_normal((4, 4)))[0][:rank]
    law = LowRankGaussian(MEAN, axes, np.linspace(1, 0.2, rank), FLOOR)
    for lam in (0.7, 2 + 1j):
        for name in ("log_mgf", "lam_derivative", "gradient", "curvature", "hessian"):
            expected = getattr(full(law), name)(lam, X)
            np.testing.assert_allclose(getattr(law, name)(lam, X), expected, rtol=1e-11, atol=1e-13)
    assert participation_ratio(0.1, X, law, 6.0) == pytest.approx(participation_ratio(0.1, X, full(law), 6.0), rel=1e-9)


def test_the_largest_variance_that_a_direction_has_bounds_the_half_plane() -> None:
    """The floor counts where there is a direction for it."""
    every = np.linalg.qr(np.random.default_rng(1).standard_normal((4, 4)))[0]
    assert LowRankGaussian(MEAN, AXES, np.array([2.5, 0.4]), FLOOR).lower == pytest.approx(-0.4)
    assert LowRankGaussian(MEAN, AXES, np.array([2.5, 0.4]), 8.0).lower == pytest.approx(-0.125)
    assert LowRankGaussian(MEAN, every, np.array([0.4, 2.5, 0.1, 0.0]), 8.0).lower == pytest.approx(-0.4)
    assert LowRankGaussian(MEAN, AXES, np.zeros(2), 0.0).lower == -np.inf
