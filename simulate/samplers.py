r"""How data are drawn: a sampler turns a case into independent replicas, in parts that fit in memory.

    DataSets              whole data sets, every point drawn
    FirstPoints           a few of the N points, for what does not depend on the others
    Energies              every energy :math:`|x - y|^2/2` drawn, no points: linear Gaussian laws of any dimension
    LowestEnergies        the lowest energies, by order statistics, at any N (`simulate.levels.lowest`)
    Picks                 the data of another sampler, one point of each data set picked with probability w
    NearestOnSpheres      the lowest energies with one coordinate of each point, for isotropic data
    NearestPoints         the points of low energy near x, at any N (`simulate.levels.nearby`)

What is drawn answers for its weights :math:`w_\mu = e^{-E_\mu/t}/Z`: `weights(t)`, `participation_ratio(t)`,
`log_partition(t)`; whole data sets also know where their points are.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol, runtime_checkable

import numpy as np

from simulate.levels.lowest import Levels, draw_levels
from simulate.levels.nearby import edge_of, near
from simulate.levels.picks import Picked
from simulate.levels.spheres import OnSpheres, on_spheres
from theory.case import Case
from theory.checks import NotComputable
from theory.laws.linear import LinearGaussian

ENTRIES = 2_000_000  # of one table of data
LARGEST = 0.02  # of Z, the standard deviation of the energies that are not drawn


@runtime_checkable
class Sampler(Protocol):
    """How data of a case are drawn."""

    def parts(self, case: Case, replicas: int, rng: np.random.Generator) -> Iterator[Any]:
        """What is drawn of `replicas` independent data sets, some at a time."""
        ...


@dataclass(frozen=True, eq=False)
class Weighted:
    """Data sets of one case as energies (replicas, n), less what all energies of a case may have in common."""

    energies: np.ndarray
    common: float = 0.0  # left out of every energy

    def weights(self, t: float) -> np.ndarray:
        """w (replicas, n) at noise variance t."""
        exponents = -self.energies / t
        unnormalized = np.exp(exponents - exponents.max(axis=-1, keepdims=True))
        return unnormalized / unnormalized.sum(axis=-1, keepdims=True)

    def participation_ratio(self, t: float) -> np.ndarray:
        """sum w^2, (replicas,)."""
        return (self.weights(t) ** 2).sum(axis=-1)

    def log_partition(self, t: float) -> np.ndarray:
        """log sum e^{-E/t}, (replicas,)."""
        return np.logaddexp.reduce(-self.energies / t, axis=-1)


@dataclass(frozen=True, eq=False)
class Points:
    """Data sets of one case as offsets y - x (replicas, n, d)."""

    offsets: np.ndarray

    @cached_property
    def levels(self) -> Weighted:
        """Their energies |x - y|^2/2."""
        return Weighted((self.offsets**2).sum(axis=-1) / 2)

    def weights(self, t: float) -> np.ndarray:
        """w (replicas, n) at noise variance t."""
        return self.levels.weights(t)

    def participation_ratio(self, t: float) -> np.ndarray:
        """sum w^2, (replicas,)."""
        return self.levels.participation_ratio(t)

    def log_partition(self, t: float) -> np.ndarray:
        """log sum e^{-E/t}, (replicas,)."""
        return self.levels.log_partition(t)

    def mean(self, t: float) -> np.ndarray:
        """sum w (y - x), (replicas, d): t times the score."""
        return np.einsum("rn,rnd->rd", self.weights(t), self.offsets)

    def variances(self, t: float) -> np.ndarray:
        """Var_w(y_i), (replicas, d)."""
        w = self.weights(t)
        mean = np.einsum("rn,rnd->rd", w, self.offsets)
        return np.einsum("rn,rnd->rd", w, (self.offsets - mean[:, None]) ** 2)

    def covariance(self, t: float) -> np.ndarray:
        """Cov_w(y), (replicas, d, d)."""
        w = self.weights(t)
        centred = self.offsets - np.einsum("rn,rnd->rd", w, self.offsets)[:, None]
        return np.einsum("rni,rnj->rij", w[:, :, None] * centred, centred, optimize=True)

    def seen_from(self, step: np.ndarray) -> "Points":
        """The same data sets seen from x + step (d,)."""
        return Points(self.offsets - step)


@dataclass(frozen=True, kw_only=True)
class DataSets:
    """Whole data sets of N points, every point drawn from the law."""

    def parts(self, case: Case, replicas: int, rng: np.random.Generator) -> Iterator[Points]:
        """Offsets y - x of `replicas` data sets, some at a time."""
        for size in chunks(replicas, case.n * case.d):
            data = case.law.sample(size * case.n, rng).reshape(size, case.n, case.d)
            if case.own_point is not None:
                data[:, 0] = case.own_point
            yield Points(data - case.x)


@dataclass(frozen=True, kw_only=True)
class FirstPoints:
    """`count` of the N points and no others, drawn from the law. Raises NotComputable with a training point."""

    count: int = 2

    def parts(self, case: Case, replicas: int, rng: np.random.Generator) -> Iterator[Points]:
        """Offsets y - x of these points of `replicas` data sets, some at a time."""
        if case.own_point is not None:
            raise NotComputable("x must be no training point for a few of the points to stand for all")
        for size in chunks(replicas, self.count * case.d):
            yield Points(case.law.sample(size * self.count, rng).reshape(size, self.count, case.d) - case.x)


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
    """The `count` lowest of N energies, in order, by order statistics: N may exceed any float.

    The other energies enter Z at their mean. Raises NotComputable where they move Z by more than LARGEST of it.
    """

    count: int = 100

    def parts(self, case: Case, replicas: int, rng: np.random.Generator) -> Iterator[Levels]:
        """All replicas at once."""
        count = min(self.count, int(np.exp(min(case.log_n, 30.0)) / 2))
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


def chunks(replicas: int, entries: int) -> Iterator[int]:
    """Numbers of data sets, `replicas` in all, whose tables of `entries` each are made at once."""
    most = max(1, ENTRIES // entries)
    for start in range(0, replicas, most):
        yield min(most, replicas - start)


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
