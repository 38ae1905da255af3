"""The empirical score and its Jacobian as the engine computes them, beside the small data sets that they belong to.

Nothing is averaged: what is observed is exact up to rounding, of which `stderr` is a bound. Both are seen along unit
directions u and v drawn with the data, in units in which noise is of order one: t^{1/2} u s and -t u J v. Each row
carries the whole data set, the location x, u and v, so that whoever predicts can start from them; the arrays of all
rows have the shape of the largest data set, and `n` and `d` say how much of them is meant.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import xarray as xr

from simulate.engine.posterior import posterior
from simulate.run import tables
from simulate.run.experiment import Point
from simulate.run.over_cases import OverCases
from simulate.samplers import DataSets
from theory.case import Case, held_out, typical
from theory.checks import choice
from theory.laws import DatasetLaw, LinearGaussian
from theory.laws.law import EnergyLaw
from theory.laws.spectra import equal, graded, halves, plane

Rows = dict[str, float]
Quantity = Callable[[np.ndarray, np.ndarray, float, np.ndarray, np.ndarray], Rows]  # of x, data, t, u and v

ROUNDING = 1e-9  # ten times the accuracy that the engine promises for its weights
APART = 1000.0  # from x far away to the data, along every axis
AWAY = 100_000.0  # from 0 to data far from 0, along every axis
SEEN = ("sample", "location", "u", "v")  # what a row carries of its data set
DRAWN = 2026  # seed of points that are drawn several times


def far_away(law: EnergyLaw, t: float) -> np.ndarray:
    """A held-out point, moved APART along every axis.

    Arguments:
        law: the law of the data.
        t: the noise variance; it does not matter here.
    """
    return held_out(law, t) + APART


def several_times() -> DatasetLaw:
    """Twenty points, of which each is drawn three times on average where N = 60."""
    return DatasetLaw(halves(4).sample(20, np.random.default_rng(DRAWN)))


KINDS: Mapping[str, Case] = {
    "one point, d = 1": Case(equal(1), held_out, np.log(1), 1.0),
    "one point": Case(graded(6), held_out, np.log(1), 1.0),
    "d + 1 points": Case(graded(6), held_out, np.log(7), 1.0),
    "fewer points than d": Case(halves(40), held_out, np.log(20), 1.0),
    "many points": Case(halves(3), held_out, np.log(200), 1.0),
    "many directions": Case(halves(40), held_out, np.log(200), 1.0),
    "a plane": Case(plane(6), held_out, np.log(40), 1.0),
    "points drawn several times": Case(several_times(), held_out, np.log(60), 1.0),
    "all points equal": Case(LinearGaussian(np.zeros(4), typical(halves(4), 1.0)), held_out, np.log(5), 1.0),
    "x a data point": Case(halves(5), held_out, np.log(40), 1.0, training=True),
    "x far away": Case(halves(5), far_away, np.log(40), 1.0),
    "far from 0": Case(LinearGaussian(halves(5).variances, np.full(5, AWAY)), held_out, np.log(40), 1.0),
}


def at_times(*kinds: tuple[str, float]) -> tuple[Case, ...]:
    """Cases of KINDS, each at a noise variance t."""
    return tuple(KINDS[name].at(t) for name, t in kinds)


CASES = at_times(
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
    ("points drawn several times", 0.05),
    ("all points equal", 0.3),
    ("x a data point", 0.3),
    ("x far away", 1.0),
    ("far from 0", 1e-3),
)


def draw(case: Case, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Location (d,) and data (n, d): the x of the case where x is a data point, else x + t^{1/2} z.

    Arguments:
        case: the law, N, x and t.
        rng: of the points and of the noise.
    """
    (drawn,) = DataSets().parts(case, 1, rng)
    noised = case.x + np.sqrt(case.t) * rng.standard_normal(case.d)
    return case.x if case.training else noised, drawn.offsets[0] + case.x


def along_score(x: np.ndarray, data: np.ndarray, t: float, u: np.ndarray, v: np.ndarray) -> Rows:
    """t^{1/2} u s(x).

    Arguments:
        x: location, (d,).
        data: points, (n, d).
        t: the noise variance.
        u, v: unit directions, (d,).
    """
    return {"u": np.sqrt(t) * u @ posterior(x, data, t, "cpu").score}


def along_jacobian(x: np.ndarray, data: np.ndarray, t: float, u: np.ndarray, v: np.ndarray) -> Rows:
    """-t u J(x) u and -t u J(x) v.

    Arguments:
        x: location, (d,).
        data: points, (n, d).
        t: the noise variance.
        u, v: unit directions, (d,).
    """
    along = -t * u @ posterior(x, data, t, "cpu").jacobian
    return {"u, u": float(along @ u), "u, v": float(along @ v)}


@dataclass(frozen=True, kw_only=True)
class OneDataSet(OverCases):
    """One data set of each case along random directions u and v, carried along with what is observed of it.

    Arguments:
        cases: the cases, with different labels.
        quantity: "score" for t^{1/2} u s(x), "jacobian" for -t u J(x) u and -t u J(x) v.
        seed: of the random numbers, an integer >= 0.

    Raises:
        ValueError: for another quantity.
    """

    cases: tuple[Case, ...] = CASES
    quantity: str = "score"
    quantities: ClassVar[Mapping[str, Quantity]] = {"score": along_score, "jacobian": along_jacobian}

    def __post_init__(self) -> None:
        choice("quantity", self.quantity, tuple(self.quantities))

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        case = self.case_of(point)
        x, data = draw(case, rng)
        u, v = (direction / np.linalg.norm(direction) for direction in rng.standard_normal((2, x.size)))
        rows = self.quantities[self.quantity](x, data, case.t, u, v)
        observed = np.array(list(rows.values()))
        vectors = {"location": x, "u": u, "v": v}
        return xr.Dataset(
            {
                "observed": ("component", observed),
                "stderr": ("component", ROUNDING * (1 + np.abs(observed))),
                **{name: (("component", "axis"), np.stack([vector] * len(rows))) for name, vector in vectors.items()},
                "sample": (("component", "index", "axis"), np.stack([data] * len(rows))),
            },
            coords={"of": ("component", list(rows))},
        )

    def combine(self, parts: list[xr.Dataset]) -> xr.Dataset:
        """One row for each case and component; smaller data sets are filled up with zeros."""
        most = {name: max(part.sizes[name] for part in parts) for name in ("index", "axis")}
        filled = [
            part.pad({name: (0, most[name] - part.sizes[name]) for name in most}, constant_values=0) for part in parts
        ]
        return tables.rows(filled, "component")


def rows(observed: xr.Dataset) -> list[xr.Dataset]:
    """The rows of a table, one by one."""
    return [observed.isel(point=index) for index in range(observed.sizes["point"])]


def unpadded(row: xr.Dataset) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Data (n, d), x, u and v of one row, without the zeros that fill it up."""
    n, d = int(row.n), int(row.d)
    return row["sample"].values[:n, :d], row.location.values[:d], row.u.values[:d], row.v.values[:d]
