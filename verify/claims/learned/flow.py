r"""Flow matching on N points: its clock, and from which clock on its target is deterministic.

The variance of the target, over that of the law's own, is averaged over paths to training points of each data set; its
means have light tails: Student's t.

Seen beside the statements:

    flow-matching-target: the collapse time of the exploding process is read on the clock of flow matching.
"""

from collections.abc import Callable

import numpy as np
import xarray as xr

from simulate.estimate import Estimate
from simulate.learned.flow_matching import FlowClock, TargetVariance
from simulate.samplers import Probed
from theory.case import Case, grid, origin
from theory.laws.spectra import equal
from theory.learned.collision import flow_clock
from theory.limits.related import equal_collapse_time
from verify.claim import Claim
from verify.claims.predictions import constant

N, SHARES = 200, (0.4, 4.0, 16.0)  # of the collapse time


def by_table(of_noise: Callable[[np.ndarray], np.ndarray]) -> Callable[[xr.Dataset], np.ndarray]:
    """A function of t at the t of each row."""
    return lambda table: of_noise(table.t.values)


def collapse(d: int) -> float:
    """The collapse time of N points of variance 1 in d dimensions."""
    return float(equal_collapse_time.numeric(1.0, np.log(N) / d))


def after(t_c: float, case: Case) -> float:
    """0 where the clock of flow matching is past that of a time, and 1 before.

    Arguments:
        t_c: the noise variance of that time.
        case: its t says where the clock stands.
    """
    return float(flow_clock.numeric(case.t) < flow_clock.numeric(t_c))


CASES = tuple(case for d in (50, 400) for case in grid(equal(d), origin, (s * collapse(d) for s in SHARES), n=N))
CLAIMS = (
    Claim(
        name="flow-matching-clock",
        title="The clock of flow matching",
        statement=(
            r"Flow matching on $N$ points has, seen from $a\,x$ at the clock $a=1/(1+\sqrt t)$, the weights of the "
            r"exploding process seen from $x$ at the noise variance $t$."
        ),
        source="theory.learned.collision, flow_clock; observed as the clock at which both sums of squares are equal",
        regime="exact at every N, d, t, for an independent Gaussian source; N = 20, d = 2, t = 0.3, 1 and 5",
        interpretation=(
            "What is said here of the exploding process at t, of condensation, collisions and lost directions, is said "
            "of flow matching at that clock."
        ),
        formulas=("flow_clock",),
        estimate=FlowClock(),
        prediction=by_table(lambda t: flow_clock.numeric(t)),  # looked up at each call: a mutant may be in force
        controls={
            "the clock 1/(1 + t)": by_table(lambda t: 1 / (1 + t)),
            "the signal of the variance-preserving process": by_table(lambda t: 1 / np.sqrt(1 + t)),
        },
        statistic="exact",
        equivalence_margin=0.01,
        axis_label="noise variance t of x_a/a",
        value_label="clock a",
    ),
    Claim(
        name="flow-matching-target",
        title="When the target of flow matching is deterministic",
        statement=(
            r"On paths to its $N$ points the target of flow matching is deterministic for $a>1/(1+\sqrt{t_C})$, and as "
            "random as that of the law before, in both cases within 0.1."
        ),
        source="theory.learned.collision, flow_clock, at the collapse time of theory.limits.related",
        stated_by="Bertrand et al., arXiv:2506.03719: nearly deterministic in high dimension, without a clock",
        regime=("leading order in N and d; N = 200, d = 50 and 400, one variance, at 0.4, 4 and 16 collapse times t_C"),
        interpretation=(
            "With 200 points the target is random on the first 0.33 of the clock at d = 50 and the first 0.14 at "
            "d = 400, longer with more points: a small log N over d, not a high dimension, makes the target "
            "nearly deterministic."
        ),
        formulas=("flow_clock",),
        estimate=Estimate(
            cases=CASES,
            observable=TargetVariance(),
            sampler=Probed(probes=100),
            replicas=100,
        ),
        prediction=lambda case: after(collapse(case.d), case),
        controls={
            "the clock 1/(1 + t_C)": lambda case: after(collapse(case.d) ** 2, case),
            "from a = 1/2 on": lambda case: after(1.0, case),
            "always": constant(0.0),
            "a fifth is left": lambda case: max(0.2, after(collapse(case.d), case)),
        },
        statistic="t",
        equivalence_margin=0.12,
        stated_tolerance=0.1,
        axis_label="noise variance t of x_a/a",
        value_label="variance of the target over that of the law's",
    ),
)
