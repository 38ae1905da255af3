"""The divergence of a fitted Gaussian: against random ones, its limit, its expansion, and refusals."""

import numpy as np
import pytest
import sympy as sp

from theory.learned.divergence import divergence_per_direction, linear_divergence, mean_divergence


@pytest.mark.parametrize("mean_known", [True, False])
def test_fitted_gaussians_show_it_whatever_their_covariance(mean_known: bool) -> None:
    rng, d, n, replicas = np.random.default_rng(5), 4, 12, 20_000
    scales = np.array([3.0, 1.0, 0.1, 0.01])
    y = scales * rng.standard_normal((replicas, n, d))
    centre = np.zeros((replicas, 1, d)) if mean_known else y.mean(axis=1, keepdims=True)
    fitted = np.einsum("rni,rnj->rij", y - centre, y - centre) / n
    inverse = np.linalg.inv(fitted)
    traces = np.einsum("rii,i->r", inverse, scales**2) + np.einsum("rxi,rij,rxj->r", centre, inverse, centre)
    found = (traces - d + np.linalg.slogdet(fitted)[1] - 2 * np.log(scales).sum()) / 2
    error = found.std() / np.sqrt(replicas)
    assert found.mean() == pytest.approx(mean_divergence(d, n, mean_known), abs=4 * error)
    assert found.mean() != pytest.approx(mean_divergence(d, n, not mean_known), abs=4 * error)


@pytest.mark.parametrize("alpha", [0.01, 0.5, 0.9])
def test_many_directions_have_the_limit(alpha: float) -> None:
    d = 100_000
    limit = divergence_per_direction.numeric(alpha)
    assert mean_divergence(d, round(d / alpha)) / d == pytest.approx(limit, rel=2e-3)


def test_the_limit_begins_with_a_quarter() -> None:
    (alpha,) = divergence_per_direction.symbols
    series = sp.series(divergence_per_direction.written, alpha, 0, 3).removeO()
    assert sp.simplify(series - linear_divergence.written - sp.Rational(5, 12) * alpha**2) == 0


def test_too_few_points_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^n must be an integer >= 7"):
        mean_divergence(5, 6, mean_known=True)
    with pytest.raises(ValueError, match=r"^n must be an integer >= 8"):
        mean_divergence(5, 7)
    with pytest.raises(ValueError, match=r"^d must be an integer >= 1"):
        mean_divergence(0, 7)
