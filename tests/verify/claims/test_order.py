"""Order of losses: claims can fail, gains are largest at t_c, both signs stand for all directions."""

from dataclasses import replace

import numpy as np
import pytest

from simulate.estimate import Estimate
from simulate.observables import Contrast, RemainingVariance
from theory.case import Case, grid, origin, typical
from theory.exact.averages import participation_ratio
from theory.laws.spectra import gaussian
from theory.limits.condensation import condensation_time
from verify.claim import Claim, judge
from verify.claims.order import control, displaced, fading, most, reversal, share
from verify.claims.order import typical as data_sets


def smaller(claim: Claim, cases: tuple[Case, ...], **changes: int) -> Estimate:
    assert isinstance(claim.estimate, Estimate)
    return replace(claim.estimate, cases=cases, **changes)


@pytest.mark.parametrize("claim", [displaced.VARIANCE_FIRST, share.SALIENT_FIRST])
def test_the_reversed_order_would_have_been_taken_for_the_claim(claim: Claim) -> None:
    """Swap the two subspaces of what was seen, and the claims that are recorded as disagreeing agree."""
    estimate = smaller(claim, claim.estimate.cases[:1], replicas=4000)  # pyright: ignore[reportAttributeAccessIssue]
    observed = estimate.run(progress=False)
    observed = observed.assign({name: -observed[name] for name in ("observed", "values")})
    table = judge(replace(claim, expected_verdict="inconclusive"), observed, estimate)
    assert (table.point_verdict != "disagrees").all()


def test_sign_of_the_order_changes_where_t_is_the_product_of_the_standard_deviations() -> None:
    """At infinite N exactly there; the exact averages at N = 1000 change sign within a factor of two of it."""
    cases = grid(gaussian((1, 4), (0.04, 4)), origin, (0.1, 0.4), n=1000)
    below, above = (displaced.exact(case, ("axis",))[0] for case in cases)
    assert below < 0 < above


def test_gains_are_largest_next_to_the_condensation_time() -> None:
    case = reversal.REVERSAL.estimate.cases[0]  # pyright: ignore[reportAttributeAccessIssue]
    variances, rows = np.unique([case.variances[part[0]] for part in case.subspaces], return_index=True)
    gains = reversal.exact(case)[rows]
    t_c = condensation_time(case)
    assert np.argmax(gains) == np.argmin(np.abs(np.log(variances / t_c)))
    assert (np.diff(gains)[:3] > 0).all()
    assert np.diff(gains)[-1] < 0


def test_sorted_gains_are_the_same_numbers_in_the_order_of_the_variances() -> None:
    case = Case(gaussian((1, 2), (0.1, 2), (0.01, 1)), origin, np.log(30), 0.05)
    exact, up, down = (
        found[::-1]  # from the smallest variance
        for found in (
            reversal.exact(case),
            reversal.sorted_by_variance(case),
            reversal.sorted_by_variance(case, sign=-1),
        )
    )
    np.testing.assert_array_equal(up, np.sort(exact))
    np.testing.assert_array_equal(down, up[::-1])


def test_the_control_falls_where_there_is_memorization() -> None:
    """Without the finite-size part, few points do not pass for infinitely many."""
    few = smaller(control.CONTROL, grid(gaussian((1, 3), (0.1, 3)), typical, (0.2,), n=50))
    table = judge(replace(control.CONTROL, correction=None), few.run(progress=False), few)
    assert table.attrs["verdict"] == "disagrees"


def test_the_mean_of_both_signs_stands_for_all_directions() -> None:
    case = Case(gaussian((1, 2), (0.1, 2)), typical, np.log(12), 0.3, training=True)
    step = np.sqrt(0.3)
    every = [
        np.mean([participation_ratio(case.moved(sign * step * np.eye(4)[i])) for sign in (1, -1)]) for i in range(4)
    ]
    assert every[0] == pytest.approx(every[1]) != pytest.approx(every[2])
    assert displaced.exact(case, ("axis",))[0] == pytest.approx(every[0] - every[2])


def test_the_limit_counts_data_sets_by_the_scatter_of_few_directions() -> None:
    """Many directions in a subspace have the order of the mean in every data set; few at small t as well."""
    few, many = (Case(gaussian((1, k), (0.04, k)), typical, 0.39 * 2 * k, 0.092) for k in (5, 20))
    assert data_sets.in_limit(few) == pytest.approx(0.152, abs=0.015)
    assert data_sets.in_limit(many) < 0.05
    assert data_sets.in_limit(few, frozen=False) == pytest.approx(0.5, abs=0.02)
    assert data_sets.with_the_mean(0.1) < 0.5 < data_sets.with_the_mean(-0.1)


def test_each_case_from_the_origin_is_counted_once_and_none_without_an_order() -> None:
    cases = most.cases_of(displaced.DISPLACED, displaced.VARIANCE_FIRST, displaced.VARIANCE_FIRST_ABOVE)
    assert len(set(cases)) == len(cases) == 14
    assert all(case.variances[0] != case.variances[-1] for case in cases)


@pytest.mark.parametrize("training", [False, True])
def test_the_leading_variance_of_a_contrast_is_that_of_many_points(training: bool) -> None:
    """Unequal sizes and an x off the typical point; the next term is of order 1/N of it."""
    law, x = gaussian((1, 2), (0.2, 1)), np.array([0.9, -0.4, 0.3])
    case = Case(law, x, np.log(3000), 0.5, training=training)
    estimate = Estimate(cases=(case,), observable=Contrast(RemainingVariance()), replicas=1000)
    seen = estimate.run(progress=False)["values"].values.ravel()
    assert seen.var() == pytest.approx(fading.contrast_variance(case), rel=0.2)
    assert abs(fading.share(case) - (seen > 0).mean()) < 0.06
