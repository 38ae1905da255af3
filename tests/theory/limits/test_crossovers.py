"""Crossover times at finite N and d: roots of what they are said to be roots of, and the limits that they tend to."""

import numpy as np
import pytest

from theory.case import Case, held_out, origin
from theory.exact import log_partition
from theory.laws.spectra import equal, halves
from theory.limits.condensation import condensation_time
from theory.limits.crossovers import isotropic_closeness, isotropic_collapse_time, own_weight_ratio
from theory.limits.related import collapse_time

CASE = Case(halves(20), held_out, np.log(3000), 1.0)
PAPER = condensation_time(CASE, order="second-cumulant")


def test_an_own_weight_is_lost_where_all_others_weigh_as_much() -> None:
    t = own_weight_ratio(CASE, PAPER) * PAPER
    assert CASE.log_n + CASE.law.log_mgf(1 / t, CASE.x) == pytest.approx(0, abs=1e-7)
    quenched = own_weight_ratio(CASE, PAPER, "quenched") * PAPER
    assert log_partition(CASE.at(quenched)) == pytest.approx(0, abs=1e-6)
    assert quenched > t  # E log Z < log E Z


def test_the_unit_of_a_ratio_is_its_unit() -> None:
    assert own_weight_ratio(CASE, 3 * PAPER) == pytest.approx(own_weight_ratio(CASE, PAPER) / 3, rel=1e-8)
    with pytest.raises(ValueError, match=r"^average must be one of annealed, quenched"):
        own_weight_ratio(CASE, PAPER, "typical")


@pytest.mark.parametrize("v", [1.0, 0.2])
def test_a_collapse_scales_with_the_variance_and_is_later_than_in_the_limit(v: float) -> None:
    ratio = isotropic_collapse_time(v, 20, 400) / collapse_time(np.full(20, v), np.log(400))
    assert ratio == pytest.approx(isotropic_collapse_time(1.0, 20, 400) / collapse_time(np.ones(20), np.log(400)))
    assert 1 < ratio < 2


def test_the_closeness_of_many_data_is_that_of_the_law() -> None:
    v, t = 1.0, 3.0
    assert isotropic_closeness(v, 2, 10**7, t) == pytest.approx(t * v / (v + t) ** 2 + v / (v + t), rel=1e-5)


def test_the_closeness_of_one_point_is_its_mean_square_distance() -> None:
    d, v, t = 4, 0.5, 0.7
    assert isotropic_closeness(v, d, 1, t) == pytest.approx(2 * v / t)
    assert Case(equal(d), origin, 0.0, t).n == 1
