r"""When a kernel model of few noises learns and forgets: four modes of its flow in high dimension.

N points with m noises each, m far below d: noises are then as good as orthogonal, and each input has, beside what it
shares with the other copies of its point, a constant of its own. In the notation of `theory.learned.timescales`,

.. math::

    h \approx h(0) + h'(0)\, s + \gamma\, \delta_{\mu\nu} + o\, \delta_{\mu\nu} \delta_{ab}, \qquad
    o = h(1) - h(q) - (1 - q)\, h'(0).

An input is x = y + t^{1/2} \bar z + t^{1/2} (z - \bar z), with the mean noise of the copies of its point, three parts
of mean squares f = (lambda, t/m, t (m - 1)/m) along an eigenvector of the data's covariance. Only the first is to be
returned. The constants of copies follow the first two at the rate (gamma + o/m)/N, each input's own follows the third
at o/(N m), and the slope g for all x follows all three at h'(0) c^2/d (`coupled`).

At the end inputs are interpolated, and the sums that the flow conserves leave `few_noises_slope` to g. For m = infinity
nothing is left, up to 1/d. For few noises the slope stays as N/d grows: **a model of few noises memorizes its inputs
without forgetting the covariance**, since it is cheaper to fit single inputs by constants of their own, and the plateau
of pure noise is not reached.

Where N is far above d, the law is learned first, and then the sum of :math:`f_j (s_j - g - u_j)` stays 0. What moves
the slope is then one mode, in which the parts that copies of a point share and the part that each has alone have
opposite signs. The mode decays at :math:`2 \lambda_{\text{mem}}/(N m)` (`memorizing_eigenvalue`); with one noise of
each point there is none.

References:
    R. Urfin and others, First learn, then memorize, 2026, for the eigenvalue; the rest is derived here.
    `theory.learned.timescales` for infinitely many noises.
"""

from dataclasses import dataclass

import numpy as np
import sympy as sp

from theory.formula import formula
from theory.learned.kernels import Kernel
from theory.learned.timescales import Moments, coupled, profile


@formula(source="the fixed point of the four modes, by their conserved sums", regime="d -> infinity, m far below d")
def few_noises_slope(
    lam: sp.Symbol,
    beta: sp.Symbol,
    gamma: sp.Symbol,
    own: sp.Symbol,
    n: sp.Symbol,
    d: sp.Symbol,
    m: sp.Symbol,
    t: sp.Symbol,
) -> sp.Expr:
    r"""Slope that is left at held-out points when m noises of each point are fitted; own is $h(1)-h(q)-(1-q)h'(0)$."""
    shared = m * gamma + own
    return (lam * m / shared) / (d / (n * beta) + (lam * m + t) / shared + t * (m - 1) / own)


@formula(source="Urfin et al. 2026, First learn, then memorize", regime="N far above d, m far below d")
def memorizing_eigenvalue(lam: sp.Symbol, gamma: sp.Symbol, own: sp.Symbol, m: sp.Symbol, t: sp.Symbol) -> sp.Expr:
    r"""Eigenvalue of the kernel matrix of N m inputs by which the slope is lost; own is $h(1)-h(q)-(1-q)h'(0)$."""
    return own + gamma * (m - 1) * t / (lam + t)


@dataclass(frozen=True)
class FewNoises:
    """The flow of a kernel model of N points with m noises each, on inputs divided by (v + t)^{1/2}.

    Arguments:
        kernel: a kernel of `theory.learned.kernels`.
        n: number of points N.
        d: number of dimensions.
        m: number of noises of each point, far below d.
        t: noise variance > 0.
        v: variance of the isotropic law, > 0.
    """

    kernel: Kernel
    n: int
    d: int
    m: int
    t: float
    v: float = 1.0

    @property
    def couplings(self) -> tuple[float, float, float]:
        """beta = h'(0) c^2, gamma and o."""
        q = self.v / (self.v + self.t)
        (far, slope), here, itself = (profile(self.kernel, u) for u in (0.0, q, 1.0))
        return slope / (self.v + self.t), here[0] - far - q * slope, itself[0] - here[0] - (1 - q) * slope

    def slope(self, lam: float, taus: np.ndarray) -> np.ndarray:
        """The slope g for all x, along an eigenvector of the data's covariance.

        Arguments:
            lam: its variance >= 0, in squared units of the data.
            taus: training times >= 0, (times,).

        Returns:
            (times,).
        """
        linear, constant, own = self.couplings
        shared, single = (constant + own / self.m) / self.n, own / (self.n * self.m)
        parts = np.array([lam, self.t / self.m, self.t * (self.m - 1) / self.m])
        rates, targets = np.array([shared, shared, single]), np.array([1.0, 0.0, 0.0])
        return coupled(linear / self.d, rates, parts, targets, taus)[:, 0]

    def risk(self, data: Moments, taus: np.ndarray) -> np.ndarray:
        """E|D - y|^2/d at noised held-out points of the isotropic law; what the mean of the data adds is left out.

        Arguments:
            data: moments of the N points.
            taus: training times >= 0, (times,).

        Returns:
            (times,), in squared units of the data.
        """
        lams = np.maximum(np.linalg.eigvalsh(data.covariance), 0.0)
        return np.mean([self._loss(self.slope(lam, taus)) for lam in lams.tolist()], axis=0)

    def plateau(self, data: Moments) -> float:
        """The risk for tau -> infinity.

        Arguments:
            data: moments of the N points.

        Returns:
            In squared units of the data.
        """
        lams = np.maximum(np.linalg.eigvalsh(data.covariance), 0.0)
        sizes = float(self.n), float(self.d), float(self.m)
        return float(self._loss(few_noises_slope.numeric(lams, *self.couplings, *sizes, self.t)).mean())

    def _loss(self, slope: np.ndarray) -> np.ndarray:
        return self.v * (1 - slope) ** 2 + self.t * slope**2
