"""The law fitted to data: densities, the number of components, and what one floor for many axes drops."""

import numpy as np
import pytest
from scipy import stats

from theory.exact import participation_ratio
from theory.limits.condensation import mean_entropy_loss
from verify.data import fitted
from verify.data.fit import Space, chosen, dropped
from verify.data.fitted import FittedLaw
from verify.data.held_out import HeldOut
from verify.data.mixtures import fit_mixture

CENTRES = np.array([[8.0, 0, 0], [-8, 0, 0], [0, 8, 0], [0, -8, 0]])


def clusters(n: int, rng: np.random.Generator) -> np.ndarray:
    """n points of four round clusters far from each other."""
    return CENTRES[rng.integers(4, size=n)] + np.sqrt([0.3, 0.2, 0.1]) * rng.standard_normal((n, 3))


def test_held_out_likelihood_picks_the_number_of_clusters() -> None:
    rng = np.random.default_rng(0)
    count, _ = chosen(clusters(800, rng), 0.05, rng)
    assert count == 4


def test_one_gaussian_is_picked_where_there_is_one() -> None:
    rng = np.random.default_rng(1)
    count, _ = chosen(rng.standard_normal((600, 4)) * [2, 1, 0.5, 0.1], 0.1, rng)
    assert count == 1


def test_a_fit_finds_weights_means_and_variances_of_clusters() -> None:
    rng = np.random.default_rng(2)
    fit = fit_mixture(clusters(4000, rng), 4, 2, rng)
    np.testing.assert_allclose(fit.weights, 0.25, atol=0.04)
    found = np.array(sorted(law.mean.round().tolist() for law in fit.components))
    np.testing.assert_array_equal(found + 0.0, np.array(sorted(CENTRES.tolist())) + 0.0)
    for law in fit.components:
        np.testing.assert_allclose(np.sort(law.variances_along), [0.1, 0.2, 0.3], rtol=0.15)


def test_densities_are_those_of_normal_laws_with_the_noise_added() -> None:
    rng = np.random.default_rng(3)
    points = clusters(300, rng)
    fit = fit_mixture(points, 2, 1, rng, steps=2)
    for k, law in enumerate(fit.components):
        u, v = law.axes, law.variances_along
        covariance = u.T * (v[0] - v[1]) @ u + (v[1] + 0.7) * np.eye(3)
        expected = np.log(fit.weights[k]) + stats.multivariate_normal(law.mean, covariance).logpdf(points)
        np.testing.assert_allclose(fit.log_densities(points, 0.7)[:, k], expected, rtol=1e-10)


def test_more_steps_make_the_data_likelier() -> None:
    points = clusters(400, np.random.default_rng(4))
    heights = [
        fit_mixture(points, 6, 1, np.random.default_rng(0), steps).log_density(points).mean() for steps in (0, 3, 25)
    ]
    assert heights == sorted(heights)
    assert heights[-1] > heights[0]


def test_what_a_floor_drops_is_the_entropy_of_the_axes_less_that_of_the_floor() -> None:
    variances, t = np.geomspace(1, 0.01, 30), 0.2
    floor = np.append(variances[:8], np.full(22, variances[8:].mean()))
    entropies = (mean_entropy_loss.numeric(1 / t, each) for each in (floor, variances))
    more, less = (float(entropy) for entropy in entropies)
    assert dropped(variances, 8, t) == pytest.approx(more - less, rel=1e-10)
    assert dropped(variances, 8, t) > dropped(variances, 16, t) > 0 == dropped(variances, 30, t)


@pytest.mark.parametrize("rest", [0, 3])
@pytest.mark.parametrize("held", [2**20, 8])
def test_the_fitted_law_is_the_product_of_a_mixture_and_a_floor(
    rest: int, held: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fitted, "MOST", held)  # components at once, or one by one
    rng = np.random.default_rng(6)
    law = FittedLaw(fit_mixture(clusters(300, rng), 3, 1, rng, 3), rest, 0.2)
    x = rng.standard_normal((4, 3 + rest))
    assert (law.dimension, law.lower) == (law.plain.dimension, law.plain.lower)
    for lam, at in (
        (np.array([-0.01, 2.0, 30 - 7j]), x[0]),
        (np.arange(1.0, 5.0), x),
        (np.arange(1.0, 4.0)[:, None], x),
    ):
        np.testing.assert_allclose(law.log_mgf(lam, at), law.plain.log_mgf(lam, at), rtol=1e-10)
        for order in (1, 2):
            expected = law.plain.lam_derivative(lam, at, order)
            np.testing.assert_allclose(law.lam_derivative(lam, at, order), expected, rtol=1e-9)


def test_the_law_in_principal_axes_gives_the_participation_of_the_law_in_space() -> None:
    rng = np.random.default_rng(5)
    variances = np.append(np.geomspace(2, 0.2, 8), np.full(12, 0.01))
    basis = np.linalg.qr(rng.standard_normal((20, 20)))[0]
    data = 3 + rng.standard_normal((20_000, 20)) * np.sqrt(variances) @ basis
    space = Space.of(data, 0.3, 20_000)
    assert space.leading == 8
    law = space.law(fit_mixture(space.leading_of(data), 1, 7, rng))
    seen = HeldOut(data[:3], rng.standard_normal((3, 20)))
    inside = participation_ratio(0.3, space.inside(seen).at(0.3), law, 6.0)
    outside = participation_ratio(0.3, (seen.at(0.3) - 3) @ basis.T, variances, 6.0)
    np.testing.assert_allclose(inside, outside, rtol=0.05)
