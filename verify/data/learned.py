r"""What a learned score does at a noise of yours: the linear denoiser, the plainest score that is learned.

Fitted to N points, it acts at the noise variance t, on average, as one fitted to infinitely many points does at kappa,

    kappa - t = (kappa/N) sum_k v_k/(v_k + kappa)                       (`theory.learned.linear`)

with v_k the variances along the principal axes. It memorizes no point, and leaves directions with v_k < kappa
unresolved. At kappa = c t the equation says how many points it takes for no more than c times the noise:

    N = c/(c - 1) sum_k v_k/(v_k + c t),      c = 2 here.

The sum counts the directions that stand out of the noise: N grows as their number, where the empirical score asks for
e to the power of it.
"""

import numpy as np

from theory.learned.linear import renormalized_noise

FACTOR = 2.0  # c


def noise_of_linear(t: float, variances: np.ndarray, n: float) -> float:
    """kappa, the noise variance at which the linear denoiser of n points acts at t, for variances (m,) along axes.

    Arguments:
        t: the noise variance.
        variances: of the data along their principal axes, (m,).
        n: the number of points.
    """
    return float(renormalized_noise(t, variances, n))


def points_of_linear(t: float, variances: np.ndarray) -> float:
    """The number of points at which the linear denoiser acts at t as at 2 t, for variances (m,) along axes.

    Arguments:
        t: the noise variance.
        variances: of the data along their principal axes, (m,).
    """
    return FACTOR / (FACTOR - 1) * float((variances / (variances + FACTOR * t)).sum())
