r"""The time at which a kernel model has memorized: at the data themselves, and not in the risk at other points.

A slope of log times against log N is a difference of two logarithms with light tails: Student's t.
"""

import numpy as np

from simulate.experiments.learned.kernel_memory import GRID, MemoryTime, log_memorized
from theory.learned.timescales import Moments
from verify.claim import Claim
from verify.claims.learned.kernels import LINEAR, TANGENT, Row, by_row, modes
from verify.claims.predictions import constant

MEMORY = MemoryTime(kernels=(TANGENT,), replicas=80)
WHERE = "d = 16, N = 8 and 32, t = 0.1, 16 noises for each point, tangent kernel of one hidden layer"


def exponent(row: Row) -> float:
    """The exponent by the three modes, from the loss at each data set."""
    return float(np.mean([_slope(pair, row) for pair in row.moments.values]))


def _slope(pair: np.ndarray, row: Row) -> float:
    logs = [_log_time(Moments(one[:, 0], one[:, 1:]), n, row) for one, n in zip(pair, MEMORY.sizes, strict=True)]
    return (logs[1] - logs[0]) / np.log(MEMORY.sizes[1] / MEMORY.sizes[0])


def _log_time(data: Moments, n: int, row: Row) -> float:
    losses = modes(row.assign_coords(n=n)).training_loss(data, GRID)
    return log_memorized(losses.mean(axis=1), float(row.t))


CLAIMS = (
    Claim(
        name="kernel-memorized",
        title="When a kernel model has memorized its data",
        statement=r"The time at which a kernel model has memorized its data grows as $\tau\sim N$.",
        source=f"{LINEAR}, abstracts; memorized: the loss at noised data is half of that of the law",
        reading_to_avoid=True,
        regime=f"stated for N above d and d to infinity; here {WHERE}",
        interpretation=(
            "From N = d/2 to 2 d the exponent is 2.15, above the 1.3 of three modes with all noise averaged and "
            "the 0.6 of the times of the risk at other points: few noises hold memory up, more so with more "
            "points."
        ),
        estimate=MEMORY,
        prediction=constant(1.0),
        expected_verdict="disagrees",
        reads=("moments",),
        controls={
            "three modes, all noise averaged": by_row(exponent),
            "no dependence on N": constant(0.0),
            "the root of N": constant(0.5),
        },
        statistic="t",
        equivalence_margin=0.15,
        axis="d",
        series="kernel",
        value_label="exponent of N",
    ),
)
