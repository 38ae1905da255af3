"""Exact averages at the ends: one point alone, and data in units near the smallest and largest float."""

import numpy as np
import pytest

from theory.case import Case
from theory.checks import NotComputable
from theory.exact.averages import log_partition, participation_ratio
from theory.exact.jacobian import normalized_jacobian, population_jacobian
from theory.exact.score import mean_jacobian, mean_score
from theory.laws import LinearGaussian

X, VARIANCES, T, LOG_N = np.array([0.5, -1.0]), np.array([1.0, 0.3]), 0.4, np.log(20)


def test_of_one_point_the_score_is_its_offset_over_t_and_the_jacobian_that_of_noise() -> None:
    """w = 1: s = (y - x)/t, whose mean is (mu - x)/t, and -t J = 1 - Var_w(y)/t = 1."""
    case = Case(LinearGaussian(VARIANCES, mean=[0.2, 0.1]), X, 0.0, T)
    np.testing.assert_allclose(mean_score(case), (case.law.mean - X) / T, rtol=1e-9)
    np.testing.assert_allclose(normalized_jacobian(case), 1.0, rtol=1e-9)
    np.testing.assert_allclose(mean_jacobian(case), -np.eye(2) / T, atol=1e-9)
    assert participation_ratio(case) == pytest.approx(1, rel=1e-10)
    assert log_partition(case) == pytest.approx(-(VARIANCES + (X - case.law.mean) ** 2).sum() / 2 / T, rel=1e-9)


def test_of_all_points_of_the_law_the_jacobian_is_that_of_the_population() -> None:
    """1 - sigma^2/(t + sigma^2) = t/(t + sigma^2)."""
    case = Case(LinearGaussian(VARIANCES), X, LOG_N, T)
    np.testing.assert_allclose(population_jacobian(case), T / (T + VARIANCES), rtol=1e-12)


@pytest.mark.parametrize("unit", [1e-140, 1e-40, 1e40, 1e120])
def test_averages_do_not_depend_on_the_unit_of_a_variance(unit: float) -> None:
    case = Case(LinearGaussian(VARIANCES), X, LOG_N, T)
    other = Case(LinearGaussian(unit * VARIANCES), np.sqrt(unit) * X, LOG_N, unit * T)
    assert participation_ratio(other) == pytest.approx(participation_ratio(case), rel=1e-9)


@pytest.mark.parametrize("t", [1e-110, 1e110])
def test_times_a_hundred_decades_from_the_energies_are_refused(t: float) -> None:
    with pytest.raises(NotComputable, match=r"t must be within a factor 1e\+100 of the standard deviation"):
        participation_ratio(Case(LinearGaussian(VARIANCES), X, LOG_N, t))


@pytest.mark.parametrize("factor", [0.9e-100, 1.1e100])
def test_the_factor_is_of_the_standard_deviation_of_the_energies(factor: float) -> None:
    """sum (v^2/2 + x^2 v): within the factor the weights are equal far above."""
    deviation = float(np.sqrt((VARIANCES**2 / 2 + X**2 * VARIANCES).sum()))
    case = Case(LinearGaussian(VARIANCES), X, LOG_N, factor * deviation)
    with pytest.raises(NotComputable, match="of the standard deviation"):
        participation_ratio(case)
    assert participation_ratio(case.at(0.9e100 * deviation)) == pytest.approx(1 / 20, rel=1e-9)


def test_so_many_points_that_log_n_has_seven_digits_are_refused() -> None:
    with pytest.raises(NotComputable, match=r"log_n must be at most 1e\+06 for an exact average, got 1\.1e\+06"):
        participation_ratio(Case(LinearGaussian(VARIANCES), X, 1.1e6, T))
