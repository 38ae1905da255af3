r"""Estimators of local dimension where the dimension is known: manifolds, sizes, times, methods.

Those of `estimators_known`. The score is that of the law (`n` infinite) or of n data points, and x is one of the data.
Networks trained on them are asked in `estimators_networks`, estimators that see data alone in `estimators_data`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from simulate.dimension import METHODS, EmpiricalScore, PopulationScore, local_dimension
from simulate.dimension.estimators import READ
from simulate.experiments.dimension.known import TRUTH, draw, law_of
from simulate.run.experiment import Experiment, Point

PUBLISHED_STD = (0.020, 0.045, 0.109, 0.322, 0.777)
PUBLISHED_FLIPD = {np.inf: (15, 15, 14.9, 11.9, 4.6), 500: (0, 0, 0, 0.03, 4.2)}
PUBLISHED_GAP = {"sphere-10": 11, "sphere-50": 51}  # by a network: neither N nor t is one of ours
SOURCES = {"flipd": "arXiv:2406.03537", "gap": "arXiv:2212.12611"}  # Kamkari et al.; Stanczuk et al.
CLOSE = 0.1  # of the dimension, or half a dimension: what counts as right
RIVAL = {"repeats": 2, "error_rate": 0.5}  # their scatter is seen over x: no interval is asked for


@dataclass(frozen=True, kw_only=True)
class Estimators(Experiment):
    """Readings of every method on every manifold at `queries` points x, for sizes n (infinite: the law's own score).

    Results (manifold, size, time, estimator, query): `dimension`, `lower`, `upper`, `outcome`; and `truth` (manifold).

    Arguments:
        manifolds: names of `simulate.experiments.dimension.known.KNOWN`.
        sizes: numbers of data points n; infinite asks the law's own score.
        times: noise variances t > 0, in squared units of the data.
        methods: names of `simulate.dimension.METHODS`.
        queries: number of points x, which are the first of the data.
        seed: of all random numbers, an integer >= 0.
    """

    manifolds: tuple[str, ...] = tuple(TRUTH)
    sizes: tuple[float, ...] = (500, np.inf)
    times: tuple[float, ...] = (1e-4, 1e-3, 1e-2, 0.1, 1.0, 10.0)
    methods: tuple[str, ...] = tuple(METHODS)
    queries: int = 4

    def points(self) -> Sequence[Point]:
        return [Point(manifold=manifold, size=float(size)) for manifold in self.manifolds for size in self.sizes]

    def measure(self, point: Point, rng: np.random.Generator) -> xr.Dataset:
        manifold, size = str(point["manifold"]), float(point["size"])
        law = law_of(manifold)
        data = draw(manifold, 2 * self.queries if np.isinf(size) else max(2 * self.queries, int(size)), rng)
        score = PopulationScore(law) if np.isinf(size) else EmpiricalScore(data)
        x = data[: self.queries]
        return readings(score, x, self.times, self.methods, rng)

    def combine(self, parts: list[xr.Dataset]) -> xr.Dataset:
        return by_manifold(super().combine(parts), self.manifolds)


OF_JACOBIAN = ("test", "flipd", "lhsd", "participation")
OF_SCORES = ("gap", "curvature")  # ask for 4 d scores, or twice as many
SMALL = ("unequal", "torus", "union-2", "union-6")  # d <= 30
LARGE = ("linear-15", "sphere-2", "sphere-10", "sphere-50")  # d = 100: minutes for each x at a million points
FLIPD = Estimators(manifolds=("linear-15",), times=tuple(s * s for s in PUBLISHED_STD), methods=("flipd",), queries=12)
PROFILES: dict[str, tuple[Estimators, ...]] = {
    "quick": (Estimators(),),
    "full": (
        Estimators(sizes=(50, 500, 5000, np.inf)),
        Estimators(manifolds=tuple(TRUTH)[:-2], sizes=(1e5, 1e6), methods=OF_JACOBIAN, queries=2),
        Estimators(manifolds=("hidden", "curve"), sizes=(1e5, 1e6), queries=2),
        Estimators(manifolds=tuple(TRUTH)[:-2], sizes=(1e5,), methods=OF_SCORES, queries=2),
        Estimators(manifolds=SMALL, sizes=(1e6,), methods=OF_SCORES, queries=2),
        Estimators(manifolds=LARGE, sizes=(1e6,), methods=OF_SCORES, queries=1),
    ),
}


def summary(observed: xr.Dataset) -> xr.Dataset:
    """How good the readings of `Estimators` are, over x.

    `bias` and `standard_deviation`: of dimension - truth, its mean and its standard deviation; `memorized` and
    `no gap`: shares of x with these outcomes, which are no answers; `right`: share of x with an answer within half a
    dimension or 10 % of the truth; `failure`: share of x with another answer.

    Arguments:
        observed: what `Estimators.run` returned, with `dimension`, `truth` and `outcome`.

    Returns:
        A Dataset (manifold, size, time, estimator).
    """
    off = observed.dimension - observed.truth
    answered = observed.outcome == "dimension"
    near = np.abs(off) <= np.maximum(0.5, CLOSE * observed.truth)
    return xr.Dataset(
        {
            "bias": off.mean("query"),
            "standard_deviation": off.std("query", ddof=1),
            "right": (answered & near).mean("query"),
            "memorized": (observed.outcome == "memorized").mean("query"),
            "no gap": (observed.outcome == "no gap").mean("query"),
            "failure": (answered & ~near).mean("query"),
        }
    )


def by_manifold(rows: xr.Dataset, manifolds: tuple[str, ...]) -> xr.Dataset:
    """Axes manifold and size in place of the points, which are all of their pairs.

    Arguments:
        rows: a table along `point`, with the coordinates `manifold` and `size`.
        manifolds: names of the manifolds, in the order of the new axis.

    Returns:
        The table along (manifold, size), with `truth` (manifold), the known dimensions.
    """
    table = rows.set_index(point=["manifold", "size"]).unstack("point").sel(manifold=list(manifolds))
    return table.assign(truth=("manifold", [TRUTH[name] for name in manifolds]))


def readings(
    score: Any, x: Any, times: Sequence[float], methods: Sequence[str], rng: np.random.Generator
) -> xr.Dataset:
    """What each method reads of the local dimension at points x and each of several times.

    Arguments:
        score: a score of rows (batch, d) and a noise variance.
        x: points, (query, d).
        times: noise variances t > 0.
        methods: names of `simulate.dimension.METHODS`.
        rng: of what a method draws.

    Returns:
        A Dataset (estimator, time, query): `dimension`, `lower`, `upper`, `outcome`.

    Raises:
        ValueError: for an unknown method, and for a score or times that `local_dimension` refuses.
    """
    found = [[_read(score, x, t, method, rng) for t in times] for method in methods]
    axes = ("estimator", "time", "query")
    table = {name: (axes, np.array([[read[name].values for read in row] for row in found])) for name in READ}
    return xr.Dataset(table, coords={"estimator": list(methods), "t": ("time", list(times))})


def _read(score: Any, x: Any, t: float, method: str, rng: np.random.Generator) -> xr.Dataset:
    settings: dict[str, Any] = {} if method == "test" else RIVAL
    return local_dimension(score, x, t, method, rng=rng, **settings)
