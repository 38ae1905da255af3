r"""Estimators of dimension that see data alone, no score: those of scikit-dimension, called as they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np
import xarray as xr

from simulate.experiments.dimension.estimators import by_manifold
from simulate.experiments.dimension.known import TRUTH, draw
from simulate.run.experiment import Experiment, Point
from theory.checks import choice

FROM_DATA = ("lPCA", "MLE", "TwoNN")


@dataclass(frozen=True, kw_only=True)
class FromData(Experiment):
    """`dimension` (manifold, size, estimator, replica) by scikit-dimension, from n data points alone.

    Raises ValueError where scikit-dimension is not installed (`pip install losing-dimensions[peers]`).

    Arguments:
        manifolds: names of `simulate.experiments.dimension.known.KNOWN`.
        sizes: numbers of data points.
        methods: names of FROM_DATA.
        replicas: the number of independent data sets.
        seed: of all random numbers, an integer >= 0.
    """

    manifolds: tuple[str, ...] = tuple(TRUTH)
    sizes: tuple[int, ...] = (500, 2000)
    methods: tuple[str, ...] = FROM_DATA
    replicas: int = 3

    def points(self) -> Sequence[Point]:
        return [Point(manifold=manifold, size=size) for manifold in self.manifolds for size in self.sizes]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        manifold, size = str(point["manifold"]), int(point["size"])
        samples = [draw(manifold, size, rng) for _ in range(self.replicas)]
        values = [[from_data(method, sample) for sample in samples] for method in self.methods]
        return xr.Dataset({"dimension": (("estimator", "replica"), values)}, coords={"estimator": list(self.methods)})

    def combine(self, parts: list[xr.Dataset]) -> xr.Dataset:
        return by_manifold(super().combine(parts), self.manifolds)


def from_data(method: str, data: np.ndarray) -> float:
    """The dimension of data by one class of scikit-dimension, the mean over points where it is local.

    Arguments:
        method: the name of the class, of FROM_DATA.
        data: points, (n, d).

    Returns:
        A number of directions.

    Raises:
        ValueError: for another method, and where scikit-dimension is not installed.
    """
    choice("method", method, FROM_DATA)
    if find_spec("skdim") is None:
        raise ValueError(f"method {method} needs scikit-dimension: pip install 'losing-dimensions[peers]'")
    from skdim import id as skdim  # pyright: ignore[reportMissingImports]  an optional extra

    made: Any = getattr(skdim, method)()
    with np.errstate(divide="ignore", invalid="ignore"):  # lPCA divides by variances that are 0 on a linear manifold
        return float(made.fit(data).dimension_)
