"""The ladder of exact averages: it finds limits that are known, from below and above t_c, with an error that covers."""

import numpy as np
import pytest

from theory.case import Case, Place, far, origin, typical
from theory.exact.averages import log_participation_ratio, participation_ratio
from theory.laws.spectra import equal, graded, halves
from theory.limits.condensation import condensation_time
from theory.limits.weights import average_exponent
from verify.claims.ladder import ABOVE, limit


@pytest.mark.parametrize(
    "start",
    [Case(halves(20), typical, 8.0, t=1.0), Case(equal(5), origin, 10.0, t=1.0), Case(graded(6), far, 3.0, t=1.0)],
)
@pytest.mark.parametrize("ratio", [0.2, 0.6])
def test_below_the_limit_is_that_of_poisson_dirichlet(start: Case, ratio: float) -> None:
    t = ratio * condensation_time(start)
    found, error = limit(participation_ratio, start.at(t))
    assert abs(found - (1 - ratio)) < max(error, 2e-4)
    assert error < 3e-3


def test_above_the_limit_is_the_exponent_of_the_average() -> None:
    start = Case(halves(20), typical, 8.0, t=1.0)
    start = start.at(1.6 * condensation_time(start))
    found, error = limit(lambda rung: -log_participation_ratio(rung) / rung.log_n, start, ABOVE)
    assert abs(found - average_exponent(start.t, start.x, start.law, start.log_n)) < error < 0.01


def test_functions_in_the_list_are_fitted_exactly() -> None:
    start = Case(equal(1), origin, 10.0, t=1.0)
    found, error = limit(lambda rung: np.array([3 - 2 / rung.log_n, np.log(rung.log_n) / rung.log_n]), start)
    np.testing.assert_allclose(found, [3, 0], atol=1e-9)
    np.testing.assert_allclose(error, 0, atol=1e-8)


@pytest.mark.parametrize(("place", "alpha"), [(far, 3.0), (origin, 3.0), (origin, 1.0), (far, 1.0)])
def test_the_error_covers_the_limit_at_large_alpha(place: Place, alpha: float) -> None:
    """(1 - sum w^2)/t tends to 1/t_c; a ladder that starts at fewer than BLOCK directions misses it by more."""
    start = Case(equal(10), place, 10 * alpha, t=1.0)
    t_c = condensation_time(start)
    start = start.at(0.4 * t_c)
    found, error = limit(lambda rung: (1 - participation_ratio(rung)) / rung.t, start)
    assert abs(found * t_c - 1) < error * t_c < 0.004
