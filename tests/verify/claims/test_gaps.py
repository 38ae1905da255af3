"""Gaps along N: exact averages meet their limits."""

import numpy as np
import pytest

from theory.case import Case, grid, origin, typical
from theory.laws.linear import LinearGaussian
from theory.laws.spectra import gaussian
from theory.limits.condensation import condensation_time
from verify.claims.population import to_population
from verify.claims.spectrum import gap_count, gaps, random_gap
from verify.claims.spectrum.gap_sizes import DEEP, FLAT, FULL, RATIO


def deep(law: LinearGaussian, log_n: float) -> Case:
    """At RATIO of the condensation time of that N, to four digits."""
    case = Case(law, typical, log_n, 1.0)
    return case.at(float(f"{RATIO * condensation_time(case):.4g}"))


@pytest.mark.parametrize("law", [FLAT, FULL])
def test_deep_times_are_a_share_of_the_condensation_time(law: LinearGaussian) -> None:
    assert [deep(law, log_n).t for log_n, _ in DEEP] == [t for _, t in DEEP]


def test_correction_to_the_population_vanishes_with_n() -> None:
    cases = grid(gaussian((1, 2), (0.2, 2), (0, 1)), typical, (1.0,), n=(20, 20_000))
    shifts = [float(to_population(gaps.exact)(case).shift) for case in cases]
    assert abs(shifts[1]) < abs(shifts[0]) / 300


def test_many_points_on_a_plane_have_the_gap_of_the_population() -> None:
    case = random_gap.on_plane(3, 1_000_000, 0.5, d=6, m=2)
    assert random_gap.exact(case) == pytest.approx(random_gap.population(case), rel=1e-3)
    assert random_gap.exact(random_gap.on_plane(3, 2, 0.01, training=True, d=6, m=2)) < 0.05


def test_frozen_gaps_open_and_the_intermediate_one_closes_as_n_grows() -> None:
    """It is widest at t_c = 0.32, which is that of log N = 5."""
    final = [gaps.exact(deep(FLAT, log_n)) for log_n in (5.0, 45.0)]
    between = [gaps.exact(deep(FULL, log_n)) for log_n in (1.0, 5.0, 45.0)]
    assert final[0] < 0.2 < 0.95 < final[1]
    assert between[0] < between[1] > 0.4 > 0.02 > between[2]


def test_frozen_counts_are_those_at_the_condensation_time() -> None:
    """t_c = 0.014 lies between the variances, and two gaps are open; at 0.30 only that of the larger one is."""
    cases = [Case(gaussian((1, 2), (0.01, 2), (0, 1)), origin, np.log(n), 1e-6) for n in (2, 30)]
    assert [gap_count.frozen(case) for case in cases] == [1, 2]


@pytest.mark.parametrize(("d", "m", "name"), [(4, 4, "d"), (4, 0, "m")])
def test_a_plane_has_fewer_dimensions_than_the_space(d: int, m: int, name: str) -> None:
    with pytest.raises(ValueError, match=f"^{name} must be an integer"):
        random_gap.on_plane(1, 5, 1.0, d=d, m=m)
