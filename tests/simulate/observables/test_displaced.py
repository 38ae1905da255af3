"""Displaced participation, gains and signs in batches: the engine measures the same; a sign is a sign."""

import numpy as np
import pytest

from simulate.engine.posterior import posterior
from simulate.estimate import Estimate
from simulate.observables import (
    Contrast,
    DisplacedContrast,
    ParticipationGain,
    ParticipationRatio,
    PositiveInBatch,
    RemainingVariance,
)
from simulate.observables.displaced import directions, displaced_participation, principal_axes
from simulate.samplers import Batches, DataSets, Points
from theory.case import Case, grid, origin, typical
from theory.laws import HiddenManifold, Torus
from theory.laws.dataset import random_features
from theory.laws.spectra import gaussian

FOUR, FIVE = gaussian((1, 2), (0.1, 2)), gaussian((1, 2), (0.1, 2), (0.01, 1))
CASE = Case(FOUR, typical, np.log(12), 0.4)


def drawn_of(case: Case, replicas: int, seed: int) -> Points:
    (drawn,) = DataSets().parts(case, replicas, np.random.default_rng(seed))
    return drawn


def engine_participation(case: Case, drawn: Points, steps: np.ndarray) -> np.ndarray:
    """sum w^2 seen from x + each step (m, d), (m, replicas), by the engine."""
    data = drawn.offsets + case.x
    return np.stack([posterior(case.x + steps, row, case.t).participation for row in data], axis=1)


def test_displaced_participation_is_that_of_the_engine() -> None:
    drawn, ways = drawn_of(CASE, 3, 1), 0.3 * directions(CASE, CASE.subspaces[1], "axis")
    expected = engine_participation(CASE, drawn, np.sqrt(CASE.t) * ways)
    np.testing.assert_allclose(displaced_participation(CASE, drawn, ways), expected, rtol=1e-9)


def test_a_contrast_is_the_mean_over_both_ways_of_each_axis_or_of_their_sum() -> None:
    drawn = drawn_of(CASE, 3, 1)
    expected = [
        np.subtract(
            *(
                engine_participation(CASE, drawn, np.sqrt(CASE.t) * directions(CASE, part, scope)).mean(axis=0)
                for part in CASE.subspaces
            )
        )
        for scope in ("axis", "subspace")
    ]
    np.testing.assert_allclose(DisplacedContrast()(CASE, drawn), expected, rtol=1e-9)
    np.testing.assert_allclose(DisplacedContrast(scopes=("axis",))(CASE, drawn), expected[:1], rtol=1e-9)


def test_directions_of_an_axis_and_of_a_subspace() -> None:
    np.testing.assert_array_equal(
        directions(CASE, CASE.subspaces[0], "axis"), np.vstack([np.eye(4)[:2], -np.eye(4)[:2]])
    )
    np.testing.assert_array_equal(directions(CASE, CASE.subspaces[1], "subspace"), [[0, 0, 1, 1], [0, 0, -1, -1]])
    with pytest.raises(ValueError, match=r"^scope must"):
        directions(CASE, CASE.subspaces[0], "all")


def test_a_gain_is_the_engines_participation_at_both_ends_of_a_step() -> None:
    case = Case(FIVE, typical, np.log(8), 0.3)
    drawn = drawn_of(case, 2, 2)
    steps = np.sqrt(case.t) * np.array([[1, 1, 0, 0, 0], [0, 0, 1, 1, 0], [0, 0, 0, 0, 1.0]])
    here, above, below = (engine_participation(case, drawn, way) for way in (0 * steps[:1], steps, -steps))
    np.testing.assert_allclose(ParticipationGain()(case, drawn), (above + below) / 2 - here, rtol=1e-9)


def test_every_subspace_is_a_row_with_its_variance() -> None:
    cases = grid(FIVE, origin, (0.1, 0.2), n=5)
    observed = Estimate(cases=cases, observable=ParticipationGain(), replicas=10).run(progress=False)
    np.testing.assert_array_equal(observed.variance, [1, 0.1, 0.01] * 2)
    np.testing.assert_array_equal(observed.t, [0.1] * 3 + [0.2] * 3)


def test_a_step_outward_and_a_step_inward_are_those_of_the_engine() -> None:
    case = Case(Torus([1.0, 1.0, 0.3]), typical, np.log(15), 0.2)
    drawn, step = drawn_of(case, 4, 2), np.sqrt(case.t) * np.eye(6)[0]
    at, outside, inside = engine_participation(case, drawn, np.stack([0 * step, step, -step]))
    np.testing.assert_allclose(ParticipationRatio()(case, drawn), at, rtol=1e-9)
    np.testing.assert_allclose(DisplacedContrast(("outward",))(case, drawn), [outside - inside], rtol=1e-9)


def test_linear_data_know_no_outward() -> None:
    cases = grid(gaussian((1, 3)), origin, (0.3,), n=10)
    observed = Estimate(cases=cases, observable=DisplacedContrast(("outward",)), replicas=3000).run(progress=False)
    assert abs(observed.observed.item()) < 5 * observed.stderr.item()


def test_principal_axes_of_a_hidden_manifold_are_those_of_its_data() -> None:
    law = HiddenManifold(random_features(4, 1), 600)
    own = np.linalg.eigh(np.cov(law.sample(20_000, np.random.default_rng(3)).T))[1].T[::-1]
    assert abs(np.sum(own[:2] * principal_axes(law)[:2], axis=1)) == pytest.approx(1, abs=1e-2)
    with pytest.raises(ValueError, match=r"^law must have points"):
        principal_axes(FOUR)


def test_the_contrast_of_axes_is_that_of_the_engine() -> None:
    case = Case(HiddenManifold(random_features(4, 1), 600), typical, np.log(10), 0.2)
    drawn, steps = drawn_of(case, 3, 4), np.sqrt(0.2) * principal_axes(case.law)[:2]
    first, second = (engine_participation(case, drawn, np.stack([step, -step])).mean(axis=0) for step in steps)
    np.testing.assert_allclose(DisplacedContrast(("principal axis",))(case, drawn), [first - second], rtol=1e-9)


@pytest.mark.parametrize("of", [Contrast(RemainingVariance()), DisplacedContrast()])
def test_the_order_in_batches_turns_with_the_subspaces(of: Contrast | DisplacedContrast) -> None:
    found = [
        Estimate(
            cases=grid(law, typical, (0.15,), n=20, training=True),
            observable=PositiveInBatch(of),
            sampler=Batches(size=300),
            replicas=3,
        ).run(progress=False)
        for law in (gaussian((1, 3), (0.05, 3)), gaussian((0.05, 3), (1, 3)))
    ]
    assert (found[0]["values"].values + found[1]["values"].values == 1).all()
    assert set(np.unique(found[0]["values"])) == {0.0}
    assert found[0].replicas.values.tolist() == [3] * found[0].sizes["point"]


def test_a_batch_is_one_part_however_large() -> None:
    case = Case(gaussian((1, 2)), origin, np.log(700_000), 0.3)  # each data set a chunk of its own
    parts = list(Batches(size=3).parts(case, 2, np.random.default_rng(0)))
    assert [part.offsets.shape for part in parts] == [(3, 700_000, 2)] * 2
    assert not np.array_equal(parts[0].offsets, parts[1].offsets)


def test_steps_along_circles_are_normal_or_tangent_to_them() -> None:
    case = Case(Torus([1.0, 1.0, 0.3, 0.3]), typical, np.log(10), 0.2)
    drawn, steps = drawn_of(case, 5, 2), np.sqrt(case.t) * np.eye(8)
    seen = np.stack([engine_participation(case, drawn, np.stack([step, -step])).mean(axis=0) for step in steps])
    normal, tangent = seen[::2], seen[1::2]
    expected = [side[:2].mean(axis=0) - side[2:].mean(axis=0) for side in (normal, tangent)]
    both = DisplacedContrast(("normal", "tangent"))(case, drawn)
    np.testing.assert_allclose(both, expected, rtol=1e-9)
    np.testing.assert_array_equal(DisplacedContrast(("tangent",))(case, drawn), both[1:])
    with pytest.raises(ValueError, match="scopes must be"):
        DisplacedContrast(("along",))
