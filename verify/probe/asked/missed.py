r"""By how much a denoiser D = x + t s misses points y: the mean square of D(y + sqrt(t) z) - y at several times."""

from typing import Any

import numpy as np

from simulate.dimension import Field

COPIES = 8  # noises for each point and time


def missed(score: Any, points: np.ndarray, times: np.ndarray, like: Any, rng: np.random.Generator) -> np.ndarray:
    """Mean squares |D - y|^2 over COPIES noises.

    Arguments:
        score: s(x, t), rows (batch, d) at a variance t.
        points: y, (n, d).
        times: variances, (T,).
        like: a row of the kind and precision that the score takes.
        rng: draws the noise: the same seed compares scores at the same noised points.

    Returns:
        (n, T), in units of the data squared.
    """
    columns = []
    for t in times.tolist():
        noise = t**0.5 * rng.standard_normal((COPIES, *points.shape))
        step = t * Field(score, like, t).scores((points + noise).reshape(-1, points.shape[1]))
        columns.append(((noise + step.reshape(noise.shape)) ** 2).sum(axis=2).mean(axis=0))
    return np.stack(columns, axis=1)
