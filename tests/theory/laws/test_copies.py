"""Copies of a law: what every law must satisfy, the product that they are, and a cost that does not grow with them."""

import numpy as np
import pytest

from tests.theory.laws.checks import assert_derivatives, assert_door, assert_sampler, assert_shapes
from theory.case import Case
from theory.exact.averages import participation_ratio
from theory.laws import LinearGaussian, Product, Sphere
from theory.laws.copies import Copies
from theory.limits.condensation import condensation_time

PAIR = Copies([1.0, 0.3], 2)
APART, ALIKE = np.array([0.5, -0.4, 0.3, 0.2]), np.array([0.5, -0.4, 0.5, -0.4])


def test_it_is_a_law() -> None:
    assert_shapes(PAIR, APART)
    assert_derivatives(PAIR, APART, 0.8)
    assert_door(PAIR, APART)
    assert_sampler(PAIR, APART, 1.5)


@pytest.mark.parametrize("x", [APART, ALIKE], ids=["apart", "alike"])
def test_copies_are_a_product_of_equal_laws(x: np.ndarray) -> None:
    for one in (LinearGaussian([1.0, 0.3]), Sphere(1, 0.7)):
        copies, product = Copies(one, 2), Product([one, one])
        for lam in (0.7, 2 + 1j):
            np.testing.assert_allclose(copies.log_mgf(lam, x), product.log_mgf(lam, x), rtol=1e-13)
            np.testing.assert_allclose(copies.lam_derivative(lam, x, 2), product.lam_derivative(lam, x, 2), rtol=1e-13)
            np.testing.assert_allclose(copies.hessian(lam, x), product.hessian(lam, x), rtol=1e-12, atol=1e-14)
        assert condensation_time(x, copies, 0.4) == pytest.approx(condensation_time(x, product, 0.4), rel=1e-12)


def test_tens_of_thousands_of_dimensions_give_what_their_variances_give() -> None:
    vast, x = Copies([1.0, 0.09], 10_000), np.tile([1.0, 0.3], 10_000)
    t = 0.8 * float(condensation_time(x, vast, 1e-3))
    plain = participation_ratio(t, x, np.tile([1.0, 0.09], 10_000), 20.0)
    assert participation_ratio(t, x, vast, 20.0) == pytest.approx(plain, rel=1e-10)


def test_a_number_of_copies_is_a_positive_integer() -> None:
    with pytest.raises(ValueError, match="count must be"):
        Copies([1.0], 0)


def test_a_folded_case_is_the_same_case() -> None:
    whole = Case([1.0, 0.09], [1.0, 0.3], 4.0, 0.2).enlarged(5)
    folded = whole.folded
    assert isinstance(folded.law, Copies)
    assert (folded.law.count, folded.unit.d, folded.unit.log_n) == (5, 2, pytest.approx(4.0))
    assert folded.labels == whole.labels
    np.testing.assert_array_equal(folded.variances, whole.variances)
    assert float(participation_ratio(folded)) == pytest.approx(float(participation_ratio(whole)), rel=1e-11)


def test_a_folded_case_grows_as_the_case_itself() -> None:
    whole = Case([1.0, 0.09], [1.0, 0.3], 4.0, 0.2)
    assert whole.folded.enlarged(3) == whole.enlarged(3).folded
    assert whole.folded.folded == whole.folded


def test_what_is_not_made_of_copies_has_no_unit() -> None:
    with pytest.raises(ValueError, match="x must be made of copies"):
        _ = Case(PAIR, APART, 4.0, 0.2).unit
    with pytest.raises(ValueError, match="law must be centred linear Gaussian"):
        _ = Case(Sphere(2), [1.0, 0.0, 0.0], 4.0, 0.2).folded
    assert Case(PAIR, ALIKE, 4.0, 0.2).unit.d == 2
