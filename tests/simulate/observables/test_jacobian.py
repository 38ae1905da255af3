"""The normalized Jacobian and the remaining variance: the engine measures the same, equal subspaces show no order."""

import numpy as np
import pytest

from simulate.engine.posterior import posterior
from simulate.estimate import Estimate
from simulate.observables import (
    Contrast,
    DisplacedContrast,
    NormalizedJacobian,
    PartlyVisible,
    RemainingVariance,
    VisibleDirections,
)
from simulate.observables.jacobian import posterior_variances
from simulate.samplers import DataSets, Points
from theory.case import Case, grid, origin, typical
from theory.laws.spectra import gaussian

LAW = gaussian((1, 2), (0.1, 2))


def test_variances_and_shares_are_those_of_the_engines_covariance() -> None:
    case = Case(LAW, typical, np.log(10), 0.2)
    (drawn,) = DataSets().parts(case, 3, np.random.default_rng(3))
    covariances = [posterior(case.x, row, case.t).covariance for row in drawn.offsets + case.x]
    own = np.array([np.diagonal(covariance) for covariance in covariances])
    left = own / (case.variances * case.t / (case.variances + case.t))
    np.testing.assert_allclose(drawn.variances(case.t), own, rtol=1e-8)
    np.testing.assert_allclose(RemainingVariance()(case, drawn).T, left.reshape(3, 2, 2).mean(axis=2), rtol=1e-8)
    expected = (1 - own / case.t).reshape(3, 2, 2).mean(axis=2)
    np.testing.assert_allclose(NormalizedJacobian()(case, drawn).T, expected, rtol=1e-8)


def test_the_control_is_the_posterior_of_the_law() -> None:
    variances = np.array([1, 1, 0.1, 0.1])
    found = posterior_variances(LAW, Case(LAW, typical, 2.0, 0.4).x, 0.4)
    np.testing.assert_allclose(found, variances * 0.4 / (variances + 0.4), rtol=1e-12)


def test_nothing_is_lost_at_large_t_but_one_part_in_n() -> None:
    case = Case(LAW, origin, np.log(40), 1e5)
    observed = Estimate(cases=(case,), observable=NormalizedJacobian(), replicas=400).run(progress=False)
    left = (1 - observed.observed.values) * case.t / np.array([1, 0.1])
    np.testing.assert_allclose(left, 1 - 1 / 40, rtol=0.03)


@pytest.mark.parametrize("observable", [DisplacedContrast(), Contrast(RemainingVariance())])
def test_equal_subspaces_show_no_difference(observable: DisplacedContrast | Contrast) -> None:
    cases = grid(gaussian((1, 6)), typical, (0.2, 1.0), n=10, sizes=(3, 3))
    observed = Estimate(cases=cases, observable=observable, replicas=2000).run(progress=False)
    assert (np.abs(observed.observed) < 5 * observed.stderr).all()


def test_chunks_add_up_and_do_not_repeat() -> None:
    cases = grid(LAW, origin, (0.3,), n=600_000)  # each data set a chunk of its own
    observed = Estimate(cases=cases, observable=Contrast(RemainingVariance()), replicas=7).run(progress=False)
    assert observed.replicas.item() == 7
    assert observed["values"].shape == (1, 7)
    assert observed.stderr.item() > 0


def test_visible_directions_are_counted_in_the_first_subspace_alone() -> None:
    """Two points of equal weight, at +-a from x: Var_w = a^2, against t/2 = 0.5."""
    case = Case(LAW, origin, np.log(2), 1.0)
    a = np.array([[1.0, 1.0, 1.0, 1.0], [1.0, 0.1, 2.0, 2.0], [0.1, 0.1, 2.0, 2.0]])
    drawn = Points(np.stack([a, -a], axis=1))
    np.testing.assert_array_equal(VisibleDirections()(case, drawn), [2, 1, 0])
    np.testing.assert_array_equal(PartlyVisible()(case, drawn), [0, 1, 0])
    assert (VisibleDirections().bounds(case), PartlyVisible().bounds(case)) == ((0, 2), (0, 1))
