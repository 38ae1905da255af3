r"""Learned scores, timed beside plain textbook code: a curve of random features, and a kernel's flow.

python -m benchmarks.learned                                              minutes
python -m benchmarks.learned --features 300 --sizes 100 --no-textbook     seconds

    features    losses at `times` training times for each of `sizes` data sets, p cosine features, all noise averaged
    kernel      training loss, and D at held-out points, along the flow of a kernel model of n noised points

The textbook comes to the same answers: moments by one product for each of NOISES noises in place of averages in closed
form, and for each training time an exponential and a solution of its own in place of one set of eigenvectors. One noise
and one training time of it are timed, and its whole is the sum of as many as the answer needs.
"""

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
from cyclopts import Parameter
from scipy.linalg import expm, solve

from benchmarks.measure import Count, Counts, keep, seconds
from simulate.learned.features_training import Cosines, FeatureFlow
from simulate.run.store import CannotWrite
from theory.learned.kernel_flow import KernelFlow, noised
from theory.learned.kernels import KERNELS, Pairs
from verify.door import Flag, door, refusing

D, T = 16, 0.1
TIMES = np.geomspace(0.1, 1e4, 8)
KERNEL_TIMES = np.geomspace(0.1, 1e3, 8)
KERNEL = KERNELS["tangent, one hidden layer"]
HELD_OUT = 500
BOUND = 60.0  # seconds on 2 cores
NOISES = 1000  # by which the textbook averages, for moments with errors of three per cent


@dataclass(frozen=True)
class Cost:
    """Seconds by the clock, and of cores: the latter do not count who else uses the machine.

    Arguments:
        seconds: by the clock.
        core: seconds of cores.
    """

    seconds: float = 0.0
    core: float = 0.0

    @classmethod
    def of(cls, call: Callable[[], object]) -> "Cost":
        """That of one call."""
        begun = time.process_time()
        passed = seconds(call)
        return cls(passed, time.process_time() - begun)

    def times(self, count: int) -> "Cost":
        """That of `count` calls one after the other."""
        return Cost(count * self.seconds, count * self.core)

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.seconds + other.seconds, self.core + other.core)


def features_curve(p: int, sizes: Sequence[int], rng: np.random.Generator) -> np.ndarray:
    """Training and test losses (sizes, times, 2) of p features.

    Arguments:
        p: the number of features.
        sizes: numbers N of points, ascending.
        rng: draws all random numbers.
    """
    features, held_out = Cosines.drawn(p, D, np.sqrt(D), rng), rng.standard_normal((HELD_OUT, D))
    flows = [FeatureFlow(features, rng.standard_normal((n, D)), held_out, T) for n in sizes]
    return np.array([[(flow.training_loss(tau), flow.test_loss(tau)) for tau in TIMES] for flow in flows])


def textbook_features(p: int, sizes: Sequence[int], rng: np.random.Generator) -> Cost:
    """Cost of the textbook: for each size moments by many noises, and each training time by itself.

    Arguments:
        p: the number of features.
        sizes: numbers N of points, ascending.
        rng: draws all random numbers.
    """
    features, moment = Cosines.drawn(p, D, np.sqrt(D), rng), 1e-6 * np.eye(p)
    noises = Cost()
    for n in sizes:
        data = rng.standard_normal((n, D))
        phi = features.at(data + np.sqrt(T) * rng.standard_normal(data.shape))
        noises += Cost.of(lambda phi=phi, data=data: (phi.T @ phi, data.T @ phi))
        moment = moment + phi.T @ phi / n
    one = Cost.of(lambda: solve(moment, np.eye(p) - expm(-2 * moment * TIMES[3]), assume_a="pos"))
    return noises.times(NOISES) + one.times(len(sizes) * len(TIMES))


def kernel_flow(n: int, rng: np.random.Generator) -> np.ndarray:
    """Losses (times, 2) along the flow of n noised points.

    Arguments:
        n: the number of noised points.
        rng: draws all random numbers.
    """
    held_out = rng.standard_normal((HELD_OUT, D))
    inputs, targets = noised(rng.standard_normal((n // 8, D)), T, 8, rng)
    flow, x = KernelFlow(KERNEL, inputs, targets), held_out + np.sqrt(T) * rng.standard_normal(held_out.shape)
    missed = [((flow.at(tau).denoise(x) - held_out) ** 2).mean() for tau in KERNEL_TIMES]
    return np.array([[flow.training_loss(tau) / D for tau in KERNEL_TIMES], missed]).T


def textbook_kernel(n: int, rng: np.random.Generator) -> Cost:
    """Cost of the textbook: for each training time the exponential of the kernel's matrix, and one solution.

    Arguments:
        n: the number of noised points.
        rng: draws all random numbers.
    """
    inputs, targets = noised(rng.standard_normal((n // 8, D)), T, 8, rng)
    gram = KERNEL.value(Pairs(inputs, inputs)) / n

    def learned() -> np.ndarray:
        return solve(gram + 1e-9 * np.eye(n), targets - expm(-2 * gram * KERNEL_TIMES[3]) @ targets, assume_a="pos")

    return Cost.of(learned).times(len(KERNEL_TIMES))


def table(p: int, sizes: Sequence[int], n: int, textbook: bool) -> dict[str, Cost]:
    """Costs of both answers, and of the textbook's where it is asked for.

    Arguments:
        p: the number of features.
        sizes: numbers N of points, ascending.
        n: the number of noised points.
        textbook: whether its costs are measured too.
    """
    rng = np.random.default_rng(0)
    costs = {
        "features": Cost.of(lambda: features_curve(p, sizes, rng)),
        "kernel": Cost.of(lambda: kernel_flow(n, rng)),
    }
    if textbook:
        costs["features, textbook"] = textbook_features(p, sizes, rng)
        costs["kernel, textbook"] = textbook_kernel(n, rng)
    return costs


@refusing(ValueError, CannotWrite)
def compare(
    *,
    features: Count = 3000,
    sizes: Counts = (100, 200, 400, 800, 1600),
    inputs: Count = 4000,
    no_textbook: Flag = False,
    keep_in: Annotated[Path | None, Parameter(name="--keep")] = None,
) -> int:
    """Print both tables, and keep them where asked.

    Arguments:
        features: number p of features.
        sizes: numbers of points N.
        inputs: noised points of the kernel model, 8 to each point.
        no_textbook: leave the textbook out, which takes minutes.
        keep_in: a file for the tables, as JSON.
    """
    costs = table(features, sizes, inputs, not no_textbook)
    for name, cost in costs.items():
        print(f"{name:20} {cost.seconds:8.1f} s, {cost.core:8.1f} s of a core (bound {BOUND:g} s on 2 cores)")
    if keep_in:
        rows = {name: asdict(cost) for name, cost in costs.items()}
        keep(keep_in, rows, features=features, sizes=sizes, inputs=inputs)
    return 0


main = door("python -m benchmarks.learned", compare, __doc__)


if __name__ == "__main__":
    sys.exit(main())
