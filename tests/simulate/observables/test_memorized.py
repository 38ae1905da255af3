"""Observables of memorization, by hand and against the definition."""

import numpy as np
import pytest

from simulate.observables.memorized import CaptionShared, CloserThan, ExcessLoss, HeldOutRisk, MemoryLoss
from simulate.samplers import Points, ProbedSet
from simulate.sampling.runs import CloneRuns, Collisions
from theory.case import Case, origin, typical
from theory.laws.linear import LinearGaussian
from theory.laws.spectra import equal, halves

CASE = Case(halves(4), typical, np.log(5), 0.3)
DATA = halves(4).sample(15, np.random.default_rng(0)).reshape(3, 5, 4)
DRAWN = Points(DATA - CASE.x)


def test_closer_than_by_hand() -> None:
    offsets = np.array([[[0.1, 0.0], [0.0, 0.4]], [[0.1, 0.0], [0.0, 0.2]]])
    np.testing.assert_array_equal(CloserThan()(CASE, Points(offsets)), [1, 0])
    np.testing.assert_array_equal(CloserThan(0.6)(CASE, Points(offsets)), [1, 1])


def test_the_loss_of_one_point_that_is_the_typical_one_is_none() -> None:
    np.testing.assert_allclose(MemoryLoss()(CASE, Points(np.zeros((2, 1, 4)))), 0, atol=1e-30)
    np.testing.assert_allclose(MemoryLoss()(CASE, Points(np.ones((2, 1, 4)))), 4 / CASE.variances.sum())


def test_a_unique_caption_weighs_one_and_all_points_what_they_weigh_without() -> None:
    single, all_points = CaptionShared((1, 5))(CASE, DRAWN)
    np.testing.assert_array_equal(single, 1)
    np.testing.assert_allclose(all_points, DRAWN.participation_ratio(CASE.t))


def test_excess_of_one_point_is_the_loss_of_the_law() -> None:
    case, y, z = Case(equal(3), origin, 0.0, 0.5), np.array([[1.0, -1, 0]]), np.array([[0.5, 0.2, -1]])
    law = (((y + np.sqrt(0.5) * z) / 1.5 - y) ** 2).sum()
    (found,) = ExcessLoss()(case, [ProbedSet(y, np.array([0]), z, y)])
    assert found == pytest.approx(law / 3)


def test_memory_of_one_point_has_its_distance_from_held_out_ones_as_risk() -> None:
    case, held_out = Case(equal(3), origin, 0.0, 0.5), np.array([[0.0, 2, 0], [1.0, -1, 3]])
    probed = ProbedSet(np.array([[1.0, -1, 0]]), np.array([0, 0]), np.ones((2, 3)), held_out)
    np.testing.assert_allclose(HeldOutRisk()(case, [probed]), [(10 + 9) / 2 / 3])


def denoised(x: np.ndarray, data: np.ndarray, t: float) -> np.ndarray:
    """<y>_w at x, written out."""
    factors = [np.exp(-((x - y) ** 2).sum() / (2 * t)) for y in data]
    return sum(factor * y for factor, y in zip(factors, data, strict=True)) / sum(factors)


def test_losses_of_several_points_of_unequal_variances_are_those_written_out() -> None:
    t, v, rng = 0.7, np.array([2.0, 0.5, 0.3]), np.random.default_rng(4)
    case = Case(LinearGaussian(v), origin, np.log(5), t)
    data, held_out, noise = rng.normal(size=(5, 3)), rng.normal(size=(3, 3)), rng.normal(size=(2, 3))
    probed = ProbedSet(data, np.array([3, 1]), noise, held_out)
    excess, risk = [], []
    for y, other, z in zip(data[[3, 1]], held_out, noise, strict=False):
        x, elsewhere = y + np.sqrt(t) * z, other + np.sqrt(t) * z
        excess.append(((x * v / (v + t) - y) ** 2).sum() - ((denoised(x, data, t) - y) ** 2).sum())
        risk.append(((denoised(elsewhere, data, t) - other) ** 2).sum())
    np.testing.assert_allclose(ExcessLoss()(case, [probed, probed]), [np.mean(excess) / 2.8] * 2, rtol=1e-12)
    np.testing.assert_allclose(HeldOutRisk()(case, [probed, probed]), [np.mean(risk) / 2.8] * 2, rtol=1e-12)
    moved = Case(LinearGaussian(v), np.array([0.4, -1.0, 0.2]), np.log(5), t)
    typical_point = np.sqrt(v) * [1, -1, 1]
    loss = ((denoised(moved.x, data, t) - typical_point) ** 2).sum() / 2.8
    np.testing.assert_allclose(MemoryLoss()(moved, Points((data - moved.x)[None])), [loss], rtol=1e-12)


def test_only_the_two_nearest_of_many_points_are_compared() -> None:
    squares = np.array([[9.0, 1.44, 4.0, 1.0], [1.0, 25.0, 0.04, 0.25], [0.25, 0.04, 16.0, 9.0]])
    offsets = np.sqrt(squares)[..., None] * [0.6, 0.8]
    np.testing.assert_array_equal(CloserThan(0.5)(CASE, Points(offsets)), [0, 1, 1])
    np.testing.assert_array_equal(CloserThan(0.3)(CASE, Points(offsets)), [0, 0, 0])


def test_clone_runs_end_by_the_weights_of_their_own_data_set() -> None:
    case = Case(halves(4), typical, np.log(6), 0.5)
    (ends,) = CloneRuns(count=400, steps=32).parts(case, 2, np.random.default_rng(3))
    (again,) = CloneRuns(count=400, steps=32).parts(case, 2, np.random.default_rng(3))
    np.testing.assert_array_equal(ends, again)
    data = case.law.sample(12, np.random.default_rng(3)).reshape(2, 6, 4)
    weights = Points(data - case.x).weights(case.t)
    share = np.stack([np.bincount(labels, minlength=6) / 400 for labels in ends])
    assert (np.abs(share - weights) < 5 * np.sqrt(weights / 400) + 0.01).all()
    collided = Collisions()(case, ends)
    np.testing.assert_allclose(collided, (weights**2).sum(axis=1), atol=0.1)


def test_collisions_are_counted_in_each_data_set() -> None:
    np.testing.assert_allclose(Collisions()(CASE, np.array([[1, 1, 1], [0, 1, 1]])), [1, 1 / 3])
