"""The score of a user, whose errors become refusals of one sentence."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from simulate.dimension import BadScore
from simulate.dimension.refusals import real

Score = Callable[[Any, float], Any]
REPEATED = 1e-3  # relative difference of a score from itself that is no rounding


class UserScore:
    """The score of a user with all its attributes; what it raises becomes a BadScore of one sentence."""

    def __init__(self, score: Any) -> None:
        if not callable(score):
            raise BadScore(f"score must be a function of rows (n, d) and t, got {type(score).__name__}")
        self._score = score

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # else this would be taken for a method of the user's class, unbound
            raise AttributeError(name)
        return getattr(self._score, name)

    def __call__(self, x: Any, t: float) -> Any:
        try:
            return self._score(x, t)
        except Exception as error:  # whatever the code of a user raises
            if isinstance(error, RuntimeError) and getattr(x, "requires_grad", False):
                raise  # no gradient flows through, as through NumPy: `Field` takes differences
            asked = f"score must answer {tuple(x.shape)} at t = {t:g}"
            raise BadScore(f"{asked}, it raises {type(error).__name__}: {error}") from error


def refuse_random(score: UserScore, x: torch.Tensor, t: float) -> None:
    """Raises BadScore where a score, asked twice about the same rows (n, d) at t, answers twice.

    Arguments:
        score: a user's score.
        x: rows to ask it about, (n, d).
        t: the noise variance.
    """
    with torch.no_grad():
        first, second = (real("score", score(x, t), tuple(x.shape), t) for _ in range(2))
    off = float(np.abs(first - second).max() / max(np.abs(first).max(), np.finfo(float).tiny))
    if off > REPEATED:
        why = "is dropout left on, or noise drawn inside?"
        raise BadScore(f"score must be deterministic: asked twice about the same rows it differs by {off:.1%}, {why}")
