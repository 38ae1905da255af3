r"""The nearest points of linear Gaussian data, at sizes that no memory could hold.

Below t_c few points near x carry the weight, and only they are drawn. Of N points of energies :math:`E = |x - y|^2/2`
so many have E < e as a binomial variable says (of probability F(e) = `count`/N, Poisson where N is no integer of the
machine). Each of them is a draw from the law given E < e, that is a draw from the posterior at :math:`1/\theta`,

.. math::

    y - x \sim N\left(-\frac{x}{1 + \theta \sigma^2}, \frac{\sigma^2}{1 + \theta \sigma^2}\right),
    \qquad \text{accepted with } e^{\theta (E - e)} \text{ where } E < e,

for any :math:`\theta`; most are accepted near the saddle point of F. The points beyond e are left out. Their mean share
of Z is checked to be at most `LARGEST`, far below what a mean over data sets resolves. They are drawn by
`simulate.samplers.NearestPoints`.
"""

from collections.abc import Iterator

import numpy as np
from scipy.optimize import brentq

from simulate.levels.lowest import MOST_LOG_COUNT, Spectrum
from simulate.levels.tilted import line, saddle_above, saddle_energy
from theory.case import Case
from theory.checks import NotComputable
from theory.laws import LinearGaussian

LARGEST = 0.002  # mean share of Z that may be left out
RARE = 3.0  # the table of energies begins at e^{-3} points
STEEPEST = 60.0  # |log theta| of a saddle point
CANDIDATES = 50_000  # drawn at once
FAR = 1e3  # offset of a point that is none, in standard deviations of the widest direction


def edge_of(case: Case, count: int) -> float:
    """The energy below which `count` of N points lie on average.

    Arguments:
        case: the data, x and t.
        count: how many.

    Returns:
        In squared units of the data.

    Raises:
        NotComputable: where the points above it matter for Z.
    """
    law, x, lam = case.law, case.x, 1 / case.t
    log_share = np.log(count) - case.log_n
    energies = Spectrum(law, x).quantiles(-case.log_n - RARE, log_share)
    lowest, edge = (float(energies(np.array(at))) for at in (-case.log_n, log_share))
    beyond = float(line(law, x, saddle_above(law, x, edge, lam), lam).log_integral(np.array(edge)))
    share = np.exp(case.log_n + beyond + lam * lowest)
    if not share < LARGEST:
        raise NotComputable(f"count must be larger, or t smaller: at t = {case.t:g} the others are {share:.2g} of Z")
    return edge


def near(case: Case, edge: float, count: int, replicas: int, rng: np.random.Generator) -> np.ndarray:
    """The points of energy below an edge, as offsets y - x; rows beyond a data set's number of points are far away.

    Arguments:
        case: the data and x.
        edge: an energy, in squared units of the data.
        count: how many lie below it, on average.
        replicas: number of data sets.
        rng: draws them.

    Returns:
        (replicas, most, d).

    Raises:
        NotComputable: for laws other than the linear Gaussian, and with a training point.
    """
    law, x = case.law, case.x
    if not isinstance(law, LinearGaussian) or case.own_point is not None:
        raise NotComputable("law must be linear Gaussian, and x no training point, for its nearest points to be drawn")
    numbers = _numbers(case.log_n, count, replicas, rng)
    offsets = np.full((replicas, max(2, int(numbers.max())), law.dimension), FAR * np.sqrt(law.variances.max()))
    inside = np.arange(offsets.shape[1]) < numbers[:, None]
    drawn = list(_given_energy_below(law, x, edge, int(numbers.sum()), rng))
    offsets[inside] = np.concatenate(drawn)[: numbers.sum()]
    return offsets


def _numbers(log_n: float, count: int, replicas: int, rng: np.random.Generator) -> np.ndarray:
    """Numbers (replicas,) of points within the edge."""
    if log_n > MOST_LOG_COUNT:
        return rng.poisson(count, size=replicas)
    n = round(np.exp(log_n))
    return rng.binomial(n, count / n, size=replicas)


def _given_energy_below(
    law: LinearGaussian, x: np.ndarray, edge: float, wanted: int, rng: np.random.Generator
) -> Iterator[np.ndarray]:
    """Offsets of points of the law given E < edge, until there are as many as wanted."""
    log_theta = brentq(lambda log: saddle_energy(law, x, float(np.exp(log))) - edge, -STEEPEST, STEEPEST)
    theta = float(np.exp(log_theta))
    shrunk = 1 + theta * law.variances
    while wanted > 0:
        normal = rng.standard_normal((CANDIDATES, law.dimension))
        offset = (law.mean - x) / shrunk + normal * np.sqrt(law.variances / shrunk)
        energy = (offset**2).sum(axis=1) / 2
        kept = offset[(energy < edge) & (np.log(rng.random(CANDIDATES)) < theta * (energy - edge))]
        wanted -= len(kept)
        yield kept
