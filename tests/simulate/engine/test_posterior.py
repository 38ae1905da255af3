"""The empirical score and posterior against definitions, autograd, exact arithmetic and their own symmetries."""

from typing import Any

import mpmath as mp
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import logsumexp, softmax

from simulate.engine.blocks import Block
from simulate.engine.phase_diagram import phase_diagram
from simulate.engine.posterior import empirical_score, posterior

TIMES = (1e-6, 1e-2, 0.3, 2.0, 30.0, 1e6)
LAW = settings(max_examples=25, deadline=None)


def problem(seed=0, n=700, d=6, queries=5):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((queries, d)), rng.standard_normal((n, d))


def log_density(x, data, t):
    """log p_t(x), from the definition, in torch."""
    energies = ((x[:, None] - data) ** 2).sum(-1) / 2
    return torch.logsumexp(-energies / t, dim=1)


def definition(x, data, t):
    """log Z, participation ratio, mean, covariance, from differences."""
    offset = data - x[:, None]
    exponent = -(offset**2).sum(-1) / (2 * t)
    log_z = logsumexp(exponent, axis=1)
    w = softmax(exponent, axis=1)  # exp(exponent - log_z) would not sum to 1 where |log_z| is large
    mean_offset = np.einsum("qn,qnd->qd", w, offset)
    centred = offset - mean_offset[:, None]
    return log_z, (w**2).sum(1), mean_offset, np.einsum("qn,qni,qnj->qij", w, centred, centred), w


@pytest.mark.parametrize("t", TIMES)
@pytest.mark.parametrize("shape", [(700, 6), (5000, 40), (33, 3), (1, 4)])
def test_all_moments_are_those_of_the_definition(t, shape):
    x, data = problem(1, *shape)
    log_z, ratio, offset, covariance, w = definition(x, data, t)
    p = posterior(x, data, t)
    assert np.allclose(p.log_partition, log_z, rtol=1e-12, atol=1e-12)
    assert np.allclose(p.participation, ratio, rtol=1e-10)
    assert np.allclose(p.mean, x + offset, rtol=0, atol=1e-11)
    assert np.allclose(p.score, offset / t, rtol=0, atol=1e-10 / t)
    assert np.allclose(p.covariance, covariance, rtol=0, atol=1e-11)
    assert np.allclose(p.jacobian, covariance / t**2 - np.eye(shape[1]) / t, rtol=1e-10, atol=1e-10 / t**2)
    assert np.allclose(p.weights, w, rtol=1e-9, atol=1e-13)


@pytest.mark.parametrize("t", [0.05, 1.0, 20.0])
def test_the_score_is_the_gradient_of_the_log_density_and_the_jacobian_its_hessian(t):
    x, data = (torch.tensor(a) for a in problem(2, 300, 4, 3))
    x.requires_grad_()
    (gradient,) = torch.autograd.grad(log_density(x, data, t).sum(), x)
    assert torch.allclose(empirical_score(x, data, t), gradient, rtol=1e-10, atol=1e-11)
    hessian = torch.autograd.functional.hessian(lambda one: log_density(one[None], data, t)[0], x.detach()[0])
    assert torch.allclose(posterior(x, data, t).jacobian[0], hessian, rtol=1e-9, atol=1e-9)


@LAW
@given(seed=st.integers(0, 10**6), log_t=st.floats(-18, 8))
def test_permutation_shift_and_rotation_change_nothing(seed, log_t):
    rng = np.random.default_rng(seed)
    x, data = problem(seed, 200, 3, 4)
    t = float(np.exp(log_t))
    score = empirical_score(x, data, t)
    close: dict[str, Any] = {"rtol": 1e-9, "atol": 1e-9 * (1 + 1 / t)}
    assert np.allclose(empirical_score(x, rng.permutation(data), t), score, **close)
    shift = rng.standard_normal(3)
    rotation = np.linalg.qr(rng.standard_normal((3, 3)))[0]
    assert np.allclose(empirical_score(x @ rotation, data @ rotation, t), score @ rotation, **close)
    assert np.allclose(empirical_score(x + shift, data + shift, t), score, **close)


@LAW
@given(seed=st.integers(0, 10**6), log_t=st.floats(-14, 8))
def test_weights_sum_to_one_and_scaling_all_lengths_scales_the_score(seed, log_t):
    x, data = problem(seed, 300, 3, 4)
    t = float(np.exp(log_t))
    assert np.abs(posterior(x, data, t).weights.sum(-1) - 1).max() < 1e-12
    scaled = empirical_score(8 * x, 8 * data, 64 * t)
    assert np.allclose(8 * scaled, empirical_score(x, data, t), rtol=1e-10, atol=1e-10 / t)


@pytest.mark.parametrize("t", [1e-3, 0.5, 50.0])
def test_duplicates_add_log_two_and_divide_the_participation(t):
    x, data = problem(3)
    once, twice = posterior(x, data, t), posterior(x, np.concatenate([data, data]), t)
    assert np.allclose(twice.log_partition - once.log_partition, np.log(2), rtol=0, atol=1e-11 / min(t, 1))
    assert np.allclose(twice.participation, once.participation / 2, rtol=1e-9)
    assert np.allclose(twice.mean, once.mean, rtol=0, atol=1e-11)


@pytest.mark.parametrize("t", [1e-12, 1e-3, 1.0, 1e9])
def test_one_point_has_weight_one(t):
    x, data = problem(4, n=1)
    p = posterior(x, data, t)
    assert np.array_equal(p.participation, np.ones(5))
    assert np.allclose(p.mean, np.broadcast_to(data, x.shape), rtol=1e-14)
    assert np.allclose(p.score, (data - x) / t, rtol=1e-14)
    assert np.array_equal(p.covariance, np.zeros((5, 6, 6)))


def test_ties_share_the_weight_at_any_time():
    data = np.concatenate([np.eye(5), 3 * np.eye(5)])
    for t in (1e-12, 1e-6, 1e-3):
        p = posterior(np.zeros(5), data, t)
        assert p.participation == pytest.approx(0.2, rel=1e-12)
        assert np.allclose(p.mean, 0.2, rtol=1e-12)


def test_a_query_on_a_data_point_has_no_score_as_t_vanishes():
    _, data = problem(5, 5000, 40)
    p = posterior(data[17] + 0.0, data + 0.0, 1e-12)
    assert np.array_equal(p.score, np.zeros(40))
    assert p.participation == 1
    assert p.log_partition == 0


@pytest.mark.parametrize("t", [1e-8, 1e-6, 1e-5])
def test_a_huge_offset_costs_no_digits(t):
    x, data = problem(6, 3000, 8)
    grid = 2.0**-32  # a lattice on which the offset is exact
    x, data = np.round(1e-3 * x / grid) * grid, np.round(1e-3 * data / grid) * grid
    offset = 2.0**20
    plain, moved = posterior(x, data, t), posterior(x + offset, data + offset, t)
    assert np.allclose(moved.score, plain.score, rtol=1e-9, atol=1e-9 * np.abs(plain.score).max())
    assert np.allclose(moved.log_partition, plain.log_partition, rtol=1e-11)
    assert np.allclose(moved.covariance, plain.covariance, rtol=1e-9, atol=1e-18)


@pytest.mark.parametrize("t", [1e-8, 1e-6, 1e-4, 1e-2, 0.1, 0.4, 1.0])
def test_nine_digits_against_exact_arithmetic_far_below_condensation(t):
    rng = np.random.default_rng(7)
    data = (1.25 * rng.standard_normal((4000, 64))).astype(np.float32)
    x = data[:2] + np.sqrt(t) * rng.standard_normal((2, 64))
    score, log_z = empirical_score(x, data, t), posterior(x, data, t).log_partition
    with mp.workdps(40):
        for i in range(2):
            near = np.argsort(((x[i] - data) ** 2).sum(1))[:60]  # the rest weighs less than e^-40 at these times
            offsets = [[mp.mpf(float(y)) - mp.mpf(v) for y, v in zip(data[j], x[i], strict=True)] for j in near]
            w = [mp.exp(-mp.fsum(o**2 for o in offset) / (2 * mp.mpf(t))) for offset in offsets]
            z = mp.fsum(w)
            exact = [mp.fsum(a * o[k] for a, o in zip(w, offsets, strict=True)) / z / mp.mpf(t) for k in range(64)]
            error = np.array([float(abs(mp.mpf(s) - e)) for s, e in zip(score[i], exact, strict=True)])
            assert error.max() < 1e-9 * np.abs(score[i]).max()
            assert abs(float(mp.log(z) - mp.mpf(log_z[i]))) < 1e-9 * abs(log_z[i])


@pytest.mark.parametrize("times", [[1.0, 1e-12], [1e-12, 1e8, 1.0, 1e3, 1e-6, 0.01]])
def test_times_may_lie_as_far_apart_as_one_likes(times):
    x, data = problem(20, 700, 3)
    several = posterior(x, data, times)
    diagram = phase_diagram(x, data, times, [1, 40, 700])
    for i, t in enumerate(times):
        log_z, ratio, offset, covariance, _ = definition(x, data, t)
        assert np.allclose(several.log_partition[i], log_z, rtol=1e-12)
        assert np.allclose(several.participation[i], ratio, rtol=1e-10)
        assert np.allclose(several.score[i] * t, offset, rtol=0, atol=1e-11)
        assert np.allclose(several.covariance[i], covariance, rtol=0, atol=1e-11)
        for n in (1, 40, 700):
            log_z, ratio, *_ = definition(x, data[:n], t)
            assert np.allclose(diagram.log_partition.sel(size=n)[:, i], log_z, rtol=1e-12)
            assert np.allclose(diagram.participation_ratio.sel(size=n)[:, i], ratio, rtol=1e-10)


@pytest.mark.parametrize(("kind", "error"), [("float32", 1e-5), ("float64", 1e-12)])
@pytest.mark.parametrize("octaves", [30, 40])
def test_halving_the_time_many_times_over_multiplies_no_rounding(kind, error, octaves):
    x, data = problem(21, 3000, 3)
    times = 2.0 ** np.arange(octaves, -6, -1)
    several = posterior(x.astype(kind), data, times)
    diagram = phase_diagram(x.astype(kind), data, times)
    for i, t in enumerate(times):
        _, ratio, _, covariance, _ = definition(x.astype(kind).astype(float), data, t)
        assert np.allclose(several.participation[i], ratio, rtol=error)
        assert np.allclose(diagram.participation_ratio[:, i, 0], ratio, rtol=error)
        assert np.allclose(several.covariance[i], covariance, rtol=0, atol=error)


def test_many_queries_and_many_copies_take_the_same_way():
    x, data = problem(11, 3000, 3, 600)
    whole = empirical_score(x, data, 0.2)
    assert np.allclose(whole, [empirical_score(one, data, 0.2) for one in x], rtol=1e-10, atol=1e-11)
    crowd = np.repeat(data[:20], 300, axis=0)  # at any time, every group of points holds a survivor
    assert np.allclose(empirical_score(x[:9], crowd, 1e-9), empirical_score(x[:9], data[:20], 1e-9), rtol=1e-9)


def test_screening_keeps_the_nearest_points_that_single_precision_cannot_tell_apart():
    rng = np.random.default_rng(17)
    data = 10 * rng.standard_normal((4000, 16))
    knot = np.sort(rng.choice(4000, 20, replace=False))
    data[knot] = data[0] + 1e-6 * rng.standard_normal((20, 16))
    x = data[knot[:3]] + 0.25 * rng.standard_normal((3, 16))
    _, ratio, offset, _, w = definition(x, data, 1e-7)
    p = posterior(x, data, 1e-7)
    assert np.allclose(p.participation, ratio, rtol=1e-6)
    assert np.allclose(p.score, offset / 1e-7, rtol=1e-10)
    assert np.sort(w, axis=1)[:, -2].max() > 0.01  # more than one point counts, or the test would be idle


@pytest.mark.parametrize("t", [1e-9, 1e3])
def test_high_dimensions_take_bounded_memory(t, monkeypatch):
    """Every pair is a survivor at 1e-9, where the points are copies: their rows may not be gathered all at once."""
    largest = []
    gather = Block.rows
    monkeypatch.setattr(Block, "rows", lambda self, index: largest.append(len(index)) or gather(self, index))
    rng = np.random.default_rng(18)
    x, data = rng.standard_normal((12, 3000)), np.repeat(rng.standard_normal((2, 3000)), 300, axis=0)
    _, ratio, offset, _, _ = definition(x[:2], data, t)
    p = posterior(x, data, t)
    assert np.allclose(p.participation[:2], ratio, rtol=1e-6)
    assert np.allclose(p.score[:2], offset / t, rtol=1e-9, atol=1e-12 / t)
    assert max(largest, default=0) * 3000 <= 2**23


def test_a_far_tight_cluster_keeps_all_digits():
    rng = np.random.default_rng(16)
    data = 10 + 1e-5 * rng.standard_normal((4000, 16))
    x = -10 + rng.standard_normal((3, 16))  # all energies are near 3200, within 1e-2
    _, ratio, offset, _, _ = definition(x, data, 1e-4)
    p = posterior(x, data, 1e-4)
    assert np.allclose(p.participation, ratio, rtol=1e-9)
    assert np.allclose(p.score, offset / 1e-4, rtol=1e-10)
    assert 1 / 4000 < ratio.min() < 0.5  # several points share the weight, or the test would be idle
