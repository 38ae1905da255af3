r"""Modes of gradient flow: what each has learned at training time tau.

A model linear in its parameters learns along every eigenvector of U by its eigenvalue u alone,

.. math:: \frac{1 - e^{-2 u \tau}}{u}
"""

import numpy as np

from theory.digits import has_digits


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
