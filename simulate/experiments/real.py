r"""Participation ratio of a set of real data, seen from points held out of it.

A few points x are drawn from the set and never used again as data. The others, in a seeded random order, are cut into
`parts` data sets of equal size N = floor(rest/parts): 16 small ones, 4 larger ones, and all of them at once. In each,

    sum_mu w_mu^2,    w_mu ~ exp(-|x - y_mu|^2/(2 t))

is measured at every x and t. The parts of one size share no point, so their standard deviation is that over data sets;
the whole set is one data set and has none. Nothing is assumed of the law of the data.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import xarray as xr

from simulate.engine.phase_diagram import phase_diagram
from simulate.images import Images
from simulate.run.experiment import Experiment, Point

LEAST = 2  # data points in the smallest part


@dataclass(frozen=True, kw_only=True, eq=False)
class RealData(Experiment):
    """The participation ratio of data of any kind, seen from some of them that are held out.

    Times are variances, from three times the mean standard deviation of the energies downwards: there all weights are
    nearly equal. Raises ValueError for data too few, or all alike.

    Arguments:
        seed: of the order of the rows, an integer >= 0.
        data: all points, (N, d).
        source: what they are called.
        queries: how many of them are held out.
        parts: into how many parts the others are cut, one size of data set for each.
        octaves: over how many factors of 2 the times go.
        per_octave: times to each factor of 2.
    """

    data: np.ndarray = field(repr=False)
    source: str
    queries: int = 6
    parts: tuple[int, ...] = (16, 4, 1)
    octaves: int = 12
    per_octave: int = 3

    def __post_init__(self) -> None:
        least = self.queries + LEAST * max(self.parts)
        if len(self.data) < least:
            raise ValueError(f"data must have at least {least} points, got {len(self.data)} in {self.source}")
        if not np.ptp(self.data, axis=0).any():
            raise ValueError(f"data must differ from point to point, all are equal in {self.source}")

    @classmethod
    def of(cls, images: Images, seed: int = 0) -> "RealData":
        """The experiment on a set of images.

        Arguments:
            images: the images.
            seed: of the order of the rows, an integer >= 0.
        """
        return cls(data=images.data, source=images.source, seed=seed)

    def points(self) -> Sequence[Point]:
        return [Point(n=len(self.rows) // parts, part=part) for parts in self.parts for part in range(parts)]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        n, part = int(point["n"]), int(point["part"])
        rows = self.rows[part * n : (part + 1) * n]
        diagram = phase_diagram(self.x, self.data[rows], self.times)
        return diagram.participation_ratio.isel(size=0, drop=True).to_dataset()

    @cached_property
    def order(self) -> np.ndarray:
        """A random order of the rows, from the seed alone."""
        return np.random.default_rng(self.seed).permutation(len(self.data))

    @property
    def x(self) -> np.ndarray:
        """The points held out, (queries, d)."""
        return self.data[self.order[: self.queries]]

    @property
    def rows(self) -> np.ndarray:
        """The rows that serve as data, in order."""
        return self.order[self.queries :]

    @cached_property
    def times(self) -> np.ndarray:
        """The grid of times, variances in the units of the data squared, from large to small."""
        steps = np.arange(self.octaves * self.per_octave + 1)
        return 3 * self._energy_deviation * 2.0 ** (-steps / self.per_octave)

    @cached_property
    def _energy_deviation(self) -> float:
        some = self.data[self.rows[: 16 * max(self.parts)]].astype(np.float64)
        energies = [((some - x) ** 2).sum(axis=1) / 2 for x in self.x.astype(np.float64)]
        return float(np.std(energies, axis=1).mean())
