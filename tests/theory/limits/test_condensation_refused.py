"""Condensation times that are none, or below every float: the error names the argument."""

import numpy as np
import pytest

from tests.theory.limits.test_condensation import PAPER, PAPER_ALPHA
from theory.checks import NotComputable
from theory.formula import replaced
from theory.laws import Sphere
from theory.laws.copies import Copies
from theory.laws.law import EnergyLaw
from theory.laws.linear import linear_energy_law
from theory.limits.condensation import (
    condensation_time,
    free_energy,
    omega_squared,
    r4,
)


@pytest.mark.parametrize("law", [Sphere(2), Copies(Sphere(2), 2)])
def test_a_law_without_variances_is_named(law: EnergyLaw) -> None:
    for call in (lambda: r4(law), lambda: omega_squared(np.ones(law.dimension), law)):
        with pytest.raises(ValueError, match="variances must be numbers or a law that has them, sphere"):
            call()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"alpha": 0.0}, "alpha must be > 0"),
        ({"alpha": np.nan}, "alpha must be finite"),
        ({"variances": -PAPER}, "variances must be >= 0"),
        ({"variances": np.zeros(30)}, "variances must give the energies a positive variance"),
        ({"variances": 1e-160 * PAPER}, "variances must all be 0 or have their largest between .*, got 1e-160"),
        ({"variances": 1e-300 * PAPER}, "variances must all be 0 or have their largest between .*, got 1e-300"),
        ({"x": np.zeros(29)}, "x must have 30 coordinates"),
        ({"order": "third"}, "order must be one of exact, second-cumulant"),
    ],
)
def test_bad_arguments_are_named(change: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        condensation_time(**({"x": np.zeros(30), "variances": PAPER, "alpha": 0.2} | change))


def test_a_time_below_every_float_is_said() -> None:
    with pytest.raises(NotComputable, match="log_n must be small enough"):
        condensation_time(np.zeros(1), np.ones(1), 2000.0)


def test_equal_levels_tiny_sizes_and_no_points_are_refused() -> None:
    for order in ("exact", "second-cumulant"):
        with pytest.raises(ValueError, match="positive variance"):
            condensation_time(np.zeros(3), np.zeros(3), 0.4, order=order)
    with pytest.raises(NotComputable, match="log_n must be at least"):
        condensation_time(np.zeros(3), np.ones(3), 1e-20)
    with pytest.raises(ValueError, match="x must have at least one point"):
        condensation_time(np.zeros((0, 3)), np.ones(3), 0.4)


def test_a_law_whose_entropy_does_not_start_at_log_n_is_named() -> None:
    shifted = linear_energy_law.written.func(linear_energy_law.written.args[0] - 1)
    with replaced("linear_energy_law", shifted), pytest.raises(NotComputable, match=r"K\(0\) = 0"):
        condensation_time(np.zeros(30), PAPER, PAPER_ALPHA)


def test_a_mean_that_underflows_is_named_and_one_beside_a_larger_is_not() -> None:
    one, zero, tiny = np.ones(1), np.zeros(1), np.full(1, 1e-200)
    with pytest.raises(NotComputable, match="variances must be larger"):
        r4(tiny)
    with pytest.raises(NotComputable, match="x must be larger"):
        omega_squared(np.stack([one, tiny]), one)
    assert r4(zero) == omega_squared(zero, one) == omega_squared(one, zero) == 0
    assert condensation_time(tiny, one, 1.0, "second-cumulant") == pytest.approx(0.5)


@pytest.mark.parametrize("t", [5e-324, 1e301])
def test_a_time_whose_inverse_is_no_float_is_named(t: float) -> None:
    with pytest.raises(NotComputable, match="t must be between 1e-300 and 1e300"):
        free_energy(t, np.zeros(1), np.ones(1), 1.0)
