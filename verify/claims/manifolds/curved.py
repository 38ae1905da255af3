r"""Curved manifolds, with the exact energy law of each, so that nothing can be blamed on a linear approximation.

The exact averages hold for every law, and so does the limit 1 - t/t_c with the exact t_c. What a linear manifold does
not have is a difference between a step outward and a step inward: on a sphere of radius R the spread of the energies
goes with |x| R. Averaged over both steps, the order of the losses on a torus is that of
`verify.claims.order.displaced`: higher variance first from the centre, where nothing else tells the levels apart, and
reversed at its own points below t ~ R^2.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import xarray as xr

from simulate.experiments.manifolds.curved import OutwardMinusInward, ViewedParticipation
from simulate.experiments.order.subspaces import DisplacedParticipation, directions
from simulate.experiments.transition.scaling import Deep, DeepParticipation, enlarged
from simulate.experiments.view import View, views
from theory.exact.averages import participation_ratio
from theory.laws import RotatedGaussian, Torus
from theory.limits.condensation import condensation_time
from theory.limits.weights import condensed_participation
from verify.claim import Claim, Correction
from verify.claims.ladder import extrapolated, in_dimensions
from verify.claims.order.displaced import NO_ORDER, PAPER
from verify.claims.views import each_view

Labels = Mapping[str, Any]
ALPHA = 0.5  # log N per intrinsic dimension
LADDER = (60, 90, 120, 180, 240, 360, 480)
HIGH = 4800  # intrinsic dimensions of a limit
MANY = 20_000  # data points for the covariance of a law


def exact(view: View, t: np.ndarray, labels: Labels, share: float = 1.0) -> np.ndarray:
    """E sum w^2 at finite N; `share` of N, for a control."""
    return participation_ratio(t, view.x, view.energy_law, np.log(share * view.n), view.planted)


def linearized(view: View, t: np.ndarray, labels: Labels) -> np.ndarray:
    """The same for Gaussian data of the same mean and covariance."""
    data = view.energy_law.sample(MANY, np.random.default_rng(0))
    gaussian = RotatedGaussian(np.cov(data.T), data.mean(axis=0))
    return participation_ratio(t, view.x, gaussian, np.log(view.n), view.planted)


def at_face(view: View, t: np.ndarray, labels: Labels) -> np.ndarray:
    """1 - t/t_c with the second cumulant of the exact law."""
    t_c = _paper_time(view, view.x)
    return condensed_participation.numeric(np.minimum(t, t_c), t_c)


def outward(view: View, t: np.ndarray, labels: Labels, share: float = 1.0) -> np.ndarray:
    """E sum w^2 a step sqrt(t) outward minus the same inward."""
    log_n, steps = np.log(share * view.n), directions(view, np.array([0]), "axis")
    ends = [[participation_ratio(s, view.x + np.sqrt(s) * n, view.energy_law, log_n) for n in steps] for s in t]
    return -np.diff(np.array(ends), axis=1)[:, 0]


def outward_at_face(view: View, t: np.ndarray, labels: Labels) -> np.ndarray:
    """The same of 1 - t/t_c with the second cumulant."""
    steps = directions(view, np.array([0]), "axis")
    t_c = np.array([[_paper_time(view, view.x + np.sqrt(s) * n) for n in steps] for s in t])
    return -np.diff(condensed_participation.numeric(np.minimum(t[:, None], t_c), t_c), axis=1)[:, 0]


def both_steps(view: View, t: np.ndarray, labels: Labels) -> np.ndarray:
    """First subspace minus second, each averaged over a step outward and a step inward."""
    return np.array([_contrast(view, float(s)) for s in t])


def variance_first(view: View, t: np.ndarray, labels: Labels) -> np.ndarray:
    """The larger radius first, by as much as the exact theory has it."""
    return np.sign(view.numbers[0] - view.numbers[-1]) * np.abs(both_steps(view, t, labels))


@cache
def _contrast(view: View, t: float) -> float:
    first, second = (_mean_over_steps(view, t, subspace) for subspace in view.subspaces[:2])
    return first - second


def _mean_over_steps(view: View, t: float, subspace: np.ndarray) -> float:
    steps = directions(view, subspace[:1], "axis")[
        : 1 if view.query == "origin" else 2
    ]  # from the origin both are alike
    points = view.x + np.sqrt(t) * steps
    return float(np.mean(participation_ratio(t, points, view.energy_law, np.log(view.n))))


def _paper_time(view: View, x: np.ndarray) -> float:
    law = view.energy_law
    return float(condensation_time(x, law, np.log(view.n) / law.dimension, "second-cumulant"))


def round_cases(kind: str, m: int, times: tuple[float, ...]) -> tuple[Deep, ...]:
    """S^m of radius 1, or a torus of m circles, half of radius 1 and half 0.3; times of a sphere are times m."""
    law, scale = _round_law(kind, m)
    return tuple(Deep(law, "typical", ALPHA * m, t / scale) for t in times)


def limit(view: View, t: np.ndarray, labels: Labels, order: str = "exact", power: float = 1.0) -> np.ndarray:
    """1 - t/t_c, t_c in high dimension."""
    kind, m = _kind(view)
    law, scale = _round_law(kind, HIGH)
    far = View(law, "typical", 1, 1.0)
    endless = condensation_time(far.x, far.energy_law, ALPHA * HIGH / far.energy_law.dimension, order)
    t_c = endless * scale / _round_law(kind, m)[1]
    return condensed_participation.numeric(np.minimum(t, t_c), t_c) ** power


def linear_limit(view: View, t: np.ndarray, labels: Labels) -> np.ndarray:
    """1 - t/t_c with the exact t_c of Gaussian data of the same covariance."""
    _, m = _kind(view)
    law = view.energy_law
    variances = np.repeat(law.radii**2 / 2, 2) if isinstance(law, Torus) else np.full(m + 1, 1 / (m + 1))
    t_c = condensation_time(view.x, variances, ALPHA * m / law.dimension)
    return condensed_participation.numeric(np.minimum(t, t_c), t_c)


def finite_size(observed: xr.Dataset) -> Correction:
    """P(infinity) - P(m) from exact averages along a ladder of m, as in `verify.claims.transition.scaling`."""

    def part(view: View, t: np.ndarray, labels: Labels) -> np.ndarray:
        kind, m = _kind(view)
        scaled = t * _round_law(kind, m)[1]
        table = np.array([_exact_at(kind, size, scaled) for size in LADDER])
        ending, error = extrapolated(in_dimensions(LADDER), table)
        return np.stack([ending - _exact_at(kind, m, scaled), error], axis=1)

    return Correction(*each_view(part)(observed).T)


def _exact_at(kind: str, m: int, scaled: np.ndarray) -> np.ndarray:
    law, scale = _round_law(kind, m)
    view = View(law, "typical", 1, 1.0)
    return participation_ratio(scaled / scale, view.x, view.energy_law, ALPHA * m)


def _round_law(kind: str, m: int) -> tuple[str, float]:
    """The text of the law, and in what unit times are inverse."""
    return (f"sphere {m}", float(m)) if kind == "sphere" else (enlarged("torus 1 0.3", m // 2), 1.0)


def _kind(view: View) -> tuple[str, int]:
    kind = view.law.split()[0]
    return kind, int(view.numbers[0]) if kind == "sphere" else view.numbers.size


FINITE = Claim(
    name="curved-participation",
    title="Participation ratio on curved manifolds",
    statement="On spheres, tori and a hidden manifold the mean of sum w^2 is the exact average with the law's own K.",
    source="theory.exact.averages with theory.laws: Bessel functions, quadrature",
    regime="exact at every N and d: S^1, S^2, S^10, S^50, circles of unequal radii, y = tanh(F z)",
    interpretation=(
        "Curvature is no excuse: K is all that is needed, and linear data of the same covariance behave otherwise."
    ),
    estimate=ViewedParticipation(
        cases=(
            *views("sphere 1", "typical", 20, (0.1,)),
            *views("sphere 2", "typical", 30, (0.1,)),
            *views("sphere 10", "typical", 100, (0.05, 0.1)),
            *views("sphere 50", "typical", 100, (0.03,)),
            *views("sphere 10", "training", 50, (0.2,)),
            *views("torus 1*2 0.3*2", "typical", 100, (0.1,)),
            *views("hidden 1 4", "typical", 50, (0.05,)),
        ),
        replicas=8000,
    ),
    prediction=each_view(exact),
    controls={
        "linear data of the same covariance": each_view(linearized),
        "1 - t/t_c at face value, second cumulant": each_view(at_face),
        "half as many points": each_view(exact, share=0.5),
    },
    statistic="t",
    equivalence_margin=0.03,
    series="law",
    value_label="participation ratio",
)

OUTWARD = Claim(
    name="curved-outward",
    title="A step outward and a step inward",
    statement="On a sphere or torus a point outside condenses before one inside, to first order in the step sqrt(t).",
    source="theory.laws.sphere: the energies vary with |x| R",
    regime="exact at every N, d and t; spheres S^1, S^2, S^10, S^50, a torus",
    interpretation=(
        "The variance along a direction, all that a linear theory knows, is of second order on a curved manifold."
    ),
    estimate=OutwardMinusInward(
        cases=(
            *views("sphere 1", "typical", 20, (0.1,)),
            *views("sphere 2", "typical", 30, (0.1, 0.3)),
            *views("sphere 10", "typical", 100, (0.05, 0.15)),
            *views("sphere 50", "typical", 100, (0.03,)),
            *views("torus 1*2 0.3*2", "typical", 40, (0.3,)),
        ),
        replicas=8000,
    ),
    prediction=each_view(outward),
    controls={
        "no difference, as in a linear manifold": NO_ORDER,
        "1 - t/t_c at face value, second cumulant": each_view(outward_at_face),
        "half as many points": each_view(outward, share=0.5),
    },
    statistic="t",
    equivalence_margin=0.03,
    series="law",
    value_label="participation ratio, outward minus inward",
)

VARIANCE_FIRST_AT_CENTRE = Claim(
    name="curved-order-centre",
    title="Directional variance on a torus, from its centre",
    statement="Seen from the centre of a torus, displaced by sqrt(t), the circles of larger radius are lost first.",
    source=f"{PAPER}: t_c(x) grows with the directional variance",
    regime="flat tori of unequal radii, every t",
    interpretation=(
        "From the centre only the displacement tells the levels apart: directional variance orders the losses."
    ),
    estimate=DisplacedParticipation(
        cases=(
            *views("torus 1*2 0.3*2", "origin", 30, (0.5,)),
            *views("torus 2*2 1*2", "origin", 20, (2.0,)),
        ),
        scopes=("axis",),
        replicas=8000,
    ),
    prediction=each_view(variance_first),
    controls={
        "smaller radius first": each_view(lambda *a: -variance_first(*a)),
        "no order": NO_ORDER,
        "twice the difference": each_view(lambda *a: 2 * variance_first(*a)),
    },
    statistic="t",
    equivalence_margin=0.01,
    series="law",
    value_label="participation ratio, first circles minus second",
)

VARIANCE_FIRST_ON_TORUS = Claim(
    name="curved-order-torus",
    title="Directional variance on a torus, at its own points",
    statement="Seen from a point of a torus, displaced by +-sqrt(t), the circles of larger radius are lost first.",
    source=f"{PAPER}: t_c(x) grows with the directional variance",
    regime="flat tori of unequal radii, t between the squares of the radii",
    interpretation="Reversed, as for linear data below t = sigma_high sigma_low: curvature does not restore the order.",
    estimate=DisplacedParticipation(
        cases=(
            *views("torus 1*2 0.3*2", "typical", 30, (0.25,)),
            *views("torus 1*3 0.3*3", "typical", 30, (0.25,)),
        ),
        scopes=("axis",),
        replicas=16_000,
    ),
    prediction=each_view(variance_first),
    controls={"no order": NO_ORDER, "reversed, by twice as much": each_view(lambda *a: -2 * variance_first(*a))},
    statistic="t",
    equivalence_margin=0.01,
    expected_verdict="disagrees",
    series="law",
    value_label="participation ratio, first circles minus second",
)

ORDER_ON_TORUS = replace(
    VARIANCE_FIRST_ON_TORUS,
    name="curved-order-torus-exact",
    title="Order of the losses on a torus, at its own points",
    statement="Averaged over a step outward and a step inward, the difference of two circles is the exact average.",
    source="exact averages at finite N (theory.exact.averages, participation_ratio)",
    interpretation=(
        "The circles of smaller radius are lost first, as lower variances of linear data: use the exact average."
    ),
    prediction=each_view(both_steps),
    controls={"larger radius first": each_view(variance_first), "no order": NO_ORDER},
    expected_verdict="agrees",
)

LIMIT = Claim(
    name="curved-limit",
    title="The limit below the exact t_c, on curved manifolds",
    statement="On spheres and tori E sum w^2 tends to 1 - t/t_c below the exact t_c as N = e^{alpha m} grows.",
    source="large deviations; theory.limits.condensation",
    regime="m -> infinity at log(N)/m = 0.5, m the intrinsic dimension; S^m and tori of radii 1 and 0.3",
    interpretation=(
        "The glass of levels is the same on curved manifolds, once t_c is that of the manifold's own energy law."
    ),
    formulas=("condensed_participation",),
    estimate=DeepParticipation(
        cases=(*round_cases("sphere", 120, (0.14, 0.23, 0.32)), *round_cases("torus", 60, (0.08, 0.14, 0.19))),
        replicas=2500,
    ),
    correction=finite_size,
    prediction=each_view(limit),
    controls={
        "the paper's t_c (second cumulant)": each_view(limit, order="second-cumulant"),
        "the exact t_c of linear data": each_view(linear_limit),
        "(1 - t/t_c)^2": each_view(limit, power=2.0),
    },
    statistic="t",
    equivalence_margin=0.06,
    series="law",
    value_label="participation ratio",
)

PAPER_TIME = Claim(
    name="curved-paper-time",
    title="The paper's t_c on curved manifolds",
    statement="On spheres and tori E sum w^2 tends to 1 - t/t_c with t_c to second cumulant, K''(0) of the manifold.",
    source=f"{PAPER}, sec. 5.3, with the energy variance of the manifold",
    regime=LIMIT.regime,
    interpretation=(
        "At half a nat of log N per intrinsic dimension the second cumulant puts t_c twice too high, on a sphere as on "
        "a torus: the error is in the Gaussian approximation of the energies and not in the shape of the manifold."
    ),
    formulas=("condensed_participation",),
    estimate=DeepParticipation(
        cases=(*round_cases("sphere", 120, (0.23,)), *round_cases("torus", 60, (0.14,))), replicas=4000
    ),
    correction=finite_size,
    prediction=each_view(limit, order="second-cumulant"),
    controls={
        "(1 - t/t_c)^2": each_view(limit, order="second-cumulant", power=2.0),
        "the exact t_c of linear data": each_view(linear_limit),
    },
    statistic="t",
    equivalence_margin=0.06,
    expected_verdict="disagrees",
    series="law",
    value_label="participation ratio",
)

CLAIMS = (FINITE, OUTWARD, VARIANCE_FIRST_AT_CENTRE, VARIANCE_FIRST_ON_TORUS, ORDER_ON_TORUS, LIMIT, PAPER_TIME)
