"""What a reader calls a law: runs, copies of a block and long spectra are short."""

import numpy as np
import pytest

from theory.case import Case, typical
from theory.laws.spectra import equal, gaussian, graded, halves, unit_norm
from theory.laws.subspaces import law_label, period


@pytest.mark.parametrize(
    ("law", "label"),
    [
        (gaussian((1, 5), (0.04, 5)), "gaussian 1*5 0.04*5"),
        (gaussian(*[(1, 10), (0.09, 10)] * 12), "gaussian (1*10 0.09*10) x 12"),
        (equal(200), "gaussian 1*200"),
        (graded(20), "gaussian 1 0.5 0.333333 ... 0.05"),
        (Case(graded(20), typical, 10.0, 0.1).enlarged(3).law, "gaussian (1 0.5 0.333333 ... 0.05) x 3"),
        (unit_norm((1, 2), (0.1, 1)), "unit-norm 1*2 0.1"),
    ],
)
def test_labels_are_short(law, label: str) -> None:
    assert law_label(law) == label


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
