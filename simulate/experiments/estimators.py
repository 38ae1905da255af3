r"""Estimators of local dimension where the dimension is known: manifolds, sizes, times, methods.

    linear-15     N(0, 0.122 I_15) in R^100: the variance at which FLIPD's published figures (2406.03537) are met
    unequal       the paper's variances, 1 twice and 0.09 five times, in R^30                                     7
    sphere-k      S^k, k = 2, 10, 50, in R^100
    torus         two circles of radius 1, two of 1/2, in R^20                                                    4
    union-2, -6   a plane and a space of six dimensions in R^20, 3 apart, seen from the one or the other
    hidden        y = tanh(F z), one z, in R^12                                                                   1
    curve         (cos a, sin a, 0.1 cos 20 a, 0.1 sin 20 a) in R^10: curvature 8                                 1

The score is that of the law (`n` infinite; of the last two, of so many points that they cannot be told apart at the
times used) or of n data points, and x is one of the data. Estimators that see data alone, no score, are those of
scikit-dimension, called as they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np
import xarray as xr

from simulate.dimension import METHODS, EmpiricalScore, PopulationScore, local_dimension
from simulate.experiments.experiment import Experiment, Point
from simulate.experiments.participation import one_thread
from simulate.experiments.view import features
from theory.arguments import choice
from theory.law import EnergyLaw
from theory.laws import DatasetLaw, HiddenManifold, LinearGaussian, Mixture, Sphere, Torus

AMBIENT = 100
PUBLISHED_STD = (0.020, 0.045, 0.109, 0.322, 0.777)
PUBLISHED_FLIPD = {np.inf: (15, 15, 14.9, 11.9, 4.6), 500: (0, 0, 0, 0.03, 4.2)}
PUBLISHED_GAP = {"sphere-10": 11, "sphere-50": 51}  # by a network: neither N nor t is one of ours
SOURCES = {"flipd": "arXiv:2406.03537", "gap": "arXiv:2212.12611"}  # Kamkari et al.; Stanczuk et al.
TRUTH = {
    "linear-15": 15,
    "unequal": 7,
    "sphere-2": 2,
    "sphere-10": 10,
    "sphere-50": 50,
    "torus": 4,
    "union-2": 2,
    "union-6": 6,
    "hidden": 1,
    "curve": 1,
}
FROM_DATA = ("lPCA", "MLE", "TwoNN")
CLOSE = 0.1  # of the dimension, or half a dimension: what counts as right
RIVAL = {"repeats": 2, "error_rate": 0.5}  # their scatter is seen over x: no interval is asked for


@dataclass(frozen=True, kw_only=True)
class Estimators(Experiment):
    """Readings of every method on every manifold at `queries` points x, for sizes n (infinite: the law's own score).

    Results (manifold, size, time, estimator, query): `dimension`, `lower`, `upper`, `outcome`; and `truth` (manifold).
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
        with one_thread():
            rows = [xr.concat([_read(score, x, t, m, rng) for t in self.times], "time") for m in self.methods]
        return xr.concat(rows, "estimator").assign_coords(estimator=list(self.methods), t=("time", list(self.times)))

    def combine(self, parts: list[xr.Dataset]) -> xr.Dataset:
        return _unstacked(super().combine(parts), self.manifolds)


@dataclass(frozen=True, kw_only=True)
class FromData(Experiment):
    """`dimension` (manifold, size, estimator, replica) by scikit-dimension, from n data points alone.

    Raises ValueError where scikit-dimension is not installed (`pip install losing-dimensions[peers]`).
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
        return _unstacked(super().combine(parts), self.manifolds)


OF_JACOBIAN = ("test", "flipd", "lhsd", "participation")
OF_SCORES = ("gap", "curvature")  # ask for 4 d scores, or twice as many
SMALL = ("unequal", "torus", "union-2", "union-6")  # d <= 30: where 8 d scores of a million points are affordable
FLIPD = Estimators(manifolds=("linear-15",), times=tuple(s * s for s in PUBLISHED_STD), methods=("flipd",), queries=12)
PROFILES: dict[str, tuple[Estimators, ...]] = {
    "quick": (Estimators(),),
    "full": (
        Estimators(sizes=(50, 500, 5000, np.inf)),
        Estimators(manifolds=tuple(TRUTH)[:-2], sizes=(1e5, 1e6), methods=OF_JACOBIAN, queries=2),
        Estimators(manifolds=("hidden", "curve"), sizes=(1e5, 1e6), queries=2),
        Estimators(manifolds=tuple(TRUTH)[:-2], sizes=(1e5,), methods=OF_SCORES, queries=2),
        Estimators(manifolds=SMALL, sizes=(1e6,), methods=OF_SCORES, queries=2),
    ),
}


def law_of(manifold: str) -> EnergyLaw:
    """The law by its name; ValueError for an unknown one."""
    kind, _, number = choice("manifold", manifold, tuple(TRUTH)).partition("-")
    if kind == "sphere":
        return Sphere(int(number), ambient=AMBIENT)
    if kind == "union":
        return Mixture([0.5, 0.5], list(_union().values()))
    return {
        "linear": lambda: LinearGaussian([0.122] * 15 + [0.0] * (AMBIENT - 15)),
        "unequal": lambda: LinearGaussian([1.0] * 2 + [0.09] * 5 + [0.0] * 23),
        "torus": lambda: Torus([1.0, 1.0, 0.5, 0.5], ambient=20),
        "hidden": lambda: HiddenManifold(features(12, 1)),
        "curve": lambda: DatasetLaw(curve(2 * np.pi * np.arange(4096) / 4096)),
    }[kind]()


def draw(manifold: str, n: int, rng: np.random.Generator) -> np.ndarray:
    """n data points, (n, d); of a union the first half lies on the manifold that is named."""
    if manifold.startswith("union"):
        parts = _union()
        named = parts.pop(manifold)
        own = (n + 1) // 2
        return np.concatenate([named.sample(own, rng), next(iter(parts.values())).sample(n - own, rng)])
    if manifold == "curve":
        return curve(rng.uniform(0, 2 * np.pi, n))
    return law_of(manifold).sample(n, rng)


def curve(angle: np.ndarray) -> np.ndarray:
    """Points of the curve, (n, 10): a helix wound 20 times around a circle."""
    parts = [np.cos(angle), np.sin(angle), 0.1 * np.cos(20 * angle), 0.1 * np.sin(20 * angle)]
    return np.stack([*parts, *[np.zeros_like(angle)] * 6], axis=1)


def from_data(method: str, data: np.ndarray) -> float:
    """Dimension of data (n, d) by the scikit-dimension class of that name, the mean over points where it is local."""
    choice("method", method, FROM_DATA)
    if find_spec("skdim") is None:
        raise ValueError(f"method {method} needs scikit-dimension: pip install 'losing-dimensions[peers]'")
    from skdim import id as skdim  # pyright: ignore[reportMissingImports]  an optional extra

    made: Any = getattr(skdim, method)()
    with np.errstate(divide="ignore", invalid="ignore"):  # lPCA divides by variances that are 0 on a linear manifold
        return float(made.fit(data).dimension_)


def summary(observed: xr.Dataset) -> xr.Dataset:
    """How good the readings of `Estimators` are, over x.

    `bias` and `spread`: mean and standard deviation of dimension - truth; `memorized` and `no gap`: shares of x with
    these outcomes, which are no answers; `right`: share of x with an answer within half a dimension or 10 % of the
    truth; `failure`: share of x with another answer.
    """
    off = observed.dimension - observed.truth
    answered = observed.outcome == "dimension"
    near = np.abs(off) <= np.maximum(0.5, CLOSE * observed.truth)
    return xr.Dataset(
        {
            "bias": off.mean("query"),
            "spread": off.std("query", ddof=1),
            "right": (answered & near).mean("query"),
            "memorized": (observed.outcome == "memorized").mean("query"),
            "no gap": (observed.outcome == "no gap").mean("query"),
            "failure": (answered & ~near).mean("query"),
        }
    )


def _unstacked(rows: xr.Dataset, manifolds: tuple[str, ...]) -> xr.Dataset:
    """Axes manifold and size in place of the points, which are all of their pairs."""
    table = rows.set_index(point=["manifold", "size"]).unstack("point").sel(manifold=list(manifolds))
    return table.assign(truth=("manifold", [TRUTH[name] for name in manifolds]))


def _union() -> dict[str, EnergyLaw]:
    plane = LinearGaussian([1.0] * 2 + [0.0] * 18)
    space = LinearGaussian([0.0] * 2 + [1.0] * 6 + [0.0] * 12, np.r_[np.zeros(10), 3.0, np.zeros(9)])
    return {"union-2": plane, "union-6": space}


def _read(score: Any, x: np.ndarray, t: float, method: str, rng: np.random.Generator) -> xr.Dataset:
    settings: dict[str, Any] = {} if method == "test" else RIVAL
    read = local_dimension(score, x, t, method, rng=rng, **settings)
    return read[["dimension", "lower", "upper", "outcome"]].drop_vars("t").drop_attrs()
