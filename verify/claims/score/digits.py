r"""Derivatives of log Z of a small data set in 50 digits, from Z alone: no engine, and no rounding to speak of.

    Z(a, b) = sum_mu exp(-|x + a u + b v - y_mu|^2/(2 t)),     d/da log Z,   d^2/da^2 log Z,   d^2/(da db) log Z  at 0

by differences (mpmath.diff) of numbers that are exact where floats are: data, x, u and v are taken as they are.
"""

from collections.abc import Sequence

import mpmath
import numpy as np

DIGITS = 50


def log_partition_derivative(x: np.ndarray, data: np.ndarray, t: float, directions: Sequence[np.ndarray]) -> float:
    """A derivative of log Z in 50 digits: d/da for one direction, d^2/(da db) for two, which may be equal.

    Arguments:
        x: location, (d,).
        data: points, (n, d).
        t: the noise variance.
        directions: one or two, (d,) each.
    """
    with mpmath.workdps(DIGITS):
        u, v = (_exact(direction) for direction in (directions[0], directions[-1]))
        levels = [_level(_exact(x), _exact(y), u, v) for y in data]
        square, cross, other = mpmath.fdot(u, u), mpmath.fdot(u, v), mpmath.fdot(v, v)

        def log_z(a: mpmath.mpf, b: mpmath.mpf) -> mpmath.mpf:
            common = (a * a * square + 2 * a * b * cross + b * b * other) / 2
            return mpmath.log(mpmath.fsum(mpmath.exp(-(e + a * p + b * q + common) / t) for e, p, q in levels))

        return float(mpmath.diff(log_z, (0, 0), (1, len(directions) - 1)))


def _exact(array: np.ndarray) -> list[mpmath.mpf]:
    return [mpmath.mpf(float(entry)) for entry in array]


def _level(
    x: list[mpmath.mpf], y: list[mpmath.mpf], u: list[mpmath.mpf], v: list[mpmath.mpf]
) -> tuple[mpmath.mpf, mpmath.mpf, mpmath.mpf]:
    """|x - y|^2/2 and its slopes along u and v."""
    offset = [a - b for a, b in zip(x, y, strict=True)]
    return mpmath.fdot(offset, offset) / 2, mpmath.fdot(offset, u), mpmath.fdot(offset, v)
