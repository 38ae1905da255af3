"""Curved manifolds: the round laws of the claims are the ones meant, and so are their limits."""

import numpy as np
import pytest

from theory.case import Case, origin, typical
from theory.laws import Sphere, Torus
from verify.claims.manifolds import curved, hidden


def test_limit_is_that_of_the_laws_own_condensation_time() -> None:
    sphere, torus = (curved.round_case(kind, 40, 0.2) for kind in (Sphere, Torus))
    assert isinstance(sphere.law, Sphere)
    assert isinstance(torus.law, Torus)
    assert torus.law.radii.size == 40
    assert sphere.t == pytest.approx(0.2 / 40)
    for case, t_c in ((sphere, 0.46296 / 40), (torus, 0.273357)):  # by condensation_time at m = 4800 and at any m
        np.testing.assert_allclose(curved.limit(case), 1 - case.t / t_c, rtol=5e-4)


def test_finite_size_part_vanishes_with_dimension() -> None:
    shifts = [curved.finite_size(curved.round_case(Sphere, m, 0.2)).shift for m in (40, 400)]
    assert shifts[0] < 4 * shifts[1] < 0


def test_the_axis_of_larger_variance_comes_first_at_large_t_and_at_the_end() -> None:
    law = hidden.hidden(4)
    far, end = Case(law, origin, np.log(20), 0.6), Case(law, typical, np.log(20), 0.3)
    assert [hidden.contrast(case) for case in (far, end)] == pytest.approx([0.0116, 0.0108], abs=1e-4)
