"""The participation ratio against the noise at several N: as measured, and as predicted with its interval."""

from dataclasses import dataclass

import numpy as np

from verify.data.energies import Energies
from verify.data.measured import ratios
from verify.data.prediction import Prediction

TIMES = np.geomspace(1 / 4, 4, 9)  # over t_half


@dataclass(frozen=True, eq=False)
class Curve:
    """E sum w^2 of n points at noise variances `times` (k,).

    Arguments:
        predicted, lower, upper: by the fitted law, with the ends of its interval at 95 %, (k,).
        measured, stderr: mean over held-out points, and its standard error, (k,); empty beyond the data's own number.
        n: the number of points.
        times: noise variances t, (k,).
    """

    n: int
    times: np.ndarray
    predicted: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    measured: np.ndarray
    stderr: np.ndarray


def curve(prediction: Prediction, energies: Energies, n: int) -> Curve:
    """The curve of n points about their half-condensation time; measured, where the data have as many.

    Arguments:
        prediction: of the law fitted to the data.
        energies: of the data, seen from held-out points.
        n: the number of points.
    """
    times = prediction.half(n).time * TIMES
    known = n <= prediction.own.n
    seen = np.array([ratios(energies, n, t) for t in times]) if known else np.empty((0, len(energies.still)))
    error = seen.std(axis=1, ddof=1) / np.sqrt(seen.shape[1])
    predicted, lower, upper = prediction.curve(n, times)
    return Curve(n, times, predicted, lower, upper, seen.mean(axis=1), error)
