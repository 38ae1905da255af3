"""One process, two clocks: the map between them, its inverse, and what it does to the process itself."""

import math
from collections.abc import Callable
from typing import Any

import mpmath as mp
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from theory.process import exploding_time, preserving_time

CLOCKS = st.floats(1e-300, 300.0)


@given(CLOCKS)
def test_there_and_back(tau: float) -> None:
    assert preserving_time(exploding_time(tau)) == pytest.approx(tau, rel=1e-14)


@given(CLOCKS)
def test_full_accuracy_at_every_time(tau: float) -> None:
    with mp.workdps(350):  # e^{2 tau} - 1 cancels all but 2 tau
        assert exploding_time(tau) == pytest.approx(float(mp.exp(2 * mp.mpf(tau)) - 1), rel=1e-14)
        assert preserving_time(tau) == pytest.approx(float(mp.log(1 + mp.mpf(tau)) / 2), rel=1e-14)


@given(st.floats(1e-8, 10.0), st.floats(1e-8, 10.0))
def test_the_clocks_run_together(a: float, b: float) -> None:
    early, late = min(a, b), max(a, b)
    assert exploding_time(early) <= exploding_time(late)
    assert preserving_time(early) <= preserving_time(late)


@given(st.floats(1e-6, 20.0), st.floats(0.0, 100.0))
def test_the_preserving_process_divided_by_its_signal_is_the_exploding_one(tau: float, variance: float) -> None:
    preserving = math.exp(-2 * tau) * variance - math.expm1(-2 * tau)  # variance of e^{-tau} x_0 + noise
    assert preserving * math.exp(2 * tau) == pytest.approx(variance + exploding_time(tau), rel=1e-10)


def test_small_times_agree_to_first_order() -> None:
    assert exploding_time(1e-200) == 2e-200
    assert preserving_time(2e-200) == 1e-200


@pytest.mark.parametrize("clock", [exploding_time, preserving_time])
def test_shapes_and_kinds_are_kept(clock: Callable[[Any], Any]) -> None:
    times = np.array([[0.1, 1.0, 2.0]])
    assert clock(times).shape == (1, 3)
    tensor = clock(torch.tensor(times))
    assert isinstance(tensor, torch.Tensor)
    np.testing.assert_array_equal(tensor.numpy(), clock(times))


@pytest.mark.parametrize(("clock", "name"), [(exploding_time, "tau"), (preserving_time, "t")])
@pytest.mark.parametrize("bad", [0.0, -1.0])
def test_times_are_positive(clock: Callable[[Any], Any], name: str, bad: float) -> None:
    with pytest.raises(ValueError, match=rf"^{name} must be > 0, got {bad}$"):
        clock(bad)
    with pytest.raises(ValueError, match=rf"^{name} must be finite, got nan$"):
        clock(math.nan)
