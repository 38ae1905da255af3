"""Shown shares: layers that have learned, models at the start of training, and tables."""

from dataclasses import replace

import numpy as np
import pytest

from simulate.experiments.learned.shown import ShownShares
from simulate.experiments.networks.trained import Architecture


def test_a_layer_of_many_points_shows_the_law() -> None:
    asked = ShownShares(shapes=(("linear", 4000, 0.1),), taus=(300.0,), d=6, replicas=3)
    assert asked.run(progress=False).observed.values == pytest.approx([1.0, 1.0], abs=0.01)


@pytest.mark.parametrize("model", ["linear", "features", "Gaussian"])
def test_nothing_is_shown_before_training(model: str) -> None:
    found = ShownShares(shapes=(), taus=(1e-6,), d=4, p=30, m=3, replicas=2).shares(
        model, 5, 0.1, np.random.default_rng(0)
    )
    assert np.abs(found).max() < 1e-4


def test_tables_have_a_row_for_each_time_and_variance() -> None:
    shapes, taus = (("linear", 5, 0.1), ("features", 5, 0.2)), (1.0, 10.0)
    table = ShownShares(shapes=shapes, taus=taus, d=4, p=30, replicas=2).run(progress=False)
    assert table.sizes["point"] == 8


def test_the_difference_is_that_of_the_shares() -> None:
    asked = ShownShares(shapes=(("features", 5, 0.2),), taus=(1.0, 10.0), d=4, p=30, replicas=2)
    shares = asked.run(progress=False)["values"].values.reshape(2, 2, -1)
    compared = replace(asked, compared=True).run(progress=False)
    assert compared["values"].values == pytest.approx(shares[:, 0] - shares[:, 1])


def test_a_network_before_training_shows_what_its_preconditioning_lets_through() -> None:
    """x passes by v/(v + t), v the variance of all coordinates, and the core is not yet trained."""
    asked = ShownShares(
        shapes=(), taus=(1.0,), d=4, variances=(1.0, 0.09), replicas=4, architecture=Architecture("mlp", 8)
    )
    found = asked.shares("network", 200, 0.1, np.random.default_rng(0)).mean(axis=2)[0]
    through = 0.545 / 0.645
    assert found == pytest.approx([through * 1.1, through * 0.19 / 0.09], abs=0.1)


def test_the_empirical_score_shows_the_law_of_many_points_and_nothing_of_few() -> None:
    asked = ShownShares(shapes=(), taus=(1.0, 2.0), d=2, replicas=3)
    many, few = (asked.shares("empirical", n, t, np.random.default_rng(0)) for n, t in ((3000, 0.5), (2, 1e-4)))
    assert many.mean(axis=2) == pytest.approx(np.ones((2, 2)), abs=0.06)
    assert np.abs(few).max() < 1e-3


def test_seen_from_the_points_themselves_the_larger_variance_is_lost_first() -> None:
    """There what is shown is (1 - w)(1 + w t/(v + t)), w the weight of the own point; noised, 1 - w^2 at any v."""
    asked = ShownShares(
        shapes=(("empirical", 16, 1.0),), taus=(1.0,), places=(0.0, 4.0), replicas=60, compared=True
    ).run(progress=False)
    assert asked.place.values.tolist() == [0.0, 4.0]
    at_points, far = asked.observed.values / asked.stderr.values
    assert at_points < -5
    assert far > 5
