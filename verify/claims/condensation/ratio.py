r"""By what factor the paper's condensation time is off: observed from alpha = 1e-4 to 3, at points of every kind.

Where Gaussian energies of the same variance would freeze is what the paper's t_c(x) says. Observed is the ratio of
that time to the one at which the energies do freeze, from weights at 0.8 or 0.9 t_c: (1 - sum w^2) t_c(paper)/t, whose
mean tends to t_c(paper)/t_c, its finite-size part being exact theory (`verify.claims.ladder`). The statistic is
bounded: weights near t_c have heavy tails. alpha is log N per intrinsic dimension, for each variance that is not 0.
"""

from dataclasses import replace
from functools import cache

import numpy as np

from simulate.estimate import Estimate
from simulate.observables.condensation import FreezingRatio
from simulate.samplers import LowestEnergies
from theory.case import Case, Place, far, held_out, origin, typical
from theory.laws.linear import LinearGaussian
from theory.laws.spectra import equal, graded, halves, paper, plane
from theory.limits.condensation import condensation_time
from theory.limits.related import collapse_time
from theory.limits.scaling import second_cumulant_excess
from verify.claim import Claim, Correction
from verify.claims.condensation.time import finite_size as of_inverse_time

LOG_N = 60.0  # at least


def claimed(case: Case) -> float:
    """t_c(x), the paper's."""
    return condensation_time(case, order="second-cumulant")


@cache
def factor(case: Case, amplified: float = 1.0) -> float:
    """1 + `amplified` times what t_c(paper)/t_c(x) is more than 1."""
    ratio = claimed(case) / condensation_time(case)
    return 1 + amplified * (ratio - 1)


def third_cumulant(case: Case) -> float:
    """The same ratio to first order in alpha^(1/2)."""
    return 1 + float(second_cumulant_excess(case.x, case.law, case.log_n)[1])


def at_origin(case: Case) -> float:
    """The same ratio where x is the mean of the data."""
    return factor(case.moved(-case.x))


def of_typical_noise(case: Case) -> float:
    """The ratio to the mutual information's time, which is t_c averaged over x ~ p_t."""
    return claimed(case) / collapse_time(case.variances, case.log_n)


def finite_size(case: Case) -> Correction:
    """What the mean of the observed ratio has to go from its N to the limit."""
    inverse = of_inverse_time(case)
    return Correction(claimed(case) * inverse.shift, claimed(case) * inverse.error)


def at_alpha(law: LinearGaussian, at: Place, alpha: float, t: float) -> Case:
    """So many copies that log N is about LOG_N, at `alpha` per intrinsic dimension."""
    ambient = round(alpha * np.count_nonzero(law.variances) / law.dimension, 8)
    unit = Case(law, at, ambient * law.dimension, t)
    return unit.enlarged(max(1, round(LOG_N / unit.log_n))).folded


ALPHAS = (1e-3, 0.01, 0.1, 1.0, 3.0)
TIMES = (  # 0.8 t_c at ALPHAS
    (equal(20), origin, (12.1, 3.48, 0.779, 0.0443, 0.000731)),
    (equal(20), far, (54.4, 16.7, 4.73, 0.965, 0.242)),
    (halves(20), typical, (14.9, 4.22, 0.891, 0.0356, 0.000595)),
    (plane(20), held_out, (21.1, 6.2, 1.5, 0.11, 0.00197)),
    (graded(20), held_out, (4.57, 1.22, 0.237, 0.0126, 0.000215)),
    (paper(30), origin, (2.79, 0.586, 0.0412, 4.05e-5, 4.22e-7)),
)
EDGES = (  # alpha at which the paper is off by 5 %, and 0.9 t_c there
    (equal(20), origin, (0.0013, 11.9)),
    (equal(20), held_out, (0.0021, 15.6)),
    (equal(20), far, (0.011, 17.8)),
    (halves(20), typical, (0.0011, 15.9)),
    (plane(20), held_out, (0.0022, 15.8)),
    (graded(20), held_out, (0.00037, 8.71)),
    (paper(30), origin, (9e-5, 11.8)),
)

RATIO = Claim(
    name="condensation-ratio",
    title="By what factor the paper's condensation time is off",
    statement="The paper's t_c is off by the factor t_c(paper)/t_c, with t_c the root of log N + K - lambda K' = 0.",
    source="large deviations, beside arXiv:2410.08727, sec. 5.3",
    regime=(
        "alpha per intrinsic dimension from 0.001 to 3, log N from 60; four spectra at the origin, typical, held-out "
        "and far points, and the paper's own synthetic spectrum"
    ),
    interpretation=(
        "The paper's time is too large everywhere. At alpha = 0.001 it is within 5 % for equal variances, 8 % off for "
        "sigma_i^2 = 1/i and 18 % off for the paper's own spectrum; at 0.1 the factor is 1.2 to 8, at 1 it is 1.8 to "
        "2600 and at 3 it is 4 to 10^5. It is least far from the data and largest at its mean."
    ),
    formulas=("linear_energy_law", "second_cumulant_time", "global_variance", "directional_variance"),
    estimate=Estimate(
        cases=tuple(
            at_alpha(law, at, alpha, t) for law, at, times in TIMES for alpha, t in zip(ALPHAS, times, strict=True)
        ),
        observable=FreezingRatio(),
        sampler=LowestEnergies(count=64),
        replicas=3500,
    ),
    correction=finite_size,
    prediction=factor,
    controls={
        "1, the paper's": lambda case: 1.0,
        "to third cumulant": third_cumulant,
        "that at the origin": at_origin,
        "to the mutual information's time": of_typical_noise,
    },
    statistic="bounded",
    equivalence_margin=0.05,
    relative=True,
    axis="alpha",
    axis_label="alpha = log(N)/intrinsic dimension",
    series="x",
    value_label="t_c(paper)/t_c",
)

EDGE = replace(
    RATIO,
    name="condensation-edge",
    title="Where the paper's condensation time is within 5 %",
    statement="The paper's t_c(x) is within 5 % below an alpha that is 9e-5 to 0.011: there t_c(paper)/t_c is 1.05.",
    regime="alpha per intrinsic dimension at the edge of the 5 %, log N = 60, seven pairs of law and x",
    interpretation=(
        "The edge for equal variances is alpha = 0.0013 at the origin, 0.0021 at a held-out point, 0.011 at three "
        "standard deviations; 0.00037 for sigma_i^2 = 1/i; 0.00009 for the paper's own spectrum, where a few "
        "directions carry the energies. The ratio falls with alpha, so below the edge the paper's formula will do; a "
        "data set of 1000 points is there only if its manifold has more than 600 to 77 000 dimensions."
    ),
    estimate=Estimate(
        cases=tuple(at_alpha(law, at, *place) for law, at, place in EDGES),
        observable=FreezingRatio(),
        sampler=LowestEnergies(),
        replicas=8000,
    ),
    controls={
        "1, the paper's": lambda case: 1.0,
        "off by 10 %": lambda case: factor(case, amplified=2.0),
        "that at the origin": at_origin,
    },
    equivalence_margin=0.025,
    axis="t",
)

CLAIMS = (RATIO, EDGE)
