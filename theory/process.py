"""The diffusion process: what t means.

Variance exploding: x_t = x_0 + sqrt(t) z with z ~ N(0, I). Here and everywhere in the suite t is a *variance*; the
noise level that the literature calls sigma is std = sqrt(t), and lambda = 1/t is an inverse temperature.

Variance preserving (Ornstein-Uhlenbeck, clock tau >= 0): x_tau = e^{-tau} x_0 + sqrt(1 - e^{-2 tau}) z. Dividing by
e^{-tau} gives the variance-exploding process at t = e^{2 tau} - 1: one process, two clocks, and the two scores differ
by that factor alone, s_VP(x, tau) = e^{tau} s_VE(e^{tau} x, t).
"""

import numpy as np

from theory.checks import numpy_inside, positive


@numpy_inside
def exploding_time(tau: np.ndarray | float) -> np.ndarray | float:
    """Variance t = e^{2 tau} - 1 of the exploding process that equals the preserving one at clock `tau` > 0."""
    return np.expm1(2 * positive("tau", tau))


@numpy_inside
def preserving_time(t: np.ndarray | float) -> np.ndarray | float:
    """Clock tau = log(1 + t) / 2 of the preserving process that equals the exploding one at variance `t` > 0."""
    return np.log1p(positive("t", t)) / 2
