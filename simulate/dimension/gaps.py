r"""Estimators that look for a step in the descending singular values s_1 >= ... >= s_n.

    largest gap           n - argmax (s_i - s_{i+1})                          Stanczuk et al. 2212.12611
    curvature threshold   the first 5 values are dropped; a spike at i where
                          |s_i - 2 s_{i+1} + s_{i+2}| > 10 median of the same  the paper, v2 (2410.08727)

The largest gap always exists: on a flat spectrum it is where the noise happens to be largest, so this estimator cannot
say that there is none. The second may find no spike, or several; its interval then runs over all of them.
"""

import numpy as np

from simulate.dimension.reading import Reading, exact
from simulate.dimension.spectra import Spectrum

DROPPED = 5
SPIKE = 10.0
ROUNDING = 1e-9  # a median below it is that of rounding errors, not of a spectrum


def largest_gap(spectrum: Spectrum, squared_score: float) -> Reading:
    """Number of singular values below the largest gap (Stanczuk et al. 2212.12611); never 0.

    Arguments:
        spectrum: eigenvalues of -t J, or singular values that stand for them.
        squared_score: t |s(x)|^2, without unit.

    Returns:
        A reading without an interval.

    Raises:
        ValueError: for fewer than two values.
    """
    values = _at_least(spectrum.values, 2)
    return exact(float(values.size - 1 - np.argmax(values[:-1] - values[1:])))


def curvature(spectrum: Spectrum, squared_score: float) -> Reading:
    """Number of singular values below the sharpest spike of their second difference (the paper, v2).

    Arguments:
        spectrum: eigenvalues of -t J, or singular values that stand for them.
        squared_score: t |s(x)|^2, without unit.

    Returns:
        An interval over all spikes; "no gap", from 0 to n, where there is none.

    Raises:
        ValueError: for too few values.
    """
    values = _at_least(spectrum.values, DROPPED + 3)[DROPPED:]
    bend = np.abs(values[:-2] - 2 * values[1:-1] + values[2:])
    spikes = np.flatnonzero(bend > SPIKE * max(ROUNDING, float(np.median(bend))))
    if spikes.size == 0:
        return Reading(0.0, 0.0, float(spectrum.values.size), "no gap")
    below = values.size - 1.0 - spikes
    sharpest = values.size - 1.0 - spikes[np.argmax(bend[spikes])]
    return Reading(float(sharpest), float(below.min()), float(below.max()), "dimension")


def _at_least(values: np.ndarray, least: int) -> np.ndarray:
    if values.size < least:
        raise ValueError(f"x must have enough coordinates for {least} singular values, got {values.size}")
    return values
