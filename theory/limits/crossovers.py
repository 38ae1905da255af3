r"""Crossover times at finite N and d: where averages over data sets, and over places, pass a mark.

.. math::

    \text{own weight lost} &: \ \log N + K(1/t; y) = 0, \qquad \text{or } \mathbb{E} \log Z = 0 \\
    \text{collapse} &: \ \mathbb{E}_x \mathbb{E} \log Z_{N - 1}(x) = -d/2, \qquad x = y + \sqrt t z \\
    \text{closeness} &= \frac{2}{d t}\, \mathbb{E}_x \mathbb{E} \langle E \rangle_w, \qquad x \text{ held out}

The limits for log N -> infinity are those of `theory.limits.related`. Averages over isotropic x are a rule of Gauss and
Laguerre for :math:`|x|^2`.

References: G. Biroli, T. Bonnaire, V. de Bortoli, M. Mezard (2024), Dynamical regimes of diffusion models,
arXiv:2402.18491 (the collapse).
"""

from collections.abc import Callable
from math import log

import numpy as np
from scipy.optimize import brentq
from scipy.special import roots_genlaguerre

from theory.case import Case
from theory.checks import choice
from theory.exact.averages import log_partition, mean_energy
from theory.limits.related import collapse_time

AVERAGES = ("annealed", "quenched")  # log E Z = 0, or E log Z = 0
WIDEST = 300.0  # factor between the time at which an own weight is lost and the unit that it is sought in, at most
NODES = 3  # for |x|^2: times as by six within 1 %
NEAR = 0.1  # in log t, of a collapse


def own_weight_ratio(case: Case, unit: float, average: str = "annealed") -> float:
    """The time at which a data point at x has lost half of its weight to N others, in units of another time.

    Arguments:
        case: the law, x and N; t does not matter.
        unit: a noise variance > 0, at most a factor WIDEST from the time that is sought.
        average: "annealed" for the root of log N + K(1/t; x) = 0, "quenched" for that of E log Z = 0.

    Returns:
        The ratio of the two times.

    Raises:
        ValueError: for another average, and where there is no root within the factor WIDEST.
    """
    choice("average", average, AVERAGES)
    law, log_n, end = case.folded.law, log(case.n), log(WIDEST)

    def log_others(log_ratio: float) -> float:
        t = unit * np.exp(log_ratio)
        if average == "annealed":
            return log_n + float(law.log_mgf(1 / t, case.x))
        return float(log_partition(t, case.x, law, log_n))

    return float(np.exp(brentq(log_others, -end, end, xtol=1e-10)))


def isotropic_collapse_time(v: float, d: int, n: int) -> float:
    """The collapse time of isotropic Gaussian data at N and d: the mean log odds of a noised data point vanish.

    Arguments:
        v: the variance > 0.
        d: the dimension.
        n: the number of points N >= 3.

    Returns:
        A noise variance, within a tenth of its logarithm.

    Raises:
        ValueError: where it is not between the time of the limit and ten times that.
    """
    scale = collapse_time(np.full(d, v), np.log(n))

    def odds(ratio: float) -> float:
        t = float(np.exp(ratio) * scale)
        return -d / 2 - _over_places(log_partition, v, d, n - 1, t, v + t)

    return float(np.exp(brentq(odds, 0, np.log(10), xtol=NEAR)) * scale)


def isotropic_closeness(v: float, d: int, n: int, t: float) -> float:
    """2 <E>_w/(d t) of isotropic Gaussian data, averaged over data sets and held-out points x.

    Arguments:
        v: the variance > 0.
        d: the dimension.
        n: the number of points N.
        t: the noise variance > 0.

    Returns:
        A number that is 1 where the empirical density explains held-out data best.
    """
    return 2 * _over_places(mean_energy, v, d, n, t, v) / (d * t)


def _over_places(exact: Callable[..., np.ndarray], v: float, d: int, n: int, t: float, variance: float) -> float:
    """An exact average over data sets, averaged over x ~ N(0, variance I)."""
    halves, weights = roots_genlaguerre(NODES, d / 2 - 1)
    x = np.zeros((NODES, d))
    x[:, 0] = np.sqrt(2 * variance * halves)
    return float(weights @ exact(t, x, np.full(d, v), np.log(n)) / weights.sum())
