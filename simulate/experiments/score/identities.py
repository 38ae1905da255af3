"""The empirical score and its Jacobian as the engine computes them, beside the small data sets that they belong to.

Nothing is averaged: what is observed is exact up to rounding, of which `stderr` is a bound. Both are seen along unit
directions u and v drawn with the data, in units in which noise is of order one: t^{1/2} u s and -t u J v. Each row
carries the whole data set, x, u and v, so that whoever predicts can start from them; the arrays of all rows have the
shape of the largest data set, and `n` and `d` say how much of them is meant.
"""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from simulate.engine.posterior import posterior
from simulate.experiments.setting import Setting
from simulate.run.experiment import Experiment, Point
from simulate.run.tables import flat
from theory.checks import choice

ROUNDING = 1e-9  # ten times the accuracy that the engine promises for its weights


@dataclass(frozen=True)
class Cloud:
    """Points of a setting's law, each `repeated` times, and x a noised point of it, `noise` t^{1/2} z away.

    `apart` is how far x is moved from the data, `moved` how far x and the data are moved from 0 together, both along
    the diagonal and in each coordinate.
    """

    setting: Setting
    repeated: int = 1
    noise: float = 1.0
    apart: float = 0.0
    moved: float = 0.0

    @property
    def shape(self) -> tuple[int, int]:
        return self.setting.n * self.repeated, self.setting.d

    def draw(self, t: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """x (d,) and data (n, d)."""
        data = np.repeat(self.setting.draw(self.setting.n, rng), self.repeated, axis=0)
        x = self.setting.x + self.noise * np.sqrt(t) * rng.standard_normal(self.setting.d) + self.apart
        return x + self.moved, data + self.moved


CLOUDS = {
    "one point, d = 1": Cloud(Setting("equal", "held-out", 1, 1)),
    "one point": Cloud(Setting("graded", "held-out", 6, 1)),
    "d + 1 points": Cloud(Setting("graded", "held-out", 6, 7)),
    "fewer points than d": Cloud(Setting("halves", "held-out", 40, 20)),
    "many points": Cloud(Setting("halves", "held-out", 3, 200)),
    "many directions": Cloud(Setting("halves", "held-out", 40, 200)),
    "a plane": Cloud(Setting("plane", "held-out", 6, 40)),
    "each point three times": Cloud(Setting("halves", "held-out", 4, 20), repeated=3),
    "all points equal": Cloud(Setting("halves", "held-out", 4, 1), repeated=5),
    "x a data point": Cloud(Setting("halves", "training", 5, 40), noise=0.0),
    "x far away": Cloud(Setting("halves", "held-out", 5, 40), apart=1000.0),
    "far from 0": Cloud(Setting("halves", "held-out", 5, 40), moved=100_000.0),
}


CASES = (
    ("one point, d = 1", 0.3),
    ("one point", 1e-3),
    ("one point", 1e4),
    ("d + 1 points", 0.3),
    ("d + 1 points", 10.0),
    ("fewer points than d", 1e-3),
    ("fewer points than d", 10.0),
    ("many points", 1e-3),
    ("many points", 0.3),
    ("a plane", 1e-6),
    ("a plane", 0.3),
    ("each point three times", 0.05),
    ("all points equal", 0.3),
    ("x a data point", 0.3),
    ("x far away", 1.0),
    ("far from 0", 1e-3),
)


@dataclass(frozen=True, kw_only=True)
class OneDataSet(Experiment):
    """At each of `cases`, a name of CLOUDS and a time, along random directions; ValueError for other names."""

    cases: tuple[tuple[str, float], ...] = CASES

    def __post_init__(self) -> None:
        for name, _ in self.cases:
            choice("cases", name, tuple(CLOUDS))

    def points(self) -> Sequence[Point]:
        return [Point(data=name, t=t) for name, t in self.cases]

    @abstractmethod
    def rows(self, x: np.ndarray, data: np.ndarray, t: float, u: np.ndarray, v: np.ndarray) -> dict[str, float]:
        """What is observed, by name."""

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        x, data = CLOUDS[str(point["data"])].draw(float(point["t"]), rng)
        u, v = (direction / np.linalg.norm(direction) for direction in rng.standard_normal((2, x.size)))
        rows = self.rows(x, data, float(point["t"]), u, v)
        observed = np.array(list(rows.values()))
        vectors = {"x": x, "u": u, "v": v}
        n, d = (max(sizes) for sizes in zip(*(CLOUDS[name].shape for name, _ in self.cases), strict=True))

        def tiled(array: np.ndarray, *shape: int) -> np.ndarray:
            padded = np.pad(array, [(0, most - size) for most, size in zip(shape, array.shape, strict=True)])
            return np.stack([padded] * len(rows))

        return xr.Dataset(
            {
                "n": len(data),
                "d": x.size,
                "observed": ("component", observed),
                "stderr": ("component", ROUNDING * (1 + np.abs(observed))),
                **{name: (("component", "axis"), tiled(vector, d)) for name, vector in vectors.items()},
                "sample": (("component", "index", "axis"), tiled(data, n, d)),
            },
            coords={"of": ("component", list(rows))},
        )

    def combine(self, parts: list[xr.Dataset]) -> xr.Dataset:
        return flat(super().combine(parts), "component").set_coords(["n", "d"])


@dataclass(frozen=True, kw_only=True)
class EmpiricalScore(OneDataSet):
    """t^{1/2} u s(x)."""

    def rows(self, x: np.ndarray, data: np.ndarray, t: float, u: np.ndarray, v: np.ndarray) -> dict[str, float]:
        return {"u": np.sqrt(t) * u @ posterior(x, data, t, "cpu").score}


@dataclass(frozen=True, kw_only=True)
class EmpiricalJacobian(OneDataSet):
    """-t u J(x) u and -t u J(x) v."""

    def rows(self, x: np.ndarray, data: np.ndarray, t: float, u: np.ndarray, v: np.ndarray) -> dict[str, float]:
        along = -t * u @ posterior(x, data, t, "cpu").jacobian
        return {"u, u": float(along @ u), "u, v": float(along @ v)}


def rows(observed: xr.Dataset) -> list[xr.Dataset]:
    """The rows of a table, one by one."""
    return [observed.isel(point=index) for index in range(observed.sizes["point"])]


def unpadded(row: xr.Dataset) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Data (n, d), x, u and v of one row, without the zeros that fill it up."""
    n, d = int(row.n), int(row.d)
    return row["sample"].values[:n, :d], row.x.values[:d], row.u.values[:d], row.v.values[:d]
