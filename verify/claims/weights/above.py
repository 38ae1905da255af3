r"""Above t_c in general: the exponents of the effective number for other spectra, points and alphas.

`verify.claims.weights.poisson_dirichlet` has half of the variances 1, half 0.09, at alpha = 0.4. Here are equal
variances, variances 1/i, a far point, and alpha per dimension from 0.1 to 1.5, with the same predictions from K alone.
In a typical data set the exponent is compared as it is; the average over data sets as E sum w^2 itself at N of a few
hundred, which is in [1/N, 1] whatever its tail ("bounded"). Finite-size parts are exact (`verify.claims.ladder`).
"""

from dataclasses import replace

from simulate.experiments.setting import Vast
from simulate.experiments.weights.lowest import AverageRatio, TypicalNumber
from theory.limits.condensation import condensation_time
from verify.claims.views import constant
from verify.claims.weights.poisson_dirichlet import AVERAGE, TYPICAL, all_points, average, many_levels, of_vast


def at(vast: Vast, *ratios: float) -> tuple[tuple[Vast, float], ...]:
    """The case at so many times its exact t_c, to four digits: where to look."""
    t_c = float(condensation_time(vast.x, vast.variances, vast.alpha))
    return tuple((vast, float(f"{ratio * t_c:.4g}")) for ratio in ratios)


DEEP = (
    Vast("equal", "typical", 20, 50, 0.1),
    Vast("halves", "far", 20, 20, 0.4),
    Vast("graded", "held-out", 20, 16, 0.5),
    Vast("equal", "origin", 10, 16, 1.0),
    Vast("equal", "origin", 10, 11, 1.5),
)
SMALL = (
    Vast("equal", "typical", 60, 1, 0.1),
    Vast("halves", "far", 16, 1, 0.4),
    Vast("graded", "held-out", 12, 1, 0.5),
    Vast("equal", "origin", 6, 1, 1.0),
    Vast("equal", "origin", 4, 1, 1.5),
)
DEEPLY = tuple(case for vast in DEEP for case in at(vast, 1.5)) + at(DEEP[0], 3.0) + at(DEEP[3], 3.0)
AVERAGES = tuple(case for vast in SMALL for case in at(vast, 1.4)) + at(SMALL[3], 3.0)

TYPICALLY = replace(
    TYPICAL,
    name="participation-typical-general",
    title="Exponent of the effective number in a typical data set, over spectra and alphas",
    statement="Above t_c 1/sum w^2 of a typical data set grows as N^a, a as K gives it, for every spectrum and alpha.",
    regime="log N from 100 to 165; equal, graded and two variances; four kinds of x; alpha from 0.1 to 1.5",
    interpretation=(
        "At 1.5 t_c the effective number is N^0.05 to N^0.17, the less the larger alpha: what happens above t_c is no "
        "feature of one spectrum, and nowhere do all N points share the score there."
    ),
    estimate=TypicalNumber(cases=DEEPLY, replicas=400, count=600),
    controls={
        "the average over data sets": of_vast(average),
        "many levels carry the squares at all t": of_vast(many_levels),
        "the paper's N~": of_vast(all_points),
        "nothing above t_c": constant(0.0),
    },
    equivalence_margin=0.012,
    series="alpha",
)

AVERAGELY = replace(
    AVERAGE,
    name="participation-average-general",
    title="Participation ratio above t_c, averaged, over spectra and alphas",
    statement="Above t_c E sum w^2 falls as N^(-a) with a smaller than that of a typical data set up to 2 t_c.",
    regime="N about 400 and 600 with exact finite-size parts, the spectra and points as for typical data sets",
    interpretation=(
        "For every spectrum the average is carried by rare data sets from t_c to 2 t_c; beyond, here at 3 t_c, it is "
        "that of a typical data set: only there do averages say something of one data set."
    ),
    estimate=AverageRatio(cases=AVERAGES, replicas=5000),
    full=AverageRatio(cases=AVERAGES, replicas=40_000),
    series="alpha",
)

CLAIMS = (TYPICALLY, AVERAGELY)
