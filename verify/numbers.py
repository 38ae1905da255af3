"""Numbers that sentences of the report quote beside its tables: computed here, where reports only show them."""

from collections.abc import Iterable

import numpy as np
import xarray as xr
from scipy.stats import spearmanr

from simulate.estimate import Estimate
from theory.case import Case, origin
from theory.laws.spectra import paper
from theory.limits.condensation import condensation_time, r4
from theory.limits.spectrum import intermediate_gap

SCALED = ("observed", "predicted", "lower", "upper")


def times_of_the_paper(n: int) -> tuple[float, float]:
    """The condensation time of the paper's own data, seen from the origin.

    Arguments:
        n: the number of points N > 1.

    Returns:
        The exact time and that to second cumulant, noise variances in squared units of the data.
    """
    case = Case(paper(), origin, np.log(n), 1.0)
    return condensation_time(case), condensation_time(case, order="second-cumulant")


def r4_of_the_paper() -> float:
    """r4 = (1/d) sum sigma^4 of the paper's own data, d = 30."""
    return float(r4(paper().variances))


def variance_ratios(pairs: Iterable[tuple[Estimate, xr.Dataset, xr.Dataset]]) -> xr.Dataset:
    """The variance of the score over the paper's variance, at every point of several claims.

    Arguments:
        pairs: for each claim its estimate, its table, and the table of the claim that the paper makes of the same.

    Returns:
        A Dataset along `point`: SCALED over what the paper predicts; `ratio`, t/t_c; `width`, sigma^2/t_c.
    """
    rows: list[xr.Dataset] = []
    for estimate, found, claimed in pairs:
        t_c = estimate.predictions(condensation_time, found)
        scaled = {name: found[name] / claimed.predicted for name in SCALED}
        at = {"ratio": ("point", found.t.values / t_c), "width": ("point", found.variance.values / t_c)}
        rows.append(xr.Dataset(scaled).drop_vars([*found.coords], errors="ignore").assign(at))
    return xr.concat(rows, "point", data_vars="all")


def gap_of_the_law(t: float, low: float, high: float) -> float:
    """The gap of -t J between two variances for infinitely many data, t/(t + low) - t/(t + high).

    Arguments:
        t: the noise variance > 0.
        low: the lower variance, in the units of t.
        high: the higher one.

    Returns:
        A number from 0 to 1.
    """
    return float(intermediate_gap.numeric(t, low, high))


def rank_correlation(first: np.ndarray, second: np.ndarray) -> tuple[float, float]:
    """Spearman's rank correlation of pairs of numbers.

    Arguments:
        first: one number of each pair, (pairs,).
        second: the other, (pairs,).

    Returns:
        The correlation, and the probability of one as large were the pairs independent.
    """
    found = spearmanr(first, second)
    return float(found.statistic), float(found.pvalue)
