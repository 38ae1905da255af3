"""Why a score, or a time, is refused: the names of the errors, and the look at what a score has returned."""

from typing import Any

import numpy as np
import torch

LARGEST = 1e150  # numbers that have a square


class BadScore(ValueError):
    """The score is not a function R^d -> R^d of each row alone: of another shape, not finite, or of the whole batch."""


class NotDifferentiable(BadScore):
    """No gradient flows through the score, and it brings no Jacobian of its own."""


class TimeOutOfRange(ValueError):
    """The score is not defined at this t."""


def real(name: str, given: Any, shape: tuple[int, ...], t: float) -> np.ndarray:
    """What a score returned, as finite real numbers.

    Arguments:
        name: how the error calls it.
        given: an array or tensor.
        shape: that it must have.
        t: the noise variance, for the error.

    Returns:
        float64, of that shape.

    Raises:
        BadScore: where it has another shape, or is not of real numbers that are finite.
    """
    if isinstance(given, torch.Tensor):
        given = (given if given.is_complex() else given.double()).detach().cpu().numpy()
    try:
        values = np.asarray(given)
    except ValueError as error:
        raise BadScore(f"{name} must be an array of shape {shape}: {error}") from error
    if values.shape != shape:
        raise BadScore(f"{name} must map to the shape {shape}, got {values.shape}")
    if values.dtype.kind not in "fiu":
        raise BadScore(f"{name} must consist of real numbers, got {values.dtype}")
    values = values.astype(float)
    far = ~(np.abs(values) <= LARGEST)
    if far.any():
        raise BadScore(f"{name} must be finite, at most {LARGEST:g}, got {values[far].flat[0]} at t = {t:g}")
    return values
