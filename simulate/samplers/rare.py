r"""Data sets in which one point may outweigh all others, however rare: importance sampling of one energy.

The N points are alike, so that with the energy E of one of them drawn from the law tilted by e^{-theta E}

.. math::

    \mathbb{E} \sum_\mu w_\mu^2 = N\, \mathbb{E}\, w_1^2
        = N\, \mathbb{E}_\theta \big[ e^{\theta E_1 + K(\theta)}\, w_1^2 \big], \qquad
    w_1 = \frac{e^{-E_1/t}}{e^{-E_1/t} + Z_{N-1}}

is exact at every :math:`\theta`. Above t_c the mean is made by energies near -t log Z, where a point outweighs the
others, or, where these are lower, by the energies of the temperature t/2: theta is that of the lower mean energy tilt,

.. math::

    K'(\theta) = t\, [\log N + K(1/t)], \qquad \theta \le 2/t

and the values of all data sets are then of one order, at any N. With the tilt, linear Gaussian points stay Gaussian:
the variance :math:`\sigma^2` becomes :math:`\sigma^2/(1 + \theta\sigma^2)`, and x - y has the mean
:math:`x/(1 + \theta \sigma^2)`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import brentq

from simulate.levels.lowest import Levels
from simulate.samplers.energies import Energies, LowestEnergies
from theory.case import Case
from theory.checks import NotComputable
from theory.laws.linear import LinearGaussian


@dataclass(frozen=True, eq=False)
class OneTilted:
    """The lowest energies of N - 1 points, and the energy of one more from the tilted law.

    Arguments:
        others: the N - 1 energies, as `simulate.levels.lowest.Levels`.
        energies: the energy of the other point, (replicas,).
        log_ratios: log of N times the density of that energy under the law over that under the tilted law, (replicas,).
    """

    others: Levels
    energies: np.ndarray
    log_ratios: np.ndarray

    def log_participation(self, t: float) -> np.ndarray:
        """Log of terms whose mean over data sets is that of sum w^2, (replicas,)."""
        own = -self.energies / t
        return self.log_ratios + 2 * (own - np.logaddexp(own, self.others.log_partition(t)))


@dataclass(frozen=True, kw_only=True)
class TiltedPoint:
    """The lowest of N - 1 energies, and one energy of the law tilted to where a point outweighs the others.

    Arguments:
        count: how many of the lowest.
    """

    count: int = 100

    def parts(self, case: Case, replicas: int, rng: np.random.Generator) -> Iterator[OneTilted]:
        """The lowest energies and the tilted one of independent data sets, all at once.

        Arguments:
            case: the data, x and t.
            replicas: number of data sets.
            rng: draws them; the same seed gives the same bits.

        Returns:
            One part of `replicas` data sets.

        Raises:
            NotComputable: for a law that is not linear Gaussian, and for t below the condensation time.
        """
        theta = tilt(case)
        fewer = replace(case, log_n=case.log_n + float(np.log1p(-np.exp(-case.log_n))))
        energies = _tilted_energies(case, theta, replicas, rng)
        ratios = case.log_n + theta * energies + float(case.law.log_mgf(theta, case.x))
        for others in LowestEnergies(count=self.count).parts(fewer, replicas, rng):
            yield OneTilted(others, energies, ratios)


def tilt(case: Case) -> float:
    """theta in (1/t, 2/t], an inverse time: K'(theta) = t [log N + K(1/t)], or 2/t where that is smaller.

    Raises NotComputable where t is below the condensation time.
    """
    law, x, cold = case.law, case.x, 1 / case.t
    balance = case.t * (case.log_n + float(law.log_mgf(cold, x)))

    def excess(theta: float) -> float:
        return float(law.lam_derivative(theta, x)) - balance

    if excess(cold) > 0:
        raise NotComputable(f"t must be above the condensation time for one energy to be tilted, got {case.t:g}")
    return 2 * cold if excess(2 * cold) <= 0 else float(brentq(excess, cold, 2 * cold))


def _tilted_energies(case: Case, theta: float, replicas: int, rng: np.random.Generator) -> np.ndarray:
    """|x - y|^2/2 (replicas,) of points y of the law tilted by e^{-theta |x - y|^2/2}."""
    law = case.law
    if not isinstance(law, LinearGaussian):
        raise NotComputable("law must be linear Gaussian for one energy to be tilted")
    narrowed = 1 / (1 + theta * law.variances)
    alone = Case(LinearGaussian(law.variances * narrowed), (case.x - law.mean) * narrowed, 0.0, case.t)
    drawn = next(Energies().parts(replace(alone, log_n=float(np.log(replicas))), 1, rng))
    return drawn.energies[0] + drawn.common
