r"""Condensation at a data point: a jump at a time of its own, below which one point carries all the weight.

Seen from x = y_1 the training point has energy 0 and the weight 1/(1 + Z), Z the partition sum of all others, whose
log is log N + K(1/t) above their own t_c(x). So the own weight jumps from 0 to 1 at the root of log N + K(1/t) = 0,
which lies above t_c(x); observed is sum w^2 on both sides of the root. By when exactly the own weight is lost is in
`verify.claims.condensation.own_weight`.
"""

from dataclasses import replace
from functools import partial

from simulate.estimate import Estimate
from simulate.observables import OwnParticipation
from simulate.samplers import LowestEnergies
from theory.case import Case, held_out
from theory.laws.spectra import equal, graded, halves
from theory.limits.weights import limit_participation
from verify.claim import Claim


def on_data_point(case: Case, shift: float = 0.0) -> float:
    """1 below the root of log N + K(1/t) = -shift d, where the data point at x outweighs all others, and 0 above."""
    others = case.log_n + float(case.law.log_mgf(1 / case.t, case.x))
    return float(others < -shift * case.d)


DATA_POINT = Claim(
    name="condensation-data-point",
    title="Condensation at a data point",
    statement="Seen from a data point the weights condense on it all at once, below the root of log N + K(1/t) = 0.",
    source="its own level, of energy 0, against the partition function of all others",
    regime="log N = 60 to 160, t within 20 % of the root on both sides, three spectra",
    interpretation=(
        "A data point is memorized at a time of its own, here three to five times the t_c(x) of a held-out point at "
        "the same place, and by a jump from N^a points to one: no effective number in between."
    ),
    formulas=("linear_energy_law",),
    estimate=Estimate(
        cases=tuple(
            Case(law, held_out, alpha * law.dimension, t, label="training point").enlarged(copies).folded
            for law, copies, alpha, times in (
                (halves(20), 20, 0.4, (0.65, 0.87)),
                (equal(10), 60, 0.1, (7.5, 11.0)),
                (graded(20), 12, 0.5, (0.138, 0.195)),
            )
            for t in times
        ),
        observable=OwnParticipation(),
        sampler=LowestEnergies(),
        replicas=2000,
    ),
    prediction=on_data_point,
    controls={
        "as for a noised data point, sqrt(t) away": lambda case: on_data_point(case, shift=0.5),
        "1 - t/t_c(x), the paper's": partial(limit_participation, order="second-cumulant"),
        "1 - t/t_c(x), exact but for its own level": limit_participation,
    },
    statistic="bounded",
    equivalence_margin=0.05,
    series="law",
    value_label="participation ratio",
)

DATA_POINT_PAPER = replace(
    DATA_POINT,
    name="condensation-data-point-paper",
    title="The paper's condensation time at a data point",
    statement="Seen from a data point the effective number is that of t_c(x) = sqrt((r4/2 + omega^2(x))/(2 alpha)).",
    source="arXiv:2410.08727, sec. 5, which asks nothing of x",
    interpretation=(
        "t_c(x) is for points that are not in the data set: there the point's own level is missing from the sum. At "
        "and near data points use the root of log N + K(1/t) = -|x - y|^2/(2 t)."
    ),
    formulas=("condensed_participation", "second_cumulant_time", "global_variance", "directional_variance"),
    prediction=partial(limit_participation, order="second-cumulant"),
    controls={
        "exact but for its own level": limit_participation,
        "condensed everywhere": lambda case: 1.0,
    },
    expected_verdict="disagrees",
)

CLAIMS = (DATA_POINT, DATA_POINT_PAPER)
