"""Matrix-free spectra against dense ones."""

import numpy as np
import pytest
import torch
from scipy.stats import ortho_group

from simulate.dimension import EmpiricalScore, krylov, local_dimension
from simulate.dimension.visible import NORMAL


def matrix(values, seed=0):
    basis = ortho_group.rvs(len(values), random_state=seed)
    return basis @ np.diag(values) @ basis.T


@pytest.mark.parametrize("count", [0, 1, 31, 40, 90])
def test_all_large_eigenvalues_are_found_with_their_multiplicity(count):
    values = np.concatenate([np.linspace(0.9, 0.8, count // 2), np.full(count - count // 2, 0.7), np.zeros(110)])
    values[-40:] = np.linspace(-0.02, 0.02, 40)
    dense = matrix(values)
    found = krylov.largest(lambda v: v @ dense, len(values), np.random.default_rng(1))
    large = found.values[found.values > 0.5]
    np.testing.assert_allclose(large, values[:count], atol=1e-3)
    assert (large <= values[:count] + 1e-12).all()  # lower bounds, by Cauchy
    assert found.remainder < 0.1


@pytest.mark.parametrize("bulk", [0.02, 0.1, 0.3])
@pytest.mark.parametrize("seed", range(6))
def test_every_eigenvalue_is_within_the_error_that_is_stated(bulk, seed):
    rng = np.random.default_rng(seed)
    top = rng.uniform(0.1, 1, 15 * seed)
    values = np.sort(np.concatenate([top, rng.uniform(-bulk, bulk, 120 - top.size)]))[::-1]
    dense = matrix(values, seed)
    found = krylov.largest(lambda v: v @ dense, 120, rng)
    rest = 120 - found.values.size
    stated = np.concatenate([found.values, np.zeros(rest)])
    errors = np.concatenate([found.errors, np.full(rest, found.remainder)])[np.argsort(-stated)]
    assert (np.abs(np.sort(stated)[::-1] - values) <= errors + 1e-12).all()


@pytest.mark.parametrize("d", [130, 600])
@pytest.mark.parametrize(("edge", "bulk"), [(0.8, 0.3), (0.5, 0.3), (0.5, 0.1), (0.9, 0.45)])
def test_no_direction_is_missed_beside_normal_ones_that_spread_far(d, edge, bulk):
    rng = np.random.default_rng(7)
    values = np.sort(np.concatenate([rng.uniform(edge, 1, 60), rng.uniform(-bulk, bulk, d - 60)]))[::-1]
    found = krylov.largest(lambda v: v * values, d, rng)
    stated = np.concatenate([found.values, np.zeros(d - found.values.size)])
    errors = np.concatenate([found.errors, np.full(d - found.values.size, found.remainder)])
    order = np.argsort(-stated, kind="stable")
    assert (np.abs(stated[order] - values) <= errors[order] + 1e-12).all()
    np.testing.assert_allclose(found.values[:60], values[:60], atol=0.01)


def test_many_equal_eigenvalues_beside_a_wide_bulk_are_all_found():
    values = np.concatenate([np.full(90, 0.6), np.random.default_rng(0).uniform(-0.3, 0.3, 710)])
    found = krylov.largest(lambda v: v * values, 800, np.random.default_rng(1))
    assert (found.values > 0.5).sum() == 90
    assert found.remainder < 0.5


def test_a_few_far_below_zero_do_not_blur_the_others():
    bulk = np.random.default_rng(0).uniform(-0.05, 0.05, 975)
    values = np.concatenate([np.full(20, 0.9), np.full(5, -1.5), bulk])
    found = krylov.largest(lambda v: v * values, 1000, np.random.default_rng(1))
    np.testing.assert_allclose(found.values, np.r_[np.full(20, 0.9), np.full(5, -1.5)], atol=1e-3)
    assert found.remainder < 0.1


@pytest.mark.parametrize("seed", [1, 3, 4])
def test_without_a_gap_what_is_left_out_stays_below_what_may_be_seen(seed):
    values = 1 / (1 + np.arange(1000) / 20)
    found = krylov.largest(lambda v: v * values, 1000, np.random.default_rng(seed))
    assert found.remainder < 1 - NORMAL


def test_easy_spectra_cost_three_products_of_a_block():
    counted = []

    def products(v):
        counted.append(len(v))
        return v * np.r_[np.full(20, 0.9), np.zeros(980)]

    krylov.largest(products, 1000, np.random.default_rng(0))
    assert sum(counted) <= (krylov.ITERATIONS + 1) * krylov.BLOCK + krylov.CHECK


def test_what_is_left_out_is_bounded():
    values = np.concatenate([np.full(20, 0.9), np.full(100, 0.06)])
    dense = matrix(values)
    found = krylov.largest(lambda v: v @ dense, 120, np.random.default_rng(1))
    assert 0.059 < found.remainder < 0.12


def test_a_quadrature_gives_traces_of_functions():
    values = np.concatenate([np.full(10, 0.01), np.linspace(0.9, 1.1, 190)])
    dense = matrix(values)

    def estimate(seed):
        nodes, weights = krylov.quadrature(lambda v: v @ dense, 200, np.random.default_rng(seed))
        assert weights.sum() == pytest.approx(200)
        assert len(nodes) <= krylov.STEPS
        return weights @ (nodes < 0.5)

    estimates = np.array([estimate(seed) for seed in range(60)])
    assert abs(estimates.mean() - 10) < 4 * estimates.std() / np.sqrt(60)


def test_a_small_krylov_space_is_exhausted_without_error():
    nodes, weights = krylov.quadrature(lambda v: v, 30, np.random.default_rng(0))
    np.testing.assert_allclose(nodes, [1.0])
    np.testing.assert_allclose(weights, [30.0])


def test_a_dimension_without_any_matrix_in_twelve_thousand_coordinates():
    d, k = 12_288, 20
    plane = torch.linalg.qr(torch.randn(d, k, generator=torch.Generator().manual_seed(0)))[0]

    def score(x, t):
        along = (x @ plane) @ plane.T
        return -(x - along) / t - along / (1 + t)

    result = local_dimension(score, torch.zeros(d), 0.01, repeats=6)
    assert result.attrs["spectrum"] == "randomized"
    assert (result.dimension, result.lower, result.upper) == (k, k, k)


def test_a_data_set_in_many_dimensions_is_seen_through_its_heavy_points():
    rng = np.random.default_rng(0)
    data = np.zeros((3000, 800))
    data[:, :3] = rng.standard_normal((3000, 3))
    assert local_dimension(EmpiricalScore(data), data[0], 0.1, repeats=6).dimension == 3
    memorized = local_dimension(EmpiricalScore(data), data[0], 1e-6, repeats=6)
    assert str(memorized.outcome.values) == "memorized"
