"""Readings of the dimension of empirical scores: one for each data set, estimators by name."""

import numpy as np
import pytest

from simulate.experiments.dimension.empirical import DimensionReadings, readings
from simulate.experiments.view import views


def test_two_far_points_are_two_points() -> None:
    experiment = DimensionReadings(cases=views("gaussian 1*3 0*1", "training", 2, (1e-4,)), methods=("test", "flipd"))
    observed = experiment.run(progress=False)
    assert list(observed.method.values) == ["test", "flipd"]
    assert observed["values"].shape == (2, 32)
    assert (observed["values"] == 0).all()


def test_many_points_show_the_dimension_of_the_law() -> None:
    observed = DimensionReadings(cases=views("gaussian 1*2 0*4", "training", 2000, (0.3,))).run(progress=False)
    assert observed["values"].median() == 2


def test_rounding_is_not_read_as_dimension() -> None:
    np.testing.assert_array_equal(readings([1e-12, -1e-12, 2.5])["values"], [0, 0, 2.5])


def test_unknown_estimators_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^methods must be one of"):
        DimensionReadings(methods=("guess",))
