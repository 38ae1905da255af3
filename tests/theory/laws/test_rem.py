"""The random energy model and two clusters: their moments, their freezing, and what they refuse."""

import numpy as np
import pytest

from theory.checks import NotComputable
from theory.laws import LinearGaussian, Sphere
from theory.laws.clusters import covariance_variances, two_clusters
from theory.laws.combined import Mixture
from theory.laws.rem import REM
from theory.limits.condensation import condensation_time


@pytest.mark.parametrize(("variance", "beta"), [(None, np.sqrt(2 * np.log(2))), (10.0, 2 * np.sqrt(np.log(2)))])
def test_the_random_energy_model_freezes_where_derrida_has_it(variance: float | None, beta: float) -> None:
    law, x = REM(20, variance), np.zeros(20)
    assert law.dimension == 20
    for order in ("exact", "second-cumulant"):
        assert condensation_time(x, law, np.log(2), order) == pytest.approx(1 / beta, rel=1e-12)


def test_k_and_its_derivatives_are_those_of_gaussian_energies() -> None:
    law, x, lam = REM(6, 2.5), np.zeros((2, 6)), 1.7
    np.testing.assert_allclose(law.log_mgf(lam, x), np.full(2, 1.7**2 * 2.5 / 2), rtol=1e-14)
    np.testing.assert_allclose(law.lam_derivative(lam, x), np.full(2, 1.7 * 2.5), rtol=1e-14)
    np.testing.assert_allclose(law.lam_derivative(lam, x, order=2), np.full(2, 2.5), rtol=1e-14)
    for derivative, shape in ((law.gradient, (2, 6)), (law.curvature, (2, 6)), (law.hessian, (2, 6, 6))):
        np.testing.assert_array_equal(derivative(lam, x + 1), np.zeros(shape))
    energies = law.energies(200_000, np.random.default_rng(0))
    assert energies.var() == pytest.approx(2.5, rel=0.02)
    assert energies.mean() == pytest.approx(0, abs=0.02)
    with pytest.raises(NotComputable, match="have no place"):
        law.sample(3, np.random.default_rng(0))


def test_two_clusters_have_their_distance_variance_and_weights() -> None:
    law = two_clusters(4.0, 0.3, 3)
    points = law.sample(200_000, np.random.default_rng(1))
    np.testing.assert_allclose(np.abs(points[:, 0]).mean(), 2.0, rtol=0.01)
    np.testing.assert_allclose(points.mean(axis=0), 0, atol=0.03)
    np.testing.assert_allclose(points.var(axis=0), [4.3, 0.3, 0.3], rtol=0.02)
    np.testing.assert_allclose(covariance_variances(law), [4.3, 0.3, 0.3], rtol=1e-12)


def test_the_variances_of_a_mixture_are_within_and_between() -> None:
    parts = [LinearGaussian([1.0, 2.0], mean=[1.0, 0.0]), LinearGaussian([3.0, 0.0], mean=[5.0, 0.0])]
    law = Mixture([0.25, 0.75], parts)
    np.testing.assert_allclose(covariance_variances(law), [2.5 + 0.25 * 0.75 * 16, 0.5], rtol=1e-12)
    np.testing.assert_allclose(covariance_variances(LinearGaussian([1.0, 2.0], mean=3.0)), [1.0, 2.0], rtol=1e-12)
    with pytest.raises(ValueError, match="linear Gaussian or a mixture"):
        covariance_variances(Sphere(2))
