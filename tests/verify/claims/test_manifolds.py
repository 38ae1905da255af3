"""Curved manifolds: the round laws of the claims are the ones meant, and so are their limits."""

import numpy as np
import pytest

from simulate.samplers import Weighted
from theory.case import Case, typical
from theory.laws import Sphere, Torus
from theory.laws.law import EnergyLaw
from verify.claims.manifolds import curved_limit, hidden, most, torus


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


@pytest.mark.parametrize(("law", "same"), [(Sphere(3, radius=2.0), True), (Torus([1.0, 0.3]), False)])
def test_a_normal_step_scales_all_energies_of_a_sphere_and_not_of_a_torus(law: EnergyLaw, same: bool) -> None:
    """E - s (x y)/R up to a constant, at x = R e_1: so sum w^2, which grows with 1/t, is larger outside."""
    case = Case(law, typical, np.log(50), 0.1)
    data = law.sample(50, np.random.default_rng(0))
    step = 0.3 * np.eye(case.d)[0]
    here, outside = (((data - x) ** 2).sum(axis=1) / 2 for x in (case.x, case.x + step))
    ratio = (outside - outside[0])[1:] / (here - here[0])[1:]
    assert np.allclose(ratio, 1 + 0.3 / case.x[0], rtol=1e-9) == same


def test_the_sum_of_squared_weights_grows_as_t_falls_in_every_data_set() -> None:
    times = np.geomspace(0.01, 10, 30)
    for seed in range(20):
        drawn = Weighted(np.random.default_rng(seed).standard_normal((5, 8)) ** 2)
        ratios = np.array([drawn.participation_ratio(float(t)) for t in times])
        assert (np.diff(ratios, axis=0) <= 0).all()


def test_spheres_are_all_that_is_said_of_every_data_set() -> None:
    cases = most.on_spheres()
    assert len(cases) == 6
    assert all(isinstance(case.law, Sphere) for case in cases)
    assert [most.not_first(group) for _, group in (hidden.STRAIGHT, hidden.CENTRE)] == [0.25, 0.5]
