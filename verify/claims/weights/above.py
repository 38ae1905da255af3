r"""Above t_c in general: the exponents of the effective number for other spectra, points and alphas.

`verify.claims.weights.effective_number` has half of the variances 1, half 0.09, at alpha = 0.4. Here are equal
variances, variances 1/i, a far point, and alpha per dimension from 0.1 to 1.5, with the same predictions from K alone.
That of a typical data set and that of the mean over data sets are compared at log N from 400 on. Finite-size parts are
exact (`verify.claims.ladder`).
"""

from dataclasses import replace

from simulate.estimate import Estimate
from simulate.observables import EffectiveExponent
from simulate.observables.partition import MeanExponent
from simulate.samplers import LowestEnergies
from simulate.samplers.rare import TiltedPoint
from theory.case import Case, far, held_out, origin, typical
from theory.laws.spectra import equal, graded, halves
from verify.claims.weights.effective_number import AVERAGE, TYPICAL, all_points, average, many_levels

BLOCKS = (  # 1.5 t_c to four digits
    Case(equal(1000), typical, 100.0, 2.819),
    Case(halves(20), far, 8.0, 2.229).enlarged(12),
    Case(graded(20), held_out, 10.0, 0.07948).enlarged(10),
    Case(equal(100), origin, 100.0, 0.08306),
    Case(equal(70), origin, 105.0, 0.02852),
)
DEEPLY = (  # and 3 t_c
    *(block.enlarged(4) for block in BLOCKS),
    Case(equal(4000), typical, 400.0, 5.637),
    Case(equal(400), origin, 400.0, 0.1661),
)
RARELY = tuple(block.enlarged(7) for block in BLOCKS)

TYPICALLY = replace(
    TYPICAL,
    name="participation-typical-general",
    title="Exponent of the effective number in a typical data set, over spectra and alphas",
    statement=(
        r"Above $t_c$ the number $1/\sum_\mu w_\mu^2$ of a typical data set grows as $N^a$ with $a$ from "
        r"$\log Z(t/2) - 2 \log Z(t)$, for every spectrum and $\alpha$."
    ),
    regime=(
        "log N from 380 to 420 with exact finite-size parts; equal, graded and two variances; four kinds "
        "of x; alpha from 0.1 to 1.5"
    ),
    interpretation=(
        "At 1.5 t_c the effective number is N^0.05 to N^0.17, the less the larger alpha: nowhere above "
        "t_c do all N points share the score."
    ),
    estimate=Estimate(cases=DEEPLY, observable=EffectiveExponent(), sampler=LowestEnergies(count=600), replicas=4000),
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
    title="Exponent of the mean participation ratio above t_c, over spectra and alphas",
    statement=(
        r"At $1.5\, t_c$ the mean of $\sum_\mu w_\mu^2$ over data sets falls as $N^{-a}$ with a smaller "
        r"$a$ than that of a typical data set, for every spectrum and $\alpha$."
    ),
    regime="log N from 670 to 735 with exact finite-size parts; spectra and x as for typical data sets",
    interpretation=(
        "For every spectrum rare data sets carry the mean between t_c and 2 t_c, so that there the mean "
        "says little of one data set."
    ),
    estimate=Estimate(cases=RARELY, observable=MeanExponent(), sampler=TiltedPoint(), replicas=4000),
    series="law",
)

CLAIMS = (TYPICALLY, AVERAGELY)
