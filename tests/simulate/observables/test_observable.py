"""Observables made of others: logarithms, contrasts and distribution functions of three components, written out."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from simulate.observables.observable import Contrast, Labels, Logarithm, PerSubspace, Single, UpTo, component_count
from theory.case import Case, origin
from theory.laws import Sphere
from theory.laws.spectra import gaussian

CASE = Case(gaussian((0.7, 2), (0.2, 1)), origin, np.log(5), 0.3)
OTHER = CASE.at(0.4)
TABLE = np.array([[0.3, 2.0, 0.7, 5.0], [0.1, 0.4, 3.0, 0.2], [7.0, 0.6, 0.9, 1.5]])


@dataclass(frozen=True)
class Three(Single):
    """The three rows of a table, whatever is drawn."""

    def __call__(self, case: Case, drawn: Any) -> np.ndarray:
        return TABLE

    def labels(self, case: Case) -> Labels:
        return {"row": ("a", "b", "c"), "number": (3, 5, 7)}


def test_a_logarithm_is_that_of_each_component() -> None:
    np.testing.assert_allclose(np.exp(Logarithm(Three())(CASE, None)), TABLE, rtol=1e-14)
    assert Logarithm(Three()).labels(CASE) == Three().labels(CASE)
    assert Logarithm(Three()).bounds(CASE) == (-np.inf, np.inf)


@pytest.mark.parametrize(("places", "rows"), [((), (0, 1)), ((2, 0), (2, 0)), ((-1, -2), (2, 1))])
def test_a_contrast_is_one_component_less_another(places: tuple[int, ...], rows: tuple[int, int]) -> None:
    np.testing.assert_array_equal(Contrast(Three(), *places)(CASE, None), TABLE[rows[0]] - TABLE[rows[1]])


@pytest.mark.parametrize(
    ("thresholds", "table"),
    [
        ((0.3, 1.5), [[0.3, 1.5]] * 3),
        ([[0.3, 2.0], [0.2, 1.0], [0.6, 0.9]], [[0.3, 2.0], [0.2, 1.0], [0.6, 0.9]]),
        ({CASE: (0.5,), OTHER: (9.0,)}, [[0.5]] * 3),
    ],
)
def test_shares_up_to_a_threshold_have_the_thresholds_last(thresholds: Any, table: list[list[float]]) -> None:
    """A value at its threshold counts."""
    observable = UpTo(Three(), thresholds, "most")
    expected = [[float(value <= most) for value in row] for row, own in zip(TABLE, table, strict=True) for most in own]
    found = observable(CASE, None)
    np.testing.assert_array_equal(found, expected)
    each = len(table[0])
    assert observable.labels(CASE) == {
        "row": [name for name in "abc" for _ in range(each)],
        "number": [n for n in (3, 5, 7) for _ in range(each)],
        "most": [most for own in table for most in own],
    }
    assert component_count(observable, CASE) == len(found) == 3 * each
    assert observable.bounds(CASE) == (0.0, 1.0)


def test_subspaces_are_labelled_by_their_variance_where_the_law_has_variances() -> None:
    labels = PerSubspace().labels(CASE)
    assert (list(labels["subspace"]), labels["variance"]) == ([0, 1], [0.7, 0.2])
    assert list(PerSubspace().labels(Case(Sphere(2), origin, 1.0, 0.3))) == ["subspace"]
    assert component_count(Contrast(Three()), CASE) == 1
