"""The error of a score in multiple precision: small where the engine is right, and no smaller than an error put in."""

import numpy as np
import pytest
import torch

from benchmarks import accuracy
from benchmarks.problem import problem


@pytest.mark.parametrize("t", [1e-8, 1.0, 100.0])
def test_scores_have_nine_digits_whether_one_point_counts_or_all(t: float) -> None:
    x, y = problem(300, 2, t)
    assert accuracy.worst_error(x.double(), y, t) < 1e-9


@pytest.mark.parametrize("t", [1e-8, 100.0])
def test_an_error_that_is_put_in_is_found(t: float, monkeypatch: pytest.MonkeyPatch) -> None:
    exact = accuracy.empirical_score
    monkeypatch.setattr(accuracy, "empirical_score", lambda x, y, t: exact(x, y, t) * (1 + 1e-8))
    x, y = problem(300, 2, t)
    assert accuracy.worst_error(x.double(), y, t) == pytest.approx(1e-8, rel=1e-6)


def test_all_points_count_far_above_condensation_and_one_far_below() -> None:
    x, y = problem(300, 1, 1e-4)
    counts = [accuracy.counting(x[0].double(), y, t) for t in (1e-4, 1e4)]
    assert counts == [1, 300]


def test_integers_hold_every_digit_of_a_double() -> None:
    values = np.array([np.pi, -1e-9, 0.0, 12.5, float(torch.tensor(0.1))])
    assert [int(i) / 2.0**accuracy.UNIT for i in accuracy._integers(values)] == values.tolist()
