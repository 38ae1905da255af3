"""Curved manifolds: the round laws of the claims are the ones meant, and so are their limits."""

import numpy as np
import pytest

from theory.case import Case, typical
from theory.laws import Sphere, Torus
from verify.claims.manifolds import curved_limit, hidden, torus


def test_limit_is_that_of_the_laws_own_condensation_time() -> None:
    sphere, flat = (curved_limit.round_case(kind, 40, 0.2) for kind in (Sphere, Torus))
    assert isinstance(sphere.law, Sphere)
    assert isinstance(flat.law, Torus)
    assert flat.law.radii.size == 40
    assert sphere.t == pytest.approx(0.2 / 40)
    for case, t_c in ((sphere, 0.46296 / 40), (flat, 0.273357)):  # by condensation_time at m = 4800 and at any m
        np.testing.assert_allclose(curved_limit.limit(case), 1 - case.t / t_c, rtol=5e-4)


def test_finite_size_part_vanishes_with_dimension() -> None:
    shifts = [curved_limit.finite_size(curved_limit.round_case(Sphere, m, 0.2)).shift for m in (40, 400)]
    assert shifts[0] < 4 * shifts[1] < 0


def test_the_order_on_a_torus_depends_on_the_step_and_on_the_number_of_data() -> None:
    few, many, most = (Case(torus.TORUS, typical, np.log(n), t) for n, t in ((30, 0.25), (300, 0.09), (3000, 0.03)))
    np.testing.assert_allclose(torus.circles(few), [-0.0337, 0.0043], atol=1e-4)
    np.testing.assert_allclose(torus.circles(many), [-0.0164, -0.0223], atol=1e-4)
    np.testing.assert_allclose(torus.circles(most), [0.0140, -0.0130], atol=1e-4)
    assert torus.larger_circle_first(many, ("tangent",)) == pytest.approx([0.0223], abs=1e-4)


def test_single_features_differ_in_their_order_and_straight_curves_do_not() -> None:
    curves, straight = ([hidden.contrast(case) < 0 for case in cases] for _, cases in (hidden.CENTRE, hidden.STRAIGHT))
    assert (sum(curves), sum(straight)) == (6, 0)
    assert hidden.mean_contrast(hidden.CENTRE[1]) == pytest.approx(-0.0146, abs=1e-4)
