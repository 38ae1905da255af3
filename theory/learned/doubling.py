r"""When the risk of a kernel model doubles: two points on a line, and the fronts between which nothing is learned.

Two points at -a and a, all noise averaged, and a model that sees the coordinate along their line alone, by the kernel
exp(-|x - x'|/l). Its flow at training time tau is, since the kernel inverts l (1/l^2 - d^2/dx^2)/2,

.. math::

    \frac l2 \Big( \frac1{l^2} - \partial_x^2 \Big) \partial_\tau D = -2\, p_t(x)\, \Big( D - a \tanh \frac{a x}{t}
    \Big)

The empirical score takes the step at x = 0 within t/a; but p_t there is as small as :math:`e^{-a^2/2t}`. What is
learned ends at two fronts x = f and -f. Between them D has no source, :math:`D = a \sinh(x/l)/\sinh(f/l)`. At a front
p_t grows as :math:`e^{\kappa x}`, :math:`\kappa = (a - f)/t`, so that :math:`a - D = \tau^\epsilon G(z)` with
:math:`z = 4 p_t \tau/(l \kappa^2)` and the rate :math:`\epsilon = 2/(\kappa l \sinh(2f/l))` at which the slope grows:

.. math::

    \vartheta^2 (\vartheta + \epsilon)\, G = z\, G, \quad \vartheta = z \frac{d}{dz}, \qquad
    G = \frac{1}{2 \pi i} \int \frac{\Gamma(s)^2}{\Gamma(1 + \epsilon - s)} z^{-s}\, ds

is the solution that falls to 0 where D is learned and is linear in log z where it is not: the double pole at s = 0
leaves :math:`\psi(1 + \epsilon) - 2 \gamma - \log z`, :math:`\gamma` Euler's constant. The front is where this is 0
(`front_log_time`).

At held-out points, whose coordinate along the line is y, the risk :math:`\mathbb{E}(D - y)^2` goes from that of pure
noise, D = 0, to that of the empirical score; its doubling is the event halfway. Seen from two of the points of an
isotropic law in d dimensions, a^2 is near d v/2: **the risk of a model of two points doubles at a time exponential in
d, near** :math:`e^{d v/4t}`. Of N points the exact end is `theory.learned.timescales.empirical_risk`.

References:
    arXiv:2608.23938, for the doubling, at super-polynomial times (kernels of inner products, n of order d); derived
    here for this kernel and two points. Kernels that are smooth on the line have not been looked at.
"""

from dataclasses import dataclass

import numpy as np
import sympy as sp
from scipy.optimize import brentq

from theory.checks import NotComputable, positive, scalar
from theory.formula import formula

NODES = 4001  # of an average over held-out points
WIDTH = 9.0  # of it, in standard deviations on each side
NEAREST, FARTHEST = 0.02, 0.98  # fronts that are looked for, in units of a


@formula(source="the similar solution of the flow at a front, here", regime="a steep density at the front: f, r >> t/r")
def front_log_time(f: sp.Symbol, r: sp.Symbol, t: sp.Symbol, ell: sp.Symbol) -> sp.Expr:
    r"""Log of the training time at which what is learned of a point ends at the distance r from it, the front f."""
    growth = 2 * t / (ell * r * sp.sinh(2 * f / ell))
    scale = ell * r**2 * sp.sqrt(2 * sp.pi * t) / (2 * t**2)
    return r**2 / (2 * t) + sp.log(scale) + sp.digamma(1 + growth) - 2 * sp.EulerGamma


@dataclass(frozen=True)
class TwoPoints:
    """Two of the points of an isotropic law, seen along the line through them, from half way between them.

    Arguments:
        a: half their distance, > 0.
        centre: the mean of the law.
        t: noise variance > 0.
        v: variance of the law, > 0.

    Raises:
        ValueError: that names the argument and its bound.
    """

    a: float
    centre: float
    t: float
    v: float = 1.0

    def __post_init__(self) -> None:
        for name in ("a", "t", "v"):
            positive(name, scalar(name, getattr(self, name)))
        scalar("centre", self.centre)

    def excess(self, front: float, length: float) -> float:
        """The risk at held-out points over that of D = 0, where what is learned ends at -front and front.

        Arguments:
            front: f > 0, in units of the data.
            length: l > 0 of the kernel.

        Returns:
            In squared units of the data.
        """
        between = np.sinh(np.clip(self._x, -front, front) / length)
        return self._excess(self.a * between / np.sinh(front / length))

    @property
    def end(self) -> float:
        """The risk of the empirical score at held-out points over that of D = 0, in squared units of the data."""
        return self._excess(self.a * np.tanh(self.a * self._x / self.t))

    def doubling_front(self, length: float) -> float:
        """Where the fronts are when the risk is halfway from that of pure noise to that of the empirical score.

        Arguments:
            length: l > 0 of the kernel.

        Returns:
            f, in units of the data.

        Raises:
            NotComputable: where the risk is not halfway between 0.02 and 0.98 of a.
        """
        kernel, halfway = float(positive("length", scalar("length", length))), self.end / 2
        lowest, highest = NEAREST * self.a, FARTHEST * self.a
        if not self.excess(lowest, kernel) > halfway > self.excess(highest, kernel):
            raise NotComputable(f"a must be larger, got {self.a:g}: no front from {lowest:g} to {highest:g} is halfway")
        return float(brentq(lambda front: self.excess(front, kernel) - halfway, lowest, highest))

    def doubling_log_time(self, length: float) -> float:
        """Log of the training time at which the risk is halfway from that of pure noise to its end.

        Arguments:
            length: l > 0 of the kernel.

        Raises:
            NotComputable: as `doubling_front`.
        """
        front = self.doubling_front(length)
        return float(front_log_time.numeric(front, self.a - front, self.t, length))

    @property
    def _x(self) -> np.ndarray:
        """Nodes of an average over noised held-out points, (NODES,)."""
        return self.centre + np.sqrt(self.v + self.t) * np.linspace(-WIDTH, WIDTH, NODES)

    def _excess(self, denoised: np.ndarray) -> float:
        """E(D - y)^2 - E y^2 of D (NODES,), with the mean of y given x."""
        offset, total = self._x - self.centre, self.v + self.t
        weights = np.exp(-(offset**2) / (2 * total))
        of_law = self.centre + self.v / total * offset
        return float(weights @ (denoised**2 - 2 * denoised * of_law) / weights.sum())
