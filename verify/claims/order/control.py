r"""The control of infinite N: what the population loses in the same measurement, which is nothing.

-t J_ii of the population is t/(t + sigma_i^2): as t grows it passes 1/2 at sigma_i^2, lowest variance first. That is an
order of visibility, and N does not enter. Losses by memorization are measured against it: Var_w(y_i)/Var(y_i | x), the
share left, is 1 in every subspace at every t for N -> infinity, and 1 - 1/N where all weights are alike.
"""

from dataclasses import replace

import numpy as np

from simulate.estimate import Estimate
from simulate.observables import Contrast, RemainingVariance
from theory.case import Case, grid, origin, typical
from theory.exact.jacobian import population_jacobian, remaining_variance
from theory.laws.spectra import gaussian
from verify.claim import Claim
from verify.claims.order.displaced import NO_ORDER, PAPER
from verify.claims.order.share import exact_contrast
from verify.claims.population import to_population
from verify.claims.predictions import constant, opposite

FEW = 50  # points, in the controls that see memorization where there is none


def share(case: Case) -> np.ndarray:
    """E Var_w(y_i)/Var(y_i | x), (subspaces,)."""
    return case.over_subspaces(remaining_variance(case))


def visible(case: Case) -> np.ndarray:
    """sigma^2/(t + sigma^2), as if what noise hides were what memory loses, (subspaces,)."""
    return case.over_subspaces(1 - population_jacobian(case))


def few(case: Case) -> Case:
    """A case as it is, but with FEW points."""
    return replace(case, log_n=float(np.log(FEW)))


LAW = gaussian((1, 3), (0.1, 3))

CONTROL = Claim(
    name="order-control",
    title="The control: infinitely many data lose nothing",
    statement=r"For $N \to \infty$ the share of the posterior variance that is left is $1$ in every subspace.",
    source="the posterior of the law itself; exact averages for what is missing at the N of the experiment",
    regime=(
        r"$N \to \infty$ ($t$ above $t_c$), Gaussian data, from the origin, typical points and data points, where the "
        "paper does not say $t_c(x)$"
    ),
    interpretation=(
        r"That $-t J_{ii}$ reaches $t/(t + \sigma^2)$, lowest variance first, is noise and not memory, so that an "
        "order of losses is one only against this control."
    ),
    formulas=("linear_energy_law",),
    estimate=Estimate(
        cases=(
            *grid(LAW, typical, (0.2,), n=2000),
            *grid(LAW, origin, (0.3,), n=1000),
            *grid(LAW, typical, (0.6,), n=2000, training=True),
        ),
        observable=RemainingVariance(),
        replicas=400,
    ),
    correction=to_population(share),
    prediction=constant(1.0),
    controls={
        "what noise hides taken for lost": visible,
        f"the share of {FEW} points": lambda case: share(few(case)),
        "nothing left": constant(0.0),
    },
    statistic="t",
    equivalence_margin=0.03,
    series="x",
    value_label="share of the posterior variance left, N -> infinity",
)

FADING = Claim(
    name="order-fades",
    title="The order of losses fades as N grows",
    statement=r"At a fixed $t$ the shares left in two subspaces differ by the exact average, which $\to 0$ with $N$.",
    source=f"exact averages at finite N, against the control of infinite N; {PAPER} has the control at no N",
    regime="exact at every $N$; Gaussian data, typical points and data points, $t$ fixed; mean of data sets",
    interpretation=(
        "From 5 to 600 points finer details go first at typical points and salient ones at data points, by less the "
        "more points there are."
    ),
    formulas=("linear_energy_law",),
    estimate=Estimate(
        cases=(
            *grid(LAW, typical, (0.15,), n=(5, 50, 600)),
            *grid(LAW, typical, (0.4,), n=(5, 50, 600), training=True),
        ),
        observable=Contrast(RemainingVariance()),
        replicas=8000,
    ),
    prediction=exact_contrast,
    controls={
        f"that of {FEW} points at every N": lambda case: exact_contrast(few(case)),
        "the other subspace first": opposite(exact_contrast),
        "no order, as for N -> infinity": NO_ORDER,
    },
    statistic="t",
    equivalence_margin=0.07,
    axis="n",
    axis_label="N",
    series="x",
    value_label="share of the variance left, first subspace minus second",
)

CLAIMS = (CONTROL, FADING)
