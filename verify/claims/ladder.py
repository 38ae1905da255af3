r"""From exact averages at finite N to their limit, by a ladder of sizes: the finite-size part of an observation.

At one alpha, averages of layer 3 over copies of a block (`Case.unit`, `Case.enlarged`) approach their limit as

    P(L) = P + a L^{-1} log L + b L^{-1} + c L^{-2} log^2 L + ...,       L = log N:

near its edge the density of energies is that of a saddle point, whose prefactor L^{-1/2} moves the lowest energy by
log L/2. Exponents of averages above t_c, a + b L^{-1} log L + c L^{-1} + e L^{-2} + ..., have that prefactor as their
one logarithm (ABOVE). Least squares in these functions gives P; its error is CAUTION = 3 times what one function less
would change. No formula for the limit goes in, so a claim about the limit is not put to the test by itself.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from theory.case import Case

SMALLEST = 10.0  # log N of the first rung, at least
BLOCK = 20  # directions of the first rung, at least: at large alpha few of them have log N >= SMALLEST
RUNGS = (1, 2, 3, 4, 6, 8, 10, 12)
LONGER = (*RUNGS, 16, 24, 32)  # where the logarithms of frozen energies weigh most
BELOW = ((0, 0), (1, 1), (1, 0), (2, 2), (2, 1), (2, 0))  # powers of 1/L and of log L
ABOVE = ((0, 0), (1, 1), (1, 0), (2, 0), (3, 0), (4, 0))
CAUTION = 3.0


def limit(
    exact: Callable[[Case], np.ndarray],
    start: Case,
    functions: tuple[tuple[int, int], ...] = BELOW,
    rungs: tuple[int, ...] = RUNGS,
) -> tuple[np.ndarray, np.ndarray]:
    """The limit of an exact average for many copies of a case, and its error.

    Arguments:
        exact: from a case to a number or an array of any shape.
        start: the case, of a centred linear Gaussian law or of copies; as many of its smallest blocks as have BLOCK
            directions are the unit of the ladder.
        functions: pairs (p, q) of the functions L^{-p} log^q L, L = log N, that are fitted.
        rungs: sizes in units of the smallest with log N >= SMALLEST.

    Returns:
        The limit and its error, both of the shape that `exact` has.
    """
    unit = start.unit
    blocks = int(np.ceil(BLOCK / unit.d))
    first = blocks * int(np.ceil(SMALLEST / (blocks * unit.log_n)))
    ladder = [unit.enlarged(first * rung) for rung in rungs]
    sizes = np.array([size.log_n for size in ladder])
    columns = np.stack([sizes**-power * np.log(sizes) ** logs for power, logs in functions], axis=1)
    return extrapolated(columns, np.array([exact(size) for size in ladder]), CAUTION)


@cache
def missing(
    exact: Callable[..., np.ndarray],
    case: Case,
    *arguments: Any,
    functions: tuple[tuple[int, int], ...] = BELOW,
    rungs: tuple[int, ...] = RUNGS,
) -> tuple[np.ndarray, np.ndarray]:
    """The limit of `exact(case, *arguments)` less its value, and the error of the limit (`limit`)."""
    ending, error = limit(lambda size: exact(size, *arguments), case, functions, rungs)
    return ending - exact(case, *arguments), error


def extrapolated(columns: np.ndarray, values: np.ndarray, caution: float = 2.0) -> tuple[np.ndarray, np.ndarray]:
    """The coefficient of the first of several functions in values at several sizes, by least squares.

    Arguments:
        columns: the functions at the sizes, (sizes, functions).
        values: (sizes, *shape).
        caution: factor on the error.

    Returns:
        The coefficient and its error, `caution` times what the fit without the last function would change; both of
        the shape of one value.
    """
    table, shape = values.reshape(len(values), -1), values.shape[1:]
    best, rough = (
        np.linalg.lstsq(columns[:, :k], table, rcond=None)[0][0].reshape(shape) for k in (columns.shape[1], -1)
    )
    return best, caution * np.abs(best - rough)


def in_dimensions(sizes: tuple[int, ...]) -> np.ndarray:
    """Columns 1, 1/d, log(d)/d, 1/d^2, log(d)/d^2, for limits along a ladder of dimensions: (sizes, 5)."""
    d = np.array(sizes, dtype=float)
    return np.column_stack([d**0, 1 / d, np.log(d) / d, d**-2, np.log(d) * d**-2])
