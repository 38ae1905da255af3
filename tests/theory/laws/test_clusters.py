"""Two clusters: their density written out, and the variances of data of clusters of unequal weights."""

import numpy as np
import pytest

from theory.laws import LinearGaussian, Mixture, Sphere
from theory.laws.clusters import covariance_variances, two_clusters

X = np.array([0.4, -0.7, 0.2])


@pytest.mark.parametrize("lam", [0.6, 3.0])
def test_two_clusters_are_gaussians_on_either_side_of_the_origin(lam: float) -> None:
    """(1 + lambda s)^{-3/2} times the mean of e^{-lambda |x -+ m e_1|^2/2(1 + lambda s)} over both signs."""
    growth = 1 + lam * 0.3
    square = [(X**2).sum() - 2 * sign * np.sqrt(5.0) * X[0] + 5.0 for sign in (1, -1)]
    expected = np.log(np.mean(np.exp(-lam * np.array(square) / (2 * growth)))) - 1.5 * np.log(growth)
    assert two_clusters(5.0, 0.3, 3).log_mgf(lam, X) == pytest.approx(expected, rel=1e-12)


def test_variances_are_within_the_clusters_and_between_their_means() -> None:
    law = Mixture([1.0, 3.0], [LinearGaussian([0.5, 2.0], [1.0, -3.0]), LinearGaussian([0.1, 0.7], [5.0, 0.5])])
    within, between = [0.25 * 0.5 + 0.75 * 0.1, 0.25 * 2.0 + 0.75 * 0.7], [3 / 16 * 4**2, 3 / 16 * 3.5**2]
    np.testing.assert_allclose(covariance_variances(law), np.add(within, between), rtol=1e-13)
    np.testing.assert_allclose(covariance_variances(two_clusters(5.0, 0.3, 3)), [5.3, 0.3, 0.3], rtol=1e-13)
    np.testing.assert_allclose(covariance_variances(LinearGaussian([0.5, 2.0], 3.0)), [0.5, 2.0], rtol=1e-13)


def test_what_are_no_gaussian_clusters_is_refused() -> None:
    for law in (Sphere(2), Mixture([1.0, 1.0], [Sphere(2), LinearGaussian(np.ones(3))])):
        with pytest.raises(ValueError, match=r"^law must be linear Gaussian or a mixture of such laws, got (Sph|Mix)"):
            covariance_variances(law)
    for square, variance in ((0.0, 1.0), (-1.0, 1.0), (1.0, -1.0)):
        with pytest.raises(ValueError, match="must be >"):
            two_clusters(square, variance, 3)
