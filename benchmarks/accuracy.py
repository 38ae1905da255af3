"""python -m benchmarks.accuracy [--size N] [--times T ...]: the error of a score in multiple precision (W3).

Float32 data, x in double precision. Differences y - x are held as integers, in units of 2^-120, so that their squares
add up exactly; exponentials are mpmath's, to 40 digits, and weights integers in units of 2^-160. Points whose weight is
below e^-60 of the heaviest are left out: less than 1e-20 of the sum for a million points.
"""

import sys

import mpmath as mp
import numpy as np
import torch

from benchmarks.measure import Count, Positives
from benchmarks.problem import problem
from simulate.engine.posterior import empirical_score
from verify.door import door

DIGITS = 40
UNIT, WEIGHT = 120, 160  # bits behind the point, of coordinates and of weights
DROPPED = 60.0  # log of the weight, relative to the heaviest, of the points left out
ROWS = 10_000  # held as integers at a time
TIMES = (1e-8, 1e-6, 1e-4, 1e-2, 0.1, 0.4, 1.0, 3.2, 10.0, 100.0)


def worst_error(x: torch.Tensor, y: torch.Tensor, t: float) -> float:
    """Largest |s - exact| / |exact| over queries x (Q, d).

    Arguments:
        x: places, (Q, d), in units of the data.
        y: data points, (n, d).
        t: noise variance > 0, in squared units of the data.
    """
    scores = empirical_score(x, y, t).cpu().numpy()
    return max(_error(s, one, y.double().cpu().numpy(), t) for s, one in zip(scores, x.cpu().numpy(), strict=True))


def counting(x: torch.Tensor, y: torch.Tensor, t: float) -> int:
    """Number of points that are not left out, for one x (d,).

    Arguments:
        x: one place, (d,), in double precision.
        y: data points, (n, d).
        t: noise variance > 0, in squared units of the data.
    """
    return len(_near(x.numpy(), y.double().numpy(), t)[0])


def _error(score: np.ndarray, x: np.ndarray, y: np.ndarray, t: float) -> float:
    near, lowest = _near(x, y, t)
    with mp.workdps(DIGITS):
        sums = [_sums(x, y[near[i : i + ROWS]], t, lowest) for i in range(0, len(near), ROWS)]
        z, total = sum(weight for weight, _ in sums), np.sum([moment for _, moment in sums], axis=0)
        exact = [mp.ldexp(mp.mpf(moment) / z, -UNIT) / mp.mpf(t) for moment in total]
        off = mp.norm([mp.mpf(s) - e for s, e in zip(score.tolist(), exact, strict=True)])
        return float(off / mp.norm(exact))


def _near(x: np.ndarray, y: np.ndarray, t: float) -> tuple[np.ndarray, float]:
    energies = ((x - y) ** 2).sum(axis=1) / 2
    return np.flatnonzero(energies - energies.min() < t * DROPPED), float(energies.min())


def _sums(x: np.ndarray, y: np.ndarray, t: float, lowest: float) -> tuple[int, np.ndarray]:
    """sum w and sum w (y - x), integers."""
    offset = _integers(y) - _integers(x)
    squares = (offset * offset).sum(axis=1)
    beta = 1 / mp.mpf(t)
    weights = [mp.exp((lowest - mp.ldexp(mp.mpf(square), -2 * UNIT - 1)) * beta) for square in squares]
    whole = np.array([int(mp.ldexp(w, WEIGHT)) for w in weights], dtype=object)
    return whole.sum(), whole @ offset


def _integers(values: np.ndarray) -> np.ndarray:
    """Multiples of 2^-120, as Python's integers."""
    fraction, exponent = np.frexp(values)
    digits = (fraction * 2.0**53).astype(np.int64).astype(object)
    shift = exponent.astype(np.int64) + UNIT - 53
    return (digits << np.maximum(shift, 0).astype(object)) >> np.maximum(-shift, 0).astype(object)


def errors(*, size: Count = 400_000, times: Positives = TIMES) -> int:
    """Print the error and the number of points that count at each time.

    Arguments:
        size: the number N of points.
        times: noise variances t > 0.
    """
    print(f"N = {size}, d = 64, two queries\n       t   points   error")
    for t in times:
        x, y = problem(size, 2, t)
        print(f"{t:8.3g} {counting(x[0].double(), y, t):8d} {worst_error(x.double(), y, t):7.1e}", flush=True)
    return 0


main = door("python -m benchmarks.accuracy", errors, __doc__)


if __name__ == "__main__":
    sys.exit(main())
