r"""From exact averages at finite N to their limit, by a ladder of sizes: the finite-size part of an observation.

At one alpha, averages of layer 3 over copies of a block (`Vast`) approach their limit as

    P(L) = P + a L^{-1} log L + b L^{-1} + c L^{-2} log^2 L + ...,       L = log N:

near its edge the density of levels is that of a saddle point, whose prefactor L^{-1/2} moves the lowest level by
log L/2. Exponents of averages above t_c, a + b L^{-1} log L + c L^{-1} + e L^{-2} + ..., have that prefactor as their
one logarithm (ABOVE). Least squares in these functions gives P; its error is what one function less would change. No
formula for the limit goes in, so a claim about the limit is not put to the test by itself.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from simulate.experiments.setting import Vast
from verify.claim import Prediction, each_row

SMALLEST = 10.0  # log N of the first rung, at least
RUNGS = (1, 2, 3, 4, 6, 8, 10, 12)
BELOW = ((0, 0), (1, 1), (1, 0), (2, 2), (2, 1), (2, 0))  # powers of 1/L and of log L
ABOVE = ((0, 0), (1, 1), (1, 0), (2, 0), (3, 0), (4, 0))
CAUTION = 3.0


def of_vast(predict: Callable[..., float], **fixed: Any) -> Prediction:
    """A prediction from `predict(vast, t, **fixed)` for each row."""
    return each_row(lambda labels: predict(Vast.of(labels), float(labels["t"]), **fixed))


def limit(
    exact: Callable[[Vast], np.ndarray], start: Vast, functions: tuple[tuple[int, int], ...] = BELOW
) -> tuple[np.ndarray, np.ndarray]:
    """Limit of `exact` for many copies of the block of `start`, and its error: of any shape that `exact` has."""
    first = int(np.ceil(SMALLEST / (start.alpha * start.block)))
    rungs = [replace(start, copies=first * rung) for rung in RUNGS]
    sizes = np.array([rung.log_n for rung in rungs])
    values = np.array([exact(rung) for rung in rungs])
    best, rough = (_constant(sizes, values, some) for some in (functions, functions[:-1]))
    return best, CAUTION * np.abs(best - rough)


def _constant(sizes: np.ndarray, values: np.ndarray, functions: tuple[tuple[int, int], ...]) -> np.ndarray:
    columns = np.stack([sizes**-power * np.log(sizes) ** logs for power, logs in functions], axis=1)
    return np.linalg.lstsq(columns, values.reshape(len(sizes), -1), rcond=None)[0][0].reshape(values.shape[1:])
