"""Draws of data sets below t_c: their means are the closed forms of the limit, and freezing shows in them."""

import numpy as np
import pytest

from theory.case import Case, typical
from theory.laws.spectra import gaussian
from theory.limits.condensation import condensation_time
from verify.claims.condensed import condensed_variances, poisson_dirichlet_weights, standard_variances


@pytest.mark.parametrize("m", [0.2, 0.5])
def test_weights_have_the_moments_of_poisson_dirichlet(m: float) -> None:
    weights = poisson_dirichlet_weights(m, np.random.default_rng(1))
    assert (weights**2).sum(axis=1).mean() == pytest.approx(1 - m, abs=0.015)
    assert (weights**3).sum(axis=1).mean() == pytest.approx((1 - m) * (2 - m) / 2, abs=0.015)


def test_the_mean_variance_of_normals_is_m() -> None:
    """E (1 - sum w^2) = m; directions share their weights."""
    found = standard_variances(0.4, 2)
    np.testing.assert_allclose(found.mean(axis=0), 0.4, atol=0.02)
    assert np.corrcoef(found.T)[0, 1] > 0.3


def test_points_are_frozen_at_the_condensation_time() -> None:
    case = Case(gaussian((1, 2), (0.04, 2)), typical, 4.0, 1.0)
    t_c = condensation_time(case)
    below = case.at(0.3 * t_c)
    expected = 0.3 * below.variances * t_c / (below.variances + t_c)
    np.testing.assert_allclose(condensed_variances(below).mean(axis=0), expected, rtol=0.06)
    assert condensed_variances(below, frozen=False)[:, 0].mean() < 0.6 * expected[0]
