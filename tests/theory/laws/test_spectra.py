"""Spectra of the claims: what they say, what data of them show, and bad cases of them."""

from collections.abc import Callable

import numpy as np
import pytest

from theory.case import Case, far, grid, origin
from theory.laws.spectra import equal, graded, halves, paper, plane


def test_the_spectra_are_what_they_say() -> None:
    np.testing.assert_allclose(paper().variances, [1] * 2 + [0.09] * 5 + [1e-4] * 23)
    np.testing.assert_allclose(halves(5).variances, [1] * 2 + [0.09] * 3)
    np.testing.assert_allclose(graded(3).variances, [1, 1 / 2, 1 / 3])
    np.testing.assert_allclose(plane(4).variances, [1, 1, 0, 0])
    np.testing.assert_allclose(equal(2).variances, [1, 1])


def test_numbers_of_points_are_whole() -> None:
    cases = [Case(halves(d), origin, 0.4 * d, 1.0) for d in (10, 20)]
    assert [case.n for case in cases] == [54, 2980]
    assert [case.n for case in grid(equal(3), origin, times=(1.0,), n=(1, 7, 1000, 10**6))] == [1, 7, 1000, 10**6]


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda: Case(equal(3), np.zeros(2), 1.0, 1.0), "x"),
        (lambda: Case(equal(3), far, -1.0, 1.0), "log_n"),
        (lambda: Case(equal(3), far, 1.0, 0.0), "t"),
        (lambda: Case(equal(3), far, 1.0, 1.0, sizes=(1, 1)), "sizes"),
        (lambda: Case([-1.0], far, 1.0, 1.0), "law"),
    ],
)
def test_bad_cases_are_refused(make: Callable[[], Case], name: str) -> None:
    with pytest.raises(ValueError, match=f"^{name} must"):
        make()


def test_drawn_data_have_the_variances() -> None:
    law = graded(4)
    variance = law.sample(200_000, np.random.default_rng(0)).var(axis=0)
    np.testing.assert_allclose(variance, law.variances, rtol=0.02)
