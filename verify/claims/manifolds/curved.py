r"""Curved manifolds, with the exact energy law of each, so that nothing can be blamed on a linear approximation.

The exact averages hold for every law, and so does the limit 1 - t/t_c with the exact t_c. What a linear manifold does
not have is a difference between a step outward and a step inward: on a sphere of radius R the spread of the energies
goes with |x| R. Averaged over both steps, the order of the losses on a torus is that of
`verify.claims.order.displaced`: higher variance first from the centre, where nothing else tells the energies apart, and
reversed at its own points below t ~ R^2.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from typing import Any

import numpy as np

from simulate.estimate import Estimate
from simulate.observables import DisplacedContrast, OutwardMinusInward, ParticipationRatio
from simulate.samplers import LowestEnergies
from theory.case import Case, grid, origin, typical
from theory.exact.averages import participation_ratio
from theory.laws import LinearGaussian, RotatedGaussian, Sphere, Torus
from theory.laws.sphere import RoundProduct
from theory.limits.weights import limit_participation
from verify.claim import Claim, Correction
from verify.claims.ladder import extrapolated, in_dimensions
from verify.claims.manifolds.hidden import hidden
from verify.claims.order.displaced import NO_ORDER, PAPER, exact, paper_participation
from verify.claims.predictions import opposite, scaled

ALPHA = 0.5  # log N per intrinsic dimension
LADDER = (60, 90, 120, 180, 240, 360, 480)
HIGH = 4800  # intrinsic dimensions of a limit
MANY = 20_000  # data points for the covariance of a law
COUNT = 200  # lowest energies that are drawn


def linearized(case: Case) -> float:
    """E sum w^2 at finite N for Gaussian data of the same mean and covariance."""
    data = case.law.sample(MANY, np.random.default_rng(0))
    return float(participation_ratio(replace(case, law=RotatedGaussian(np.cov(data.T), data.mean(axis=0)))))


def outward(of: Callable[[Case], Any], case: Case) -> float:
    """`of` a step sqrt(t) outward minus the same inward, along the normal of the first block."""
    step = np.sqrt(case.t) * np.eye(case.d)[0]
    return float(of(case.moved(step)) - of(case.moved(-step)))


def both_steps(case: Case) -> np.ndarray:
    """First circles minus second, each averaged over a step outward and a step inward, (1,)."""
    return exact(case, ("axis",))


def variance_first(case: Case) -> np.ndarray:
    """The larger radius first, by as much as the exact theory has it, (1,)."""
    radii = _round(case).radii
    return np.sign(radii[0] - radii[-1]) * np.abs(both_steps(case))


def round_case(kind: type[RoundProduct], m: int, t: float) -> Case:
    """S^m of radius 1, or a torus of m circles, half of radius 1 and half 0.3; `t` of a sphere is times m."""
    law = Sphere(m) if kind is Sphere else Torus(np.repeat([1.0, 0.3], m // 2))
    return Case(law, typical, ALPHA * m, t / _scale(law))


def resized(case: Case, m: int) -> Case:
    """The round case of m intrinsic dimensions that is like this one."""
    law = _round(case)
    return round_case(type(law), m, case.t * _scale(law))


def limit(case: Case, order: str = "exact", power: float = 1.0) -> float:
    """1 - t/t_c, t_c in high dimension."""
    return limit_participation(resized(case, HIGH), order) ** power


def linear_limit(case: Case) -> float:
    """1 - t/t_c with the exact t_c of Gaussian data of the same covariance."""
    law = _round(case)
    return limit_participation(replace(case, law=LinearGaussian(np.repeat(law.radii**2 / law.block, law.block))))


@cache
def finite_size(case: Case) -> Correction:
    """P(infinity) - P(m) from exact averages along a ladder of m, as in `verify.claims.transition.scaling`."""
    table = np.array([participation_ratio(resized(case, m)) for m in LADDER])
    ending, error = extrapolated(in_dimensions(LADDER), table)
    return Correction(ending - participation_ratio(case), error)


def _round(case: Case) -> RoundProduct:
    if not isinstance(case.law, RoundProduct):
        raise ValueError(f"law must be a product of spheres, got {case.law!r}")
    return case.law


def _scale(law: RoundProduct) -> float:
    """In what unit times are inverse: the intrinsic dimension of a sphere, 1 of a torus."""
    return float(law.block - 1)


TORUS = Torus([1.0, 1.0, 0.3, 0.3])

FINITE = Claim(
    name="curved-participation",
    title="Participation ratio on curved manifolds",
    statement="On spheres, tori and a hidden manifold the mean of sum w^2 is the exact average with the law's own K.",
    source="theory.exact.averages with theory.laws: Bessel functions, quadrature",
    regime="exact at every N and d: S^1, S^2, S^10, S^50, circles of unequal radii, y = tanh(F z)",
    interpretation=(
        "Curvature is no excuse: K is all that is needed, and linear data of the same covariance behave otherwise."
    ),
    estimate=Estimate(
        cases=(
            *grid(Sphere(1), typical, (0.1,), n=20),
            *grid(Sphere(2), typical, (0.1,), n=30),
            *grid(Sphere(10), typical, (0.05, 0.1), n=100),
            *grid(Sphere(50), typical, (0.03,), n=100),
            *grid(Sphere(10), typical, (0.2,), n=50, training=True),
            *grid(TORUS, typical, (0.1,), n=100),
            *grid(hidden(4), typical, (0.05,), n=50),
        ),
        observable=ParticipationRatio(),
        replicas=8000,
    ),
    prediction=participation_ratio,
    controls={
        "linear data of the same covariance": linearized,
        "1 - t/t_c at face value, second cumulant": paper_participation,
        "half as many points": lambda case: participation_ratio(case.with_points(0.5)),
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
    estimate=Estimate(
        cases=(
            *grid(Sphere(1), typical, (0.1,), n=20),
            *grid(Sphere(2), typical, (0.1, 0.3), n=30),
            *grid(Sphere(10), typical, (0.05, 0.15), n=100),
            *grid(Sphere(50), typical, (0.03,), n=100),
            *grid(TORUS, typical, (0.3,), n=40),
        ),
        observable=OutwardMinusInward(),
        replicas=8000,
    ),
    prediction=partial(outward, participation_ratio),
    controls={
        "no difference, as in a linear manifold": NO_ORDER,
        "1 - t/t_c at face value, second cumulant": partial(outward, paper_participation),
        "half as many points": lambda case: outward(participation_ratio, case.with_points(0.5)),
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
        "From the centre only the displacement tells the energies apart: directional variance orders the losses."
    ),
    estimate=Estimate(
        cases=(*grid(TORUS, origin, (0.5,), n=30), *grid(Torus([2.0, 2.0, 1.0, 1.0]), origin, (2.0,), n=20)),
        observable=DisplacedContrast(scopes=("axis",)),
        replicas=8000,
    ),
    prediction=variance_first,
    controls={
        "smaller radius first": opposite(variance_first),
        "no order": NO_ORDER,
        "twice the difference": scaled(2, variance_first),
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
    estimate=Estimate(
        cases=grid((TORUS, Torus([1.0, 1.0, 1.0, 0.3, 0.3, 0.3])), typical, (0.25,), n=30),
        observable=DisplacedContrast(scopes=("axis",)),
        replicas=16_000,
    ),
    prediction=variance_first,
    controls={"no order": NO_ORDER, "reversed, by twice as much": scaled(-2, variance_first)},
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
    prediction=both_steps,
    controls={"larger radius first": variance_first, "no order": NO_ORDER},
    expected_verdict="agrees",
)

LIMIT = Claim(
    name="curved-limit",
    title="The limit below the exact t_c, on curved manifolds",
    statement="On spheres and tori E sum w^2 tends to 1 - t/t_c below the exact t_c as N = e^{alpha m} grows.",
    source="large deviations; theory.limits.condensation",
    regime="m -> infinity at log(N)/m = 0.5, m the intrinsic dimension; S^m and tori of radii 1 and 0.3",
    interpretation=(
        "The glass of energies is the same on curved manifolds, once t_c is that of the manifold's own energy law."
    ),
    formulas=("condensed_participation",),
    estimate=Estimate(
        cases=(
            *(round_case(Sphere, 120, t) for t in (0.14, 0.23, 0.32)),
            *(round_case(Torus, 60, t) for t in (0.08, 0.14, 0.19)),
        ),
        observable=ParticipationRatio(),
        sampler=LowestEnergies(count=COUNT),
        replicas=2500,
    ),
    correction=finite_size,
    prediction=limit,
    controls={
        "the paper's t_c (second cumulant)": partial(limit, order="second-cumulant"),
        "the exact t_c of linear data": linear_limit,
        "(1 - t/t_c)^2": partial(limit, power=2.0),
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
    estimate=Estimate(
        cases=(round_case(Sphere, 120, 0.23), round_case(Torus, 60, 0.14)),
        observable=ParticipationRatio(),
        sampler=LowestEnergies(count=COUNT),
        replicas=4000,
    ),
    correction=finite_size,
    prediction=partial(limit, order="second-cumulant"),
    controls={
        "(1 - t/t_c)^2": partial(limit, order="second-cumulant", power=2.0),
        "the exact t_c of linear data": linear_limit,
    },
    statistic="t",
    equivalence_margin=0.06,
    expected_verdict="disagrees",
    series="law",
    value_label="participation ratio",
)

CLAIMS = (FINITE, OUTWARD, VARIANCE_FIRST_AT_CENTRE, VARIANCE_FIRST_ON_TORUS, ORDER_ON_TORUS, LIMIT, PAPER_TIME)
