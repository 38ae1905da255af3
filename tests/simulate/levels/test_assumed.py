"""The paper's assumptions made true: its weights, posterior and limits; what the sampler refuses."""

from dataclasses import replace

import numpy as np
import pytest

from simulate.estimate import Estimate
from simulate.levels.assumed import AssumedData, AssumedPoints, drawn, parameter
from simulate.observables import NormalizedJacobian, ParticipationRatio
from simulate.observables.spectrum import Stretch
from theory.case import Case, origin
from theory.checks import NotComputable
from theory.laws.spectra import gaussian
from theory.laws.sphere import Sphere

LAW, V, T = gaussian((2, 1), (0.5, 1)), np.array([2.0, 0.5]), 0.4


def with_parameter(m: float) -> Case:
    """A case with t/t_c = m at the origin: t_c^2 = (1/2) sum v^2/(2 log N)."""
    return Case(LAW, origin, (V**2).sum() * m**2 / (4 * T**2), T)


def of(case: Case, replicas: int) -> AssumedPoints:
    return drawn(case, 100, replicas, np.random.default_rng(0))


@pytest.mark.parametrize("m", [0.3, 0.8])
def test_weights_are_of_the_poisson_dirichlet_law_and_points_of_the_posterior(m: float) -> None:
    found = of(with_parameter(m), 20_000)
    np.testing.assert_allclose(found.weight.sum(axis=1) + found.rest, 1.0)
    moments = [(found.weight**k).sum(axis=1).mean() for k in (2, 3)]
    np.testing.assert_allclose(moments, [1 - m, (1 - m) * (2 - m) / 2], atol=0.01)
    np.testing.assert_allclose(found.deviations.var(axis=(0, 1)), T * V / (T + V), rtol=0.01)
    assert ParticipationRatio()(found.case, found).mean() == pytest.approx(1 - m, abs=0.01)


def test_the_parameter_is_that_of_gaussian_energies() -> None:
    case = with_parameter(0.6)
    assert parameter(case) == pytest.approx(0.6)
    moved = case.moved(np.array([0.0, np.sqrt(T)]))
    assert parameter(moved) == pytest.approx(T / np.sqrt(((V**2).sum() / 2 + 0.4 * 0.5) / (2 * case.log_n)))


def test_far_below_the_condensation_time_one_point_carries_the_score() -> None:
    case = with_parameter(1e-9)
    np.testing.assert_allclose(NormalizedJacobian()(case, of(case, 1000)), 1, atol=1e-3)


def test_at_the_condensation_time_data_are_the_population() -> None:
    case = with_parameter(1 - 1e-12)
    jacobian = NormalizedJacobian()(case, of(case, 50))
    np.testing.assert_allclose(jacobian, np.tile((T / (T + V))[:, None], 50), atol=1e-9)
    np.testing.assert_allclose(of(case, 50).mean(T), 0, atol=1e-5)


def test_where_x_moves_data_are_independent_and_about_the_posterior_mean() -> None:
    case, step = with_parameter(0.5), np.array([0.3, -0.2])
    here = of(case, 4000)
    moved = here.seen_from(step)
    means = moved.mean(T)
    assert (np.abs(means.mean(axis=0) + T / (T + V) * step) < 5 * means.std(axis=0) / np.sqrt(4000)).all()
    assert not np.array_equal(moved.deviations, here.deviations)
    np.testing.assert_array_equal(moved.case.x, step)


def test_at_the_condensation_time_scores_are_those_of_the_law() -> None:
    """t |s(sqrt(t) e_i) - s(0)|^2 = t^2/(t + v_i)^2; away from x = 0 weights are not quite uniform."""
    case = Case(gaussian((0.5, 1), (1e-9, 1)), origin, 0.25 / (4 * T**2) * (1 - 1e-12), T)
    stretch = Stretch()(case, of(case, 50))
    np.testing.assert_allclose(stretch[1], 1, rtol=1e-6)  # no variance, no data: s = -x/t


def test_all_replicas_are_drawn_in_parts() -> None:
    estimate = Estimate(
        cases=(with_parameter(0.5),), observable=NormalizedJacobian(), sampler=AssumedData(count=2), replicas=20_010
    )
    observed = estimate.run(progress=False)
    assert (observed.replicas == 20_010).all()
    assert observed["values"].shape == (2, 20_010)


def test_what_the_paper_does_not_describe_is_refused() -> None:
    case, rng = with_parameter(0.5), np.random.default_rng(0)
    for other, word in (
        (case.at(0.81), "t must be < 0.8"),
        (replace(case, log_n=0.0), "log_n must"),
        (Case(Sphere(2), origin, 5.0, 0.1), "law must"),
        (Case(LAW, origin, 5.0, 0.1, training=True), "law must"),
    ):
        with pytest.raises(NotComputable, match=word):
            drawn(other, 10, 2, rng)
    with pytest.raises(NotComputable, match="t must be that of the case"):
        of(case, 2).variances(0.1)
