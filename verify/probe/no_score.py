r"""What cannot be a score: it leads away from what it should denoise, or widens where every density contracts.

The step x + t s(x) of a score takes a noised point nearer to what it was, on average, and along an axis of variance v
-t J is at least t/(t + v), on average, as the best affine guess of the point has it. Where noised training points end
up farther away, by a sign test over all probes and times at 0.1 % (were they independent), or -t J along the first axes
is negative, averaged over more points at the largest time if t >= v, what was asked is no score, or knows nothing. At t
far below v a step is too small to tell.
"""

import xarray as xr
from scipy.stats import binom

NO_SCORE = 0.001  # p below which steps lead away


def no_score(found: xr.Dataset) -> str:
    """Why what was asked cannot be a score; empty where it can."""
    if binom.sf(int(found.away.sum()) - 1, found.away.size, 0.5) < NO_SCORE:
        return "x + t s(x) takes noised training points farther from what they were"
    t = float(found.time[0])
    if found.attrs["noisiest"] < 0 and t >= float(found.variance[0]):
        return f"its -t J is negative along the axes of largest variance at t = {t:.3g}"
    return ""
