"""Whether a difference of two subspaces is positive in the mean over a batch of data sets: a bounded number."""

from dataclasses import dataclass

import numpy as np
import xarray as xr

from simulate.experiments.order.subspaces import Replicated
from simulate.experiments.view import View
from simulate.run.experiment import Point
from simulate.run.tables import sample


@dataclass(frozen=True, kw_only=True)
class InBatches(Replicated):
    """Whether `values` are positive in means over `batch` data sets: 1 or 0, `replicas` times."""

    batch: int = 200
    replicas: int = 150

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        view = View.of(point)
        data_sets = (view.draw(self.batch, rng) for _ in range(self.replicas))
        return sample(np.array([self.values(point, data).mean() > 0 for data in data_sets], dtype=float))
