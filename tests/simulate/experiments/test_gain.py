"""Gains and orders in batches: the engine measures the same; the maximum lies at t_c; a sign is a sign."""

from dataclasses import replace

import numpy as np
import pytest

from simulate.engine.posterior import posterior
from simulate.experiments.order.gain import Gain, ParticipationOrder, ShareOrder
from simulate.experiments.order.subspaces import Share
from simulate.experiments.view import View, views
from theory.exact.averages import participation_ratio
from theory.limits.condensation import condensation_time
from verify.claim import judge
from verify.claims.order import away, control, reversal

LAW = "gaussian 1*2 0.1*2 0.01*1"


def test_a_gain_is_the_engines_participation_at_both_ends_of_a_step() -> None:
    view = View(LAW, "typical", 8, 0.3)
    data = view.draw(2, np.random.default_rng(2))
    steps = np.sqrt(view.t) * np.array([[1, 1, 0, 0, 0], [0, 0, 1, 1, 0], [0, 0, 0, 0, 1.0]])
    for row, gains in zip(data, Gain(cases=(view,)).values(view.point, data), strict=True):
        here, above, below = (
            posterior(view.x + way, row, view.t).participation for way in (0 * steps[:1], steps, -steps)
        )
        np.testing.assert_allclose(gains, (above + below) / 2 - here, rtol=1e-9)


def test_every_subspace_is_a_row_with_its_variance() -> None:
    observed = Gain(cases=views(LAW, "origin", 5, (0.1, 0.2)), replicas=10).run(progress=False)
    np.testing.assert_array_equal(observed.variance, [1, 0.1, 0.01] * 2)
    np.testing.assert_array_equal(observed.t, [0.1] * 3 + [0.2] * 3)


def test_gains_are_largest_next_to_the_condensation_time() -> None:
    view = reversal.REVERSAL.estimate.cases[0]  # pyright: ignore[reportAttributeAccessIssue]
    variances = np.unique(view.numbers)
    gains = [float(reversal.exact(view, np.array([view.t]), {"variance": v})[0]) for v in variances]
    t_c = condensation_time(view.x, view.energy_law, np.log(view.n) / view.x.size)
    assert np.argmax(gains) == np.argmin(np.abs(np.log(variances / t_c)))
    assert (np.diff(gains)[:3] > 0).all()
    assert np.diff(gains)[-1] < 0


def test_sorted_gains_are_the_same_numbers_in_the_order_of_the_variances() -> None:
    view = View(LAW, "origin", 30, 0.05)
    t, variances = np.array([0.05]), (0.01, 0.1, 1)
    exact, up, down = (
        np.array([predict(view, t, {"variance": v}, **more)[0] for v in variances])
        for predict, more in (
            (reversal.exact, {}),
            (reversal.sorted_by_variance, {}),
            (reversal.sorted_by_variance, {"sign": -1}),
        )
    )
    np.testing.assert_array_equal(up, np.sort(exact))
    np.testing.assert_array_equal(down, up[::-1])


@pytest.mark.parametrize("order", [ShareOrder, ParticipationOrder])
def test_the_order_in_batches_turns_with_the_subspaces(order: type) -> None:
    found = [
        order(cases=views(f"gaussian {blocks}", "training", 20, (0.15,)), batch=300, replicas=3).run(progress=False)
        for blocks in ("1*3 0.05*3", "0.05*3 1*3")
    ]
    assert (found[0]["values"] + found[1]["values"] == 1).all()
    assert set(np.unique(found[0]["values"])) == {0.0}


def test_shares_are_those_of_the_engines_covariance() -> None:
    view = View("gaussian 1*2 0.1*2", "typical", 10, 0.2)
    data = view.draw(3, np.random.default_rng(3))
    shares = [Share().values(point, data) for point in Share(cases=(view,)).points()]
    covariances = [np.diagonal(posterior(view.x, row, view.t).covariance) for row in data]
    left = np.array(covariances) / (view.numbers * view.t / (view.numbers + view.t))
    np.testing.assert_allclose(np.stack(shares, axis=1), left.reshape(3, 2, 2).mean(axis=2), rtol=1e-8)


def test_the_control_falls_where_there_is_memorization() -> None:
    """Without the finite-size part, few points do not pass for infinitely many."""
    few = replace(control.CONTROL.estimate, cases=views("gaussian 1*3 0.1*3", "typical", 50, (0.2,)))
    assert judge(replace(control.CONTROL, correction=None), few.run(progress=False)).attrs["verdict"] == "disagrees"


def test_the_mean_of_both_signs_stands_for_all_directions() -> None:
    view = View("gaussian 1*2 0.1*2", "training", 12, 0.3)
    law, log_n, step = view.energy_law, np.log(12), np.sqrt(0.3)
    every = [
        np.mean([participation_ratio(0.3, view.x + sign * step * np.eye(4)[i], law, log_n, view.x) for sign in (1, -1)])
        for i in range(4)
    ]
    assert every[0] == pytest.approx(every[1]) != pytest.approx(every[2])
    assert away.exact(view, np.array([0.3]), {"scope": "axis"})[0] == pytest.approx(every[0] - every[2])
