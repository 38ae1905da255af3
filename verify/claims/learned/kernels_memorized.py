r"""What a kernel model, the wide network, has memorized: its risk, its samples, and the directions it has lost.

Its risk late in training is compared with that of pure noise, and that of the empirical score with twice as much; its
samples are counted as copies; its Jacobian is read beside its loss. Predictions are three modes of the flow
(`verify.claims.learned.kernels`), exact averages, and what others state.

Seen beside the statements:

    kernel-plateau: the covariance is forgotten as stated, and the empirical score, 1.2 of the risk of pure noise,
        is not reached at a training time above d^4.
    kernel-samples: of a Gaussian law with the covariance of the data 0.8 per cent of the samples would be copies;
        the time of copies grows fast with d (`simulate.experiments.learned.five_times`).
    kernel-lost-twice: the law's loss, t/(t + v) = 0.18 of v, lies between both; late the three modes are too fast:
        -t J is 0.03 below theirs.
"""

import numpy as np

from simulate.estimate import Estimate
from simulate.experiments.learned.kernel_losses import KernelLosses
from simulate.experiments.learned.kernel_samples import KernelSamples
from simulate.experiments.learned.kernels import KernelRisk
from simulate.observables.memorized import HeldOutRisk
from simulate.samplers import Probed
from theory.case import Case, grid, held_out, origin
from theory.laws.spectra import equal
from theory.learned.collision import false_alarm
from theory.learned.lost import unresolved_share
from theory.learned.timescales import empirical_risk
from verify.claim import Claim
from verify.claims.learned.kernels import GAUSSIAN, MODES, TANGENT, TIME, Row, by_row, modes, over_data
from verify.claims.predictions import constant

PLATEAU = "arXiv:2608.23938"
LATE = 1e6  # training time, above d^4
FINE = KernelLosses(kernels=()).fine


def lost(row: Row) -> float:
    """-t J_ii, or loss over v_i, along the directions of the smaller variance."""
    flow, tau = modes(row, (1 + FINE) / 2), np.array([float(row.tau)])
    fine = slice(int(row.d) // 2, None)
    if row.quantity == "-t J":
        return over_data(row, lambda data: float(flow.normalized_jacobian(data, tau)[0, fine].mean()))
    return over_data(row, lambda data: float(flow.training_loss(data, tau)[0, fine].mean())) / FINE


def as_unresolved(row: Row) -> float:
    """The loss that a denoiser of slope 1 + t J along x alone would have, were nothing memorized."""
    if row.quantity == "-t J":
        return lost(row)
    jacobian = lost(row.assign_coords(quantity="-t J"))
    return float(unresolved_share.numeric(jacobian, FINE, float(row.t))) * of_law(row)


def of_law(row: Row) -> float:
    """The loss of the law's denoiser over v_i, along the directions of the smaller variance."""
    return float(row.t / (row.t + FINE))


def held_out_alarm(row: Row) -> float:
    """The share of held-out draws of the law with d1/d2 < 1/3."""
    return false_alarm(Case(equal(int(row.d)), held_out, np.log(int(row.n)), 1.0))


def exact_risk(case: Case) -> float:
    """The risk of the empirical score, over the variance of the law."""
    return empirical_risk(case.d, case.t, case.log_n)


NOISE = Claim(
    name="kernel-plateau",
    title="The risk of pure noise",
    statement=r"A kernel model that has memorized its data has at held-out points the risk of pure noise, "
    r"$\mathrm{Tr}\,\Sigma/(dt)$.",
    source=f"{PLATEAU}; at finite d with what is kept, theory.learned.timescales, plateau",
    reading_to_avoid=True,
    regime=(
        "stated for n of order d, d -> infinity; here d = 20, N = 12, t = 0.1, tau = 1e6, above d^4; tangent kernel, "
        "30 noises for each point"
    ),
    interpretation=(
        "At d = 20 the model has 0.85 of the risk of pure noise, since a slope of order 1/d is kept (kept_slope): "
        "the statement holds for d to infinity."
    ),
    estimate=KernelRisk(kernels=(TANGENT,), taus=(LATE,), replicas=80),
    prediction=constant(1.0),
    expected_verdict="disagrees",
    controls={
        "the empirical score": by_row(lambda row: empirical_risk(int(row.d), float(row.t), np.log(int(row.n)))),
        "half of it": constant(0.5),
        "the law's denoiser": by_row(lambda row: float(row.t / (1 + row.t))),
    },
    statistic="t",
    equivalence_margin=0.05,
    axis="tau",
    axis_label=TIME,
    series="kernel",
    value_label="risk over the variance",
)

NEIGHBOUR_CASES = tuple(case for d in (50, 200) for case in grid(equal(d), origin, (0.1,), n=d))


def _held_out(replicas: int) -> Estimate:
    return Estimate(cases=NEIGHBOUR_CASES, observable=HeldOutRisk(), sampler=Probed(probes=16), replicas=replicas)


TWICE = Claim(
    name="empirical-risk-twice",
    title="The risk of the empirical score",
    statement=r"At held-out points the empirical score has twice the risk of pure noise, "
    r"$2\,\mathrm{Tr}\,\Sigma/(dt)$.",
    source=f"{PLATEAU}: the nearest of N points is as far away as any other",
    reading_to_avoid=True,
    regime="stated for n of order d, d -> infinity; here N = d = 50 and 200, t = 0.1, isotropic Gaussian data",
    interpretation=(
        "The risk of the empirical score is 1.30 and 1.55 of that of pure noise: the nearest of d points is nearer "
        "than any other even at d = 200, and 2 is reached as (log N/d)^(1/2)."
    ),
    estimate=_held_out(300),
    prediction=constant(2.0),
    expected_verdict="disagrees",
    controls={"pure noise": constant(1.0), "half as much again": constant(1.75)},
    statistic="t",
    equivalence_margin=0.03,
    axis="d",
    axis_label="N = d",
    value_label="risk over the variance",
)

NEIGHBOUR = Claim(
    name="empirical-risk-exact",
    title="The risk of the empirical score at finite d",
    statement=r"The risk of the empirical score at held-out points is an exact average at every $N$ and $d$.",
    source="theory.learned.timescales, empirical_risk, by theory.exact.score",
    regime="exact for isotropic Gaussian data at every N, d, t; N = d = 50 and 200, t = 0.1",
    interpretation="1.30, 1.55, 1.74 and 1.87 of the risk of pure noise at N = d = 50, 200, 800 and 5000.",
    estimate=TWICE.estimate,
    prediction=exact_risk,
    controls={
        "twice pure noise": constant(2.0),
        "as many points again": lambda case: empirical_risk(case.d, case.t, case.log_n + np.log(4)),
    },
    statistic="t",
    equivalence_margin=0.03,
    axis="d",
    axis_label="N = d",
    value_label="risk over the variance",
)

SAMPLES = Claim(
    name="kernel-samples",
    title="Samples of a kernel model before its risk doubles",
    statement=r"Until the empirical score is reached a kernel model generates a Gaussian law: no sample has "
    r"$d_1/d_2<1/3$.",
    source=f"{PLATEAU}, as a share 0 of such samples; held-out draws of the law by their false alarms",
    reading_to_avoid=True,
    regime=(
        "stated for n of order d, d -> infinity; here N = d = 8, Gaussian and tangent kernel, tau = 300, 16 noise "
        "levels, models of the same tau at each"
    ),
    interpretation=(
        "At N = d = 8 samples memorize as the training loss falls: a quarter of those of the tangent kernel and half "
        "of those of the Gaussian one are copies before the risk at held-out points is that of pure noise."
    ),
    estimate=KernelSamples(kernels=(TANGENT, GAUSSIAN)),
    prediction=by_row(held_out_alarm),
    expected_verdict="disagrees",
    controls={"every sample is a copy": constant(1.0), "nine of ten": constant(0.9)},
    statistic="bounded",
    equivalence_margin=0.2,
    series="kernel",
    value_label="share of samples with d1/d2 < 1/3",
)

LOST = Claim(
    name="kernel-lost-twice",
    title="Lost in two ways",
    statement=(
        "To leading order in $1/d$, within 0.05, three modes give $-tJ_{ii}$ near 1 both early, with a loss near "
        "$0.6 v_i$ (unresolved), and late, with a loss near 0 (memorized)."
    ),
    source=MODES,
    regime="d = 20, N = 12, variances 1 and 0.09, t = 0.02, directions of 0.09; tau = 1 and 300; tangent kernel",
    interpretation=(
        "The same $-tJ_{ii}$ stands for a denoiser that has not seen the direction and for one that recites the "
        "direction: the Jacobian does not tell one from the other, and the loss does."
    ),
    estimate=KernelLosses(kernels=(TANGENT,), replicas=80),
    prediction=by_row(lost),
    reads=("moments",),
    controls={
        "every loss is one of resolution": by_row(as_unresolved),
        "the law": by_row(of_law),
        "all is memorized": by_row(lambda row: 1.0 if row.quantity == "-t J" else 0.0),
    },
    statistic="t",
    equivalence_margin=0.08,
    stated_tolerance=0.05,
    axis="tau",
    axis_label=TIME,
    series="quantity",
    value_label="-t J, and loss over v, along the smaller variance",
)

CLAIMS = (NOISE, TWICE, NEIGHBOUR, SAMPLES, LOST)
