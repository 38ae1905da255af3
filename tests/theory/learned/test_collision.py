"""Collisions and false alarms: closed forms for two points and one, limits, simulation, refusals."""

import numpy as np
import pytest
from scipy.stats import f

from theory.case import Case, held_out, origin, typical
from theory.laws.spectra import equal, gaussian, halves
from theory.laws.subspaces import typical as typical_of
from theory.learned.collision import (
    THIRD,
    false_alarm,
    false_alarm_limit,
    flow_clock,
    flow_time,
    law_loss,
    memory_loss,
)

Y = typical_of(equal(6))


def noised(n: float, t: float, training: bool) -> Case:
    """A noised copy of the typical point of six directions, which may be one of the N points."""
    x = Y + np.sqrt(t) * np.array([1.0, 1, -1, -1, 1, 1])
    return Case(equal(6), x, float(np.log(n)), t, training_point=Y if training else None)


@pytest.mark.parametrize("m", [1, 2, 5, 30])
@pytest.mark.parametrize("ratio", [0.1, THIRD, 0.9])
def test_two_points_seen_from_their_mean_follow_the_law_of_a_ratio_of_chi_squares(m: int, ratio: float) -> None:
    case = Case(gaussian((0.7, m), (0.0, 1)), origin, np.log(2), 1.0)
    assert false_alarm(case, ratio) == pytest.approx(2 * f.cdf(ratio**2, m, m), rel=1e-8)


@pytest.mark.parametrize(("m", "log_n"), [(1, 12.0), (2, 12.0), (5, 40.0)])
def test_many_points_make_the_limit(m: int, log_n: float) -> None:
    found = false_alarm(Case(equal(m), held_out, log_n, 1.0))
    assert found == pytest.approx(false_alarm_limit.numeric(THIRD, float(m)), rel=1e-3)


def test_false_alarms_of_drawn_points() -> None:
    case, rng = Case(equal(3), held_out, np.log(12), 1.0), np.random.default_rng(0)
    squares = ((case.law.sample(12 * 20_000, rng).reshape(-1, 12, 3) - case.x) ** 2).sum(axis=-1)
    first, second = np.partition(squares, 1, axis=1)[:, :2].T
    seen = (first < second / 9).mean()
    assert false_alarm(case) == pytest.approx(seen, abs=5 * np.sqrt(seen / 20_000))


def test_the_unit_of_the_data_does_not_matter() -> None:
    small, large = (Case(gaussian((v, 4)), typical, 5.0, 1.0) for v in (1e-6, 1e6))
    assert false_alarm(small) == pytest.approx(false_alarm(large), rel=1e-10)


def test_memory_of_one_point() -> None:
    assert memory_loss(noised(1, 0.3, training=True), Y) == pytest.approx(0, abs=1e-12)
    assert memory_loss(noised(1, 0.3, training=False), Y) == pytest.approx(6 + Y @ Y, rel=1e-10)


def test_memory_of_all_points_is_the_law() -> None:
    case = noised(np.exp(16), 5.0, training=True)
    assert memory_loss(case, Y) == pytest.approx(((case.x / (1 + case.t) - Y) ** 2).sum(), rel=1e-5)


def test_the_loss_of_drawn_data() -> None:
    case, rng = noised(30, 0.5, training=False), np.random.default_rng(1)
    data = case.law.sample(30 * 4000, rng).reshape(-1, 30, 6)
    energies = ((data - case.x) ** 2).sum(axis=-1) / 2
    weights = np.exp((energies.min(axis=1, keepdims=True) - energies) / case.t)
    mean = np.einsum("rn,rnd->rd", weights / weights.sum(axis=1, keepdims=True), data)
    losses = ((mean - Y) ** 2).sum(axis=1)
    assert memory_loss(case, Y) == pytest.approx(losses.mean(), abs=5 * losses.std() / np.sqrt(losses.size))


def test_the_law_loses_the_trace_of_its_posterior() -> None:
    rng, v, t = np.random.default_rng(2), 0.4, 0.3
    y = np.sqrt(v) * rng.standard_normal((20_000, 5))
    x = y + np.sqrt(t) * rng.standard_normal(y.shape)
    losses = ((v / (v + t) * x - y) ** 2).sum(axis=1)
    assert law_loss.numeric(5.0, v, t) == pytest.approx(losses.mean(), abs=5 * losses.std() / np.sqrt(losses.size))


@pytest.mark.parametrize("a", [0.01, 0.5, 0.99])
def test_clocks_of_flow_matching_invert_each_other(a: float) -> None:
    assert flow_clock.numeric(flow_time(a)) == pytest.approx(a, rel=1e-13)


@pytest.mark.parametrize(
    ("case", "message"),
    [
        (Case(halves(4), typical, 2.0, 1.0), "one positive variance"),
        (Case(equal(4), typical, 2.0, 1.0, training=True), "x must be no training point"),
        (Case(gaussian((1, 2), (0, 1)), np.ones(3), 2.0, 1.0), "in the plane"),
        (Case(equal(4), typical, 0.0, 1.0), "log_n must be at least log 2"),
        (Case(equal(4), typical, 301.0, 1.0), "log_n must be at most 300"),
    ],
)
def test_cases_without_an_answer_are_refused(case: Case, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        false_alarm(case)


def test_bad_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="ratio must be between 0 and 1"):
        false_alarm(Case(equal(4), typical, 2.0, 1.0), 1.0)
    with pytest.raises(ValueError, match="a must be between 0 and 1"):
        flow_time(1.0)
    with pytest.raises(ValueError, match="y must have 6 coordinates"):
        memory_loss(noised(3, 0.1, training=False), np.ones(2))
