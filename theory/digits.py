r"""Where rounding of a matrix's eigenvalues leaves no digits of a gradient flow in them.

Along an eigenvector of the eigenvalue u a flow has at training time tau learned :math:`(1 - e^{-2 u \tau})/u`. The n
eigenvalues are known to :math:`\delta = n \epsilon u_{\max}`, so that this has the relative error
:math:`\min(2 \tau, 1/u_{\min})\, \delta` at most. Beyond LOST floating point has no answer.
"""

import numpy as np

from theory.checks import NotComputable

LOST = 1e-4  # relative error from which on digits are taken for lost


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
