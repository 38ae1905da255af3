r"""Bias and variance of random features, from pairs of data sets that share their features.

For two independent data sets with the same W, fitted as B and B', at held-out points,

.. math::

    \text{bias} = \mathbb{E} (z - B \sigma) \cdot (z - B' \sigma)/d, \qquad
    \text{variance} = \tfrac12\, \mathbb{E} |(B - B') \sigma|^2/d,

without a bias of their own. Both are extrapolated from d and 2d to many dimensions, as in
`simulate.learned.features_experiment`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from simulate.learned.features import drawn, solved
from simulate.run.experiment import Experiment, Point
from simulate.run.tables import rows, summaries

PARTS = ("bias", "variance")


@dataclass(frozen=True, kw_only=True)
class FeatureParts(Experiment):
    """Bias and variance of random features with a ridge; a row for each shape and part.

    Arguments:
        shapes: (N/d, p/d, m) of each point of the table.
        t: the noise variance > 0, in units of the variance of the data.
        ridge: lambda > 0.
        d: the smaller of the two dimensions.
        replicas: the number of independent draws.
        seed: of all random numbers, an integer >= 0.
    """

    shapes: tuple[tuple[float, float, int], ...]
    t: float
    ridge: float
    d: int = 24
    replicas: int = 60

    def points(self) -> Sequence[Point]:
        return [Point(points=n, width=p, noises=m, t=self.t) for n, p, m in self.shapes]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        shape = float(point["points"]), float(point["width"]), int(point["noises"])
        values = np.array([self._extrapolated(shape, rng) for _ in range(self.replicas)]).T
        return summaries(values, "part").assign_coords(of=("part", list(PARTS)))

    def combine(self, parts: list[xr.Dataset]) -> xr.Dataset:
        """One row for each shape and part."""
        return rows(parts, "part")

    def _extrapolated(self, shape: tuple[float, float, int], rng: np.random.Generator) -> np.ndarray:
        smaller, larger = (parts_of(d, *shape, self.t, self.ridge, rng) for d in (self.d, 2 * self.d))
        return 2 * larger - smaller


def parts_of(
    d: int, points: float, width: float, noises: int, t: float, ridge: float, rng: np.random.Generator
) -> np.ndarray:
    """Bias and variance per dimension from one pair of data sets.

    Arguments:
        d: the dimension.
        points: N/d.
        width: p/d.
        noises: m.
        t: the noise variance > 0.
        ridge: lambda > 0.
        rng: draws features, data and noise.

    Returns:
        (2,), in the order of PARTS.
    """
    weights = rng.standard_normal((round(width * d), d)) / np.sqrt(d)
    pair = [drawn(d, round(points * d), len(weights), noises, t, rng, weights=weights) for _ in PARTS]
    z, features = pair[0].held_out_noise, pair[0].held_out_features
    one, other = (features @ solved(data, ridge).T for data in pair)
    return np.array([((z - one) * (z - other)).mean(), ((one - other) ** 2).mean() / 2])
