"""Predictions and controls of random features: what each says of a setting, and where they differ."""

import numpy as np
import pytest
import xarray as xr

from theory.learned.random_features import losses
from verify.claims.learned import features, features_times

TABLE = xr.Dataset(
    coords={
        "points": ("point", [2.0, 4.0]),
        "width": ("point", [3.0, 8.0]),
        "noises": ("point", [3, 4]),
    }
)


def test_a_prediction_is_a_loss_of_each_row() -> None:
    said = [losses(features.T, 2.0, 3.0, 3, features.RIDGE), losses(features.T, 4.0, 8.0, 4, features.RIDGE)]
    assert features.of_settings(features.test_loss)(TABLE) == pytest.approx([one.test for one in said])
    assert features.of_settings(features.training_loss)(TABLE) == pytest.approx([one.training for one in said])


def test_controls_are_not_the_prediction() -> None:
    right = features.of_settings(features.test_loss)(TABLE)
    for change in (features.one_noise, features.all_noise, features.many_points):
        wrong = features.of_settings(features.test_loss, change)(TABLE)
        assert (np.abs(wrong - right) > 0.05 * right).all()


def test_one_curve_says_the_same_wherever_p_over_n_is_the_same() -> None:
    table = TABLE.assign_coords(width=("point", [4.0, 8.0]), noises=("point", [4, 4]))
    said = features.of_settings(features.test_loss, features.many_points)(table)
    assert said[0] == pytest.approx(said[1], rel=1e-9)


def test_exponents_and_peaks_are_named_by_their_rows() -> None:
    assert features.log_noises(TABLE) == pytest.approx(np.log([3, 4]))
    happens = xr.Dataset(coords={"happens": ("point", ["generalize", "memorize"])})
    assert features_times.exponents(happens).tolist() == [0.0, 1.0]
