r"""Our own estimator: the directions in which the data are seen to vary, by a test that may find none.

What a normal direction can show. At noise variance t the eigenvalue of -t J along a direction is t/(t + v) for data of
variance v there (Gaussian; in general 1 - posterior variance/t): 1 where the data do not vary. It is called

    tangent    where  -t J < 1/(1 + g)    the data vary by more than g t
    normal     where  -t J > g/(1 + g)    by less than t/g                                       g = 2

and neither in between: a gap between tangent and normal directions is a factor of at least g^2 in variance.

The test. Spectra are taken at m independent points x + sqrt(t) z, as the diffusion visits them about x. For the k-th
lowest eigenvalue the null hypothesis "at least half of these points show it normal or undecided" is put to the sign
test. The nulls are nested in k (a low (k+1)-th eigenvalue has a low k-th beside it), so that testing them in order at
one level errs at that level over all k, with no law assumed for the scatter: of k = `lower` tangent directions the
test is wrong with a probability of at most half the error rate, and likewise of the d - `upper` normal ones.

    memorized   upper = 0: every direction is proven normal, as around a single point (a memorized score; but also any
                score at a t far above all variances, where the whole law is one point: -t J alone cannot tell)
    no gap      lower < upper: some direction is neither, or the points disagree; or lower = d: every direction is
                tangent, the data fill the space as far as is seen at t
    dimension   0 < lower = upper < d

`dimension` is the median number of eigenvalues below 1/2 (v = t), inside the interval always. Eigenvalues that are
known within bounds count as tangent or normal only if they are so at both. From a quadrature (spectrum "lanczos") both
ends of a reading err with a probability of at most one half, as the sign test allows where the points show the same
number of directions.
"""

from dataclasses import replace

from simulate.dimension.reading import Reading
from simulate.dimension.spectra import Spectrum

GAP = 2.0
TANGENT, HALF, NORMAL = 1 / (1 + GAP), 0.5, GAP / (1 + GAP)


def visible(spectrum: Spectrum, squared_score: float) -> Reading:
    """Directions with -t J < 1/2, of those that are surely tangent at least and that are not surely normal at most.

    Arguments:
        spectrum: eigenvalues of -t J, or singular values that stand for them.
        squared_score: t |s(x)|^2, without unit.

    Returns:
        A reading with its interval, before its outcome is concluded.
    """
    return Reading(spectrum.below(HALF)[1], spectrum.below(TANGENT)[0], spectrum.below(NORMAL)[2], "no gap")


def conclude(reading: Reading, d: int) -> Reading:
    """The outcome that follows from an interval: "memorized", "dimension" or "no gap".

    Arguments:
        reading: dimension and interval.
        d: the dimension of the space.

    Returns:
        The reading with its outcome.
    """
    if reading.upper == 0:
        return replace(reading, outcome="memorized")
    return replace(reading, outcome="dimension" if reading.lower == reading.upper < d else "no gap")
