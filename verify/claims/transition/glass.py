r"""The glass transition over laws and sizes: its limit form and its width, the critical power, the entropy, and growth.

`verify.claims.transition.scaling` has one law. Here the limit form of the transition is compared for three laws, as a
whole curve: its finite-size part is an expansion in (log N)^{-1/2}, fitted to exact averages along a ladder of sizes
with no use of the limit. Series in log N, and in d for N = e^{alpha d}, d^2 and 5 d, are compared with the exact value
at every size, so no stated_tolerance and no extrapolation enters there. sum w^2 is in [0, 1] and compared as such
("bounded"); logs of ratios, entropies and half times have light tails ("t").
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import xarray as xr

from simulate.experiments.setting import Vast
from simulate.experiments.transition.glass import Collapsed, Drop, Entropy, Growing, HalfTime, ends
from theory.exact.averages import log_participation_ratio, log_partition, participation_ratio
from theory.limits.condensation import condensation_time
from theory.limits.scaling import collapsed
from theory.limits.transition import critical_form, critical_sharpness, half_time
from theory.limits.weights import condensed_entropy
from verify.claim import Claim, Correction, Prediction, each_row
from verify.claims.ladder import missing, of_vast

ROOTS = tuple((power / 2, 0) for power in range(6))  # of 1/log N
STEP = 1e-4


@cache
def time(vast: Vast, order: str = "exact") -> float:
    """t_c, the exact one or the paper's."""
    return float(condensation_time(vast.x, vast.variances, vast.alpha, order))


def near(vast: Vast, *scaled: float) -> tuple[tuple[Vast, float], ...]:
    """The case at times with (t/t_c - 1) (log N)^{1/2} = a for each a."""
    return tuple((vast, time(vast) * (1 + a / float(np.sqrt(vast.log_n)))) for a in scaled)


def scaled(vast: Vast, t: float) -> float:
    """(t/t_c - 1) (log N)^{1/2}, to the digits that do not depend on rounding."""
    return round((t / time(vast) - 1) * float(np.sqrt(vast.log_n)), 9)


@cache
def sharpness(vast: Vast) -> float:
    """kappa."""
    return float(critical_sharpness(vast.x, vast.variances, vast.log_n))


def curve(vast: Vast, t: float, factor: float = 1.0) -> float:
    """The limit form; `factor` on kappa, for a control."""
    return float(critical_form.numeric(scaled(vast, t), factor * sharpness(vast)))


def gaussian_curve(vast: Vast, t: float) -> float:
    """That of Gaussian levels, kappa^2 = 2."""
    return float(critical_form.numeric(scaled(vast, t), np.sqrt(2)))


def sharp(vast: Vast, t: float) -> float:
    """(log N)^{1/2} (1 - t/t_c), and 0 above t_c."""
    return max(0.0, -scaled(vast, t))


def curve_parts(observed: xr.Dataset) -> Correction:
    """Limit of (log N)^{1/2} E sum w^2 at fixed a less its value at N."""

    def part(row: Mapping[str, Any]) -> tuple[float, float]:
        vast, t = Vast.of(row), float(row["t"])
        ending, error = missing(_collapsed, vast, scaled(vast, t), functions=ROOTS)
        return float(ending), float(error)

    return Correction(*each_row(part)(observed).T)


def _collapsed(vast: Vast, a: float) -> np.ndarray:
    return np.array(collapsed(a, vast.x, vast.variances, vast.log_n))


def at_critical_point(vast: Vast, t: float) -> float:
    """(log N)^{1/2} E sum w^2, exact."""
    return float(np.sqrt(vast.log_n) * participation_ratio(t, vast.x, vast.variances, vast.log_n))


def other_power(power: float) -> Prediction:
    """E sum w^2 as (log N)^power from the first size on."""

    def prediction(observed: xr.Dataset) -> np.ndarray:
        log_n = of_vast(lambda vast, t: vast.log_n)(observed)
        return of_vast(at_critical_point)(observed)[0] * (log_n / log_n[0]) ** (power + 0.5)

    return prediction


def drop(vast: Vast, t: float) -> float:
    """log of the ratio of E sum w^2 at the two ends around t, exact."""
    early, late = log_participation_ratio(np.array(ends(vast, t)), vast.x, vast.variances, vast.log_n)
    return float(early - late)


def width_power(power: float) -> Prediction:
    """A transition whose width falls as (log N)^power from the first size on: the drop grows with the steepness."""

    def prediction(observed: xr.Dataset) -> np.ndarray:
        copies = observed.copies.values
        first = of_vast(lambda vast, t: drop(replace(vast, copies=int(copies.min())), t))(observed)
        return first * (copies / copies.min()) ** (-power - 0.5)

    return prediction


def entropy(vast: Vast, t: float, order: str = "exact") -> float:
    """psi(1) - psi(1 - t/t_c)."""
    return float(condensed_entropy.numeric(t, time(vast, order)))


def entropy_parts(observed: xr.Dataset) -> Correction:
    """Limit of the mean entropy less its value at N."""
    return Correction(*each_row(lambda row: missing(_entropy, Vast.of(row), float(row["t"])))(observed).T)


def _entropy(vast: Vast, t: float) -> np.ndarray:
    """d(t E log Z)/dt."""
    times = t * np.array([1 - STEP, 1 + STEP])
    below, above = times / t * log_partition(times, vast.x, vast.variances, vast.log_n)
    return np.array((above - below) / (2 * STEP))


def of_size(predict: Callable[[Vast], float]) -> Prediction:
    """A prediction from the data set alone."""
    return each_row(lambda row: predict(Growing.of(row).vast))


@cache
def half(vast: Vast) -> float:
    """The exact time of half condensation."""
    return float(half_time(vast.x, vast.variances, vast.log_n))


def half_of(order: str) -> Prediction:
    """t_c/2: the limit log N -> infinity at face value."""
    return of_size(lambda vast: time(vast, order) / 2)


def growing(power: float) -> Prediction:
    """The first half time, growing as a power of d."""

    def prediction(observed: xr.Dataset) -> np.ndarray:
        d = observed.d.values
        return of_size(half)(observed)[0] * (d / d[0]) ** power

    return prediction


LAWS = (
    Vast("equal", "typical", 20, 50, 0.1),
    Vast("graded", "held-out", 20, 16, 0.5),
    Vast("equal", "origin", 20, 8, 1.0),
)
SERIES = tuple(Vast("equal", "origin", 20, copies, 1.0) for copies in (1, 4, 16, 64))
WIDTHS = tuple(
    (replace(vast, copies=copies), float(f"{time(vast):.6g}"))
    for vast in (Vast("halves", "typical", 20, 1, 0.4), Vast("equal", "origin", 20, 1, 1.0))
    for copies in (2, 6, 18)
)
FROZEN = ((LAWS[1], 0.0265), (LAWS[2], 0.0166), (LAWS[2], 0.0332))

FORM = Claim(
    name="glass-critical-curve",
    title="One curve for the blurred transition",
    statement="Around t_c (log N)^{1/2} E sum w^2 tends to a known curve of (t/t_c - 1) (log N)^{1/2}, scaled by K.",
    source="theory.limits.transition, critical_form: the inverse Mills ratio of the levels above the edge",
    regime="log N -> infinity; three laws, alpha = 0.1, 0.5 and 1; (t/t_c - 1) (log N)^{1/2} = -1.2 and 0.8",
    interpretation=(
        "The transition has a known shape and width at every size: t_c is a time within a window of relative width "
        "(log N)^{-1/2}/kappa, 9 and 12 % even at log N = 160, and what is read there depends on N."
    ),
    formulas=("critical_form", "linear_energy_law"),
    estimate=Collapsed(cases=tuple(case for vast in LAWS for case in near(vast, -1.2, 0.8)), replicas=10_000),
    correction=curve_parts,
    prediction=of_vast(curve),
    controls={
        "a sharp transition": of_vast(sharp),
        "that of Gaussian levels": of_vast(gaussian_curve),
        "kappa twice as large": of_vast(curve, factor=2.0),
    },
    statistic="bounded",
    equivalence_margin=0.25,
    series="alpha",
    value_label="(log N)^(1/2) E sum w^2",
)

POWER = Claim(
    name="glass-critical-power",
    title="The participation ratio at t_c over a series of sizes",
    statement="At t_c E sum w^2 falls as (log N)^{-1/2}, with the exact average at every size on the way.",
    source="average of independent levels one by one; theory.limits.scaling for the power",
    regime="exact at every N, here log N = 20 .. 1280; equal variances, x at the origin, alpha = 1",
    interpretation=(
        "Over a factor of 64 in log N the effective number at t_c grows by 8.7: neither of order one nor as N."
    ),
    formulas=("linear_energy_law",),
    estimate=Collapsed(cases=tuple(case for vast in SERIES for case in near(vast, 0.0)), replicas=12_000, count=60),
    prediction=of_vast(at_critical_point),
    controls={
        "(log N)^{-1/3}": other_power(-1 / 3),
        "(log N)^{-1}": other_power(-1.0),
        "of order one": other_power(0.0),
    },
    statistic="bounded",
    equivalence_margin=0.3,
    axis="copies",
    axis_label="copies of twenty dimensions: log N/20",
    value_label="(log N)^(1/2) E sum w^2",
)

WIDTH = Claim(
    name="glass-width",
    title="Width of the blurred transition",
    statement="The transition is (log N)^{-1/2} wide: across so much of t_c E sum w^2 drops by the same factor.",
    source="average of independent levels one by one; theory.limits.scaling for the power",
    regime="exact at every N, here log N = 16 .. 360; two laws, alpha = 0.4 and 1",
    interpretation=(
        "To halve the window in which condensation happens takes log N four times as large: a sharp t_c is not seen in "
        "any data set that exists."
    ),
    formulas=("linear_energy_law",),
    estimate=Drop(cases=WIDTHS, replicas=3000),
    prediction=of_vast(drop),
    controls={
        "a width of 1/log N": width_power(-1.0),
        "a width that stays": width_power(0.0),
        "a width of (log N)^{-1/3}": width_power(-1 / 3),
    },
    statistic="t",
    equivalence_margin=0.12,
    axis="copies",
    axis_label="copies of twenty dimensions",
    series="alpha",
    value_label="log of the ratio of E sum w^2 across t_c",
)

ENTROPY = Claim(
    name="glass-entropy-general",
    title="Vanishing of the entropy, over spectra and alphas",
    statement="Below t_c the mean entropy of weights tends to psi(1) - psi(1 - t/t_c) for every spectrum and alpha.",
    source="Poisson-Dirichlet weights of parameter t/t_c, with the exact t_c",
    regime="log N -> infinity; graded variances at alpha = 0.5, equal ones at alpha = 1; t/t_c = 0.3, 0.5 and 0.6",
    interpretation="Per log N the entropy vanishes below the exact t_c at every alpha: a glass, whatever the data.",
    formulas=("condensed_entropy", "linear_energy_law"),
    estimate=Entropy(cases=FROZEN, replicas=4000),
    correction=entropy_parts,
    prediction=of_vast(entropy),
    controls={
        "the paper's t_c": of_vast(entropy, order="second-cumulant"),
        "no entropy at all": of_vast(lambda vast, t: 0.0),
        "-log(1 - t/t_c), that of 1/E sum w^2 equal weights": of_vast(lambda vast, t: -np.log(1 - t / time(vast))),
    },
    statistic="t",
    equivalence_margin=0.15,
    series="alpha",
    value_label="entropy of the weights",
)


def growth(name: str, words: str, meaning: str, regime: str, power: float) -> Claim:
    """The half time along a series in d, with a power of d that is too plain as one of the controls."""
    cases = tuple(Growing(words.removeprefix("N = "), d) for d in (40, 200, 1000))
    return Claim(
        name=f"growth-{name}",
        title=f"Condensation in growing dimension: {words}",
        statement=f"For {words} half condensation, mean sum w^2 = 1/2, comes at the exact average's time, at every d.",
        source="average of independent levels one by one, at N and d as they are",
        regime=regime,
        interpretation=meaning,
        formulas=("linear_energy_law",),
        estimate=HalfTime(cases=cases),
        full=HalfTime(cases=cases, replicas=30_000),
        prediction=of_size(half),
        controls={
            "half of the exact t_c": half_of("exact"),
            "half of the paper's t_c": half_of("second-cumulant"),
            f"the first, growing as d^{power:g}" if power else "the first at every d": growing(power),
        },
        statistic="t",
        equivalence_margin=0.13,
        relative=True,
        axis="d",
        axis_label="dimension d",
        series="growth",
        value_label="time of half condensation (a variance)",
    )


EXPONENTIAL = growth(
    "exponential",
    "N = exp(0.2 d)",
    "With exponentially many points condensation stays at one time as d grows, and the exact t_c/2 is neared slowly: "
    "at d = 40 half condensation is 40 % above it. The paper's t_c does not apply, however large d.",
    "exact at every d, here 40, 200 and 1000; log N = 8 .. 200",
    0.5,
)
POWERS = growth(
    "power",
    "N = d^2",
    "With polynomially many points t_c grows with d, in the end as (d/log d)^{1/2} and faster up to d = 1000: such "
    "data condense at times above all their variances. The paper's t_c becomes right slowly, 2.3 times too large at "
    "d = 40 and 1.2 times at d = 1000, and log N is never large enough for its limits.",
    "exact at every d, here 40, 200 and 1000; log N = 7.4 .. 13.8",
    0.0,
)
LINEAR = growth(
    "linear",
    "N = 5 d",
    "As for N = d^2, at larger t still: the fewer points for their dimension, the earlier in the backward process do "
    "few of them carry the score.",
    "exact at every d, here 40, 200 and 1000; log N = 5.3 .. 8.5",
    0.0,
)

CLAIMS = (FORM, POWER, WIDTH, ENTROPY, EXPONENTIAL, POWERS, LINEAR)
