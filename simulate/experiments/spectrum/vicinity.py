r"""Gaps at sizes that no memory could hold: below t_c few points near x carry the weight, and only they are drawn.

Of N points of linear Gaussian data with energies E = |x - y|^2/2 so many have E < e as a binomial variable says (of
probability F(e) = `count`/N, Poisson where N is no integer of the machine). Each of them is a draw from the law given
E < e: a draw from the posterior at 1/theta,

    y - x ~ N(-x/(1 + theta sigma^2), sigma^2/(1 + theta sigma^2)),   accepted with exp(theta (E - e)) where E < e,

for any theta; most are accepted near the saddle point of F. The points beyond e are left out. Their mean share of Z is
checked to be at most `LARGEST`, far below what a mean over data sets resolves.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr
from scipy.optimize import brentq

from simulate.experiments.transition.scaling import Deep
from simulate.levels.lowest import MOST_LOG_COUNT, Spectrum
from simulate.levels.tilted import line, saddle_above, saddle_energy
from simulate.run.experiment import Experiment, Point
from simulate.run.tables import chunks, summary, variances
from theory.checks import NotComputable
from theory.laws import LinearGaussian

LARGEST = 0.002  # mean share of Z that may be left out
RARE = 3.0  # the table of energies begins at e^{-3} points
STEEPEST = 60.0  # |log theta| of a saddle point
CANDIDATES = 50_000  # drawn at once
FAR = 1e3  # offset of a point that is none, in standard deviations of the widest direction


@dataclass(frozen=True, kw_only=True)
class DeepGap(Experiment):
    """-t J_ii in the last subspace minus that in the one before, at any N, for t well below t_c.

    The times follow t_c(N) in the cases: `t` comes along as a number, so that curves against log N are not cut by it.
    """

    cases: tuple[Deep, ...]
    replicas: int = 3000
    count: int = 40

    def points(self) -> Sequence[Point]:
        return [case.point for case in self.cases]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        case = Deep.of(point)
        before, last = case.view.subspaces[-2:]
        edge = edge_of(case, self.count)
        parts = [
            variances(near(case, edge, self.count, size, rng), case.t)
            for size in chunks(self.replicas, self.count * case.view.x.size)
        ]
        contraction = 1 - np.concatenate(parts) / case.t
        return summary(contraction[:, last].mean(axis=1) - contraction[:, before].mean(axis=1))

    def combine(self, parts: list[xr.Dataset]) -> xr.Dataset:
        return super().combine(parts).reset_coords("t")


def edge_of(case: Deep, count: int) -> float:
    """The energy below which `count` of N points lie on average. Raises NotComputable where those above it matter."""
    law, x, lam = case.view.energy_law, case.view.x, 1 / case.t
    log_share = np.log(count) - case.log_n
    energies = Spectrum(law, x).quantiles(-case.log_n - RARE, log_share)
    lowest, edge = (float(energies(np.array(at))) for at in (-case.log_n, log_share))
    beyond = float(line(law, x, saddle_above(law, x, edge, lam), lam).log_integral(np.array(edge)))
    share = np.exp(case.log_n + beyond + lam * lowest)
    if not share < LARGEST:
        raise NotComputable(f"count must be larger, or t smaller: at t = {case.t:g} the others are {share:.2g} of Z")
    return edge


def near(case: Deep, edge: float, count: int, replicas: int, rng: np.random.Generator) -> np.ndarray:
    """y - x of the points of energy below `edge`, `count` on average: (replicas, most, d).

    Rows beyond the number of a data set are far away. Raises NotComputable for laws other than the linear Gaussian.
    """
    law, x = case.view.energy_law, case.view.x
    if not isinstance(law, LinearGaussian):
        raise NotComputable(f"law must be linear Gaussian for its nearest points, got {type(law).__name__}")
    numbers = _numbers(case.log_n, count, replicas, rng)
    offsets = np.full((replicas, max(2, int(numbers.max())), law.dimension), FAR * np.sqrt(law.variances.max()))
    inside = np.arange(offsets.shape[1]) < numbers[:, None]
    drawn = list(_given_energy_below(law, x, edge, int(numbers.sum()), rng))
    offsets[inside] = np.concatenate(drawn)[: numbers.sum()]
    return offsets


def _numbers(log_n: float, count: int, replicas: int, rng: np.random.Generator) -> np.ndarray:
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
