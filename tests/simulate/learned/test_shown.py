"""Shown shares: layers that have learned, models at the start of training, and tables."""

import numpy as np
import pytest

from simulate.experiments.learned.shown import ShownShares


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
