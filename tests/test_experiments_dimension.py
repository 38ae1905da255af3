"""Median dimensions of empirical scores: intervals that hold, estimators by name."""

import pytest

from simulate.experiments.dimension import MedianDimension
from simulate.experiments.view import views


def test_two_far_points_are_two_points() -> None:
    experiment = MedianDimension(cases=views("gaussian 1*3 0*1", "training", 2, (1e-4,)), methods=("test", "flipd"))
    observed = experiment.run(progress=False)
    assert list(observed.method.values) == ["test", "flipd"]
    assert (abs(observed.observed) < 1e-6).all()


def test_many_points_show_the_dimension_of_the_law() -> None:
    observed = MedianDimension(cases=views("gaussian 1*2 0*4", "training", 2000, (0.3,))).run(progress=False)
    assert abs(observed.observed.item() - 2) <= observed.stderr.item()


def test_too_few_replicas_for_an_interval_are_refused() -> None:
    with pytest.raises(ValueError, match=r">= 31"):
        MedianDimension(cases=views("gaussian 1*2 0*4", "training", 5, (0.3,)), replicas=30).run(progress=False)


def test_unknown_estimators_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^methods must be one of"):
        MedianDimension(methods=("guess",))
