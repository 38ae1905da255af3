"""Public calls with arguments that are good, and the kind of bad values that each argument gets in turn."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from simulate.adapters import Layout
from simulate.dimension import EmpiricalScore, local_dimension
from simulate.engine import empirical_score, phase_diagram, posterior
from simulate.estimate import Estimate
from simulate.images import as_images, distinct, duplicates
from simulate.observables import ParticipationRatio
from simulate.run.experiment import Point
from simulate.run.store import Store
from simulate.sampling import clones, nearest_ratio, sample
from tests.bad_input import values as of
from theory import exact, laws, limits, process
from theory.case import Case, grid, typical
from theory.laws import spectra
from theory.learned import linear, random_features
from theory.learned.collision import false_alarm, flow_time
from theory.learned.divergence import mean_divergence
from theory.learned.splits import split_disagreement
from theory.learned.training import order_in_time

V = np.array([1.0, 0.5, 0.1])
X = np.array([0.5, -0.2, 0.3])
DATA = np.random.default_rng(0).normal(size=(6, 3))
CASE = Case(V, X, np.log(6.0), 0.3)
ROUND = Case(spectra.equal(3), X, np.log(6.0), 0.3)
MEMORY = EmpiricalScore(DATA)
Kinds = dict[str, Any]
Says = dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Call:
    """A public call: good arguments, bad values by name of argument, and names that a refusal may say instead."""

    function: Callable[..., Any]
    good: dict[str, Any]
    bad: Kinds
    says: Says = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Module and name."""
        return f"{self.function.__module__}.{self.function.__qualname__}"


def rng() -> np.random.Generator:
    """The same random numbers for every call."""
    return np.random.default_rng(0)


POINT, ROWS = of.point(X), of.rows(DATA)


def without(bad: Kinds, *names: str) -> Kinds:
    """All but the values of these names, which are good here."""
    return {name: value for name, value in bad.items() if name not in names}


def memory_at(data: Any) -> Any:
    """The empirical score of some data, at a place."""
    return EmpiricalScore(data)(DATA, 0.3)


TIMES = without(of.POSITIVE, "two numbers", "empty")  # of any shape: no times have no values
SEVERAL = without(of.POSITIVE, "two numbers")
LAMBDA = without(of.SCALAR, "two numbers", "empty", "complex", "complex tensor")
OF_CASE = {"t": TIMES, "x": POINT, "law": of.LAW, "log_n": of.AT_LEAST_0}
GOOD_CASE = {"t": 0.3, "x": X, "law": V, "log_n": 3.0}
LAMBDA_SAYS: Says = {"lam": ("lambda",)}
LAW_OR_VARIANCES: Says = {"law": ("variances",), "variances": ("law",)}
AVERAGES = ("entropy", "log_participation_ratio", "log_partition", "mean_energy", "mean_jacobian", "mean_score")
EXACT = [getattr(exact, name) for name in (*AVERAGES, "participation_ratio", "score_variance")]
THEORY = [
    *(Call(one, GOOD_CASE, OF_CASE, LAW_OR_VARIANCES) for one in EXACT),
    Call(limits.r4, {"variances": V}, {"variances": of.LAW}, LAW_OR_VARIANCES),
    Call(limits.omega_squared, {"x": X, "variances": V}, {"x": POINT, "variances": of.LAW}, LAW_OR_VARIANCES),
    Call(
        limits.condensation_time,
        {"x": X, "variances": V, "alpha": 0.5},
        {"x": POINT, "variances": of.LAW, "alpha": of.POSITIVE, "order": of.WORD},
        LAW_OR_VARIANCES | {"alpha": ("log_n",)},
    ),
    Call(
        limits.effective_number,
        {"t": 0.1, "t_c": 0.4, "n": 100},
        {"t": TIMES, "t_c": TIMES, "n": {**of.SCALAR, "0": 0, "-1": -1}},
    ),
    Call(process.exploding_time, {"tau": 0.3}, {"tau": TIMES}),
    Call(process.preserving_time, {"t": 0.3}, {"t": TIMES}),
    *(
        Call(
            one,
            {"t": 0.3, "variances": V, "n": 10.0},
            {"t": TIMES, "variances": of.LAW, "n": of.POSITIVE},
            LAW_OR_VARIANCES,
        )
        for one in (linear.renormalized_noise, linear.mean_jacobian, linear.finite_jacobian)
    ),
    Call(
        split_disagreement,
        {"t": 0.3, "x": X, "variances": V, "n": 10.0},
        {"t": of.POSITIVE, "x": POINT, "variances": of.LAW, "n": of.POSITIVE},
        LAW_OR_VARIANCES,
    ),
    Call(
        order_in_time,
        {"t": 0.3, "variances": V, "eta": 1.0},
        {"t": of.POSITIVE, "variances": of.vector(V, 0.0), "eta": of.POSITIVE},
    ),
    Call(mean_divergence, {"d": 3, "n": 10}, {"d": of.COUNT, "n": of.COUNT}, {"d": ("n",)}),
    Call(flow_time, {"a": 0.3}, {"a": TIMES}),
    Call(false_alarm, {"case": ROUND, "ratio": 0.3}, {"case": of.CALLABLE, "ratio": of.POSITIVE}),
    Call(
        random_features.losses,
        {"t": 0.3, "points": 2.0, "width": 3.0, "noises": 4.0, "ridge": 0.1},
        dict.fromkeys(("t", "points", "width", "noises", "ridge"), of.POSITIVE),
    ),
]
OF_LAW, GOOD_LAW = {"lam": LAMBDA, "x": without(POINT, "three axes")}, {"lam": 0.5, "x": X}
LISTED = without(of.CALLABLE, "list")
COPIES = without(ROWS, "nan", "inf", "no rows", "no columns", "masked")
LAWS = [
    Call(laws.LinearGaussian, {"variances": V, "mean": X}, {"variances": of.vector(V, 0.0), "mean": POINT}),
    Call(laws.UnitNormGaussian, {"variances": V}, {"variances": of.vector(V, 0.0)}),
    Call(
        laws.Sphere,
        {"dimension": 2, "radius": 1.0, "ambient": 3},
        {"dimension": of.COUNT, "radius": of.POSITIVE, "ambient": without(of.COUNT, "None")},
        {"dimension": ("ambient",)},
    ),
    Call(laws.Torus, {"radii": np.array([1.0, 0.5])}, {"radii": of.vector(np.array([1.0, 0.5]), 0.0)}),
    Call(laws.DatasetLaw, {"points": DATA}, {"points": ROWS}),
    Call(laws.RotatedGaussian, {"covariance": np.diag(V)}, {"covariance": ROWS}),
    Call(laws.Rotated, {"law": V, "basis": np.eye(3)}, {"law": of.LAW, "basis": ROWS}, LAW_OR_VARIANCES),
    Call(
        laws.REM,
        {"bits": 4, "variance": 1.0},
        {"bits": of.COUNT, "variance": without(of.POSITIVE, "None")},
    ),
    Call(
        laws.Mixture,
        {"weights": np.array([0.5, 0.5]), "laws": [V, V]},
        {"weights": of.vector(np.array([0.5, 0.5]), 0.0), "laws": of.CALLABLE},
        {"laws": ("law",)},
    ),
    *(Call(one, {"d": 4}, {"d": of.COUNT}) for one in (spectra.halves, spectra.graded, spectra.equal, spectra.plane)),
    Call(
        laws.LinearGaussian(V).log_mgf,
        GOOD_LAW,
        OF_LAW,
        {"lam": ("lambda",)},
    ),
    Call(laws.LinearGaussian(V).sample, {"n": 3, "rng": rng()}, {"n": without(of.COUNT, "0"), "rng": of.RNG}),
    Call(
        laws.Sphere(2).log_mgf,
        GOOD_LAW,
        OF_LAW,
        {"lam": ("lambda",)},
    ),
    Call(laws.Sphere(2).sample, {"n": 3, "rng": rng()}, {"n": without(of.COUNT, "0"), "rng": of.RNG}),
]
CASES = [
    Call(
        Case,
        {"law": V, "x": X, "log_n": 3.0, "t": 0.3},
        {
            "law": of.LAW,
            "x": without(POINT, "function"),
            "log_n": of.AT_LEAST_0,
            "t": of.POSITIVE,
        },
        LAW_OR_VARIANCES,
    ),
    Call(CASE.with_points, {"share": 0.5}, {"share": of.POSITIVE}),
    Call(CASE.at, {"t": 0.5}, {"t": of.POSITIVE}),
    Call(CASE.moved, {"step": X}, {"step": POINT}, {"step": ("x",)}),
    Call(CASE.enlarged, {"copies": 2}, {"copies": of.COUNT}),
    Call(
        grid,
        {"laws": laws.LinearGaussian(V), "at": typical, "times": (0.1,), "n": 6},
        {
            "laws": of.CALLABLE,
            "at": of.CALLABLE,
            "times": LISTED,
            "n": without(of.POSITIVE, "two numbers"),
        },
        {"laws": ("law", "variances"), "times": ("t",), "n": ("log_n",)},
    ),
]
SIMULATE = [
    *(
        Call(
            one,
            {"x": X, "data": DATA, "t": 0.3},
            {"x": POINT, "data": ROWS, "t": SEVERAL, "device": without(of.WORD, "None")},
        )
        for one in (posterior, empirical_score)
    ),
    Call(
        phase_diagram,
        {"x": X, "data": DATA, "times": [0.1, 0.3]},
        {"x": POINT, "data": ROWS, "times": SEVERAL, "sizes": without(of.COUNT, "None")},
    ),
    Call(memory_at, {"data": DATA}, {"data": ROWS}),
    Call(
        local_dimension,
        {"score": MEMORY, "x": X[None], "t": 0.3, "rng": rng()},
        {"score": of.CALLABLE, "x": ROWS, "t": of.POSITIVE, "method": of.WORD, "error_rate": of.POSITIVE},
        {"error_rate": ("repeats",)},
    ),
    Call(
        clones,
        {"score": MEMORY, "x": X, "t": 0.3, "count": 3, "rng": rng()},
        {"score": of.CALLABLE, "x": POINT, "t": of.POSITIVE, "count": of.COUNT, "rng": of.RNG, "method": of.WORD},
        {"t": ("x",)},  # of the noised points, which the score refuses
    ),
    Call(
        sample,
        {"score": MEMORY, "count": 3, "d": 3, "rng": rng(), "t_max": 3.0, "t_min": 0.01},
        {
            "score": of.CALLABLE,
            "count": of.COUNT,
            "d": of.COUNT,
            "rng": of.RNG,
            "t_max": of.POSITIVE,
            "t_min": of.POSITIVE,
        },
        {"t_max": ("x",), "t_min": ("score",)},  # what the score refuses, and what is refused of it
    ),
    Call(
        nearest_ratio,
        {"ends": DATA + 0.1, "data": DATA},
        {"ends": without(ROWS, "no rows"), "data": ROWS},
    ),
    Call(as_images, {"array": DATA, "source": "rows"}, {"array": without(ROWS, "four axes")}, {"array": ("rows",)}),
    Call(distinct, {"data": DATA}, {"data": COPIES}),
    Call(duplicates, {"data": DATA}, {"data": COPIES}),
    Call(Layout, {"shape": (1, 2, 2)}, {"shape": LISTED, "scale": of.POSITIVE, "shift": of.SCALAR}),
    Call(Point, {"n": 3}, {"n": without(of.NO_NUMBERS, "inf", "-inf", "text")}),
    Call(
        Store("nowhere").load,
        {"key": "key"},
        {"key": {**of.CALLABLE, "path": "../x", "empty": "", "nul": "a\0", "text": "a/b"}},
    ),
]


def estimated(**settings: Any) -> Any:
    """An estimate, run."""
    return Estimate(observable=ParticipationRatio(), **settings).run(progress=False)


ESTIMATES = [
    Call(
        estimated,
        {"cases": (CASE,), "replicas": 3},
        {"cases": {**of.CALLABLE, "none": ()}, "replicas": of.COUNT, "seed": of.AT_LEAST_0},
    )
]
CALLS = [*THEORY, *LAWS, *CASES, *SIMULATE, *ESTIMATES]
