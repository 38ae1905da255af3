r"""Which directions are lost first, for more than two subspaces, and for laws whose exact averages are costly.

    gain      mean of sum w^2 at x +- sqrt(t) sum_i e_i, i over a subspace, minus that at x: one row for each subspace
    in batches    1 where a difference of two subspaces is positive in the mean over a batch of data sets, else 0

A sign needs no size to be compared with: whoever predicts an order alone is asked for no more than that.
"""

from dataclasses import dataclass

import numpy as np
import xarray as xr

from simulate.experiments.order.subspaces import (
    DisplacedParticipation,
    Replicated,
    ShareContrast,
    directions,
    participation,
)
from simulate.experiments.view import View, views
from simulate.run.experiment import Point
from simulate.run.tables import flat, sample, summary


@dataclass(frozen=True, kw_only=True)
class Gain(Replicated):
    """What a displacement along a whole subspace adds to sum w^2: a row for each subspace, with its `variance`.

    All cases are of one law.
    """

    cases: tuple[View, ...] = views("gaussian 1*2 0.1*2 0.01*2", "origin", 50, (0.1,))

    def columns(self, view: View) -> int:
        return 2 * len(view.subspaces)

    def values(self, point: Point, data: np.ndarray) -> np.ndarray:
        """(replicas, subspaces)."""
        view = View.of(point)
        ways = np.concatenate([directions(view, subspace, "subspace") for subspace in view.subspaces])
        ratios = participation(view, data, np.sqrt(view.t) * np.concatenate([ways, 0 * ways[:1]]))
        return ratios[:, :-1].reshape(len(data), -1, 2).mean(axis=-1) - ratios[:, -1:]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        view = View.of(point)
        gains = np.concatenate([self.values(point, view.draw(size, rng)) for size in self._chunks(view)])
        variance = [view.numbers[subspace[0]] for subspace in view.subspaces]
        rows = xr.concat([summary(gain) for gain in gains.T], "subspace")
        return rows.assign_coords(variance=("subspace", variance))

    def combine(self, parts: list[xr.Dataset]) -> xr.Dataset:
        return flat(super().combine(parts), "subspace")


@dataclass(frozen=True, kw_only=True)
class InBatches(Replicated):
    """Whether `values` are positive in means over `batch` data sets: 1 or 0, `replicas` times."""

    batch: int = 200
    replicas: int = 150

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        view = View.of(point)
        data_sets = (view.draw(self.batch, rng) for _ in range(self.replicas))
        return sample(np.array([self.values(point, data).mean() > 0 for data in data_sets], dtype=float))


@dataclass(frozen=True, kw_only=True)
class ShareOrder(InBatches, ShareContrast):
    """Whether more is left of the first subspace than of the second."""


@dataclass(frozen=True, kw_only=True)
class ParticipationOrder(InBatches, DisplacedParticipation):
    """Whether x displaced along the first subspace condenses more than along the second."""
