"""Energies without points: all of them, or the lowest at any N, and what may be drawn beside the lowest."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from simulate.levels.lowest import Levels, draw_levels
from simulate.levels.nearby import edge_of, near
from simulate.levels.picks import Picked
from simulate.levels.spheres import OnSpheres, on_spheres
from simulate.samplers.drawn import Points, Sampler, Weighted, chunks
from theory.case import MOST_WHOLE, Case
from theory.checks import NotComputable
from theory.laws.linear import LinearGaussian

LARGEST = 0.02  # of Z, the standard deviation of the energies that are not drawn


@dataclass(frozen=True, kw_only=True)
class Energies:
    """Every energy of N points of a linear Gaussian law, less what all have in common.

    What all have in common is half the sum of the variances, and half the squared distance of x from the mean along
    directions of no variance. Directions of one variance v add v/2 times a noncentral chi-square variable, so d may be
    in the millions.
    """

    def parts(self, case: Case, replicas: int, rng: np.random.Generator) -> Iterator[Weighted]:
        """Energies (some, n) of `replicas` data sets."""
        if not isinstance(case.law, LinearGaussian) or case.own_point is not None:
            raise NotComputable("law must be linear Gaussian, and x no training point, for its energies to be drawn")
        for size in chunks(replicas, case.n):
            yield Weighted(_chi_squares(case.law, case.x, (size, case.n), rng), _common(case.law, case.x))


@dataclass(frozen=True, kw_only=True)
class LowestEnergies:
    """The `count` lowest of N energies, but at most N/2, in order, by order statistics: N may exceed any float.

    The other energies enter Z at their mean. Raises NotComputable where they move Z by more than LARGEST of it.
    """

    count: int = 100

    def parts(self, case: Case, replicas: int, rng: np.random.Generator) -> Iterator[Levels]:
        """All replicas at once."""
        count = min(self.count, case.n // 2) if case.log_n <= MOST_WHOLE else self.count
        levels = draw_levels(case.law, case.x, case.log_n, count, rng, replicas)
        error = levels.error(case.t).max()
        if not error < LARGEST:
            raise NotComputable(f"count must be larger at {case.labels}: the other levels move Z by {error:.2g} of it")
        yield levels


@dataclass(frozen=True, kw_only=True)
class Picks:
    """The data of another sampler, with one point of each data set picked with probability w."""

    of: Sampler = field(default_factory=LowestEnergies)

    def parts(self, case: Case, replicas: int, rng: np.random.Generator) -> Iterator[Picked]:
        """As many at a time as the other sampler draws."""
        for drawn in self.of.parts(case, replicas, rng):
            yield Picked(drawn, rng.random(len(drawn.weights(case.t))))


@dataclass(frozen=True, kw_only=True)
class NearestOnSpheres:
    """The `count` lowest energies of isotropic Gaussian data seen from their mean, with one coordinate of each point.

    Raises NotComputable for another law or x.
    """

    count: int = 25

    def parts(self, case: Case, replicas: int, rng: np.random.Generator) -> Iterator[OnSpheres]:
        """All replicas at once."""
        law = case.law
        isotropic = isinstance(law, LinearGaussian) and np.ptp(law.variances) == 0 and np.array_equal(case.x, law.mean)
        if not isotropic or case.own_point is not None:
            raise NotComputable("law must have equal variances and x be its mean: points are drawn on spheres")
        for levels in LowestEnergies(count=self.count).parts(case, replicas, rng):
            yield on_spheres(levels, rng)


@dataclass(frozen=True, kw_only=True)
class NearestPoints:
    """The points of N nearest to x, `count` of them on average, at any N and for t well below t_c.

    Raises NotComputable for laws other than the linear Gaussian, with a training point, and where the points left out
    matter (`simulate.levels.nearby`).
    """

    count: int = 40

    def parts(self, case: Case, replicas: int, rng: np.random.Generator) -> Iterator[Points]:
        """Offsets y - x (some, most, d) of `replicas` data sets, some at a time."""
        edge = edge_of(case, self.count)
        for size in chunks(replicas, self.count * case.d):
            yield Points(near(case, edge, self.count, size, rng))


def _chi_squares(law: LinearGaussian, x: np.ndarray, shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    total = np.zeros(shape)
    for variance in np.unique(law.variances[law.variances > 0]):
        squares = (x - law.mean)[law.variances == variance] ** 2 / variance
        total += variance / 2 * (rng.noncentral_chisquare(squares.size, squares.sum(), shape) - squares.size)
    return total


def _common(law: LinearGaussian, x: np.ndarray) -> float:
    """What `_chi_squares` leaves out of every energy."""
    outside = (x - law.mean)[law.variances == 0]
    return float(law.variances.sum() + outside @ outside) / 2
