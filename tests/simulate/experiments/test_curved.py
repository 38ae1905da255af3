"""Curved manifolds: the engine measures the same, and the round laws of the claims are the ones meant."""

import numpy as np
import pytest

from simulate.engine.posterior import posterior
from simulate.experiments.manifolds.curved import (
    OutwardMinusInward,
    PrincipalContrast,
    ViewedParticipation,
    principal_axes,
)
from simulate.experiments.view import View, views
from theory.laws import Sphere, Torus
from verify.claims.manifolds import curved, hidden

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


def test_principal_axes_of_a_hidden_manifold_are_those_of_its_data() -> None:
    view = View("hidden 1 4", "origin", 10, 0.1)
    data = view.energy_law.sample(20_000, np.random.default_rng(3))
    own = np.linalg.eigh(np.cov(data.T))[1].T[::-1]
    assert abs(np.sum(own[:2] * principal_axes(view)[:2], axis=1)) == pytest.approx(1, abs=1e-2)


def test_the_contrast_of_axes_is_that_of_the_engine() -> None:
    view = View("hidden 1 4", "typical", 10, 0.2)
    data, steps = view.draw(3, np.random.default_rng(4)), np.sqrt(0.2) * principal_axes(view)[:2]
    ratios = [
        [np.mean([posterior(view.x + s * step, row, 0.2).participation for s in (1, -1)]) for step in steps]
        for row in data
    ]
    found = PrincipalContrast(cases=(view,)).values(view.point, data)
    np.testing.assert_allclose(found, -np.diff(ratios)[:, 0], rtol=1e-9)


def test_the_axis_of_larger_variance_comes_first_at_large_t_and_at_the_end() -> None:
    far, end = View("hidden 1 4", "origin", 20, 0.6), View("hidden 1 4", "typical", 20, 0.3)
    found = [hidden.contrast(view, np.array([view.t]), {})[0] for view in (far, end)]
    assert found == pytest.approx([0.0116, 0.0108], abs=1e-4)
