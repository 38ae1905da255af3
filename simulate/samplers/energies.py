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
        """All N energies of linear Gaussian data sets, some data sets at a time, without their points.

        Arguments:
            case: the data, x and t.
            replicas: number of data sets.
            rng: draws them; the same seed gives the same bits.

        Returns:
            Parts of energies (some, N), `replicas` data sets in all.

        Raises:
            NotComputable: for a law that is not linear Gaussian, and with a training point.
        """
        if not isinstance(case.law, LinearGaussian) or case.own_point is not None:
            raise NotComputable("law must be linear Gaussian, and x no training point, for its energies to be drawn")
        for size in chunks(replicas, case.n):
            yield Weighted(_chi_squares(case.law, case.x, (size, case.n), rng), _common(case.law, case.x))


@dataclass(frozen=True, kw_only=True)
class LowestEnergies:
    """The lowest of N energies in order, by order statistics: N may exceed any float.

    The other energies enter Z at their mean.

    Arguments:
        count: how many, but at most N/2.
    """

    count: int = 100

    def parts(self, case: Case, replicas: int, rng: np.random.Generator) -> Iterator[Levels]:
        """The lowest energies of independent data sets, all at once.

        Arguments:
            case: the data, x and t.
            replicas: number of data sets.
            rng: draws them; the same seed gives the same bits.

        Returns:
            One part of energies (replicas, count).

        Raises:
            NotComputable: where the other energies move Z by more than LARGEST of it.
        """
        count = min(self.count, case.n // 2) if case.log_n <= MOST_WHOLE else self.count
        levels = draw_levels(case.law, case.x, case.log_n, count, rng, replicas)
        error = levels.error(case.t).max()
        if not error < LARGEST:
            raise NotComputable(f"count must be larger at {case.labels}: the other levels move Z by {error:.2g} of it")
        yield levels


@dataclass(frozen=True, kw_only=True)
class Picks:
    """The data of another sampler, with one point of each data set picked with probability w.

    Arguments:
        of: the other sampler.
    """

    of: Sampler = field(default_factory=LowestEnergies)

    def parts(self, case: Case, replicas: int, rng: np.random.Generator) -> Iterator[Picked]:
        """Data with their picks, as many data sets at a time as the other sampler draws.

        Arguments:
            case: the data, x and t.
            replicas: number of data sets.
            rng: draws them; the same seed gives the same bits.

        Returns:
            Parts, `replicas` data sets in all.
        """
        for drawn in self.of.parts(case, replicas, rng):
            yield Picked(drawn, rng.random(len(drawn.weights(case.t))))


@dataclass(frozen=True, kw_only=True)
class NearestOnSpheres:
    """The lowest energies of isotropic Gaussian data seen from their mean, with one coordinate of each point.

    Arguments:
        count: how many of each data set.
    """

    count: int = 25

    def parts(self, case: Case, replicas: int, rng: np.random.Generator) -> Iterator[OnSpheres]:
        """The lowest energies and one coordinate of their points, all data sets at once.

        Arguments:
            case: the data, x and t.
            replicas: number of data sets.
            rng: draws them; the same seed gives the same bits.

        Returns:
            One part, (replicas, count).

        Raises:
            NotComputable: for a law whose variances differ, or an x that is not its mean, or with a training point.
        """
        law = case.law
        isotropic = isinstance(law, LinearGaussian) and np.ptp(law.variances) == 0 and np.array_equal(case.x, law.mean)
        if not isotropic or case.own_point is not None:
            raise NotComputable("law must have equal variances and x be its mean: points are drawn on spheres")
        for levels in LowestEnergies(count=self.count).parts(case, replicas, rng):
            yield on_spheres(levels, rng)


@dataclass(frozen=True, kw_only=True)
class NearestPoints:
    """The points of N nearest to x, at any N, for t well below t_c.

    Arguments:
        count: how many of each data set, on average.
    """

    count: int = 40

    def parts(self, case: Case, replicas: int, rng: np.random.Generator) -> Iterator[Points]:
        """The nearest points as offsets y - x, some data sets at a time.

        Arguments:
            case: the data, x and t.
            replicas: number of data sets.
            rng: draws them; the same seed gives the same bits.

        Returns:
            Parts of offsets (some, most, d), `replicas` data sets in all; rows beyond a data set's points are far away.

        Raises:
            NotComputable: for another law than a linear Gaussian, a training point, or where points left out matter.
        """
        edge = edge_of(case, self.count)
        for size in chunks(replicas, self.count * case.d):
            yield Points(near(case, edge, self.count, size, rng))


def _chi_squares(law: LinearGaussian, x: np.ndarray, shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    total = np.zeros(shape)
    for variance in np.unique(law.variances[law.variances > 0]):
        squares = (x - law.mean)[law.variances == variance] ** 2 / variance
        total += variance / 2 * (_noncentral(squares.size, squares.sum(), shape, rng) - squares.size)
    return total


def _noncentral(degrees: int, shift: float, shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """Noncentral chi-square variables: of one degree the square of a normal one, which NumPy draws as a mixture."""
    if degrees > 1:
        return rng.noncentral_chisquare(degrees, shift, shape)
    normal = rng.standard_normal(shape)
    normal += np.sqrt(shift)
    return np.square(normal, out=normal)


def _common(law: LinearGaussian, x: np.ndarray) -> float:
    """What `_chi_squares` leaves out of every energy."""
    outside = (x - law.mean)[law.variances == 0]
    return float(law.variances.sum() + outside @ outside) / 2
