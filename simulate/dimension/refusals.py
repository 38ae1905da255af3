"""Why a score, or a time, is refused: the names of the errors, and the look at what a score has returned."""

from typing import Any

import numpy as np
import torch


class BadScore(ValueError):
    """The score is not a function R^d -> R^d of each row alone; the subclasses say how."""


class WrongShape(BadScore):
    """The score of a batch (n, d) is not of shape (n, d)."""


class NotFinite(BadScore):
    """The score is infinite or not a number."""


class DependsOnBatch(BadScore):
    """The score of a point changes with the points beside it."""


class NotDifferentiable(BadScore):
    """No gradient flows through the score, and it brings no Jacobian of its own."""


class TimeOutOfRange(ValueError):
    """The score is not defined at this t."""


def real_rows(scores: Any, shape: tuple[int, ...], t: float) -> np.ndarray:
    """Scores as finite float64 of this shape (n, d). Raises WrongShape, NotFinite, BadScore."""
    if tuple(np.shape(scores)) != shape:
        raise WrongShape(f"score must map {shape} to the same shape, got {tuple(np.shape(scores))}")
    if isinstance(scores, torch.Tensor):
        scores = (scores if scores.is_complex() else scores.double()).detach().cpu().numpy()
    values = np.asarray(scores)
    if values.dtype.kind not in "fiu":
        raise BadScore(f"score must consist of real numbers, got {values.dtype}")
    if not np.isfinite(values).all():
        row = int(np.argwhere(~np.isfinite(values))[0][0])
        raise NotFinite(f"score must be finite, got {values[row][~np.isfinite(values[row])][0]} at t = {t:g}")
    return values.astype(float)
