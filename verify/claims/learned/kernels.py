r"""Kernel models, the wide network: what they learn, when they memorize and forget, and how they lose directions.

Observed are kernel models of data with many noises (`simulate.learned.kernels`), by descent or along their flow; the
predictions are closed forms for the data set at hand (`theory.learned.kernels`), three modes for d -> infinity
(`theory.learned.timescales`), and what others state. Training time tau is that of gradient flow on E|D - y|^2.
"""

from collections.abc import Callable

import numpy as np
import xarray as xr

from simulate.estimate import Estimate
from simulate.experiments.learned.kernels import (
    EVENTS,
    GRID,
    KernelLosses,
    KernelRisk,
    KernelSamples,
    KernelTimes,
    event_times,
    exponents,
)
from simulate.experiments.learned.trained import QUANTITIES, Descent
from simulate.observables.memorized import HeldOutRisk
from simulate.samplers import Probed
from theory.case import Case, grid, held_out, origin
from theory.laws.spectra import equal
from theory.learned.collision import false_alarm
from theory.learned.kernels import KERNELS, KernelFlow
from theory.learned.timescales import Moments, ThreeModes, empirical_risk
from verify.claim import Claim
from verify.claims.predictions import constant

PLATEAU = "arXiv:2608.23938"
TANGENT, GAUSSIAN, LAPLACE = "tangent, one hidden layer", "Gaussian", "Laplace"
LATE = 1e6  # training time, above d^4
MODES = "three modes of the flow for d -> infinity: theory.learned.timescales"
TIME = "training time tau"
Row = xr.Dataset


def by_row(predict: Callable[[Row], float]) -> Callable[[xr.Dataset], np.ndarray]:
    """A prediction for each row of a table."""
    return lambda table: np.array([predict(table.isel(point=i)) for i in range(table.sizes["point"])])


def over_data(row: Row, value: Callable[[Moments], float]) -> float:
    """The mean of `value` over the data sets of a row."""
    return float(np.mean([value(Moments(one[:, 0], one[:, 1:])) for one in row.moments.values]))


def modes(row: Row, v: float = 1.0) -> ThreeModes:
    """The three modes of the kernel model of a row."""
    return ThreeModes(KERNELS[str(row.kernel.item())], int(row.n), int(row.d), float(row.t), v)


def closed_form(row: Row, share: float = 1.0) -> float:
    """What a row observes of its data's model in closed form; at `share` of the training time, for a control."""
    flow = KernelFlow(KERNELS[str(row.kernel.item())], row.inputs.values, row.targets.values)
    model, x, u = flow.at(share * float(row.tau)), row.location.values[None], row.u.values
    return float(u @ (model.denoise(x)[0] if row.of == QUANTITIES[0] else model.jacobian(x)[0] @ u))


def end_of_training(row: Row) -> float:
    """The same for tau -> infinity."""
    return closed_form(row, np.inf)


def three_modes(row: Row) -> float:
    """Risk by the three modes."""
    flow, law, tau = modes(row), np.ones(int(row.d)), np.array([float(row.tau)])
    return over_data(row, lambda data: float(flow.risk(data, law, tau).mean()))


def covariance_alone(row: Row) -> float:
    """Risk of the linear denoiser of the data: nothing is forgotten."""
    t = float(row.t)

    def linear(data: Moments) -> float:
        lost = t * np.linalg.inv(data.covariance + t * np.eye(len(data.mean)))
        kept = np.eye(len(data.mean)) - lost
        return float(((lost**2).sum() + t * (kept**2).sum() + ((lost @ data.mean) ** 2).sum()) / len(data.mean))

    return over_data(row, linear)


def of_events(table: xr.Dataset) -> np.ndarray:
    """Exponents by the three modes, from the risk of each data set."""
    sizes = TIMES.sizes
    return np.array([_exponent(table.isel(point=i), sizes) for i in range(table.sizes["point"])])


def _exponent(row: Row, sizes: tuple[int, ...]) -> float:
    times, law = [], np.ones(int(row.d))
    for place, one in enumerate(row.moments.values):
        flow = ThreeModes(KERNELS[str(row.kernel.item())], sizes[place % len(sizes)], int(row.d), float(row.t))
        times.append(event_times(flow.risk(Moments(one[:, 0], one[:, 1:]), law, GRID).mean(axis=1), GRID))
    slopes = exponents(np.reshape(times, (-1, len(sizes), len(EVENTS))), sizes).mean(axis=0)
    return float(slopes[EVENTS.index(str(row.event.item()))])


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
    return jacobian**2 + float(row.t) / FINE * (1 - jacobian) ** 2


def fresh(row: Row) -> float:
    """The share of held-out draws of the law with d1/d2 < 1/3."""
    return false_alarm(Case(equal(int(row.d)), held_out, np.log(int(row.n)), 1.0))


def exact_risk(case: Case) -> float:
    """The risk of the empirical score, over the variance of the law."""
    return empirical_risk(case.d, case.t, case.log_n)


FINE = KernelLosses(kernels=()).fine
TIMES = KernelTimes(kernels=(TANGENT,), replicas=45)
LINEAR = "arXiv:2505.17638 and arXiv:2505.16959"

DESCENT = Claim(
    name="kernel-descent",
    title="Kernel models in closed form",
    statement=r"Gradient descent takes a kernel model to "
    r"$D(x)=k(x,X)\,\frac{1-e^{-2K\tau/n}}{K}\,Y$, and its Jacobian to the derivative.",
    source="theory.learned.kernels, by eigenvectors; trained by plain descent, Jacobians by autograd",
    regime="exact for every data set, kernel and training time; d = 4, 5 points with 5 noises each, tau = 1 and 30",
    interpretation="A wide network is a low-pass filter of its kernel on the way to the data: no simulation is needed.",
    estimate=Descent(kernels=(TANGENT, "tangent, three hidden layers", GAUSSIAN, LAPLACE)),
    prediction=by_row(closed_form),
    reads=("inputs", "targets", "location", "u"),
    controls={
        "half the training time": by_row(lambda row: closed_form(row, 0.5)),
        "the end of training": by_row(end_of_training),
    },
    statistic="exact",
    equivalence_margin=0.02,
    axis="tau",
    axis_label=TIME,
    series="kernel",
    value_label="u D and u dD/dx u",
)

CURVE = Claim(
    name="kernel-risk-curve",
    title="A kernel model learns, memorizes and forgets",
    statement="To within 0.1 the risk of a kernel model follows three modes: a slope, each point's constant and slope.",
    source=MODES,
    regime="leading order in 1/d; d = 20, N = 12, t = 0.1, 30 noises for each point, tau = 1 to 1000",
    interpretation=(
        "One linear system of three equations for each direction of the data gives the course of training without a "
        "fitted number: the covariance is learned at tau of order d, serves best at a few times that, and is "
        "forgotten as the data are memorized, at tau of order N. Up to the best time it holds to 0.03; late, it is "
        "too fast, for what is left is learned by functions of higher degree."
    ),
    formulas=("kept_slope",),
    estimate=KernelRisk(kernels=(TANGENT, LAPLACE), taus=(1.0, 10.0, 100.0, 1000.0), replicas=45),
    prediction=by_row(three_modes),
    reads=("moments",),
    controls={
        "the covariance alone, never forgotten": by_row(covariance_alone),
        "pure noise": constant(1.0),
        "ten times the training time": by_row(lambda row: three_modes(row.assign_coords(tau=10 * row.tau))),
    },
    statistic="t",
    equivalence_margin=0.12,
    stated_tolerance=0.1,
    axis="tau",
    axis_label=TIME,
    series="kernel",
    value_label="risk over the variance",
)

LINEAR_TIMES = Claim(
    name="kernel-memory-time",
    title="Time to memorize",
    statement=r"At fixed $d$ the time at which a kernel model memorizes, and forgets the law, grows as $\tau\sim N$.",
    source=f"{LINEAR}, abstracts: the memorization time is proportional to N; here for every event of the risk",
    reading_to_avoid=True,
    regime=(
        "stated for N above d and the event of memorizing; here N = 8 and 32 at d = 16, t = 0.1, tangent kernel of one "
        "hidden layer, exponents of three events of the risk"
    ),
    interpretation=(
        "At N from d/2 to 2 d the exponents are near 0.5, for all three events: the data's covariance still changes "
        "with N. The three modes, which give these exponents, give 0.05, 0.24 and 0.95 for N from 2 d to 8 d at d = "
        "100: so learning does not depend on N, and memory is proportional to N, but only for N above d."
    ),
    estimate=TIMES,
    prediction=constant(1.0),
    expected_verdict="disagrees",
    controls={
        "no dependence on N": constant(0.0),
        r"the square of $N$": constant(2.0),
    },
    statistic="t",
    equivalence_margin=0.2,
    axis="event",
    axis_label="event",
    series="kernel",
    value_label="exponent of N",
)

MODES_TIMES = Claim(
    name="kernel-times",
    title="Exponents of the times of a kernel model",
    statement=r"To within 0.15 the exponents of $N$ in the times of learning, best risk and forgetting are those of "
    "three modes.",
    source=MODES,
    regime="d = 16, N = 8 and 32, t = 0.1, tangent kernel of one hidden layer; exponents of three events of the risk",
    interpretation="Linear growth with N is the limit of few directions; at N of order d it is a crossover.",
    formulas=("memory_time",),
    estimate=TIMES,
    prediction=of_events,
    reads=("moments",),
    controls={
        "proportional to N": constant(1.0),
        "no dependence on N": constant(0.0),
        r"the root of $d$ and $N$": constant(0.25),
    },
    statistic="t",
    equivalence_margin=0.2,
    stated_tolerance=0.15,
    axis="event",
    axis_label="event",
    series="kernel",
    value_label="exponent of N",
)

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
        "At d = 20 it has 0.86 of it. What is missing is a slope of order 1/d that is kept (kept_slope), so that the "
        "statement holds for d to infinity. The covariance is forgotten as stated, and the empirical score, 1.2 of the "
        "risk of pure noise, is not reached at a training time above d^4."
    ),
    formulas=("kept_slope",),
    estimate=KernelRisk(kernels=(TANGENT,), taus=(LATE,), replicas=45),
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
        "It is 1.30 and 1.55 of it: the nearest of d points is nearer than any other even at d = 200, and 2 is reached "
        "as (log N/d)^(1/2)."
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
        "A quarter of the samples of the tangent kernel and half of those of the Gaussian one are copies while the "
        "risk at held-out points is below that of pure noise; of a Gaussian law with the covariance of the data it "
        "would be 0.8 per cent. Samples memorize as the training loss falls, at tau of order N, and not when the risk "
        "doubles."
    ),
    estimate=KernelSamples(kernels=(TANGENT, GAUSSIAN)),
    prediction=by_row(fresh),
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
    statement=r"To within 0.1 three modes give $-tJ_{ii}$ near 1 with the loss $v_i$ early (unresolved), near 0 late "
    "(memorized).",
    source=MODES,
    regime="d = 20, N = 12, variances 1 and 0.09, t = 0.02, directions of 0.09; tau = 1 and 300; tangent kernel",
    interpretation=(
        "The same -t J stands for a denoiser that has not seen the direction and for one that recites it; the law's "
        "loss, t/(t + v) = 0.18 of v, lies between. A Jacobian alone does not tell, its loss does."
    ),
    estimate=KernelLosses(kernels=(TANGENT,), replicas=45),
    prediction=by_row(lost),
    reads=("moments",),
    controls={
        "every loss is one of resolution": by_row(as_unresolved),
        "the law": by_row(lambda row: float(row.t) / (float(row.t) + FINE)),
        "all is memorized": by_row(lambda row: 1.0 if row.quantity == "-t J" else 0.0),
    },
    statistic="t",
    equivalence_margin=0.12,
    stated_tolerance=0.1,
    axis="tau",
    axis_label=TIME,
    series="quantity",
    value_label="-t J, and loss over v, along the smaller variance",
)

CLAIMS = (DESCENT, CURVE, LINEAR_TIMES, MODES_TIMES, NOISE, TWICE, NEIGHBOUR, SAMPLES, LOST)
