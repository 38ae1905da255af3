"""Boundaries of what is shown: learned at a time that does not depend on N, lost later with more points."""

import numpy as np
import pytest

from verify.phases import LOST, MEASURED, MODELS, TANGENT, TAUS, OrderLines, PhaseLines, T, shares


@pytest.mark.parametrize("model", ["features", TANGENT])
def test_more_points_are_lost_later_and_learned_as_soon(model: str) -> None:
    taus = np.geomspace(1, 1e5, 60)
    ends = []
    for n in (100, 300):
        shown = taus[shares(model, n, T, taus)[:, 0] > LOST]
        ends.append((shown[0], shown[-1]))
    assert ends[1][1] > 2 * ends[0][1]
    assert ends[1][0] == pytest.approx(ends[0][0], rel=0.3)


def test_a_linear_layer_loses_nothing_again() -> None:
    shown = shares("linear", 40, T, np.geomspace(0.01, 1e4, 30))
    assert (np.diff(shown, axis=0) > -1e-9).all()


def test_lines_have_a_point_for_each_model_and_size() -> None:
    lines = PhaseLines(sizes=(10, 20), taus=(1.0, 10.0), models=("linear",)).run(progress=False)
    assert lines.share.shape == (2, 2, 2)
    assert set(MEASURED) == set(MODELS)


def test_no_class_of_theory_loses_the_larger_variance_first() -> None:
    lines = OrderLines(sizes=(8, 48), noises=(0.03, 0.3)).run(progress=False)
    assert (lines.difference > 0).all()
    larger, smaller = shares("linear", 8, 0.3, np.array(TAUS))[1]
    assert lines.difference.values[0, 1, 1] == pytest.approx(larger - smaller)
