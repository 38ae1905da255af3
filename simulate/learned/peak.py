"""Where a curve that is known at some places is largest: the top of a parabola through the largest value."""

import numpy as np


def peak(x: np.ndarray, y: np.ndarray) -> float:
    """The x of the top of a parabola.

    Arguments:
        x: places (n,), n >= 3, ascending.
        y: values (n,) there.

    Returns:
        The x at the top of the parabola through the largest value and its neighbours, or through the three values at an
        end where the largest one is there.
    """
    middle = int(np.clip(y.argmax(), 1, y.size - 2))
    beside = slice(middle - 1, middle + 2)
    curve, slope, _ = np.polyfit(x[beside] - x[middle], y[beside], 2)
    return float(x[middle] - slope / (2 * curve))
