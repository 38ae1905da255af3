"""Times at which directions are half lost, and their intervals over held-out points."""

import numpy as np
import pytest

from theory.laws import LinearGaussian
from verify.data import audit
from verify.data.directions import Lost, lost_at
from verify.data.energies import Energies
from verify.data.held_out import HeldOut

LAW = LinearGaussian([1.0, 1.0, 1.0, 0.1, 0.1, 0.1, 0.1])
RNG = np.random.default_rng(5)
DATA = LAW.sample(300, RNG)
FOUND = audit(DATA, seed=1)


def seen_from(count: int) -> list[Lost]:
    """The groups of axes, seen from so many other points of the law."""
    points = HeldOut(LAW.sample(count, RNG), RNG.standard_normal((count, 7)))
    space, law = FOUND.space, FOUND.prediction.seen.law
    lost = lost_at(space.leading_of(DATA), space, law, points, Energies.of(points, DATA), 0.1)
    return sorted(lost, key=lambda each: int(each.axes[0]))


def test_intervals_hold_the_time_seen_from_many_points(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 2 x 20 intervals at 95 % fewer than 33 hold it with probability 1e-3 at most, if the two groups are one."""
    truth = np.array([each.time for each in _many(monkeypatch)])
    assert truth.shape == (2,)
    ends = np.array([[[each.lower, each.upper] for each in seen_from(30)] for _ in range(20)])
    held, doubled = (((ends[..., 0] < time) & (time < ends[..., 1])).sum() for time in (truth, 3 * truth))
    assert held >= 33
    assert doubled < 20


def test_few_points_have_wide_intervals(monkeypatch: pytest.MonkeyPatch) -> None:
    few, many = seen_from(12), _many(monkeypatch)
    for one, other in zip(few, many, strict=True):
        assert one.lower < one.time < one.upper
        assert other.lower < other.time < other.upper
        assert one.upper / one.lower > 2 * other.upper / other.lower


def _many(monkeypatch: pytest.MonkeyPatch) -> list[Lost]:
    monkeypatch.setattr("verify.data.directions.POINTS", 500)
    found = seen_from(500)
    monkeypatch.undo()
    return found
