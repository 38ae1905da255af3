"""Energies at every noise from two matrices, held against posteriors of the engine."""

import numpy as np
import pytest

from simulate.engine.posterior import posterior
from theory.checks import NotComputable
from verify.data.energies import BLOCK, Energies
from verify.data.held_out import HeldOut
from verify.data.measured import measure, ratios


@pytest.fixture(scope="module")
def seen() -> tuple[HeldOut, np.ndarray, Energies]:
    """Points of a Gaussian far from the origin, more than a block of them, and five held out."""
    rng = np.random.default_rng(0)
    data = 50 + rng.standard_normal((BLOCK + 300, 4)) * [2, 1, 0.5, 0.1]
    held_out = HeldOut(50 + rng.standard_normal((5, 4)), rng.standard_normal((5, 4)))
    return held_out, data, Energies.of(held_out, data)


@pytest.mark.parametrize("t", [1e-4, 0.02, 3.0])
def test_weights_are_those_of_the_posterior(seen: tuple[HeldOut, np.ndarray, Energies], t: float) -> None:
    held_out, data, energies = seen
    few = slice(100, 900)
    for rows in (slice(None), few):
        expected = np.asarray(posterior(held_out.at(t), data[rows], t).weights)
        np.testing.assert_allclose(energies.weights(t, rows), expected, atol=1e-8)
    np.testing.assert_allclose(energies.participation(t), posterior(held_out.at(t), data, t).participation, atol=1e-8)
    np.testing.assert_array_equal(energies.some(2).weights(t), energies.weights(t)[:2])


def test_parts_are_disjoint_and_as_many_as_there_are(seen: tuple[HeldOut, np.ndarray, Energies]) -> None:
    _, data, energies = seen
    n, t = 400, 0.05
    expected = [energies.participation(t, slice(first, first + n)) for first in (0, 400, 800)]
    np.testing.assert_allclose(ratios(energies, n, t), np.mean(expected, axis=0))
    found = measure(energies, 1.0)
    assert [each.n for each in found] == [len(data) // 16, len(data) // 4, len(data)]
    assert found[0].time > found[1].time > found[2].time
    assert ratios(energies, found[1].n, found[1].time).mean() == pytest.approx(0.5, abs=0.02)


def test_one_far_point_costs_the_others_no_digits(seen: tuple[HeldOut, np.ndarray, Energies]) -> None:
    held_out, data, _ = seen
    far = np.concatenate([data, np.full((1, 4), 1e6)])
    expected = np.asarray(posterior(held_out.at(0.02), far, 0.02).weights)
    np.testing.assert_allclose(Energies.of(held_out, far).weights(0.02), expected, atol=1e-6)


def test_noise_below_the_rounding_of_energies_is_refused(seen: tuple[HeldOut, np.ndarray, Energies]) -> None:
    with pytest.raises(NotComputable, match=r"^t must be at least .* for energies to have digits"):
        seen[2].weights(1e-12)


def test_a_point_of_the_data_that_does_not_see_itself_sees_what_a_held_out_point_does() -> None:
    rng = np.random.default_rng(1)
    points, noise = rng.standard_normal((60, 5)), rng.standard_normal((8, 5))
    seen = Energies.of(HeldOut(points[:8], noise), points, among=8)
    for i in range(8):
        others = np.delete(points, i, axis=0)
        alone = Energies.of(HeldOut(points[i : i + 1], noise[i : i + 1]), others)
        assert seen.participation(0.3)[i] == pytest.approx(alone.participation(0.3)[0], rel=1e-12)
        assert seen.weights(0.3)[i, i] == 0
