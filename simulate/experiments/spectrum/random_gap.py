r"""The final gap of finitely many points on one random linear manifold, y = F z/m^{1/2}, z ~ N(0, I_m).

F (d, m) is drawn once from a seed that labels the row; data sets are drawn on that manifold. With u the left singular
vector of F of the smallest singular value, the gap of the empirical -t J between the directions out of the manifold,
where it is 1, and the thinnest one in it is

    1 - (1 - u^T Cov_w(y) u/t) = Var_w(u.y)/t.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from simulate.run.experiment import Experiment, Point
from simulate.run.tables import chunks, summary, variances
from theory.checks import choice, integer, positive

QUERIES = ("typical", "training")


@dataclass(frozen=True)
class OnePlane:
    """N = `n` points of the manifold of F (d, m) from the seed `plane`, seen from x at a variance t > 0.

    `query` "typical" is x = F (1, -1, 1, ..)/m^{1/2}, "training" has it among the data. Raises ValueError for other
    words and for m >= d.
    """

    d: int
    m: int
    plane: int
    query: str
    n: int
    t: float

    def __post_init__(self) -> None:
        choice("query", self.query, QUERIES)
        integer("n", self.n)
        integer("m", self.m)
        integer("d", self.d, least=self.m + 1)
        positive("t", self.t)

    @property
    def factors(self) -> np.ndarray:
        """F/m^{1/2}, (d, m)."""
        return np.random.default_rng(self.plane).standard_normal((self.d, self.m)) / np.sqrt(self.m)

    @property
    def thinnest(self) -> np.ndarray:
        """u, (d,)."""
        return np.linalg.svd(self.factors, full_matrices=False).U[:, -1]

    @property
    def x(self) -> np.ndarray:
        return self.factors @ (-1.0) ** np.arange(self.m)

    @property
    def planted(self) -> np.ndarray | None:
        """The data point at x, if there is one."""
        return self.x if self.query == "training" else None

    @property
    def point(self) -> Point:
        return Point(**vars(self))

    @classmethod
    def of(cls, labels: Mapping[Any, Any]) -> "OnePlane":
        """The case with these labels, as a point or a row of a table has them."""
        sizes = (int(labels["d"]), int(labels["m"]), int(labels["plane"]))
        return cls(*sizes, str(labels["query"]), int(labels["n"]), float(labels["t"]))

    def draw(self, replicas: int, rng: np.random.Generator) -> np.ndarray:
        """Independent data sets, (replicas, n, d)."""
        data = rng.standard_normal((replicas, self.n, self.m)) @ self.factors.T
        if self.planted is not None:
            data[:, 0] = self.planted
        return data


@dataclass(frozen=True, kw_only=True)
class RandomGap(Experiment):
    """Mean final gap over `replicas` data sets at every one of `cases`."""

    cases: tuple[OnePlane, ...]
    replicas: int = 4000

    def points(self) -> Sequence[Point]:
        return [case.point for case in self.cases]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        case = OnePlane.of(point)
        rotation = np.linalg.svd(case.factors).U  # energies are the same in it, and the thinnest direction an axis
        parts = [
            variances((case.draw(size, rng) - case.x) @ rotation, case.t)[:, case.m - 1]
            for size in chunks(self.replicas, case.n * case.d)
        ]
        return summary(np.concatenate(parts) / case.t)
