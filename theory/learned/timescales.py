r"""When a kernel model learns the covariance, memorizes, and forgets: three modes of its flow in high dimension.

N points of mean variance v in d dimensions, inputs x = c (y + sqrt(t) z) of length sqrt(d), c^2 = 1/(v + t), all noise
averaged, and a kernel h(<x, x'>/d). To leading order in 1/d copies of one point have the inner product q = c^2 v, all
others 0, so that

.. math::

    h \approx h(0) + h'(0)\, s + \delta_{\mu\nu} \big[\, \gamma + \eta\, (s - q) \,\big], \qquad
    \gamma = h(q) - h(0) - q\, h'(0), \quad \eta = h'(q) - h'(0)

The model is a slope g for all x, a constant for each point's copies, and a slope for each point's noise. Along an
eigenvector of variance lambda of the data's covariance, with constants C y_mu and local slopes l,

.. math::

    \dot g &= -2 h'(0) \frac{c^2}{d} [\lambda (g + C - 1) + t (g + l)] \\
    \dot C &= -2 \frac{\gamma}{N} (g + C - 1), \qquad \dot l = -2 \eta \frac{c^2 t}{N d} (g + l)

for data less their mean, which h(0) has learned long before, at tau ~ 1. The training loss is
:math:`\lambda (1 - g - C)^2 + t (g + l)^2`, the risk at held-out points, which see g alone,
:math:`v (1 - g)^2 + t g^2`, and -t J = 1 - g - l at noised data. First g comes to lambda/(lambda + t), at tau ~ d: the
covariance. Then C takes over,

.. math:: \tau_{\text{memory}} = \frac{N}{2 \gamma} \frac{\lambda + t}{t}

as far as local slopes can undo g: the training loss falls to 0 *and* g to `kept_slope`, of order 1/d: the model forgets
the covariance while it memorizes, both at tau ~ N, and at held-out points is left the risk of pure noise, v. So -t J is
near 1 twice: early, unresolved, with a loss above that of the law, t v/(t + v); late, memorized, with one below.

The empirical score itself errs at held-out points by the nearest of N points: an exact average (`empirical_risk`), that
tends to 2 v only where N is no power of d.

References:
    arXiv:2608.23938 for the plateau and its end; arXiv:2505.17638 and arXiv:2505.16959 for memorization at tau ~ N.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import sympy as sp
from scipy.linalg import eigh_tridiagonal

from theory.case import Case
from theory.checks import finite, integer, log_size, positive, scalar, variances
from theory.exact.score import mean_score, score_variance
from theory.formula import formula
from theory.laws.linear import LinearGaussian
from theory.learned.kernels import Kernel, Pairs

NODES = 4  # of the average over |x|^2
TINY = 1e-12  # of the largest rate: at rest; of an exponent: linear in time


@formula(source="the fixed point of the three modes, by their conserved sums", regime="d -> infinity, tau -> infinity")
def kept_slope(
    lam: sp.Symbol, beta: sp.Symbol, gamma: sp.Symbol, eta: sp.Symbol, n: sp.Symbol, d: sp.Symbol
) -> sp.Expr:
    r"""Slope that is left at held-out points when all is memorized; $\beta$, $\gamma$, $\eta$ are the couplings."""
    return lam / gamma / (lam / gamma + d / (n * beta) + d / eta)


@formula(source="the slow mode of the three", regime="d -> infinity, N of order d, h'(0) t N/(gamma d) large")
def memory_time(lam: sp.Symbol, gamma: sp.Symbol, n: sp.Symbol, t: sp.Symbol) -> sp.Expr:
    """Training time at which a kernel model memorizes, and forgets the covariance."""
    return n * (lam + t) / (2 * gamma * t)


@dataclass(frozen=True, eq=False)
class Moments:
    """First moments of the points of a data set.

    Arguments:
        mean: (d,), in units of the data.
        covariance: (d, d), in squared units of the data.
    """

    mean: np.ndarray
    covariance: np.ndarray


@dataclass(frozen=True)
class ThreeModes:
    """The flow of a kernel model of N points in d dimensions, on inputs divided by (v + t)^{1/2}.

    Arguments:
        kernel: a kernel of `theory.learned.kernels`.
        n: number of points N.
        d: number of dimensions.
        t: noise variance > 0.
        v: mean variance of the law, > 0.
    """

    kernel: Kernel
    n: int
    d: int
    t: float
    v: float = 1.0

    @cached_property
    def couplings(self) -> tuple[float, float, float]:
        """beta = h'(0) c^2, gamma, and eta c^2."""
        scale = 1 / (self.v + self.t)
        q = self.v * scale
        (here, slope), (far, far_slope) = profile(self.kernel, q), profile(self.kernel, 0.0)
        return far_slope * scale, here - far - q * far_slope, (slope - far_slope) * scale

    def slopes(self, lam: float, taus: np.ndarray) -> np.ndarray:
        """The three modes g, C and l of the kernel flow, along an eigenvector of the data's covariance.

        Arguments:
            lam: its variance >= 0, in squared units of the data.
            taus: training times >= 0, (times,).

        Returns:
            (times, 3); C is 0 at variance 0.
        """
        linear, constant, local = self.couplings
        own, each = constant / self.n, local * self.t / (self.n * self.d)
        return coupled(linear / self.d, np.array([own, each]), np.array([lam, self.t]), np.array([1.0, 0.0]), taus)

    def risk(self, data: Moments, law: np.ndarray, taus: np.ndarray) -> np.ndarray:
        """E|D - y|^2 along each axis at noised held-out points.

        Arguments:
            data: mean and covariance of the N points.
            law: variances (d,) of the centred law along the axes.
            taus: training times (times,).

        Returns:
            (times, d); pure noise, D = 0, has the variances of the law.
        """
        return self._held_out(self._matrices(data.covariance, taus)[0], self._shift(taus), data.mean, law)

    def training_loss(self, data: Moments, taus: np.ndarray) -> np.ndarray:
        """Mean loss E|D - y|^2 along each axis at the data with new noise.

        Arguments:
            data: moments of the training points.
            taus: training times >= 0, (times,).

        Returns:
            (times, d), in squared units of the data.
        """
        slope, constant, local = self._matrices(data.covariance, taus)
        lost, followed = np.eye(len(data.mean)) - slope - constant, slope + local
        missed = np.einsum("tij,jk,tik->ti", lost, data.covariance, lost)
        common, own = self._constants
        left = np.exp(-2 * (common + own) * np.asarray(taus))[:, None] * ((np.eye(len(data.mean)) - slope) @ data.mean)
        return missed + self.t * (followed**2).sum(axis=-1) + left**2

    def normalized_jacobian(self, data: Moments, taus: np.ndarray) -> np.ndarray:
        """Diagonal of -t J at noised training points: 1 less the slopes g and l.

        Arguments:
            data: moments of the training points.
            taus: training times >= 0, (times,).

        Returns:
            (times, d).
        """
        slope, _, local = self._matrices(data.covariance, taus)
        return 1 - np.einsum("tii->ti", slope + local)

    def plateau(self, data: Moments, law: np.ndarray) -> np.ndarray:
        """The risk for tau -> infinity: pure noise, but for the slope that is left at finite N and d.

        Arguments:
            data: moments of the training points.
            law: variances (d,) of the held-out points, as of `risk`.

        Returns:
            (d,), in squared units of the data.
        """
        lams, axes = np.linalg.eigh(data.covariance)
        g = kept_slope.numeric(np.maximum(lams, 0.0), *self.couplings, float(self.n), float(self.d))
        return self._held_out((axes * g) @ axes.T, self._shift(np.array(np.inf)), data.mean, law)

    def _held_out(self, slope: np.ndarray, shift: np.ndarray, mean: np.ndarray, law: np.ndarray) -> np.ndarray:
        """`risk` of slopes (..., d, d) for all x, where `shift` (...) of the mean (d,) is learned."""
        lost = np.eye(len(mean)) - slope
        moved = shift[..., None] * (lost @ mean)
        return lost**2 @ variances(law, "law") + self.t * (slope**2).sum(axis=-1) + moved**2

    @property
    def _constants(self) -> tuple[float, float]:
        """Half the rates at which one constant for all x, and one for each point, are learned."""
        return profile(self.kernel, 0.0)[0], self.couplings[1] / self.n

    def _shift(self, taus: np.ndarray) -> np.ndarray:
        """The part of the mean that a constant for all x has learned, (times,): single points learn the rest."""
        common, own = self._constants
        return -np.expm1(-2 * (common + own) * np.asarray(taus, dtype=float)) * common / (common + own)

    def _matrices(self, covariance: np.ndarray, taus: np.ndarray) -> np.ndarray:
        """g, C and l as functions of the data's covariance, (3, times, d, d)."""
        lams, axes = np.linalg.eigh(finite("covariance", covariance, ndim=(2,)))
        parts = np.stack([self.slopes(max(lam, 0.0), taus) for lam in lams.tolist()], axis=-1)
        return np.einsum("ik,tpk,jk->ptij", axes, parts, axes)


def coupled(slope: float, rates: np.ndarray, weights: np.ndarray, targets: np.ndarray, taus: np.ndarray) -> np.ndarray:
    r"""One slope g for all x, and slopes u_j of parts of x apart, down the loss of what both leave of their targets.

    .. math::

        \dot g = 2 b \sum_j f_j (s_j - g - u_j), \qquad \dot u_j = 2 k_j (s_j - g - u_j)

    Arguments:
        slope: b > 0, half the rate of the common slope.
        rates: k_j >= 0, (parts,).
        weights: f_j >= 0, mean squares of the parts of x, (parts,).
        targets: s_j, (parts,): 1 for what is to be returned, 0 for noise.
        taus: training times >= 0, (times,).

    Returns:
        g and u_j, (times, 1 + parts), from 0; u_j is 0 at the weight 0.
    """
    units = np.sqrt([slope, *(rates / np.maximum(weights, np.finfo(float).tiny))])  # in which the flow is symmetric
    across = np.sqrt(slope * rates * weights)
    flow = np.diag([slope * weights.sum(), *rates])
    flow[0, 1:] = flow[1:, 0] = across
    values, vectors = np.linalg.eigh(2 * flow)
    drive = 2 * vectors.T @ np.array([np.sqrt(slope) * (weights @ targets), *(np.sqrt(rates * weights) * targets)])
    drive = np.where(values > TINY * values[-1], drive, 0.0)  # at least one mode is at rest
    times = np.asarray(taus, dtype=float)
    exponents = np.multiply.outer(times, np.maximum(values, np.finfo(float).tiny))
    grown = np.where(exponents < TINY, times[:, None], -np.expm1(-exponents) / np.maximum(values, 1e-300))
    return (grown * drive) @ vectors.T * units


def profile(kernel: Kernel, u: float) -> tuple[float, float]:
    """h(u) and h'(u): a kernel of two points of length sqrt(d) whose cosine is u.

    Arguments:
        kernel: a kernel of `theory.learned.kernels`.
        u: the cosine, from -1 to 1.

    Returns:
        Value and slope.
    """
    pairs = Pairs(np.sqrt(2) * np.array([[1.0, 0.0]]), np.sqrt(2) * np.array([[u, np.sqrt(1 - u * u)]]))
    return float(kernel.value(pairs)[0, 0]), float(kernel.slopes(pairs)[0][0, 0])


def empirical_risk(d: int, t: float, log_n: float, v: float = 1.0) -> float:
    r"""E|<y>_w - y|^2/(d v) at held-out points: the risk of the empirical score, that every kernel ends at.

    The mean over x ~ p_t of E|<y>_w - D(x)|^2 over data sets, D the law's denoiser, which has itself t/(v + t); twice v
    for d -> infinity at N a power of d.

    Arguments:
        d: number of dimensions, >= 1, of an isotropic Gaussian law.
        t: noise variance > 0.
        log_n: log N >= 0.
        v: variance of the law, > 0.

    Returns:
        The risk, in units of d v.

    Raises:
        ValueError: that names the argument and its bound.
        NotComputable: as `theory.exact.score`.
    """
    d, time, size = integer("d", d), float(positive("t", scalar("t", t))), log_size(log_n)
    law, own = LinearGaussian(np.full(d, float(positive("v", scalar("v", v))))), v / (v + time)
    halves, weights = _half_squares(d)
    squares = []
    for half in halves:
        case = Case(law, np.full(d, np.sqrt(2 * half * (v + time) / d)), size, time)
        mean = case.x + time * np.asarray(mean_score(case))
        variance = time**2 * np.asarray(score_variance(case)).sum()
        squares.append(((mean - own * case.x) ** 2).sum() + variance)
    return float(weights @ np.array(squares) / (d * v) + time / (v + time))


def _half_squares(d: int) -> tuple[np.ndarray, np.ndarray]:
    """Nodes and weights, summing to 1, of Gauss's quadrature for half a chi-square of d degrees: Golub and Welsch."""
    k = np.arange(NODES)
    nodes, vectors = eigh_tridiagonal(2 * k + d / 2, np.sqrt(k * (k + d / 2 - 1))[1:])
    return nodes, vectors[0] ** 2
