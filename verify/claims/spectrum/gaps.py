r"""Gaps in the spectrum of -t J: what the population has, and what memorization leaves of it.

The population's gaps gamma/(t + gamma) and t/(t + v) - t/(t + w) are the limit N -> infinity: what is missing at the N
of the experiment comes from exact averages, at that N and at e^60. Below t_c and at a data point the mean gap is
compared with the exact average itself.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr

from simulate.experiments.spectrum.gaps import Gap, GapCount
from simulate.experiments.view import View, views
from theory.limits.condensation import condensation_time
from theory.limits.fluctuation import frozen_contraction, paper_contraction
from theory.limits.spectrum import final_gap, intermediate_gap
from verify.claim import Claim, Correction
from verify.claims.order.displaced import PAPER
from verify.claims.order.share import population_contraction
from verify.claims.score.identities import POPULATION, contractions
from verify.claims.views import constant, each_view

Labels = Mapping[str, Any]
SPACES = "arXiv:2410.05898"


def final(view: View, t: np.ndarray, labels: Labels, power: float = 1.0) -> np.ndarray:
    """gamma/(t + gamma), gamma the lowest positive variance; a power of it for a control."""
    return final_gap.numeric(t, _positive(view)[-1] ** power)


def between(view: View, t: np.ndarray, labels: Labels, power: float = 1.0) -> np.ndarray:
    """t/(t + v) - t/(t + w)."""
    high, low = view.numbers[view.subspaces[-2][0]], view.numbers[-1]
    return intermediate_gap.numeric(t, low**power, high**power)


def exact(view: View, t: np.ndarray, labels: Labels, log_n: float | None = None) -> np.ndarray:
    """The mean gap at finite N."""
    size = np.log(view.n) if log_n is None else log_n
    return gap_of(view, contractions(t, view.x, view.energy_law, size, view.planted))


def population(view: View, t: np.ndarray, labels: Labels) -> np.ndarray:
    """The gap of the law itself."""
    return gap_of(view, population_contraction(view, t))


def paper(view: View, t: np.ndarray, labels: Labels) -> np.ndarray:
    """The final gap that follows from the paper's effective number, posterior at t: it closes as t -> 0."""
    t_c = _condensation_time(view, "second-cumulant")
    return 1 - paper_contraction.numeric(np.minimum(t, t_c), t_c, _positive(view)[-1])


def frozen(view: View, t: np.ndarray, labels: Labels, order: str = "exact") -> np.ndarray:
    """gamma/(t_c + gamma) below t_c, at face value."""
    return 1 - frozen_contraction.numeric(np.maximum(t, _condensation_time(view, order)), _positive(view)[-1])


def to_population(observed: xr.Dataset) -> Correction:
    """Exact mean gap at N = e^60 less that at the N of every row."""
    far = each_view(lambda view, t, labels: exact(view, t, labels, POPULATION))(observed)
    return Correction(np.asarray(far) - np.asarray(each_view(exact)(observed)), np.zeros(observed.sizes["point"]))


def distinct(view: View, t: np.ndarray, labels: Labels, more: int = 0) -> int:
    """As many gaps as distinct positive variances, one less where no direction is out of the manifold."""
    return np.unique(view.numbers).size - 1 + more


def gap_of(view: View, contraction: np.ndarray) -> np.ndarray:
    """Last subspace minus the one before, of contractions (times, d)."""
    before, last = view.subspaces[-2:]
    return contraction[:, last].mean(axis=1) - contraction[:, before].mean(axis=1)


def _positive(view: View) -> np.ndarray:
    """Distinct positive variances, descending."""
    return np.unique(view.numbers[view.numbers > 0])[::-1]


def _condensation_time(view: View, order: str) -> float:
    law = view.energy_law
    return float(condensation_time(view.x, law, np.log(view.n) / law.dimension, order))


FINAL = Claim(
    name="gap-final",
    title="Final gap of a linear manifold",
    statement="The gap of -t J between the directions out of the manifold and the thinnest in it is gamma/(t + gamma).",
    source=SPACES,
    regime="N -> infinity (t well above t_c), linear Gaussian data, gamma the lowest positive variance",
    interpretation="As long as nothing is memorized the dimension can be read off the score at any t below gamma.",
    formulas=("final_gap",),
    estimate=Gap(
        cases=(
            *views("gaussian 1*4 0.2*4 0*2", "typical", 300, (0.3, 1.0, 3.0)),
            *views("gaussian 0.5*4 0*3", "origin", 100, (0.3, 1.0)),
            *views("gaussian 2*2 0.7*2 0.1*2 0*1", "typical", 400, (0.2, 0.8)),
        ),
        replicas=3000,
    ),
    correction=to_population,
    prediction=each_view(final),
    controls={
        "the standard deviation for the variance": each_view(final, power=0.5),
        "gamma^2/(t + gamma^2)": each_view(final, power=2.0),
        "the mean of the variances for gamma": each_view(
            lambda view, t, labels: final_gap.numeric(t, view.numbers[view.numbers > 0].mean())
        ),
    },
    statistic="t",
    equivalence_margin=0.02,
    series="law",
    value_label="final gap of -t J",
)

INTERMEDIATE = Claim(
    name="gap-intermediate",
    title="Intermediate gap of two variances",
    statement="Between variances v < w the gap t/(t + v) - t/(t + w) opens and closes with t, widest at (v w)^{1/2}.",
    source=SPACES,
    regime="N -> infinity (t well above t_c), linear Gaussian data",
    interpretation=(
        "A gap at one t says which variances lie on either side of it: a spectrum of subspaces, not one dimension."
    ),
    formulas=("intermediate_gap",),
    estimate=Gap(
        cases=(
            *views("gaussian 1*3 0.05*3", "typical", 300, (0.25, 0.5, 1.5)),
            *views("gaussian 4*2 0.5*2 0.1*2", "origin", 200, (0.3, 1.0)),
            *views("gaussian 1*4 1*4", "typical", 200, (1.0,)),
        ),
        replicas=3000,
    ),
    correction=to_population,
    prediction=each_view(
        lambda view, t, labels: np.zeros_like(t) if _positive(view).size < 2 else between(view, t, labels)
    ),
    controls={
        "standard deviations for variances": each_view(between, power=0.5),
        "a final gap": each_view(final),
        "no gap": constant(0.0),
    },
    statistic="t",
    equivalence_margin=0.02,
    series="law",
    value_label="intermediate gap of -t J",
)

CLOSING = Claim(
    name="gap-finite",
    title="Gaps below the condensation time",
    statement="At finite N the mean final gap is the exact average: it freezes at t_c, and closes only at data points.",
    source="theory.exact.averages, mean_jacobian",
    regime="exact at every N, d and t; fresh points and data points",
    interpretation=(
        "A gap does not close with memorization where no data point lies: it stays at gamma/(t_c + gamma). It closes "
        "for small N, as t_c grows beyond gamma, and at a data point, because one point is a manifold of dimension 0."
    ),
    formulas=("linear_energy_law",),
    estimate=Gap(
        cases=(
            *views("gaussian 1*4 0.2*4 0*2", "typical", 100, (0.08, 0.2, 0.5)),
            *views("gaussian 1*4 0.2*4 0*2", "training", 100, (0.08, 0.5)),
            *views("gaussian 1*4 0.2*4 0*2", "typical", 1000, (0.05,)),
            *views("gaussian 0.5*4 0*3", "origin", 20, (0.08, 0.3)),
        ),
        replicas=8000,
    ),
    prediction=each_view(exact),
    controls={
        "the population's gap": each_view(population),
        "the paper's N~ with the posterior at t": each_view(paper),
        "frozen at the exact t_c, at face value": each_view(frozen),
    },
    statistic="t",
    equivalence_margin=0.05,
    series="query",
    value_label="final gap of -t J",
)

PAPER_CLOSING = Claim(
    name="gap-paper-closing",
    title="Closing of the gap, as the paper has it",
    statement="Below t_c the final gap closes in proportion to t, as 1/N~ with the posterior at t says.",
    source=f"{PAPER}, sec. 5.3: effective number and posterior variance",
    regime="fresh points below t_c",
    interpretation=(
        "In the mean over data sets the gap does not close: rare data sets with two points at equal distance make up "
        "for the others, and the posterior is that at t_c. Most single spectra do close: the mean is not the typical."
    ),
    formulas=("paper_contraction", "second_cumulant_time", "global_variance", "directional_variance"),
    estimate=Gap(
        cases=(
            *views("gaussian 1*4 0.2*4 0*2", "typical", 100, (0.08, 0.2)),
            *views("gaussian 0.5*4 0*3", "origin", 20, (0.05,)),
        ),
        replicas=8000,
    ),
    prediction=each_view(paper),
    controls={
        "the population's gap": each_view(population),
        "frozen at the paper's t_c": each_view(frozen, order="second-cumulant"),
    },
    statistic="t",
    equivalence_margin=0.05,
    expected_verdict="disagrees",
    series="query",
    value_label="final gap of -t J",
)

COUNT = Claim(
    name="gap-count",
    title="Number of gaps",
    statement="Over all t, -t J opens as many gaps as there are distinct variances; one less with none of them 0.",
    source=SPACES,
    regime="variances a factor 20 or more apart, all t well above t_c; a gap is a step of 0.4 at least",
    interpretation=(
        "The gaps count the subspaces of different variance: several at once where their variances are far apart."
    ),
    estimate=GapCount(
        cases=(
            View("gaussian 1*2 0*3", "typical", 1000, 0.1),
            View("gaussian 1*2 0.05*1 0*3", "typical", 20_000, 0.02),
            View("gaussian 1*1 0.05*1 0.0025*1 0*2", "origin", 20_000, 0.002),
            View("gaussian 1*2 0.03*2", "origin", 5000, 0.05),
        ),
    ),
    prediction=each_view(distinct),
    controls={
        "one gap, that of the dimension": constant(1.0),
        "one more": each_view(distinct, more=1),
        "one less": each_view(distinct, more=-1),
    },
    statistic="bounded",
    equivalence_margin=0.9,
    axis="n",
    axis_label="N",
    series="law",
    value_label="number of gaps",
)

CLAIMS = (FINAL, INTERMEDIATE, CLOSING, PAPER_CLOSING, COUNT)
