"""Exact averages of the normalized Jacobian: of one point, of many, and of the law itself."""

import numpy as np
import pytest

from theory.case import Case, origin, typical
from theory.exact.jacobian import normalized_jacobian, population_jacobian, remaining_variance
from theory.exact.score import mean_jacobian
from theory.laws import LinearGaussian
from theory.laws.law import EnergyLaw
from theory.laws.spectra import gaussian, unit_norm

LAW = gaussian((1, 2), (0.1, 2))


def test_it_is_the_diagonal_of_the_mean_jacobian() -> None:
    on_sphere = Case(unit_norm((1, 2), (0.1, 2)), typical, np.log(10), 1.0, training=True)
    for case in (Case(LAW, typical, np.log(10), 0.2, training=True), on_sphere):
        np.testing.assert_allclose(normalized_jacobian(case), -case.t * np.diag(mean_jacobian(case)), rtol=1e-12)


def test_of_the_population_it_is_t_over_t_plus_the_variance() -> None:
    case = Case(LAW, typical, 0.0, 0.3)
    np.testing.assert_allclose(population_jacobian(case), 0.3 / (0.3 + case.variances), rtol=1e-12)


def test_endless_data_lose_nothing_and_one_point_all() -> None:
    many, one = Case(LAW, origin, 60.0, 0.3), Case(LAW, origin, 0.0, 0.3)
    np.testing.assert_allclose(remaining_variance(many), 1, rtol=1e-9)
    np.testing.assert_allclose(remaining_variance(one), 0, atol=1e-12)
    assert (np.diff([remaining_variance(one.with_points(n)) for n in (2, 5, 50)], axis=0) > 0).all()


def test_hessians_of_a_linear_law_are_summed_on_the_diagonal(monkeypatch: pytest.MonkeyPatch) -> None:
    law, x, rng = LinearGaussian(np.array([0.5, 1.0, 2.0])), np.array([0.1, -0.2, 0.3]), np.random.default_rng(0)
    lam, weights = 1 + rng.random(7) + 1j * rng.normal(size=7), rng.normal(size=7) + 1j * rng.normal(size=7)
    own, whole = law.weighted_hessian(weights, lam, x), np.real(np.tensordot(weights, law.hessian(lam, x), axes=1))
    np.testing.assert_allclose(own, whole, rtol=1e-13)
    monkeypatch.setattr("theory.laws.law.ENTRIES", 18)  # two at a time
    np.testing.assert_allclose(EnergyLaw.weighted_hessian(law, weights, lam, x), whole, rtol=1e-13)
