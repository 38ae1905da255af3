"""Predictions made from a number or from other predictions, of a case as of a table of observations."""

from collections.abc import Callable
from typing import Any

import numpy as np

Predict = Callable[[Any], Any]


def constant(value: float) -> Predict:
    """A prediction that is one number everywhere."""
    return lambda _: value


def scaled(factor: float, prediction: Predict) -> Predict:
    """Another prediction times a factor.

    Arguments:
        factor: the factor.
        prediction: the other one.
    """
    return lambda at: factor * np.asarray(prediction(at))


def opposite(prediction: Predict) -> Predict:
    """The other sign, by as much."""
    return scaled(-1.0, prediction)
