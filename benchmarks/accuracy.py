"""The error of a score, in multiple precision: what the digits of W3 are measured against."""

import mpmath as mp
import numpy as np
import torch

from simulate.posterior import empirical_score

DIGITS = 40
DROPPED = 45.0  # log of the weight, relative to the heaviest, of the points left out


def worst_error(x: torch.Tensor, y: torch.Tensor, t: float, most: int = 3000) -> float | None:
    """Largest |s - exact| / |exact| over queries x (Q, d); None where more than `most` points count for one of them."""
    scores = empirical_score(x, y, t).numpy()
    errors = [_error(s, one, y.double().numpy(), t, most) for s, one in zip(scores, x.numpy(), strict=True)]
    known = [error for error in errors if error is not None]
    return max(known) if len(known) == len(errors) else None


def _error(score: np.ndarray, x: np.ndarray, y: np.ndarray, t: float, most: int) -> float | None:
    energies = ((x - y) ** 2).sum(axis=1) / 2
    near = np.flatnonzero(energies - energies.min() < t * DROPPED)
    if len(near) > most:
        return None
    with mp.workdps(DIGITS):
        offsets = np.array([[mp.mpf(a) for a in row] for row in y[near].tolist()]) - [mp.mpf(a) for a in x.tolist()]
        weights = np.array([mp.exp(-sum(row**2) / (2 * mp.mpf(t))) for row in offsets])
        exact = weights @ offsets / weights.sum() / mp.mpf(t)
        off = mp.sqrt(sum((mp.mpf(s) - e) ** 2 for s, e in zip(score.tolist(), exact, strict=True)))
        return float(off / mp.sqrt(sum(exact**2)))
