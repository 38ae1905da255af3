r"""Both wordings away from the origin: at typical points, held-out points and data points, Gaussian and unit-norm data.

v1's wording is about condensation (sum w^2 at x displaced by sqrt(t) along a subspace), v2's about what a score shows
(the share of the posterior variance left). At a data point the displaced x is at the same distance from it whatever
the direction, but the others are not: their partition sum falls by the factor

    exp(-t/(2 (t + sigma_i^2))),

least along high variance. The point's own weight grows most along the *lowest*, and v1's order is reversed while that
weight is of order one; well above, where all points matter, it returns.

Exact averages of unit-norm data off the origin take seconds each. There a wording is held to the sign that it predicts:
whether the difference of two subspaces is positive in the mean over a batch of data sets, a bounded number.
"""

from dataclasses import replace

import numpy as np

from simulate.estimate import Estimate
from simulate.observables import Contrast, DisplacedContrast, PositiveInBatch, RemainingVariance
from simulate.samplers import Batches
from theory.case import Case, displaced, grid, held_out, typical
from theory.laws.spectra import gaussian, unit_norm
from verify.claim import Claim
from verify.claims.order.displaced import NO_ORDER, PAPER, claimed, exact, half_as_many, second_cumulant
from verify.claims.predictions import constant, opposite, scaled


def condensation_order(case: Case) -> float:
    """1 for t < sigma_high sigma_low, of the data before they are divided by their mean square norm, 0 above."""
    high, low = case.variances[[0, -1]]
    return float(case.t < np.sqrt(high * low) / case.variances.sum())


def three_quarters(case: Case) -> np.ndarray:
    """`exact` for three quarters of N, (scopes,)."""
    return exact(case.with_points(0.75))


GAUSSIAN, FLAT = gaussian((1, 4), (0.04, 4)), gaussian((0.3, 6), (0.05, 6))
UNIT_NORM = unit_norm((1, 4), (0.04, 4))
SHARE_ORDER, PARTICIPATION_ORDER = (PositiveInBatch(of) for of in (Contrast(RemainingVariance()), DisplacedContrast()))
BATCHES = 150  # of data sets

AWAY = Claim(
    name="order-away",
    title="Condensation at points displaced from typical points and from data points",
    statement=(
        r"Displaced by $\sqrt{t}$ from a typical or data point, the mean of $\sum_\mu w_\mu^2$ is the exact average."
    ),
    source="exact averages at finite N, with and without a training point at x",
    regime="exact at every $N$, $d$ and $t$; Gaussian data",
    interpretation=(
        "Above $t_c$ the higher variance comes first at typical points, and the lower one at data points as long as "
        "the point outweighs the others."
    ),
    formulas=("linear_energy_law",),
    estimate=Estimate(
        cases=(
            *grid(GAUSSIAN, typical, (0.15, 0.6), n=100),
            *grid(GAUSSIAN, typical, (0.15, 1.2), n=100, training=True),
        ),
        observable=DisplacedContrast(),
        replicas=7000,
    ),
    prediction=exact,
    controls={
        "higher variance first at every x": claimed,
        "no order": NO_ORDER,
        "1 - t/t_c at face value, the paper's t_c": second_cumulant,
        "half as many points": half_as_many,
        "three quarters as many points": three_quarters,
    },
    statistic="t",
    equivalence_margin=0.02,
    series="x",
    value_label="participation ratio, first subspace minus second",
)

V1_TYPICAL = replace(
    AWAY,
    name="order-v1-typical",
    title="Higher variance first (v1), displaced from typical points",
    statement=r"Seen from a typical point displaced by $\sqrt{t} e_i$, subspaces of higher variance condense first.",
    source=f"{PAPER}v1: t_c(x) grows with sigma_i^2 along the displacement",
    regime="Gaussian data, typical points, of which the paper is silent, $t > t_c$; mean of data sets",
    interpretation=(
        "The order of v1 holds above $t_c$ with smaller effects than from the origin, since a typical point is "
        "displaced in all directions already."
    ),
    estimate=Estimate(
        cases=(*grid(GAUSSIAN, typical, (0.6,), n=100), *grid(FLAT, typical, (0.5,), n=10)),
        observable=DisplacedContrast(),
        replicas=8000,
    ),
    prediction=claimed,
    controls={
        "lower variance first": opposite(claimed),
        "no order": NO_ORDER,
        "1 - t/t_c at face value, the paper's t_c": second_cumulant,
        "half of it": scaled(0.5, claimed),
    },
    equivalence_margin=0.02,
)

V1_DATA = replace(
    V1_TYPICAL,
    name="order-v1-data",
    title="Higher variance first (v1), displaced from data points",
    statement=r"Seen from a data point displaced by $\sqrt{t} e_i$, subspaces of higher variance condense first.",
    regime=r"Gaussian data, $x$ at $\sqrt{t}$ from a data point, of which the paper is silent; mean of data sets",
    interpretation=(
        r"The point is at the same distance whatever the direction, while the others lose less along high variance, by "
        r"$e^{-t/(2 (t + \sigma^2))}$."
    ),
    estimate=Estimate(
        cases=(
            *grid(GAUSSIAN, typical, (0.15,), n=100, training=True),
            *grid(FLAT, typical, (0.3,), n=10, training=True),
        ),
        observable=DisplacedContrast(),
        replicas=5000,
    ),
    controls={"no order": NO_ORDER, "1 - t/t_c at face value, the paper's t_c": second_cumulant},
    expected_verdict="disagrees",
    reading_to_avoid=True,
    equivalence_margin=0.03,
)

V2_UNIT_NORM = Claim(
    name="order-v2-unit-norm",
    title="Salient features first (v2), unit-norm data off the origin",
    statement="Of unit-norm data off the origin, less is left of the subspace of higher variance in the mean.",
    source=f"{PAPER}v2, for the normalized data of its experiments",
    regime=(
        r"unit-norm data seen from a typical point, a held-out point, and $\sqrt{t}$ from the origin; batches of 100"
    ),
    interpretation=(
        "Fine features lose their variance first in the mean over every batch, and in seven or eight of ten single "
        "data sets."
    ),
    estimate=Estimate(
        cases=(
            *grid(UNIT_NORM, typical, (0.03, 0.1), n=30),
            *grid(UNIT_NORM, held_out, (0.03,), n=30),
            *grid(UNIT_NORM, displaced, (0.01,), n=30),
        ),
        observable=SHARE_ORDER,
        sampler=Batches(size=100),
        replicas=BATCHES,
    ),
    prediction=constant(0.0),
    controls={
        "no order, as at the origin": constant(0.5),
        "reversed for t > sigma_high sigma_low, as condensation": condensation_order,
    },
    statistic="bounded",
    equivalence_margin=0.2,
    expected_verdict="disagrees",
    stated_by=f"{PAPER}v2, abstract: salient features collapse first; its synthetic data have unit norm, no x is named",
    series="x",
    value_label="share of batches in which more is left of the first subspace",
)

V2_UNIT_NORM_DATA = replace(
    V2_UNIT_NORM,
    name="order-v2-unit-norm-data",
    title="Salient features first (v2), unit-norm data at data points",
    statement="Of unit-norm data seen from a data point, less is left of the subspace of higher variance in the mean.",
    regime="unit-norm data seen from one of them, $t$ where its weight is of order one; batches of 100",
    interpretation=(
        "At data points v2's order is that of the mean, made at $t = 0.05$ by less than half of the data sets."
    ),
    estimate=Estimate(
        cases=grid(UNIT_NORM, typical, (0.05, 0.2), n=30, training=True),
        observable=SHARE_ORDER,
        sampler=Batches(size=100),
        replicas=BATCHES,
    ),
    controls={"no order": constant(0.5), "finer details first": constant(1.0)},
    expected_verdict="agrees",
)

V1_UNIT_NORM = replace(
    V2_UNIT_NORM,
    name="order-v1-unit-norm",
    title="Higher variance first (v1), unit-norm data displaced from typical points",
    statement=r"From a typical point plus $\sqrt{t} e_i$, unit-norm data condense first along the higher variance.",
    source=f"{PAPER}v1, for the normalized data of its experiments",
    regime="unit-norm data, a typical point, of which the paper is silent, $t > t_c$; batches of 200",
    interpretation="The order of v1 is right at typical points above $t_c$, for unit-norm as for Gaussian data.",
    estimate=Estimate(
        cases=grid(UNIT_NORM, typical, (0.3,), n=30),
        observable=PARTICIPATION_ORDER,
        sampler=Batches(size=200),
        replicas=BATCHES,
    ),
    prediction=constant(1.0),
    controls={"no order": constant(0.5), "lower variance first": constant(0.0)},
    expected_verdict="agrees",
    stated_by="",
    value_label="share of batches in which the first subspace condenses more",
)

V1_UNIT_NORM_DATA = replace(
    V1_UNIT_NORM,
    name="order-v1-unit-norm-data",
    title="Higher variance first (v1), unit-norm data displaced from data points",
    statement=r"From a data point plus $\sqrt{t} e_i$, unit-norm data condense first along the higher variance.",
    regime=r"unit-norm data, $x$ at $\sqrt{t}$ from a data point, of which the paper is silent; batches of 200",
    interpretation=(
        "The order that v1 derives at the origin, where the step alone tells energies apart, does not carry over to "
        "the data themselves."
    ),
    estimate=Estimate(
        cases=grid(UNIT_NORM, typical, (0.1,), n=30, training=True),
        observable=PARTICIPATION_ORDER,
        sampler=Batches(size=200),
        replicas=BATCHES,
    ),
    controls={"no order": constant(0.5), "reversed in three of four batches": constant(0.25)},
    expected_verdict="disagrees",
    reading_to_avoid=True,
)

CLAIMS = (
    AWAY,
    V1_TYPICAL,
    V1_DATA,
    V1_UNIT_NORM,
    V1_UNIT_NORM_DATA,
    V2_UNIT_NORM,
    V2_UNIT_NORM_DATA,
)
