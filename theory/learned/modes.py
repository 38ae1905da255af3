r"""Modes of gradient flow: what each has learned at training time tau, and where rounding leaves no digits of it.

A model linear in its parameters learns along every eigenvector of U by its eigenvalue u alone,

.. math:: \frac{1 - e^{-2 u \tau}}{u}

The n eigenvalues are known to :math:`\delta = n \epsilon u_{\max}`, so that what is learned along an eigenvector has
the relative error :math:`\min(2 \tau, 1/u_{\min})\, \delta` at most. Beyond LOST floating point has no answer.
"""

import numpy as np

from theory.checks import NotComputable

LOST = 1e-4  # relative error of what a mode has learned, from which on its digits are taken for lost


def learned(modes: np.ndarray, tau: float) -> np.ndarray:
    """What each mode of a gradient flow has learned, over what drives it: (1 - e^{-2 u tau})/u.

    Arguments:
        modes: eigenvalues u of a positive matrix, ascending, (n,); rounding may leave the smallest negative.
        tau: training time >= 0, in inverse units of u; `numpy.inf` for the end of training.

    Returns:
        (n,), in inverse units of u.

    Raises:
        ValueError: for tau < 0.
        NotComputable: where rounding of the modes leaves no digits.
    """
    if not tau >= 0:
        raise ValueError(f"tau must be >= 0, got {tau}")
    has_digits(modes, tau)
    if tau == np.inf:
        return 1 / modes
    safe = np.where(modes == 0, 1.0, modes)
    return np.where(modes == 0, 2 * tau, -np.expm1(-2 * safe * tau) / safe)


def has_digits(modes: np.ndarray, tau: float) -> None:
    """Refuse a training time at which rounding of the modes leaves the model no digits.

    Arguments:
        modes: eigenvalues u of a positive matrix, ascending, (n,).
        tau: training time >= 0, in inverse units of u.

    Raises:
        NotComputable: where min(2 tau, 1/u_min) n eps u_max is LOST or more.
    """
    smallest, rounding = float(modes[0]), len(modes) * np.finfo(float).eps * float(modes[-1])
    longest = min(2 * tau, 1 / smallest if smallest > 0 else np.inf)
    if rounding and not longest * rounding < LOST:
        raise NotComputable(
            f"tau must be below {LOST / (2 * rounding):.3g}, or inputs fewer or further apart: modes from "
            f"{smallest:.2g} to {float(modes[-1]):.2g} leave the model no digits at {tau:g}"
        )
