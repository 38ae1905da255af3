"""Where something is measured: a linear Gaussian law, a point x, and a size of data set, all by name.

Settings are named so that they can label the axes of a table, and be rebuilt from their labels by whoever predicts.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from simulate.run.experiment import Point
from theory.checks import choice, integer

HELD_OUT = 2410  # seed of a point of the law that is the same in every run
SPECTRA: dict[str, Callable[[int], np.ndarray]] = {
    "halves": lambda d: np.where(np.arange(d) < d // 2, 1.0, 0.3**2),
    "paper": lambda d: np.where(np.arange(d) < 2, 1.0, np.where(np.arange(d) < 7, 0.3**2, 0.01**2)),
    "graded": lambda d: 1 / np.arange(1.0, d + 1),
    "equal": np.ones,
    "plane": lambda d: np.where(np.arange(d) < d // 2, 1.0, 0.0),
}
QUERIES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "origin": np.zeros_like,
    "typical": lambda variances: np.sqrt(variances) * (-1.0) ** np.arange(variances.size),
    "far": lambda variances: 3 * np.sqrt(variances) * (-1.0) ** np.arange(variances.size),
    "held-out": lambda variances: np.sqrt(variances) * np.random.default_rng(HELD_OUT).standard_normal(variances.size),
}
QUERIES["training"] = QUERIES["held-out"]


@dataclass(frozen=True)
class Setting:
    """A spectrum and a query by name, the dimension d and the number N of data points.

    Variances: "halves" is sigma_i = 1 in half the directions and 0.3 in the others; "paper" is 1 twice, 0.3 five times
    and 0.01 else; "graded" is sigma_i^2 = 1/i; "equal" is 1; "plane" is 1 in half the directions and 0 in the others.
    Points: "origin"; "typical" is x_i = +-sigma_i with alternating signs; "far" is three times that; "held-out" is one
    draw from the law; "training" is the same point, which is also one of the N data points. Raises ValueError for
    unknown names.
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
    def planted(self) -> np.ndarray | None:
        """The data point at x, if there is one."""
        return self.x if self.query == "training" else None

    @property
    def point(self) -> Point:
        return Point(spectrum=self.spectrum, query=self.query, d=self.d, n=self.n)

    @classmethod
    def of(cls, labels: Mapping[Any, Any]) -> "Setting":
        """The setting with these labels, as a point or a row of a table has them."""
        return cls(str(labels["spectrum"]), str(labels["query"]), int(labels["d"]), int(labels["n"]))

    def draw(self, n: int, rng: np.random.Generator) -> np.ndarray:
        """n data points, (n, d)."""
        data = rng.standard_normal((n, self.d)) * np.sqrt(self.variances)
        if self.planted is not None:
            data[0] = self.planted
        return data


def exponential(spectrum: str, query: str, dimensions: tuple[int, ...], alpha: float) -> tuple[Setting, ...]:
    """Settings with N = floor(e^{alpha d}) for each d."""
    return tuple(Setting(spectrum, query, d, int(np.exp(alpha * d))) for d in dimensions)
