r"""Heavy tails below t_c: sum w^2 does not settle as N grows, and 1 + t J_ii has a power law with the exponent t/t_c.

(sum w^2)^2 is bounded, whatever its tail, and its average is exact at finite N. For the Jacobian the claim is about the
whole law near 0 (Kolmogorov's band) and about the median, for which order statistics assume nothing. Both limits take
their finite-size part from the m and v that the exact averages of sum w^2 and of the Jacobian have at that N; that the
law is a limit for small contrasts too costs the stated stated_tolerance: at most 0.01 of a probability up to 0.03 v/t,
0.1 of the log of a median at m = 0.2. Isotropic data seen from their mean: there points of given energy are drawn in no
time.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np
import xarray as xr
from scipy import stats

from simulate.experiments.setting import Vast
from simulate.experiments.weights.heavy_tails import Contrast, ContrastLaw, SquaredRatio
from theory.limits.condensation import condensation_time
from theory.limits.fluctuation import frozen_contraction
from theory.limits.heavy_tails import (
    anchored,
    contrast_tail,
    mean_square_participation,
    median_contrast,
    squared_participation,
)
from verify.claim import Claim, Correction, Prediction, each_row
from verify.claims.ladder import missing, of_vast
from verify.claims.score.identities import contractions
from verify.claims.weights.poisson_dirichlet import CONDENSED, effective, ratio


def of_ratio(predict: Callable[[float], float], order: str = "exact") -> Prediction:
    """A prediction from `predict(t/t_c)`."""
    return of_vast(lambda vast, t: predict(ratio(vast, t, order)))


def square(m: float) -> float:
    """E (sum w^2)^2."""
    return float(squared_participation.numeric(m))


def squares(observed: xr.Dataset) -> Correction:
    """Limit of E (sum w^2)^2 less its value at N."""
    return Correction(*each_row(lambda row: missing(_square, Vast.of(row), float(row["t"])))(observed).T)


def _square(vast: Vast, t: float) -> np.ndarray:
    return np.array(mean_square_participation(t, vast.x, vast.variances, vast.log_n))


def frozen_variance(t_c: float) -> float:
    """Of one coordinate of a point in the posterior at t_c, unit variances."""
    return t_c * (1 - float(frozen_contraction.numeric(t_c, 1.0)))


def law(t: float, m: float, v: float, contrast: float) -> float:
    """P(1 + t J_ii <= contrast)."""
    return float(contrast_tail.numeric(contrast, t, v, m, float(anchored(m))))


def log_median(t: float, m: float, v: float) -> float:
    """Log of the median of 1 + t J_ii."""
    return float(np.log(median_contrast(t, v, m)))


def frozen(formula: Callable[..., float], order: str = "exact") -> Prediction:
    """A prediction from `formula(t, m, v, ...)` with the posterior at t_c."""

    def predict(row: Mapping[str, Any]) -> float:
        vast, t = Vast.of(row), float(row["t"])
        t_c = float(condensation_time(vast.x, vast.variances, vast.alpha, order))
        return formula(t, t / t_c, frozen_variance(t_c), *_contrast(row))

    return each_row(predict)


def current(formula: Callable[..., float]) -> Prediction:
    """The same with the posterior at t."""

    def predict(row: Mapping[str, Any]) -> float:
        vast, t = Vast.of(row), float(row["t"])
        return formula(t, ratio(vast, t), frozen_variance(t), *_contrast(row))

    return each_row(predict)


def contrast_parts(formula: Callable[..., float]) -> Callable[[xr.Dataset], Correction]:
    """The formula in the limit less that with m and v at N; its error is what third and fourth moments show of m."""

    def part(row: Mapping[str, Any]) -> tuple[float, float]:
        vast, t = Vast.of(row), float(row["t"])
        m, at_n, other = effective(vast, t)
        v = frozen_variance(float(condensation_time(vast.x, vast.variances, vast.alpha)))
        near, off = (formula(t, k, _variance(vast, t) / at_n, *_contrast(row)) for k in (at_n, at_n + other))
        return formula(t, m, v, *_contrast(row)) - near, max(other, abs(off - near))

    return lambda observed: Correction(*each_row(part)(observed).T)


@cache
def _variance(vast: Vast, t: float) -> float:
    """E Var_w(y_i) at N."""
    return t * (1 - float(contractions(t, vast.x, vast.variances, vast.log_n, None)[0]))


def _contrast(row: Mapping[str, Any]) -> tuple[float, ...]:
    return (float(row["contrast"]),) if "contrast" in row else ()


DENSE, MIDDLE = Vast("equal", "origin", 20, 8, 1.0), Vast("equal", "origin", 20, 12, 0.4)
TAILS = ((DENSE, 0.0083), (DENSE, 0.0166), (MIDDLE, 0.05))
MEDIANS = ((DENSE, 0.0055), (DENSE, 0.0083), (MIDDLE, 0.05))

SQUARE = Claim(
    name="participation-fluctuates",
    title="Fluctuation of the participation ratio below t_c",
    statement="Below t_c sum w^2 differs between data sets: its mean square tends to (1 - m)(3 - 2 m)/3, m = t/t_c.",
    source="Mezard et al., J. Physique 45, 843 (1984): E Y^2 = (E Y + 2 (E Y)^2)/3; t_c exact",
    regime="log N from 120 to 200 with exact finite-size parts, m from 0.3 to 0.7, three spectra",
    interpretation=(
        "The effective number of a data set is no number of the law, however large N. The score, Gaussian given the "
        "weights, has the kurtosis 3 + m/(1 - m): heavy tails near t_c, where error bars from few data sets mislead."
    ),
    formulas=("squared_participation", "linear_energy_law"),
    estimate=SquaredRatio(cases=CONDENSED, replicas=5000),
    full=SquaredRatio(cases=CONDENSED, replicas=60_000),
    correction=squares,
    prediction=of_ratio(square),
    controls={
        "(1 - m)^2: no fluctuation": of_ratio(lambda m: (1 - m) ** 2),
        "1 - m: one point or none": of_ratio(lambda m: 1 - m),
        "the paper's t_c": of_ratio(square, "second-cumulant"),
    },
    statistic="bounded",
    equivalence_margin=0.05,
    value_label="E (sum w^2)^2",
)

TAIL = Claim(
    name="jacobian-tail",
    title="Power law of the Jacobian over data sets",
    statement="Below t_c 1 + t J_ii is at most x in a fraction of the data sets that falls as x^(t/t_c) for x -> 0.",
    source="stable sums of Poisson-Dirichlet weights on draws from the posterior at t_c",
    regime="x up to 0.03 v/t, t/t_c = 0.15, 0.2, 0.3, alpha = 1 and 0.4, equal variances, x at the origin",
    interpretation=(
        "The smaller t, the more often a direction has vanished altogether: at t = 0.15 t_c 1 + t J_ii is below 0.004 "
        "in a third of all data sets, while its mean is 0.95."
    ),
    formulas=("contrast_tail", "frozen_contraction", "linear_energy_law"),
    estimate=ContrastLaw(cases=TAILS, thresholds=(0.004, 0.04, 0.1), replicas=9000),
    full=ContrastLaw(cases=TAILS, thresholds=(0.004, 0.04, 0.1), replicas=60_000),
    correction=contrast_parts(law),
    prediction=frozen(law),
    controls={
        "the posterior at t": current(law),
        "the paper's t_c": frozen(law, order="second-cumulant"),
        "without the spread of the nearest point": frozen(lambda t, m, v, x: law(t, m, v, x) / float(anchored(m))),
        "the mean in every data set, times chi-square": frozen(lambda t, m, v, x: stats.chi2.cdf(x * t / (m * v), 1)),
    },
    statistic="distribution",
    equivalence_margin=0.07,
    stated_tolerance=0.01,
    axis="contrast",
    axis_label="x",
    series="t",
    value_label="fraction of data sets with 1 + t J below x",
)

MEDIAN = Claim(
    name="jacobian-median",
    title="The Jacobian of a typical data set, as a number",
    statement="The median of 1 + t J_ii over data sets falls as e^{-const t_c/t} below t_c; the mean stays at v/t_c.",
    source="half of the data sets lie below the median in the power law of exponent t/t_c",
    regime="m = t/t_c = 0.1, 0.15 and 0.2, alpha = 1 and 0.4, equal variances, x at the origin",
    interpretation=(
        "Mean and typical value differ by a factor of 6 at t = 0.2 t_c, 17 at 0.15 t_c and 130 at 0.1 t_c: the frozen "
        "mean spectrum is not what one data set shows. Read single data sets by the median."
    ),
    formulas=("contrast_tail", "frozen_contraction", "linear_energy_law"),
    estimate=Contrast(cases=MEDIANS, replicas=18_000),
    full=Contrast(cases=MEDIANS, replicas=60_000),
    correction=contrast_parts(log_median),
    prediction=frozen(log_median),
    controls={
        "the mean": frozen(lambda t, m, v: float(np.log(m * v / t))),
        "the posterior at t": current(log_median),
        "the paper's t_c": frozen(log_median, order="second-cumulant"),
    },
    statistic="median",
    equivalence_margin=0.8,
    stated_tolerance=0.1,
    series="alpha",
    value_label="log of the median of 1 + t J",
)

CLAIMS = (SQUARE, TAIL, MEDIAN)
