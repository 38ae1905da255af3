r"""Curved manifolds, with the exact energy law of each, so that nothing can be blamed on a linear approximation.

The exact averages hold for every law. What a linear manifold does not have is a difference between a step outward and
a step inward: on a sphere of radius R the standard deviation of the energies goes with |x| R. The order of the losses
is in `verify.claims.manifolds.torus`, the limit of many dimensions in `verify.claims.manifolds.curved_limit`.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from simulate.estimate import Estimate
from simulate.observables import DisplacedContrast, ParticipationRatio
from theory.case import Case, grid, typical
from theory.exact.averages import participation_ratio
from theory.laws import RotatedGaussian, Sphere
from verify.claim import Claim
from verify.claims.manifolds.hidden import hidden
from verify.claims.manifolds.torus import TORUS
from verify.claims.order.displaced import NO_ORDER, paper_participation

MANY = 20_000  # data points for the covariance of a law


def linearized(case: Case) -> float:
    """E sum w^2 at finite N for Gaussian data of the same mean and covariance."""
    data = case.law.sample(MANY, np.random.default_rng(0))
    return float(participation_ratio(replace(case, law=RotatedGaussian(np.cov(data.T), data.mean(axis=0)))))


def outward(of: Callable[[Case], Any], case: Case) -> float:
    """What a function gains by a step sqrt(t) outward over the same step inward, along the normal of the first block.

    Arguments:
        of: a function of a case.
        case: where.
    """
    step = np.sqrt(case.t) * np.eye(case.d)[0]
    return float(of(case.moved(step)) - of(case.moved(-step)))


FINITE = Claim(
    name="curved-participation",
    title="Participation ratio on curved manifolds",
    statement=r"On spheres, tori and a hidden manifold the mean of $\sum_\mu w_\mu^2$ is the exact average with $K$.",
    source="theory.exact.averages with theory.laws: Bessel functions, quadrature",
    regime=r"exact at every $N$ and $d$: $S^1$, $S^2$, $S^{10}$, $S^{50}$, unequal circles, $y = \tanh(F z)$",
    interpretation=r"Curved data need their own $K$ and nothing else, where linear data of one covariance differ.",
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
        "1 - t/t_c, at least 1/N, second cumulant": lambda case: np.maximum(paper_participation(case), 1 / case.n),
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
    statement=r"On a sphere or torus a point outside condenses before one inside, to first order in $\sqrt{t}$.",
    source="theory.laws.sphere: the energies vary with |x| R",
    regime=r"exact at every $N$, $d$ and $t$; spheres $S^1$, $S^2$, $S^{10}$, $S^{50}$, a torus",
    interpretation="The variance along a direction, all that a linear theory knows, is of second order on curved data.",
    estimate=Estimate(
        cases=(
            *grid(Sphere(1), typical, (0.1,), n=20),
            *grid(Sphere(2), typical, (0.1, 0.3), n=30),
            *grid(Sphere(10), typical, (0.05, 0.15), n=100),
            *grid(Sphere(50), typical, (0.03,), n=100),
            *grid(TORUS, typical, (0.3,), n=40),
        ),
        observable=DisplacedContrast(("outward",)),
        replicas=8000,
    ),
    prediction=partial(outward, participation_ratio),
    controls={
        "no difference, as in a linear manifold": NO_ORDER,
        "1 - t/t_c at face value, second cumulant": partial(outward, paper_participation),
        "two thirds as many points": lambda case: outward(participation_ratio, case.with_points(2 / 3)),
    },
    statistic="t",
    equivalence_margin=0.03,
    series="law",
    value_label="participation ratio, outward minus inward",
)

CLAIMS = (FINITE, OUTWARD)
