r"""Training of linear denoisers in time: one layer and two, at one noise.

Data have their variances exactly, all noise is averaged, and gradients come from automatic differentiation: what is
compared are solutions of gradient flow, and the statistic is exact.
"""

import numpy as np
import xarray as xr

from simulate.learned.linear_training import EmergenceTimes, LinearTraining
from theory.learned.training import (
    SPECTRAL_BIAS,
    one_layer_time,
    one_layer_weight,
    optimal_weight,
    two_layer_half_time,
    two_layer_time,
    two_layer_weight,
)
from verify.claim import Claim

VARIANCES, T, START = (1.0, 0.3, 0.1, 0.03), 0.1, 0.01
WEIGHTS = LinearTraining(variances=VARIANCES, t=T, start=START, taus=(0.1, 0.5, 2.0, 10.0))
ARITHMETIC = EmergenceTimes(variances=VARIANCES, t=T, starts=(0.001, 0.05), mean="arithmetic", layers=1)
HARMONIC = EmergenceTimes(variances=VARIANCES, t=T, starts=(0.001, 0.05), mean="harmonic")
HALF = EmergenceTimes(variances=VARIANCES, t=T, starts=(0.001, 0.05), mean="half")
ETA = 0.5  # learning rate of the predictions, whose training times are observed in units of 1/eta


def weights(observed: xr.Dataset, quicker: float = 1.0, swapped: bool = False) -> np.ndarray:
    """The weights of one linear layer, and of two, along training, for each row of a table.

    Arguments:
        observed: the table: tau, variance and layers.
        quicker: factor on the training time, for a control.
        swapped: whether the laws of one layer and of two are exchanged, for a control.
    """
    tau, v = quicker * observed.tau.values / ETA, observed.variance.values
    one = (observed.layers.values == 1) ^ swapped
    solutions = (law.numeric(tau, T, v, START, ETA) for law in (one_layer_weight, two_layer_weight))
    return np.where(one, *solutions)


def without_noise(observed: xr.Dataset) -> np.ndarray:
    """Weights at rates that leave out t: one layer at 2 eta sigma^2."""
    v, end = observed.variance.values, observed.variance.values / (observed.variance.values + T)
    one = end + (START - end) * np.exp(-2 * v * observed.tau.values)
    return np.where(observed.layers == 1, one, weights(observed))


def harmonic(observed: xr.Dataset) -> np.ndarray:
    """eta sigma^2 times the time at which two layers are at the harmonic mean: (log 2)/8."""
    v = observed.variance.values
    return ETA * v * two_layer_time.numeric(v, ETA)


def arithmetic(observed: xr.Dataset) -> np.ndarray:
    """eta sigma^2 times the time at which one layer is at the arithmetic mean."""
    v = observed.variance.values
    return ETA * v * one_layer_time.numeric(T, v, ETA)


def half(observed: xr.Dataset) -> np.ndarray:
    """eta sigma^2 times the time at which two layers have learned half of their end."""
    v = observed.variance.values
    return ETA * v * two_layer_half_time.numeric(v, observed.start.values / optimal_weight.numeric(T, v), ETA)


FOUR = "variances 1, 0.3, 0.1 and 0.03, d = 4, t = 0.1, N = 20"
CLAIMS = (
    Claim(
        name="learned-linear-training",
        title="Learning in time",
        statement=(
            r"Along a principal axis of the data one layer learns as $W^* + (Q - W^*) e^{-2 \eta (t + \sigma^2) \tau}$ "
            r"and two layers $P P^T$ as $W^* Q/(Q + (W^* - Q) e^{-8 \eta \sigma^2 \tau})$, "
            r"$W^* = \sigma^2/(\sigma^2 + t)$."
        ),
        source=SPECTRAL_BIAS,
        stated_by=f"Wang and Pehlevan, {SPECTRAL_BIAS}, gradient flow from weights along the principal axes",
        regime=f"any data set, all noise averaged; {FOUR}, from W = 0.01 I, at four times",
        interpretation=(
            "High variances are learned first, with two layers always and with one only while the variances are "
            "not below t, and are lost last as N falls (learned-linear-order)."
        ),
        formulas=("one_layer_weight", "two_layer_weight"),
        estimate=WEIGHTS,
        prediction=weights,
        controls={
            "one layer without t in its rate": without_noise,
            "half as fast": lambda observed: weights(observed, quicker=0.5),
            "two layers as one": lambda observed: weights(observed, swapped=True),
        },
        statistic="exact",
        equivalence_margin=0.001,
        axis="tau",
        axis_label=r"training time $\tau$",
        series="variance",
        value_label="weight along an axis",
    ),
    Claim(
        name="learned-linear-emergence",
        title="When a direction of two layers emerges",
        statement=(
            r"Two layers are at the harmonic mean of start and end at $\tau = \log 2/(8 \eta \sigma^2)$, "
            "from any start."
        ),
        source=SPECTRAL_BIAS,
        stated_by=f"Wang and Pehlevan, {SPECTRAL_BIAS}: emergence at log 2/(8 eta lambda)",
        regime=f"{FOUR}, from W = 0.001 I and 0.05 I",
        interpretation="The time depends on the variance alone, because the mean moves with the start.",
        formulas=("two_layer_time",),
        estimate=HARMONIC,
        prediction=harmonic,
        controls={
            "half of the end": half,
            "one layer": arithmetic,
            "log 2/(4 eta sigma^2)": lambda observed: 2 * harmonic(observed),
        },
        statistic="exact",
        equivalence_margin=0.001,
        axis="variance",
        axis_label=r"variance $\sigma^2$",
        series="start",
        value_label=r"$\sigma^2 \tau$",
    ),
    Claim(
        name="learned-linear-emergence-half",
        title="When a direction of two layers is half learned",
        statement=r"Two layers have learned half of their end at $\tau = \log 2/(8 \eta \sigma^2)$.",
        source=f"{SPECTRAL_BIAS}, read as the time at which half is learned",
        reading_to_avoid=True,
        regime=f"{FOUR}, from W = 0.001 I and 0.05 I",
        interpretation=(
            r"Half is learned at $\log(W^*/Q - 1)/(8 \eta \sigma^2)$, which grows as the start Q is smaller: ten times "
            "as late from 0.001."
        ),
        formulas=("two_layer_time", "two_layer_half_time"),
        estimate=HALF,
        prediction=harmonic,
        controls={
            "one layer": arithmetic,
            "log 2/(4 eta sigma^2)": lambda observed: 2 * harmonic(observed),
        },
        statistic="exact",
        equivalence_margin=0.001,
        expected_verdict="disagrees",
        axis="variance",
        axis_label=r"variance $\sigma^2$",
        series="start",
        value_label=r"$\sigma^2 \tau$",
    ),
    Claim(
        name="learned-linear-half-time",
        title="When a direction is half learned",
        statement=r"Two layers have learned half of their end at $\tau = \log(W^*/Q - 1)/(8 \eta \sigma^2)$.",
        source="two_layer_weight, solved for the time",
        regime=f"{FOUR}, from W = 0.001 I and 0.05 I",
        interpretation="The order of variances stays, but their times differ by the logarithm of the start too.",
        formulas=("two_layer_half_time", "optimal_weight"),
        estimate=HALF,
        prediction=half,
        controls={"at the harmonic mean": harmonic, "one layer": arithmetic},
        statistic="exact",
        equivalence_margin=0.001,
        axis="variance",
        axis_label=r"variance $\sigma^2$",
        series="start",
        value_label=r"$\sigma^2 \tau$",
    ),
    Claim(
        name="learned-linear-one-layer-time",
        title="When a direction of one layer is learned",
        statement=(
            r"One layer is at the arithmetic mean of start and end at $\tau = \log 2/(2 \eta (t + \sigma^2))$, "
            "from any start."
        ),
        source="one_layer_weight, solved for the time",
        regime=f"{FOUR}, from W = 0.001 I and 0.05 I",
        interpretation="Variances below t are learned at one time: one layer tells only those above it apart.",
        formulas=("one_layer_time",),
        estimate=ARITHMETIC,
        prediction=arithmetic,
        controls={
            "two layers": harmonic,
            "without t": lambda observed: 4 * harmonic(observed),
        },
        statistic="exact",
        equivalence_margin=0.001,
        axis="variance",
        axis_label=r"variance $\sigma^2$",
        series="start",
        value_label=r"$\sigma^2 \tau$",
    ),
)
