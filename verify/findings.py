r"""The curves of the paper's findings: what is measured along one axis, beside what each theory says of the same cases.

A claim tests a theory at the points where the theory could fail, and its table has the verdict. A finding is what a
reader has to see at one glance, and needs a curve: the same observables and predictions, on a grid of times or sizes.

    ANSWER          E sum w^2 against N, for the paper's synthetic data seen from the origin
    PARTICIPATION   E sum w^2 against t/t_c, at alpha = 0.4 in ever higher dimensions
    JACOBIAN        E[-t J] along the directions of variance 1, against t
    GAP             the final gap of -t J against t, its mean and its median over data sets
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import xarray as xr
from scipy.stats import binom

from simulate.estimate import Estimate
from simulate.observables import NormalizedJacobian, ParticipationRatio
from simulate.observables.spectrum import SPECTRAL_GAP
from simulate.run.key import result_key
from simulate.run.store import Store
from simulate.samplers import LowestEnergies
from theory.case import Case, grid, origin, typical
from theory.exact.averages import participation_ratio
from theory.laws.spectra import gaussian, halves, paper
from theory.limits.condensation import condensation_time
from theory.limits.fluctuation import (
    frozen_normalized_jacobian,
    frozen_score_variance,
    paper_normalized_jacobian,
    paper_score_variance,
)
from theory.limits.weights import effective_number, limit_participation
from verify.claim import Prediction
from verify.claims.condensation.ratio import TIMES, at_alpha, factor
from verify.claims.score.fluctuation import frozen
from verify.claims.spectrum import gaps
from verify.claims.subspaces import exact_jacobian, of_the_law
from verify.key import code_of_claims, judging

ALPHA, LEVEL = 0.4, 0.05
RATIOS = (0.1, 0.25, 0.4, 0.55, 0.7, 0.85, 1.0, 1.2, 1.5, 2.0)  # t/t_c
SIZES = (3, 10, 30, 100, 300, 1000, 3000, 10_000)
FLAT = gaussian((1.0, 4), (0.2, 4), (0.0, 2))


@dataclass(frozen=True, kw_only=True)
class Curves:
    """An estimate, and the theories that are drawn beside it, by name.

    Arguments:
        name: what tells its tables from others in a store.
        estimate: what is measured.
        lines: the predictions by name, each of a case.
    """

    name: str
    estimate: Estimate
    lines: Mapping[str, Prediction]

    def table(self, store: Store, seed: int, progress: bool = False) -> xr.Dataset:
        """`observed` with `stderr`, its median with an interval, and one variable for each line, along `point`.

        What the store holds is not made again.

        Arguments:
            store: where observations and the table are kept.
            seed: of the observations, an integer >= 0.
            progress: show on stderr how many points are done.
        """
        asked = replace(self.estimate, seed=seed)
        made_of = [self.name, list(asked.keys().values()), list(self.lines), code_of_claims((), [Path(__file__)])]
        key = result_key(["finding", *made_of], judging())
        found = store.load(key)
        if found is None:
            found = self._made(asked, store, progress)
            store.save(key, found)
        return found

    def _made(self, asked: Estimate, store: Store, progress: bool) -> xr.Dataset:
        observed = asked.run(store, progress)
        lines = {name: ("point", asked.predictions(predict, observed)) for name, predict in self.lines.items()}
        return observed.drop_vars("values").assign(lines).assign(_median(observed["values"]))


def _median(values: xr.DataArray) -> dict[str, xr.DataArray]:
    """Median over replicas, and the order statistics between which the true one lies but for a share LEVEL."""
    count = values.sizes["replica"]
    low = int(binom.ppf(LEVEL / 2, count, 0.5))
    ranked = np.sort(values.transpose(..., "replica").values, axis=-1)
    at = {"median": count // 2, "median_lower": max(0, low - 1), "median_upper": min(count - 1, count - low)}
    return {name: values.isel(replica=0, drop=True).copy(data=ranked[..., rank]) for name, rank in at.items()}


def paper_participation(case: Case) -> float:
    """1/N~ of the paper: N~ = min(N, 1/(1 - t/t_c)) with the paper's t_c."""
    t_c = condensation_time(case, order="second-cumulant")
    return 1 / float(effective_number(case.t, t_c, case.n))


def participation_line(case: Case, order: str = "exact") -> float:
    """1 - t/t_c below t_c, 0 above.

    Arguments:
        case: N, d, t and x.
        order: "exact" or "second-cumulant", the t_c that is taken.
    """
    return limit_participation(case, order)


def time_over_exact(case: Case) -> float:
    """t/t_c(x)."""
    return case.t / condensation_time(case)


def at_ratios(d: int) -> tuple[Case, ...]:
    """Typical points of the two-variance law in d dimensions, at ALPHA and RATIOS of t_c."""
    t_c = condensation_time(Case(halves(20), typical, 20 * ALPHA, 1.0))
    return tuple(Case(halves(20), typical, 20 * ALPHA, r * t_c).enlarged(d // 20).folded for r in RATIOS)


def ratio_line(row: int, alphas: np.ndarray) -> np.ndarray:
    """t_c(paper)/t_c for a law and place of the claim `condensation-ratio` (its `row` of TIMES), at each alpha.

    Arguments:
        row: an index of TIMES.
        alphas: log(N)/d, (k,).

    Returns:
        the ratio at each alpha, (k,).
    """
    law, at, times = TIMES[row]
    return np.array([factor(at_alpha(law, at, float(alpha), times[0])) for alpha in alphas])


def variance_line(ratio: float, variances: np.ndarray) -> np.ndarray:
    """Var s_i with the posterior at t_c over that with the posterior at t, at t/t_c = `ratio`.

    Arguments:
        ratio: t/t_c in (0, 1).
        variances: sigma_i^2/t_c > 0, of any shape.

    Returns:
        One ratio for each variance.
    """
    frozen_at, of_paper = (
        form.numeric(ratio, 1.0, variances) for form in (frozen_score_variance, paper_score_variance)
    )
    return np.asarray(frozen_at / of_paper)


ANSWER = Curves(
    name="answer",
    estimate=Estimate(cases=grid(paper(), origin, (0.03,), n=SIZES), observable=ParticipationRatio(), replicas=300),
    lines={"exact": participation_ratio, "limit": participation_line, "paper": paper_participation},
)
PARTICIPATION = {
    d: Curves(
        name=f"participation-{d}",
        estimate=Estimate(cases=at_ratios(d), observable=ParticipationRatio(), sampler=LowestEnergies(), replicas=1000),
        lines={
            "ratio": time_over_exact,
            "exact": participation_ratio,
            "limit": participation_line,
            "paper": partial(participation_line, order="second-cumulant"),
        },
    )
    for d in (20, 80, 320)
}
JACOBIAN = Curves(
    name="jacobian",
    estimate=Estimate(
        cases=grid(halves(20), typical, (0.04, 0.06, 0.1, 0.15, 0.2, 0.3, 0.6, 1.2, 2.5), n=2980),
        observable=NormalizedJacobian(),
        replicas=300,
    ),
    lines={
        "ratio": time_over_exact,
        "exact": exact_jacobian,
        "population": of_the_law,
        "limit": frozen(frozen_normalized_jacobian),
        "paper": frozen(paper_normalized_jacobian),
    },
)
GAP = Curves(
    name="gap",
    estimate=Estimate(
        cases=grid(FLAT, typical, (0.004, 0.01, 0.025, 0.06, 0.15, 0.3, 0.6, 1.2, 2.5), n=100),
        observable=SPECTRAL_GAP,
        replicas=1500,
    ),
    lines={"ratio": time_over_exact, "exact": gaps.exact, "population": gaps.final, "paper": gaps.paper},
)
CURVES = {each.name: each for each in (ANSWER, *PARTICIPATION.values(), JACOBIAN, GAP)}
