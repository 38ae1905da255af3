"""Curved manifolds: the engine measures the same, and the round laws of the claims are the ones meant."""

import numpy as np
import pytest

from simulate.experiments.curved import OutwardMinusInward, ViewedParticipation
from simulate.experiments.view import View, views
from simulate.posterior import posterior
from theory.laws import Sphere, Torus
from verify.claims import curved

VIEW = View("torus 1*2 0.3", "typical", 15, 0.2)


def test_values_are_those_of_the_engine() -> None:
    data = VIEW.draw(4, np.random.default_rng(2))
    step = np.sqrt(VIEW.t) * np.eye(6)[0]
    at, outside, inside = (
        [posterior(VIEW.x + shift, row, VIEW.t).participation for row in data] for shift in (0 * step, step, -step)
    )
    np.testing.assert_allclose(ViewedParticipation(cases=(VIEW,)).values(VIEW.point, data), at, rtol=1e-9)
    difference = np.subtract(outside, inside)
    np.testing.assert_allclose(OutwardMinusInward(cases=(VIEW,)).values(VIEW.point, data), difference, rtol=1e-9)


def test_linear_data_know_no_outward() -> None:
    observed = OutwardMinusInward(cases=views("gaussian 1*3", "origin", 10, (0.3,)), replicas=3000).run(progress=False)
    assert abs(observed.observed.item()) < 5 * observed.stderr.item()


def test_limit_is_that_of_the_laws_own_condensation_time() -> None:
    (sphere,), (torus,) = (curved.round_cases(kind, 40, (0.2,)) for kind in ("sphere", "torus"))
    assert isinstance(sphere.view.energy_law, Sphere)
    assert isinstance(torus.view.energy_law, Torus)
    assert torus.view.energy_law.radii.size == 40
    assert sphere.t == pytest.approx(0.2 / 40)
    for case, t_c in ((sphere, 0.46296 / 40), (torus, 0.273357)):  # by condensation_time at m = 4800 and at any m
        value = curved.limit(case.view, np.array([case.t]), {})
        np.testing.assert_allclose(value, 1 - case.t / t_c, rtol=5e-4)


def test_finite_size_part_vanishes_with_dimension() -> None:
    near, far = (
        curved.DeepParticipation(cases=curved.round_cases("sphere", m, (0.2,)), replicas=2).run(progress=False)
        for m in (40, 400)
    )
    shifts = [curved.finite_size(observed).shift[0] for observed in (near, far)]
    assert shifts[0] < 4 * shifts[1] < 0
