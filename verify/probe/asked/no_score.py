r"""What cannot be a score: it leads away from what it should denoise, or widens where every density contracts.

The step x + t s(x) of a score takes a noised point nearer to what it was, on average, and along an axis of variance v
-t J is at least t/(t + v), on average, as the best affine guess of the point has it. Where noised training points end
up farther away, by a sign test over all probes and times at 0.1 % (were they independent), or -t J along the first axes
is negative, averaged over more points at the largest time if t >= v, what was asked is no score, or knows nothing. At t
far below v a step is too small to tell.

A one-step model, of consistency for one, takes a noised point to the end of the probability flow and not to the mean
of what it may have been. Along an axis of Gaussian data of variance v that end is x sqrt(v/(v + t)), so that the slope
of `verify.probe.asked.gate` along it is

    slope = 1 + sqrt(v/(v + t)),

from 1.58 at t = 2 v to 2, where that of a score is 1 at any t. What a network has not learned takes slopes below 1. One
that draws an image at once may also miss points along the first axes by more than t, which x itself does not. And one
that gives training points at once gives them from noise at which a posterior mean lies between them
(`verify.probe.sampled.blends`).
"""

from typing import Any

import numpy as np
import xarray as xr
from scipy.stats import binom, norm

from verify.probe.asked.gate import BAND, RATE

FEW, MORE = 0.1, 2.0  # a law that is known badly, as isotropic, misses by more than t where t is near v
NO_SCORE = 0.001  # p below which steps lead away
INDEPENDENT = 0.5  # slope of y on D below which an output says little of the point that was noised


def no_score(found: xr.Dataset) -> str:
    """Why what was asked cannot be a score; empty where it can."""
    if binom.sf(int(found.away.sum()) - 1, found.away.size, 0.5) < NO_SCORE:
        return "x + t s(x) takes noised training points farther from what they were"
    t = float(found.time[0])
    if found.attrs["noisiest"] < 0 and t >= float(found.variance[0]):
        return f"its -t J is negative along the axes of largest variance at t = {t:.3g}"
    return on_others(found.attrs)


def on_others(attrs: dict[str, Any]) -> str:
    """Why what was asked gives training points at once, and no mean of them; empty where it may be a mean.

    Arguments:
        attrs: what `verify.probe.sampled.blends` has found.
    """
    mostly = binom.sf(attrs["far_others"] - 1, attrs["far_asked"], 0.5) < RATE
    if not mostly or attrs["far_slope_upper"] > INDEPENDENT:
        return ""
    share = f"{attrs['far_others']} of {attrs['far_asked']} noised training points are taken onto other training points"
    return (
        f"at t = {attrs['far_time']:.3g} {share} in one step, where a posterior mean lies between them: it is a "
        "one-step model that gives points of these data, as the nearest one, and not their mean"
    )


def no_mean(found: xr.Dataset) -> str:
    """Why what was asked is no posterior mean along the first axes, as of a one-step model; empty where it may be.

    Between memory and a density, as in a mixture of both scores, the slope is above 1, too: copies are asked for first.
    """
    if misses(found):
        return (
            "along the axes of largest variance it misses training points by more than no denoising: no posterior mean"
        )
    if (slope := one_step(found)) <= BAND:
        return ""
    seen = f"the slope of (y - x) on t s along the axes of largest variance is at least {slope:.2g}"
    return f"{seen}, where every score has 1: it is a one-step model, as of consistency, or scaled wrongly there"


def misses(found: xr.Dataset) -> bool:
    """Whether, at most times t < FEW v, it is proven to miss points along the first axes by more than MORE t."""
    own, v = found.sel(set="training").isel(group=0), float(found.variance[0])
    least = own.missed - norm.isf(RATE) * own.missed_stderr
    over = (least > MORE * found.time).values[found.time.values < FEW * v]
    return bool(over.size) and float(over.mean()) > 0.5


def one_step(found: xr.Dataset) -> float:
    """The median slope along the first axes over times t < 2 v, by its lower ends; 0 where there is no such time."""
    first = found.slope_along_lower.sel(set="training").isel(group=0).values
    seen = found.time.values < 2 * float(found.variance[0])
    return float(np.median(first[seen])) if seen.any() else 0.0
