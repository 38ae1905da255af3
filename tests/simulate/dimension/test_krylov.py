"""Matrix-free spectra against dense ones."""

import numpy as np
import pytest
import torch
from scipy.stats import ortho_group

from simulate.dimension import EmpiricalScore, krylov, local_dimension
from simulate.dimension.visible import NORMAL, TANGENT


def diagonal(values):
    return lambda v: v * values


def assert_enclosed(found, values):
    """Every eigenvalue, in order, is within its bounds."""
    ordered = np.sort(values)[::-1]
    assert (found.least <= ordered + 1e-12).all()
    assert (ordered <= found.most + 1e-12).all()


def counted(found):
    """Directions surely above what is tangent, and at most above what is normal."""
    return (found.least > 1 - TANGENT).sum(), (found.most > 1 - NORMAL).sum()


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
    assert_enclosed(found, values)
    assert (found.most[:count] - found.least[:count] < 0.01).all()
    assert (found.most[count:] < 0.1).all()


@pytest.mark.parametrize("bulk", [0.02, 0.1, 0.3])
@pytest.mark.parametrize("seed", range(6))
def test_every_eigenvalue_is_within_the_bounds_that_are_stated(bulk, seed):
    rng = np.random.default_rng(seed)
    top = rng.uniform(0.1, 1, 15 * seed)
    values = np.concatenate([top, rng.uniform(-bulk, bulk, 120 - top.size)])
    dense = matrix(values, seed)
    assert_enclosed(krylov.largest(lambda v: v @ dense, 120, rng), values)


@pytest.mark.parametrize("d", [130, 600])
@pytest.mark.parametrize(("edge", "low", "high"), [(0.8, 0.3, 0.3), (0.7, 0.5, 0.3), (0.7, 0.3, 0.32), (0.9, 1.0, 0.2)])
@pytest.mark.parametrize("count", [20, 60])
def test_the_count_is_certain_beside_normal_directions_that_differ_much(d, edge, low, high, count):
    rng = np.random.default_rng(7)
    values = np.concatenate([rng.uniform(edge, 1, count), rng.uniform(-low, high, d - count)])
    found = krylov.largest(diagonal(values), d, rng)
    assert_enclosed(found, values)
    assert counted(found) == (count, count)


def test_a_second_look_tells_tangents_from_normals_that_come_near_the_edge():
    values = np.concatenate([np.full(20, 0.9), np.random.default_rng(5).uniform(-0.325, 0.325, 1480)])
    found = krylov.largest(diagonal(values), 1500, np.random.default_rng(6))
    assert_enclosed(found, values)
    assert counted(found)[0] == 20
    assert counted(found)[1] <= 22


def test_directions_between_tangent_and_normal_widen_the_interval_by_their_number():
    values = np.concatenate(
        [np.full(10, 0.9), np.linspace(0.4, 0.6, 15), np.random.default_rng(0).uniform(-0.3, 0.3, 575)]
    )
    assert counted(krylov.largest(diagonal(values), 600, np.random.default_rng(1))) == (10, 25)


def test_what_has_not_converged_is_counted_as_far_as_it_is_certain(monkeypatch):
    """By interlacing, with no residual at all; only the upper end gives way."""
    monkeypatch.setattr(krylov, "EXTENSIONS", 0)
    values = np.concatenate([np.full(20, 0.95), np.random.default_rng(0).uniform(-0.3, 0.6, 580)])
    found = krylov.largest(diagonal(values), 600, np.random.default_rng(1))
    assert_enclosed(found, values)
    assert counted(found)[0] == 20
    assert counted(found)[1] >= (values > 1 - NORMAL).sum()


def test_many_equal_eigenvalues_beside_a_wide_bulk_are_all_found():
    values = np.concatenate([np.full(90, 0.6), np.random.default_rng(0).uniform(-0.3, 0.3, 710)])
    found = krylov.largest(diagonal(values), 800, np.random.default_rng(1))
    assert (found.values > 0.5).sum() == 90
    assert counted(found) == (0, 90)


def test_a_few_far_below_zero_do_not_blur_the_others():
    bulk = np.random.default_rng(0).uniform(-0.05, 0.05, 975)
    values = np.concatenate([np.full(20, 0.9), np.full(5, -1.5), bulk])
    found = krylov.largest(diagonal(values), 1000, np.random.default_rng(1))
    assert_enclosed(found, values)
    ends = np.r_[found.values[:20], found.values[-5:]]
    np.testing.assert_allclose(ends, np.r_[np.full(20, 0.9), np.full(5, -1.5)], atol=1e-3)
    assert max(found.most[20], -found.least[-6]) < 0.1


@pytest.mark.parametrize("seed", [1, 3, 4])
def test_without_a_gap_what_is_left_out_stays_below_what_may_be_seen(seed):
    values = 1 / (1 + np.arange(1000) / 20)
    found = krylov.largest(diagonal(values), 1000, np.random.default_rng(seed))
    assert_enclosed(found, values)
    low, high = (values > 1 - TANGENT).sum(), (values > 1 - NORMAL).sum()
    assert counted(found)[0] in (low - 1, low)
    assert counted(found)[1] in range(high, high + 6)


def test_easy_spectra_cost_three_products_of_a_block():
    counted = []

    def products(v):
        counted.append(len(v))
        return v * np.r_[np.full(20, 0.9), np.zeros(980)]

    krylov.largest(products, 1000, np.random.default_rng(0))
    assert sum(counted) <= (krylov.ITERATIONS + 1) * krylov.BLOCK + krylov.CHECK[0]


def test_what_is_left_out_is_bounded():
    values = np.concatenate([np.full(20, 0.9), np.full(100, 0.06)])
    dense = matrix(values)
    found = krylov.largest(lambda v: v @ dense, 120, np.random.default_rng(1))
    assert 0.059 < found.most[20] < 0.07


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
