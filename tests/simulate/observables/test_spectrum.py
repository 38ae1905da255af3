"""Gaps: the engine measures the same, and counts are counts."""

from collections.abc import Sequence

import numpy as np
import pytest

from simulate.engine.posterior import empirical_score, posterior
from simulate.estimate import Estimate
from simulate.observables import Contrast, PositiveInBatch
from simulate.observables.spectrum import SPECTRAL_GAP, GapCount, Stretch, ThinnestGap, eigenvalues, thinnest
from simulate.samplers import Batches, DataSets, Points
from theory.case import Case, grid, origin, typical
from theory.laws.spectra import gaussian
from verify.claims.spectrum.random_gap import on_plane

CASE = Case(gaussian((1, 2), (0.2, 2), (0, 1)), typical, np.log(30), 0.5)


def drawn(case: Case, replicas: int, seed: int) -> tuple[Points, Sequence[np.ndarray]]:
    """Data sets of a case as a sampler draws them, and their points (n, d)."""
    (points,) = DataSets().parts(case, replicas, np.random.default_rng(seed))
    return points, [offsets + case.x for offsets in points.offsets]


def test_eigenvalues_are_those_of_the_engines_jacobian() -> None:
    points, data = drawn(CASE, 3, 3)
    for row, values in zip(data, eigenvalues(points, CASE.t), strict=True):
        jacobian = posterior(CASE.x, row, CASE.t).jacobian
        np.testing.assert_allclose(values, np.linalg.eigvalsh(-CASE.t * jacobian), rtol=1e-9, atol=1e-12)


def test_gaps_are_between_the_last_subspaces() -> None:
    points, data = drawn(CASE, 4, 4)
    minus_t_j = np.array([1 - np.diagonal(posterior(CASE.x, row, CASE.t).covariance) / CASE.t for row in data])
    np.testing.assert_allclose(SPECTRAL_GAP(CASE, points), minus_t_j[:, 4] - minus_t_j[:, 2:4].mean(axis=1), rtol=1e-9)


def test_stretch_is_the_change_of_the_engines_score() -> None:
    points, data = drawn(CASE, 2, 4)
    steps = np.sqrt(CASE.t) * np.eye(5)[2:4]
    for row, value in zip(data, Stretch()(CASE, points)[1], strict=True):
        change = empirical_score(CASE.x + steps, row, CASE.t) - empirical_score(CASE.x, row, CASE.t)
        np.testing.assert_allclose(value, CASE.t * (change**2).sum(axis=1).mean(), rtol=1e-9)


def test_order_of_stretch_is_a_share_of_batches() -> None:
    estimate = Estimate(
        cases=grid(gaussian((0.1, 2), (3, 2)), origin, (0.05,), n=20),
        observable=PositiveInBatch(Contrast(Stretch())),
        sampler=Batches(size=60),
        replicas=5,
    )
    observed = estimate.run(progress=False)
    assert observed.observed.item() == 0.0
    assert observed["values"].shape == (1, 5)


def test_two_flat_directions_out_of_five_make_one_gap() -> None:
    cases = grid(gaussian((1, 3), (0, 2)), origin, (0.25,), n=400)
    observed = Estimate(cases=cases, observable=GapCount(), replicas=20).run(progress=False)
    assert (observed["values"] == 1).all()
    assert observed.highest.item() == 4


def test_far_below_condensation_a_single_point_leaves_no_gap() -> None:
    cases = grid(gaussian((1, 3), (0, 2)), origin, (1e-3,), n=5, training=True)
    observed = Estimate(cases=cases, observable=GapCount(latest=2e-3), replicas=20).run(progress=False)
    assert (observed["values"] == 0).all()


def test_gaps_are_looked_for_at_every_doubling_of_t_up_to_the_latest_time() -> None:
    """A point at x and one at a distance of 2: w (1 - w) 4/t = 0.005, 0.14 and 0.42 at t = 1/4, 1/2 and 1."""
    offsets = np.array([[[0.0, 0.0, 0.0], [1.2, 0.0, 1.6]], [[0.0, 0.0, 0.0], [0.0, 3.0, 0.0]]])
    case = Case(gaussian((1, 3)), origin, np.log(2), 0.25)
    for latest, threshold, expected in (
        (1.0, 0.4, [1, 0]),
        (1.9, 0.4, [1, 0]),
        (0.99, 0.4, [0, 0]),
        (1.0, 0.43, [0, 0]),
    ):
        found = GapCount(latest=latest, threshold=threshold)(case, Points(offsets))
        np.testing.assert_array_equal(found, expected)


def test_the_gap_of_a_plane_is_that_of_the_engine() -> None:
    case = on_plane(3, 9, 0.4, training=True, d=6, m=2)
    points, data = drawn(case, 4, 5)
    u = thinnest(case.law)
    gaps = [1 + case.t * u @ posterior(case.x, row, case.t).jacobian @ u for row in data]
    assert ThinnestGap()(case, points) == pytest.approx(np.array(gaps))
    assert all(np.array_equal(row[0], case.x) for row in data)


def test_the_thinnest_direction_has_the_smallest_variance_of_the_plane() -> None:
    case = on_plane(3, 9, 0.4, d=6, m=2)
    f = np.random.default_rng(3).standard_normal((6, 2)) / np.sqrt(2)
    covariance = f @ f.T
    u = thinnest(case.law)
    np.testing.assert_allclose(covariance @ u, np.linalg.eigvalsh(covariance)[-2] * u)
