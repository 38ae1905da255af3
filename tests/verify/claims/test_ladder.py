"""The ladder of exact averages: it finds limits that are known, from below and above t_c, with an error that covers."""

import numpy as np
import pytest

from simulate.experiments.setting import Vast
from theory.exact.averages import log_participation_ratio, participation_ratio
from theory.limits.condensation import condensation_time
from theory.limits.weights import average_exponent
from verify.claims.ladder import ABOVE, limit


@pytest.mark.parametrize(
    "start",
    [Vast("halves", "typical", 20, 1, 0.4), Vast("equal", "origin", 5, 1, 2.0), Vast("graded", "far", 6, 1, 0.5)],
)
@pytest.mark.parametrize("ratio", [0.2, 0.6])
def test_below_the_limit_is_that_of_poisson_dirichlet(start: Vast, ratio: float) -> None:
    t = ratio * float(condensation_time(start.x, start.variances, start.alpha))
    found, error = limit(lambda rung: participation_ratio(np.array([t]), rung.x, rung.variances, rung.log_n), start)
    assert abs(found[0] - (1 - ratio)) < max(error[0], 2e-4)
    assert error[0] < 3e-3


def test_above_the_limit_is_the_exponent_of_the_average() -> None:
    start = Vast("halves", "typical", 20, 1, 0.4)
    t = 1.6 * float(condensation_time(start.x, start.variances, start.alpha))
    found, error = limit(
        lambda rung: -log_participation_ratio(np.array(t), rung.x, rung.variances, rung.log_n) / rung.log_n,
        start,
        ABOVE,
    )
    assert abs(found - average_exponent(t, start.x, start.variances, start.log_n)) < error < 0.01


def test_functions_in_the_list_are_fitted_exactly() -> None:
    start = Vast("equal", "origin", 1, 1, 10.0)
    found, error = limit(lambda rung: np.array([3 - 2 / rung.log_n, np.log(rung.log_n) / rung.log_n]), start)
    np.testing.assert_allclose(found, [3, 0], atol=1e-9)
    np.testing.assert_allclose(error, 0, atol=1e-8)
