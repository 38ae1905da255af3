"""Where something is measured: a linear Gaussian law, a point x, and a size of data set, all by name.

Settings are named so that they can label the axes of a table, and be rebuilt from their labels by whoever predicts.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from simulate.experiments.experiment import Point
from theory.arguments import choice, integer

SPECTRA: dict[str, Callable[[int], np.ndarray]] = {
    "halves": lambda d: np.where(np.arange(d) < d // 2, 1.0, 0.3**2),
    "paper": lambda d: np.where(np.arange(d) < 2, 1.0, np.where(np.arange(d) < 7, 0.3**2, 0.01**2)),
    "graded": lambda d: 1 / np.arange(1.0, d + 1),
    "equal": np.ones,
}
QUERIES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "origin": np.zeros_like,
    "typical": lambda variances: np.sqrt(variances) * (-1.0) ** np.arange(variances.size),
    "far": lambda variances: 3 * np.sqrt(variances) * (-1.0) ** np.arange(variances.size),
}


@dataclass(frozen=True)
class Setting:
    """A spectrum and a query by name, the dimension d and the number N of data points.

    Variances: "halves" is sigma_i = 1 in half the directions and 0.3 in the others; "paper" is 1 twice, 0.3 five times
    and 0.01 else; "graded" is sigma_i^2 = 1/i; "equal" is 1. Points: "origin"; "typical" is x_i = +-sigma_i with
    alternating signs; "far" is three times that. Raises ValueError for unknown names.
    """

    spectrum: str
    query: str
    d: int
    n: int

    def __post_init__(self) -> None:
        choice("spectrum", self.spectrum, tuple(SPECTRA))
        choice("query", self.query, tuple(QUERIES))
        integer("d", self.d)
        integer("n", self.n)

    @property
    def variances(self) -> np.ndarray:
        return SPECTRA[self.spectrum](self.d)

    @property
    def x(self) -> np.ndarray:
        return QUERIES[self.query](self.variances)

    @property
    def point(self) -> Point:
        return Point(spectrum=self.spectrum, query=self.query, d=self.d, n=self.n)

    @classmethod
    def of(cls, labels: Mapping[Any, Any]) -> "Setting":
        """The setting with these labels, as a point or a row of a table has them."""
        return cls(str(labels["spectrum"]), str(labels["query"]), int(labels["d"]), int(labels["n"]))

    def draw(self, n: int, rng: np.random.Generator) -> np.ndarray:
        """n data points, (n, d)."""
        return rng.standard_normal((n, self.d)) * np.sqrt(self.variances)


def exponential(spectrum: str, query: str, dimensions: tuple[int, ...], alpha: float) -> tuple[Setting, ...]:
    """Settings with N = floor(e^{alpha d}) for each d."""
    return tuple(Setting(spectrum, query, d, int(np.exp(alpha * d))) for d in dimensions)


def flat(dataset: xr.Dataset) -> xr.Dataset:
    """One row along `point` for each point and time."""
    return (
        dataset.stack(row=("point", "time"))
        .reset_index("row")
        .drop_vars(["point", "time"], errors="ignore")
        .rename(row="point")
        .transpose("point", ...)
    )
