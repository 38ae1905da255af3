"""Order of losses: the engine measures the same, equal subspaces show no difference, claims can fail."""

from dataclasses import replace

import numpy as np
import pytest

from simulate.engine.posterior import posterior
from simulate.experiments.order.subspaces import (
    Contraction,
    DisplacedParticipation,
    Replicated,
    ShareContrast,
    directions,
    participation,
    posterior_variances,
    weighted_variances,
)
from simulate.experiments.view import View, views
from theory.laws import LinearGaussian
from verify.claim import judge
from verify.claims.order import displaced as order
from verify.claims.order import share

VIEW = View("gaussian 1*2 0.1*2", "typical", 12, 0.4)


def test_weights_are_those_of_the_engine() -> None:
    data = VIEW.draw(3, np.random.default_rng(1))
    ways = 0.3 * directions(VIEW, VIEW.subspaces[1], "axis")
    for row, values, variances in zip(
        data, participation(VIEW, data, ways), weighted_variances(VIEW, data), strict=True
    ):
        np.testing.assert_allclose(values, posterior(VIEW.x + ways, row, VIEW.t).participation, rtol=1e-9)
        np.testing.assert_allclose(variances, np.diagonal(posterior(VIEW.x, row, VIEW.t).covariance), rtol=1e-8)


def test_directions_of_an_axis_and_of_a_subspace() -> None:
    np.testing.assert_array_equal(
        directions(VIEW, VIEW.subspaces[0], "axis"), np.vstack([np.eye(4)[:2], -np.eye(4)[:2]])
    )
    np.testing.assert_array_equal(directions(VIEW, VIEW.subspaces[1], "subspace"), [[0, 0, 1, 1], [0, 0, -1, -1]])


def test_the_control_is_the_posterior_of_the_law() -> None:
    variances = np.array([1, 1, 0.1, 0.1])
    assert isinstance(VIEW.energy_law, LinearGaussian)
    np.testing.assert_allclose(posterior_variances(VIEW), variances * 0.4 / (variances + 0.4), rtol=1e-12)


def test_nothing_is_lost_at_large_t_but_one_part_in_n() -> None:
    case = View("gaussian 1*2 0.1*2", "origin", 40, 1e5)
    observed = Contraction(cases=(case,), replicas=400).run(progress=False)
    left = (1 - observed.observed.values) * case.t / np.array([1, 0.1])
    np.testing.assert_allclose(left, 1 - 1 / 40, rtol=0.03)


def test_equal_subspaces_show_no_difference() -> None:
    cases = views("gaussian 1*3 1*3", "typical", 10, (0.2, 1.0))
    for experiment in (DisplacedParticipation(cases=cases, replicas=2000), ShareContrast(cases=cases, replicas=2000)):
        observed = experiment.run(progress=False)
        assert (np.abs(observed.observed) < 5 * observed.stderr).all()


def test_chunks_add_up_and_do_not_repeat() -> None:
    case = View("gaussian 1*2 0.1*2", "origin", 100_000, 0.3)  # each data set a chunk of its own
    observed = ShareContrast(cases=(case,), replicas=7).run(progress=False)
    assert observed.replicas.item() == 7
    assert observed.stderr.item() > 0


@pytest.mark.parametrize("claim", [order.VARIANCE_FIRST, share.SALIENT_FIRST])
def test_the_reversed_order_would_have_been_taken_for_the_claim(claim: order.Claim) -> None:
    """Swap the two subspaces of what was seen, and the claims that are recorded as disagreeing agree."""
    assert isinstance(claim.estimate, Replicated)
    observed = replace(claim.estimate, cases=claim.estimate.cases[:1], replicas=4000).run(progress=False)
    observed["observed"] = -observed.observed
    table = judge(replace(claim, expected_verdict="inconclusive"), observed)
    assert (table.point_verdict != "disagrees").all()


def test_sign_of_the_order_changes_where_t_is_the_product_of_the_standard_deviations() -> None:
    """At infinite N exactly there; the exact averages at N = 1000 change sign within a factor of two of it."""
    view = View("gaussian 1*4 0.04*4", "origin", 1000, 1.0)
    below, above = order.exact(view, np.array([0.1, 0.4]), {"scope": "axis"})
    assert below < 0 < above
