r"""What a score memorizes, as numbers that samples and losses show: collisions, false alarms, the loss of memory.

Two runs of the reverse SDE of an exact score from one (x, t) are independent draws of its posterior: of N data points,
y_mu with probability w_mu. Both end at the same point with probability

.. math:: P(\text{collision} \mid x, t) = \sum_\mu w_\mu^2 = 1/\tilde N,

whose mean over data sets is `theory.exact.participation_ratio`. (The posterior is a martingale along the run: z = x/t
has dz = D d lambda + dB in lambda = 1/t, as lambda y + B has for y drawn by the weights.)

Some call a sample memorized if its distance d1 to the nearest data point is below r = 1/3 of that to the next. With F
the distribution function of one energy :math:`|x - y|^2/2`, data that know nothing of x give

.. math:: P(d_1 < r\, d_2) = N \int (1 - F(e/r^2))^{N-1}\, dF(e) \longrightarrow r^m,

m being the number of dimensions of the law: near x it has a density, N F(e) -> c e^{m/2}, and c drops out.

A denoiser D that is the posterior mean of some data has at y, seen from x = y + sqrt(t) z, the loss |D(x, t) - y|^2,
whose mean over the other data is exact at finite N whether or not y is one of them. That of a Gaussian law's own
denoiser is on average d v t/(v + t), v its variance.

Flow matching, x_a = a y + (1 - a) z, is the exploding process at x_a/a and t = ((1 - a)/a)^2.

References:
    Order Statistics (H. A. David and H. N. Nagaraja, 2003).
    Extracting training data from diffusion models (N. Carlini et al., 2023), arXiv:2301.13188.
    On the edge of memorization in diffusion models (S. Buchanan et al., 2025), arXiv:2508.17689.
    On the closed-form of flow matching (Q. Bertrand et al., 2025), arXiv:2506.03719.
"""

import numpy as np
import sympy as sp
from scipy.stats import ncx2

from theory.case import Case
from theory.checks import NotComputable, finite, numpy_inside, scalar
from theory.exact.score import mean_score, score_variance
from theory.formula import formula
from theory.laws.linear import LinearGaussian
from theory.laws.subspaces import law_label

THIRD = 1 / 3
NODES, LOG_SMALLEST, TAIL = 2000, -36.0, 1e-16  # of an integral over energies: N F from e^{-36}, to 1 - F = 1e-16
SMALLEST, MARGIN = 1e-300, 4.0  # of 1 - F; of the log of an energy, where m is large and F no power of it


@formula(source="order statistics near a point of a smooth density", regime="N -> infinity, x a point of the law")
def false_alarm_limit(r: sp.Symbol, m: sp.Symbol) -> sp.Expr:
    """Probability that the nearest of $N$ points is closer than $r$ times the next, in $m$ dimensions."""
    return r**m


@formula(source="posterior of N(0, v I) given x = y + sqrt(t) z", regime="isotropic Gaussian law of variance v, exact")
def law_loss(d: sp.Symbol, v: sp.Symbol, t: sp.Symbol) -> sp.Expr:
    """Mean loss of the law's denoiser: the trace of its posterior covariance."""
    return d * v * t / (v + t)


@formula(source="x_a = a y + (1 - a) z divided by a", regime="exact, any law")
def flow_clock(t: sp.Symbol) -> sp.Expr:
    """Clock a of flow matching, 1 at the data, at which x_a/a has noise of variance t."""
    return 1 / (1 + sp.sqrt(t))


@numpy_inside
def flow_time(a: np.ndarray | float) -> np.ndarray:
    """Variance of the noise of x_a/a at clock a of flow matching: t = ((1 - a)/a)^2.

    Arguments:
        a: clock, 0 < a < 1, of any shape; 1 at the data.

    Returns:
        t, of the shape of `a`.

    Raises:
        ValueError: where `a` is not between 0 and 1.
    """
    clock = finite("a", a)
    if ((clock <= 0) | (clock >= 1)).any():
        raise ValueError(f"a must be between 0 and 1, got {clock}")
    return ((1 - clock) / clock) ** 2


def false_alarm(case: Case, ratio: float = THIRD) -> float:
    r"""Probability that the nearest of N independent points is closer to x than `ratio` times the next.

    P(d_1 < r d_2) = N \int (1 - F(e/r^2))^{N-1} dF(e), F the law of one energy, a noncentral chi-square.

    Arguments:
        case: N >= 2 points of a linear Gaussian law whose positive variances are equal, none of them at x.
        ratio: r, from 0 to 1; 1/3 unless given.

    Returns:
        A probability; its relative error is about 1e-10.

    Raises:
        ValueError: for other laws, for x a training point or out of the law's plane, N < 2, or r out of range.
        NotComputable: where N exceeds e^300.
    """
    r, m, v, square = scalar("ratio", ratio), *_isotropic(case)
    if not 0 < r < 1:
        raise ValueError(f"ratio must be between 0 and 1, got {r:g}")
    size = float(np.exp(case.log_n))
    typical = ncx2.ppf(min(1 / size, 0.5), m, square / v)
    logs = np.linspace(2 * LOG_SMALLEST / m - MARGIN, np.log(ncx2.isf(TAIL, m, square / v) / typical), NODES)
    u = typical * np.exp(logs)
    above, below = u / r**2, ncx2.cdf(u / r**2, m, square / v)
    log_survival = np.log1p(-np.minimum(below, 0.5))
    log_survival[below > 0.5] = np.log(np.maximum(ncx2.sf(above[below > 0.5], m, square / v), SMALLEST))
    others = np.exp((size - 1) * log_survival)
    return float(size * (u * ncx2.pdf(u, m, square / v) * others).sum() * (logs[1] - logs[0]))


def memory_loss(case: Case, y: np.ndarray) -> float:
    r"""Mean loss at y of the exact denoiser of the data of a case: E|<y>_w - y|^2 over data sets, seen from x.

    Arguments:
        case: N points seen from x at noise variance t, among them its training point if it has one.
        y: the point (d,) that x is a noised copy of; that training point, or none of the data.

    Returns:
        E|<y>_w - y|^2, in squared units of the data.

    Raises:
        ValueError: where y has another dimension than the data.
        NotComputable: as `theory.exact.score`.
    """
    target = finite("y", y, ndim=(1,))
    if target.size != case.d:
        raise ValueError(f"y must have {case.d} coordinates, got {target.size}")
    mean = case.x + case.t * np.asarray(mean_score(case))
    return float(((mean - target) ** 2).sum() + case.t**2 * np.asarray(score_variance(case)).sum())


def _isotropic(case: Case) -> tuple[int, float, float]:
    """Number of directions, their variance, and |x|^2 from the mean, of a case that `false_alarm` covers."""
    if not isinstance(case, Case):
        raise ValueError(f"case must be a Case, got {type(case).__name__}")
    law = case.law
    if not isinstance(law, LinearGaussian) or len(set(law.variances[law.variances > 0])) != 1:
        raise ValueError(f"law must be linear Gaussian with one positive variance, got {law_label(law)}")
    inside, offset = law.variances > 0, case.x - law.mean
    if case.own_point is not None or offset[~inside].any():
        raise ValueError(f"x must be no training point and in the plane of the law, got {case.label}")
    if not np.log(2) - 1e-12 <= case.log_n:
        raise ValueError(f"log_n must be at least log 2, got {case.log_n:g}")
    if case.log_n > 300:
        raise NotComputable(f"log_n must be at most 300 for N to be a float with a tail, got {case.log_n:g}")
    return int(inside.sum()), float(law.variances.max()), float(offset @ offset)
