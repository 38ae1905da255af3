"""Predictions of the kernel and collision claims, where they can be told by hand."""

import numpy as np
import pytest
import xarray as xr

from theory.case import Case, typical
from theory.laws.spectra import equal, halves
from theory.learned.collision import memory_loss
from verify.claims.learned import collision, edge, kernels, kernels_memorized


def row(tau: float, mean: float = 0.0, d: int = 6) -> xr.Dataset:
    """A row with one data set of covariance 1 and the same mean along all directions."""
    data = np.column_stack([np.full(d, mean), np.eye(d)])[None]
    labels = {"kernel": kernels.TANGENT, "n": 50, "d": d, "t": 0.1, "tau": tau}
    return xr.Dataset({"moments": (("data_set", "axis", "other"), data)}, coords=labels)


def test_before_training_the_risk_is_that_of_pure_noise() -> None:
    assert kernels.three_modes(row(1e-9)) == pytest.approx(1, rel=1e-6)


def test_the_covariance_alone_is_the_law_where_the_data_have_its_moments() -> None:
    assert kernels.covariance_alone(row(1.0)) == pytest.approx(0.1 / 1.1)
    off = kernels.covariance_alone(row(1.0, mean=0.3))
    assert off == pytest.approx(0.1 / 1.1 + (0.3 * 0.1 / 1.1) ** 2)


def test_the_best_time_of_three_modes_has_learned_the_covariance() -> None:
    least = min(kernels.three_modes(row(tau)) for tau in np.geomspace(1, 100, 20))
    assert 0.1 / 1.1 < least < 0.2 < kernels.three_modes(row(1e6))


def test_what_is_unresolved_has_the_loss_of_its_variance_and_what_is_resolved_that_of_noise() -> None:
    early, half = row(1e-9, d=8).assign_coords(quantity="loss"), np.diag(np.repeat([1.0, kernels_memorized.FINE], 4))
    early["moments"] = (("data_set", "axis", "other"), np.column_stack([np.zeros(8), half])[None])
    assert kernels_memorized.as_unresolved(early) == pytest.approx(1, rel=1e-6)
    assert kernels_memorized.lost(early) == pytest.approx(1, rel=1e-6)


def test_one_sharer_of_a_caption_carries_all_weight() -> None:
    case = Case(halves(8), typical, np.log(1000), 2.0)
    single, _, many = collision.of_captions(collision.exact)(case)
    assert single == 1
    assert many == pytest.approx(collision.exact(case.with_points(0.1)))


def test_losses_are_in_units_of_the_data() -> None:
    case = edge.left_out(20, 0.01)
    assert edge.loss(case) == pytest.approx(memory_loss(case, typical(equal(50), 0.01)) / 50)
    assert edge.law_share(case) == pytest.approx(case.t / (1 + case.t))
    assert edge.without_memory(case) < 0
