r"""Samplers that draw more than one set of data for one case.

TwoSizes    data sets of a case, and of a case of `copies` times as many directions at the same alpha = log(N)/d
Probed      whole data sets, with some of their points, a noise for each of these, and as many held-out points
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from simulate.samplers.data_sets import DataSets
from simulate.samplers.drawn import Sampler
from theory.case import Case


@dataclass(frozen=True, kw_only=True)
class TwoSizes:
    """What a sampler draws of a case, and of a case of several times as many directions at the same alpha, as a pair.

    Arguments:
        of: the sampler of both.
        copies: how many times as many directions the larger case has.
    """

    of: Sampler
    copies: int

    def parts(self, case: Case, replicas: int, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        """Pairs of what is drawn of the smaller case and of the larger one, some data sets at a time.

        Arguments:
            case: the data, x and t.
            replicas: number of data sets.
            rng: draws them; the same seed gives the same bits.

        Returns:
            Pairs, `replicas` data sets of each size in all.
        """
        small = list(self.of.parts(case, replicas, rng))
        yield from zip(small, self.of.parts(case.enlarged(self.copies), replicas, rng), strict=True)


@dataclass(frozen=True, eq=False)
class ProbedSet:
    """A data set with the points from which it is seen.

    Arguments:
        data: the points of the data set (n, d), seen from x.
        chosen: indices (m,) of some of these points.
        noise: a standard normal vector for each chosen point, (m, d).
        held_out: further points of the law, seen from x, (k, d).
    """

    data: np.ndarray
    chosen: np.ndarray
    noise: np.ndarray
    held_out: np.ndarray

    def of_others(self) -> tuple[np.ndarray, np.ndarray]:
        """|y - y_mu|^2/2 (m, n) from each chosen y, infinite for y itself, and z.(y - y_mu) (m, n).

        With t |z|^2/2 these make the energies seen from y + sqrt(t) z: energies + sqrt(t) products + t |z|^2/2.
        """
        points = self.data[self.chosen]
        energies = mutual_energies(points, self.data)
        energies[np.arange(self.chosen.size), self.chosen] = np.inf
        return energies, (self.noise * points).sum(axis=1, keepdims=True) - self.noise @ self.data.T

    def of_held_out(self) -> np.ndarray:
        """Energies (k, n) of the data seen from the held-out points."""
        return mutual_energies(self.held_out, self.data)


@dataclass(frozen=True, kw_only=True)
class Probed:
    """Whole data sets, each with some of its points, a noise for each of these, and as many held-out points.

    Arguments:
        probes: number of points, of noises and of held-out points.
    """

    probes: int = 48

    def parts(self, case: Case, replicas: int, rng: np.random.Generator) -> Iterator[list[ProbedSet]]:
        """Data sets with their probes, some at a time.

        Arguments:
            case: the data, x and t.
            replicas: number of data sets.
            rng: draws them; the same seed gives the same bits.

        Returns:
            Lists of data sets, `replicas` in all.
        """
        for points in DataSets().parts(case, replicas, rng):
            yield [self._probed(case, data, rng) for data in points.offsets]

    def _probed(self, case: Case, data: np.ndarray, rng: np.random.Generator) -> ProbedSet:
        chosen = rng.choice(len(data), min(self.probes, len(data)), replace=False)
        noise = rng.standard_normal((chosen.size, case.d))
        return ProbedSet(data, chosen, noise, case.law.sample(self.probes, rng) - case.x)


def mutual_energies(points: np.ndarray, data: np.ndarray) -> np.ndarray:
    """Energies |x - y|^2/2 of all pairs of two sets of points, by one product of matrices.

    Arguments:
        points: x, (m, d).
        data: y, (n, d).

    Returns:
        (m, n), in squared units of the data.
    """
    return (points**2).sum(axis=1, keepdims=True) / 2 + (data**2).sum(axis=1) / 2 - points @ data.T
