r"""The paper's variance of the score, Var(y_i | x)/(t^2 N~) with the posterior at t, compared with the raw observation.

With the exact t_c it falls short of the limit (`verify.claims.score.fluctuation`) by the ratio of two posteriors,

    t (sigma^2 + t_c)/(t_c (sigma^2 + t)) -> 1 for sigma^2/t -> 0,    -> 0 for t -> 0,

so that it is right along directions of small variance and wrong along all others, the more so the smaller t.
"""

from dataclasses import replace

import numpy as np

from theory.case import Case, typical
from theory.laws.law import EnergyLaw
from theory.laws.spectra import equal, halves
from theory.limits.fluctuation import paper_score_variance
from verify.claims.score.fluctuation import LIMIT, frozen, variance_estimate


def alone(case: Case) -> np.ndarray:
    """Var(y_i | x)/t^2 of the posterior at t, without an effective number, (subspaces,)."""
    v = case.over_subspaces(case.variances)
    return v / ((v + case.t) * case.t)


def remote(law: EnergyLaw, t: float) -> np.ndarray:
    """Six times the typical point of a law, a place.

    Arguments:
        law: of the data.
        t: the noise variance; it does not matter here.
    """
    return 6 * typical(law, t)


SMALL = (Case(equal(165), remote, 24.0, 4.2), Case(halves(160), remote, 11.0, 4.3))

PAPER = replace(
    LIMIT,
    name="score-variance-paper",
    title="The paper's variance of the score",
    statement=r"Below $t_c$ the variance of $s_i$ is $\operatorname{Var}(y_i \mid x)/(t^2 \tilde{N})$.",
    source="arXiv:2410.08727, sec. 5.3",
    stated_by="arXiv:2410.08727, sec. 5.3, for t < t_c(x) and log N -> infinity; here with the exact t_c",
    interpretation=(
        r"The posterior at $t$ is too narrow by the factor $t\, (\sigma_i^2 + t_c)/(t_c\, (\sigma_i^2 + t))$, which "
        r"falls to 0 with $t$, and the posterior at $t_c$ belongs in the place of the posterior at $t$."
    ),
    formulas=("paper_score_variance", "linear_energy_law"),
    correction=None,
    prediction=frozen(paper_score_variance),
    controls={
        "with the paper's t_c": frozen(paper_score_variance, order="second-cumulant"),
        "without N~": alone,
    },
    expected_verdict="disagrees",
)

PAPER_SMALL = replace(
    LIMIT,
    name="score-variance-paper-small",
    title="The paper's variance of the score in directions of small variance",
    statement=(
        r"For $\sigma_i^2 \le t_c/10$ and $t \ge 0.4\, t_c$ the variance of $s_i$ is within 15 % of "
        r"$\operatorname{Var}(y_i \mid x)/(t^2 \tilde{N})$."
    ),
    source="arXiv:2410.08727, sec. 5.3, with the exact t_c",
    stated_by="arXiv:2410.08727, sec. 5.3, for t < t_c(x) and log N -> infinity; here with the exact t_c",
    regime="log N -> infinity; x at six standard deviations, d = 165 and 160, log N = 24 and 11",
    interpretation=(
        r"Where $\sigma_i^2 \ll t$ the posteriors at $t$ and at $t_c$ are both the law itself, and the paper's form "
        "holds."
    ),
    formulas=("paper_score_variance", "linear_energy_law"),
    estimate=variance_estimate(SMALL, replicas=800),
    full=variance_estimate(SMALL, replicas=8000),
    prediction=frozen(paper_score_variance),
    controls={
        "without N~": alone,
        "1.4 times as large": frozen(paper_score_variance, factor=1.4),
        "0.7 times as large": frozen(paper_score_variance, factor=0.7),
    },
    equivalence_margin=0.25,
    stated_tolerance=0.15,
)

CLAIMS = (PAPER, PAPER_SMALL)
