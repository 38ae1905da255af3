"""What a table says of independent values: their mean, its error, their number."""

from collections.abc import Callable

import numpy as np
import pytest
import xarray as xr

from simulate.run.tables import summaries, summary, without_step

VALUES = np.array([[1.0, 2.0, 6.0], [4.0, 4.0, 4.0]])


def test_means_and_errors_are_those_over_replicas() -> None:
    table = summaries(VALUES, "part")
    assert table.observed.values.tolist() == [3.0, 4.0]
    assert table.stderr.values.tolist() == pytest.approx([np.sqrt(7 / 3), 0.0])  # variance (4 + 1 + 9)/2 of three
    assert (int(table.replicas), int(table.draws)) == (3, 3)
    assert table["values"].dims == ("part", "replica")


def test_one_quantity_is_summed_up_as_each_of_several() -> None:
    one, several = summary(VALUES[0]), summaries(VALUES, "part").isel(part=0)
    assert all(float(one[name]) == float(several[name]) for name in one)


def test_what_is_linear_in_a_step_drops_out() -> None:
    coarse, fine = np.array([3.0 + 0.2, 5.0 - 0.4]), np.array([3.0 + 0.1, 5.0 - 0.2])
    found = without_step(coarse, fine, "place")
    assert {along for along, _ in found.values()} == {"place"}
    np.testing.assert_allclose(found["observed"][1], [3.0, 5.0], rtol=1e-15)
    np.testing.assert_allclose(found["stderr"][1], [0.2, 0.2], rtol=1e-12)


def test_the_bound_holds_where_the_linear_part_vanishes_at_one_place() -> None:
    coarse, fine = np.array([3.01, 4.6]), np.array([3.01, 4.8])  # a quadratic part of 0.01 is left at the first
    found = without_step(coarse, fine, "place")
    assert np.all(np.abs(found["observed"][1] - [3.0, 5.0]) <= found["stderr"][1])


@pytest.mark.parametrize("table", [lambda values: summary(values[0]), lambda values: summaries(values, "quantity")])
def test_one_value_has_no_error(table: Callable[[np.ndarray], xr.Dataset]) -> None:
    assert table(np.ones((3, 2))).stderr.values == pytest.approx(0)
    with pytest.raises(ValueError, match=r"^replicas must be >= 2, as the error of a mean needs two values, got 1"):
        table(np.ones((3, 1)))
