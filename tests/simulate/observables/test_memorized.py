"""Observables of memorization, by hand and against the definition."""

import numpy as np
import pytest

from simulate.observables.memorized import CaptionShared, CloserThan, ExcessLoss, HeldOutRisk, MemoryLoss
from simulate.samplers import Points, ProbedSet
from simulate.sampling.runs import CloneRuns, Collisions
from theory.case import Case, origin, typical
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
