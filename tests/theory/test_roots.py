"""The zero of a decreasing function: wherever the walk starts, and without a step the wrong way."""

import numpy as np
import pytest

from theory.roots import falling_root


@pytest.mark.parametrize("start", [-40.0, -1.0, 0.7, 3.0, 55.0])
def test_the_zero_is_found_from_either_side(start: float) -> None:
    assert falling_root(lambda x: np.exp(-x) - 0.5, start) == pytest.approx(np.log(2), abs=1e-11)


@pytest.mark.parametrize("start", [-3.2, 4.1])
def test_nothing_is_evaluated_further_away_than_the_start_or_a_step_beyond_the_zero(start: float) -> None:
    seen: list[float] = []

    def falling(x: float) -> float:
        seen.append(x)
        return -x

    falling_root(falling, start, step=0.5)
    assert min(seen) >= min(start, -0.5)
    assert max(seen) <= max(start, 0.5)


def test_the_error_is_as_asked() -> None:
    rough, fine = (falling_root(lambda x: np.exp(-x) - 0.5, 5.0, xtol=xtol) for xtol in (0.1, 1e-12))
    assert 0 < abs(rough - fine) < 0.1
