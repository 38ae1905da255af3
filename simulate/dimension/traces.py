r"""Estimators that weigh every direction by a function of its eigenvalue a of -t J, and add up.

    FLIPD            sum (1 - a) + t |s|^2 = d + t (tr J + |s|^2)     Kamkari et al. 2406.03537, for this process
    LHSD             sum 1/(1 + (|a|/c)^4)                            Osada 2605.01221: a low-pass filter of J
    participation    (sum v)^2 / sum v^2,    v = max(0, 1 - a)        effective number of directions that carry the
                                                                     posterior variance t (1 - a)

They need no gap and give fractions of a dimension; below one half the outcome is "memorized". LHSD's c is where the
filter falls to one half; with c = 1/4 a normal direction (a = 1) still weighs 0.4 %.
"""

import numpy as np

from simulate.dimension.reading import Reading, exact
from simulate.dimension.spectra import Spectrum

CUTOFF = 0.25
NOTHING = 1e-6  # of a direction: posterior variances that add up to less are none


def flipd(spectrum: Spectrum, squared_score: float) -> Reading:
    """FLIPD (Kamkari et al. 2406.03537), for this process: d + t (tr J + |s|^2). It may be negative, or above d.

    Arguments:
        spectrum: eigenvalues of -t J, or singular values that stand for them.
        squared_score: t |s(x)|^2, without unit.

    Returns:
        A reading without an interval.
    """
    return exact(float(spectrum.weights @ (1 - spectrum.values)) + squared_score)


def lhsd(spectrum: Spectrum, squared_score: float) -> Reading:
    """LHSD (Osada 2605.01221): sum 1/(1 + (|a|/c)^4), the directions whose eigenvalue a of -t J passes the filter.

    Arguments:
        spectrum: eigenvalues of -t J, or singular values that stand for them.
        squared_score: t |s(x)|^2, without unit.

    Returns:
        A reading without an interval.
    """
    return exact(float(spectrum.weights @ (1 / (1 + (np.abs(spectrum.values) / CUTOFF) ** 4))))


def participation(spectrum: Spectrum, squared_score: float) -> Reading:
    """Participation ratio of the posterior variances: (sum v)^2/sum v^2 with v = max(0, 1 - a); 0 where there are none.

    Arguments:
        spectrum: eigenvalues of -t J, or singular values that stand for them.
        squared_score: t |s(x)|^2, without unit.

    Returns:
        A reading without an interval.
    """
    variances = np.maximum(0.0, 1 - spectrum.values)
    total = float(spectrum.weights @ variances)
    return exact(total**2 / float(spectrum.weights @ variances**2) if total > NOTHING else 0.0)
