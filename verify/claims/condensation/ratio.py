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
from simulate.observables.condensation import FreezingRatio, PerIntrinsic
from simulate.samplers import LowestEnergies
from theory.case import Case, Place, far, held_out, origin, typical
from theory.laws.linear import LinearGaussian
from theory.laws.spectra import equal, graded, halves, paper, plane
from theory.limits.condensation import condensation_time
from theory.limits.related import collapse_time
from theory.limits.scaling import second_cumulant_excess
from verify.claim import Claim, Correction
from verify.claims.condensation.time import finite_size as of_inverse_time

LOG_N = 800.0  # about


def claimed(case: Case) -> float:
    """t_c(x), the paper's."""
    return condensation_time(case, order="second-cumulant")


@cache
def factor(case: Case, amplified: float = 1.0) -> float:
    """1 + `amplified` times what t_c(paper)/t_c(x) is more than 1."""
    ratio = claimed(case) / condensation_time(case)
    return 1 + amplified * (ratio - 1)


def third_cumulant(case: Case) -> float:
    """t_c(paper)/t_c(x) to first order in alpha^(1/2)."""
    return 1 + float(second_cumulant_excess(case.x, case.law, case.log_n)[1])


def at_origin(case: Case) -> float:
    """t_c(paper)/t_c at the mean of the data; no ratio above t_c(paper)/t can be observed."""
    return min(factor(case.moved(-case.x)), claimed(case) / case.t)


def of_typical_noise(case: Case) -> float:
    """The ratio to the mutual information's time, which is t_c averaged over x ~ p_t; bounded as observed."""
    return claimed(case) / max(case.t, collapse_time(case.variances, case.log_n))


def finite_size(case: Case) -> Correction:
    """What the mean of the observed ratio has to go from its N to the limit."""
    inverse = of_inverse_time(case)
    return Correction(claimed(case) * inverse.shift, claimed(case) * inverse.error)


def at_alpha(law: LinearGaussian, at: Place, alpha: float, t: float) -> Case:
    """So many copies of the directions of a law that log N is about LOG_N.

    Arguments:
        law: of the directions.
        at: the place x.
        alpha: log N per intrinsic dimension, a direction whose variance is not 0.
        t: the noise variance.
    """
    ambient = round(alpha * np.count_nonzero(law.variances) / law.dimension, 8)
    unit = Case(law, at, ambient * law.dimension, t)
    return unit.folded.enlarged(max(1, round(LOG_N / unit.log_n)))


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
    statement=(
        r"In units of the paper's $t_c$ weights condense at the root $1/\lambda$ of $\log N + K(\lambda) - \lambda "
        r"K'(\lambda) = 0$."
    ),
    source="large deviations, beside arXiv:2410.08727, sec. 5.3",
    regime=(
        "alpha per intrinsic dimension from 0.001 to 3, log N about 800; four spectra at the origin, typical, held-out "
        "and far points, and the paper's own synthetic spectrum"
    ),
    interpretation=(
        r"The paper's time is too large everywhere, by a factor of 1.01 to 1.18 at $\alpha = 0.001$, 1.2 to 8 at 0.1 "
        "and 1.8 to 2600 at 1, and least so far from the data."
    ),
    formulas=("linear_energy_law", "second_cumulant_time", "global_variance", "directional_variance"),
    estimate=Estimate(
        cases=tuple(
            at_alpha(law, at, alpha, t) for law, at, times in TIMES for alpha, t in zip(ALPHAS, times, strict=True)
        ),
        observable=PerIntrinsic(FreezingRatio()),
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
    statement=r"The paper's $t_c(x)$ is 5 % too large at an $\alpha$ that is 0.00009 to 0.011 by law and $x$.",
    regime="alpha per intrinsic dimension at the edge of the 5 %, log N about 800, seven pairs of law and x",
    interpretation=(
        "A data set of 1000 points is where the paper's formula will do only if the manifold of the data has more than "
        "600 to 77 000 dimensions, by law and location."
    ),
    estimate=Estimate(
        cases=tuple(at_alpha(law, at, *place) for law, at, place in EDGES),
        observable=PerIntrinsic(FreezingRatio()),
        sampler=LowestEnergies(),
        replicas=8000,
    ),
    controls={
        "1, the paper's": lambda case: 1.0,
        "off by 10 %": lambda case: factor(case, amplified=2.0),
        "that at the origin": at_origin,
    },
    equivalence_margin=0.025,
)

CLAIMS = (RATIO, EDGE)
