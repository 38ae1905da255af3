"""What is predicted of condensation times: textbook entropies, monotone ratios, and formulas that move them."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy.optimize import brentq

from theory.case import Case, Place, far, held_out, origin, typical
from theory.laws.linear import LinearGaussian
from theory.laws.spectra import equal, graded, halves, plane
from verify.claims.condensation import assumed, clock, data_point, own_weight, ratio, sparse, time
from verify.mutation.mutants import broken


@pytest.mark.parametrize(("law", "at"), [(equal, origin), (halves, typical), (graded, held_out), (plane, far)])
def test_the_paper_becomes_right_with_alpha_and_is_nowhere_too_early(
    law: Callable[[int], LinearGaussian], at: Place
) -> None:
    ratios = [ratio.factor(Case(law(20), at, 20 * alpha, 1.0)) for alpha in (1e-6, 0.01, 1.0)]
    assert 1 < ratios[0] < 1.01 < ratios[1] < ratios[2]


def test_for_equal_variances_the_ratio_is_the_root_of_a_textbook_entropy() -> None:
    """alpha = (1/2)(log(1 + u) - u/(1 + u)) at the origin, and the paper's t_c is (4 alpha)^(-1/2)."""
    u = brentq(lambda u: np.log1p(u) - u / (1 + u) - 2.0, 1e-3, 1e3)
    assert ratio.factor(ratio.at_alpha(equal(20), origin, 1.0, 0.1)) == pytest.approx(u / 2)


def test_alpha_is_per_intrinsic_dimension_and_log_n_about_what_is_asked_for() -> None:
    case = ratio.at_alpha(plane(20), held_out, 0.01, 6.2)
    assert case.log_n / np.count_nonzero(case.variances) == pytest.approx(0.01)
    assert case.log_n == pytest.approx(ratio.LOG_N)


def test_the_own_weight_is_lost_at_the_root_for_equal_variances() -> None:
    """At a data point with x_i^2 = 1: 2 alpha = log(1 + u) + u/(1 + u)."""
    case = Case(equal(10), typical, 0.1, 1.0).enlarged(90)
    u = brentq(lambda u: np.log1p(u) + u / (1 + u) - 2 * np.log(case.n) / case.d, 1e-4, 1e2)
    assert own_weight.lost(case) * ratio.claimed(case) == pytest.approx(1 / u)
    assert own_weight.lost(case) == pytest.approx(own_weight.at_typical_point(case))


def test_the_own_weight_is_one_half_at_its_root() -> None:
    case = data_point.CASES[0]
    root = own_weight.lost(case) * ratio.claimed(case)
    assert data_point.own_weight(case.at(root)) == pytest.approx(1 / 2)
    assert data_point.own_weight(case.at(root / 2)) > 0.99 > 0.1 > data_point.own_weight(case.at(2 * root))
    assert data_point.own_weight(case.at(root), share=0.5) == pytest.approx(2 / 3)


def test_what_fluctuations_change_vanishes_with_d() -> None:
    errors = [data_point.fluctuations(case).error for case in (data_point.CASES[7], data_point.CASES[1])]  # d = 20, 900
    assert errors[1] < errors[0] / 100


def test_a_wrong_condensation_time_is_seen_as_no_condensation_above_it() -> None:
    case = time.CASES[0]
    assert time.seen(case, 2 * case.t) == pytest.approx(1 / (2 * case.t))
    assert time.seen(case, case.t / 2) == pytest.approx(1 / case.t)
    assert time.at_origin(case) <= 1 / case.t


def test_the_rate_is_right_at_the_middle_whatever_its_power() -> None:
    middle, sparser = sparse.SWEEP[1], sparse.SWEEP[0]
    predicted = [time.third_cumulant(middle, power=power) for power in (0.0, 0.5, 1.0)]
    assert predicted == pytest.approx([predicted[1]] * 3)
    excesses = [time.third_cumulant(sparser, power=power) for power in (1.0, 0.5, 0.0)]
    assert excesses == sorted(excesses)  # the higher the power, the sooner the paper becomes right


def test_the_clock_of_condensation_is_the_time_by_other_numbers() -> None:
    def kept(tau: float) -> float:
        return clock.kept(clock.preserving(equal(20), origin, 200, 0.01, tau))

    tau_c = brentq(lambda tau: kept(tau) - (1 - 1e-12), 0.1, 2.0)
    assert np.expm1(2 * tau_c) == pytest.approx(4.351, rel=1e-3)  # t_c, from the table of the paper's ratio: 5/1.149
    assert kept(tau_c / 2) < 1 / 2
    assert kept(2 * tau_c) == 1


def test_the_condensation_time_that_is_assumed_is_the_one_asked_for() -> None:
    assert assumed.paper_time(assumed.assumed((3, 0.3), 2.0, 2.5)) == pytest.approx(2.5)


def test_a_wrong_formula_moves_every_prediction() -> None:
    case = Case(equal(20), held_out, 2.0, 1.0).enlarged(5)
    shrunk = clock.preserving(equal(20), held_out, 5, 0.1, 0.2)
    before = ratio.factor(case), own_weight.lost(case), clock.kept(shrunk)
    with broken("t_c"):
        after = ratio.factor(case), own_weight.lost(case), clock.kept(shrunk)
    assert all(abs(new / old - 1) > 0.05 for new, old in zip(after, before, strict=True))
