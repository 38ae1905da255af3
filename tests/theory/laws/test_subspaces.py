"""What a reader calls a law: runs, copies of a block and long spectra are short."""

import numpy as np
import pytest

from theory.case import Case, typical
from theory.laws import REM, DatasetLaw, HiddenManifold, LinearGaussian, Mixture, Rotated, Sphere, Torus
from theory.laws.copies import Copies
from theory.laws.law import EnergyLaw
from theory.laws.spectra import equal, gaussian, graded, halves, unit_norm
from theory.laws.subspaces import law_label, period, subspaces
from theory.laws.subspaces import typical as typical_point


@pytest.mark.parametrize(
    ("law", "label"),
    [
        (gaussian((1, 5), (0.04, 5)), "gaussian 1*5 0.04*5"),
        (gaussian(*[(1, 10), (0.09, 10)] * 12), "gaussian (1*10 0.09*10) x 12"),
        (equal(200), "gaussian 1*200"),
        (graded(20), "gaussian 1 0.5 0.333333 ... 0.05"),
        (Case(graded(20), typical, 10.0, 0.1).enlarged(3).law, "gaussian (1 0.5 0.333333 ... 0.05) x 3"),
        (unit_norm((1, 2), (0.1, 1)), "unit-norm 1*2 0.1"),
        (gaussian(*[(v, 1) for v in (7, 6, 5, 4, 3, 2)]), "gaussian 7 6 5 4 3 2"),
        (gaussian(*[(v, 1) for v in (7, 6, 5, 4, 3, 2, 1)]), "gaussian 7 6 5 ... 1"),
        (LinearGaussian([1.0, 1.0, 0.3], [0.0, -2.0, 0.5]), "gaussian 1*2 0.3 around 0 -2 0.5"),
        (Copies([0.7, 0.2], 3), "gaussian (0.7 0.2) x 3"),
        (Copies(LinearGaussian([0.7, 0.2], 2.0), 3), "(gaussian 0.7 0.2 around 2*2) x 3"),
        (Copies(Sphere(3), 2), "(sphere 3) x 2"),
        (Mixture([1.0, 2.0], [Sphere(3), equal(4)]), "sphere 3 or gaussian 1*4"),
        (Rotated(Sphere(2), np.eye(3)), "rotated sphere 2"),
        (Torus([1.0, 1.0, 0.3], 9), "torus 1*2 0.3"),
        (DatasetLaw(np.zeros((5, 3))), "5 points in 3"),
        (HiddenManifold(np.ones((4, 2)), 20), "hidden 2 in 4"),
        (REM(5), "REM(bits=5, variance=5.0)"),
    ],
)
def test_labels_are_short(law, label: str) -> None:
    assert law_label(law) == label


FEATURES = np.array([[1.0, 0.3], [0.4, -0.7], [-0.8, 0.2]])


@pytest.mark.parametrize(
    ("law", "parts"),
    [
        (gaussian((0.7, 2), (0.2, 1), (0.7, 1)), [[0, 1], [2], [3]]),
        (unit_norm((0.7, 1), (0.2, 3)), [[0], [1, 2, 3]]),
        (Torus([0.4, 1.5, 1.5]), [[0], [2, 4]]),
        (Sphere(2, 1.5, 5), [[0]]),
        (REM(3), [[0, 1, 2]]),
    ],
)
def test_directions_that_a_law_treats_alike(law: EnergyLaw, parts: list[list[int]]) -> None:
    """Of a round manifold the first axis of each block."""
    assert [part.tolist() for part in subspaces(law)] == parts


@pytest.mark.parametrize(
    ("law", "x"),
    [
        (gaussian((4, 1), (9, 2), (0, 1)), [2, -3, 3, 0]),
        (unit_norm((4, 1), (9, 2), (0, 1)), np.array([2, -3, 3, 0]) / np.sqrt(22)),
        (Torus([0.4, 1.5], 5), [0.4, 0, 1.5, 0, 0]),
        (Sphere(2, 1.5, 5), [1.5, 0, 0, 0, 0]),
        (HiddenManifold(FEATURES, 20), np.tanh([1.3, -0.3, -0.6])),
    ],
)
def test_the_typical_point_of_a_law(law: EnergyLaw, x: np.ndarray) -> None:
    np.testing.assert_allclose(typical_point(law), x, rtol=1e-14, atol=1e-15)


def test_a_law_without_a_typical_point_says_so() -> None:
    with pytest.raises(ValueError, match=r"^law must have a typical point of its own, REM"):
        typical_point(REM(3))


def test_the_period_is_the_shortest_block() -> None:
    for block, copies in (([1.0, 2.0], 3), ([1.0], 4), ([1.0, 1.0, 2.0], 2), ([1.0, 2.0, 1.0], 1)):
        assert period(np.tile(block, copies)) == len(block)
    assert period(np.stack([np.ones(6), np.tile([1.0, -1.0], 3)], axis=1)) == 2


def test_the_unit_of_copies_is_their_block() -> None:
    case = Case(halves(20), typical, 8.0, 0.1)
    unit = case.enlarged(12).unit
    assert law_label(unit.law) == law_label(case.law)
    assert unit.log_n == pytest.approx(8.0)
    np.testing.assert_array_equal(unit.x, case.x)
