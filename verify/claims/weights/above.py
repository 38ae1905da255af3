r"""Above t_c in general: the exponents of the effective number for other spectra, points and alphas.

`verify.claims.weights.poisson_dirichlet` has half of the variances 1, half 0.09, at alpha = 0.4. Here are equal
variances, variances 1/i, a far point, and alpha per dimension from 0.1 to 1.5, with the same predictions from K alone.
In a typical data set the exponent is compared as it is; the average over data sets as E sum w^2 itself at N of a few
hundred, which is in [1/N, 1] whatever its tail ("bounded"). Finite-size parts are exact (`verify.claims.ladder`).
"""

from dataclasses import replace

import numpy as np

from simulate.estimate import Estimate
from simulate.observables import EffectiveExponent, ParticipationRatio
from simulate.samplers import Energies, LowestEnergies
from theory.case import Case, far, held_out, origin, typical
from theory.laws.spectra import equal, graded, halves
from verify.claims.weights.poisson_dirichlet import AVERAGE, TYPICAL, all_points, average, many_levels

DEEPLY = (  # 1.5 t_c of five, and 3 t_c of two of them, to four digits
    Case(equal(1000), typical, 100.0, 2.819),
    Case(halves(20), far, 8.0, 2.229).enlarged(20),
    Case(graded(20), held_out, 10.0, 0.07948).enlarged(16),
    Case(equal(160), origin, 160.0, 0.08306),
    Case(equal(110), origin, 165.0, 0.02852),
    Case(equal(1000), typical, 100.0, 5.637),
    Case(equal(160), origin, 160.0, 0.1661),
)
AVERAGES = (  # 1.4 t_c of five, and 3 t_c of one of them, to four digits
    Case(equal(60), typical, np.log(403), 2.631),
    Case(halves(16), far, np.log(601), 2.08),
    Case(graded(12), held_out, np.log(403), 0.1185),
    Case(equal(6), origin, np.log(403), 0.07755),
    Case(equal(4), origin, np.log(403), 0.02664),
    Case(equal(6), origin, np.log(403), 0.1662),
)

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
    estimate=Estimate(cases=DEEPLY, observable=EffectiveExponent(), sampler=LowestEnergies(count=600), replicas=400),
    controls={
        "the average over data sets": average,
        "many levels carry the squares at all t": many_levels,
        "the paper's N~": all_points,
        "nothing above t_c": lambda case: 0.0,
    },
    equivalence_margin=0.012,
    series="law",
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
    estimate=Estimate(cases=AVERAGES, observable=ParticipationRatio(), sampler=Energies(), replicas=5000),
    full=Estimate(cases=AVERAGES, observable=ParticipationRatio(), sampler=Energies(), replicas=40_000),
    series="law",
)

CLAIMS = (TYPICALLY, AVERAGELY)
