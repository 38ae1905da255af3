"""What is predicted of readings of dimension: energies by quadrature, the law by hand, the gap of noise, both ends."""

import numpy as np
import pytest
import sympy as sp

from theory.case import Case, origin, typical
from theory.formula import expand, symbol
from theory.laws.linear import linear_energy_law
from theory.laws.spectra import gaussian
from theory.limits.dimension import flipd_of_law, lhsd_of_law, participation_of_law
from verify.claims.dimension import data_sets
from verify.claims.dimension.estimators import energy, energy_of_law, noise_then_law, one_more
from verify.claims.dimension.memorized import gaps_of_noise, memorized
from verify.claims.dimension.readings import SPHERE, THREE, at_point, fewer, intrinsic, seen


def test_flipd_of_the_law_is_its_energy() -> None:
    """-2 lambda dK/dlambda, term by term."""
    t, lam = symbol("t"), symbol("lam")
    law = expand(linear_energy_law.written, 1)
    derived = -2 * lam * sp.diff(law, lam)
    assert sp.simplify(derived.subs(lam, 1 / t) - expand(flipd_of_law.written, 1)) == 0


def test_readings_of_the_law_tend_to_the_number_of_directions() -> None:
    v, x = np.array([1.0, 0.5, 0.0, 0.0]), np.array([1.0, -0.7, 0.0, 0.0])
    assert flipd_of_law.numeric(1e-6, x, v) == pytest.approx(2, abs=1e-5)
    assert participation_of_law.numeric(1e-6, v) == pytest.approx(2, abs=1e-5)
    assert lhsd_of_law.numeric(1e-6, v, 0.25) == pytest.approx(2 + 2 / 257, abs=1e-5)
    assert lhsd_of_law.numeric(1.0, np.zeros(257), 0.25) == pytest.approx(1)


def test_two_points_have_the_energy_that_one_integral_gives() -> None:
    """N = 2, by quadrature over the squared distance of the other point: an exact average with no Laplace transform."""
    (case,) = at_point(gaussian((1, 1)), 2, 0.5)
    y = np.linspace(-9, 9, 20_001)
    squares = (y - case.x[0]) ** 2
    weight = 1 / (1 + np.exp(squares / 2 / case.t))
    expected = np.trapezoid(np.exp(-(y**2) / 2) / np.sqrt(2 * np.pi) * weight * squares / case.t, y)
    assert energy(case) == pytest.approx(expected, rel=1e-5)


def test_many_points_have_the_energy_of_the_law() -> None:
    (case,) = at_point(gaussian((1, 1), (0, 2)), 10**7, 0.1)
    assert energy(case) == pytest.approx(energy_of_law(case), rel=1e-4)


def test_the_gap_of_noise_is_that_of_gaussian_matrices() -> None:
    rng, d = np.random.default_rng(5), 5
    values = np.linalg.svd(rng.standard_normal((6000, 4 * d, d)), compute_uv=False)
    gaps = d - 1 - (values[:, :-1] - values[:, 1:]).argmax(axis=1)
    for most in range(1, d - 1):
        assert (gaps <= most).mean() == pytest.approx((gaps_of_noise(d) <= most).mean(), abs=5 * 0.5 / np.sqrt(6000))


def test_predictions_at_both_ends() -> None:
    (few,), (many,) = at_point(THREE, 3, 0.01), at_point(THREE, 3000, 0.3)
    assert (one_more(few), one_more(many)) == (0, 4)
    assert (seen(few), seen(many), fewer(few), fewer(many)) == (0, 3, 3, 0)
    assert memorized(few) == pytest.approx(8 / 257, abs=1e-9)
    assert noise_then_law(many) == 3
    assert (intrinsic(few), intrinsic(Case(SPHERE, origin, np.log(2), 1.0))) == (3, 4)
    np.testing.assert_array_equal(few.x, typical(THREE, 0.0))


def test_numbers_of_visible_directions_have_one_peak_and_a_plateau() -> None:
    cases = data_sets.counted(40, 2).cases  # pyright: ignore[reportAttributeAccessIssue]
    early, late = (np.diff(data_sets.visible(case), prepend=0, append=1) for case in cases)
    assert early[0] > 0.5 > late[0] > 0.2
    assert late[1:].min() > 0.05
    assert np.ptp(late[1:]) < 0.07
    mean = (late * np.arange(9)).sum()
    assert (1 - data_sets.independent(cases[1])).sum() == pytest.approx(mean, abs=0.03)
