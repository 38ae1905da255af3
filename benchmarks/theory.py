"""Speed and memory of the theory against its bounds: python -m benchmarks.theory [condensation_points]

Each bound is measured in a process of its own, first call included, imports not: what a user waits for after
`import`. Printed: seconds, the bound, and the peak of the process's memory.
"""

import resource
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Literal

import numpy as np

from simulate.run.processes import ended_with_parent
from verify.door import door

HALVES = np.repeat([1.0, 0.09], 200)


def participation_times() -> Callable[[], object]:
    """E sum w^2 at 64 times, d = 400, log N = 160: at most 0.5 s and 500 MB."""
    from theory.exact.averages import participation_ratio
    from theory.limits.condensation import condensation_time

    x = np.sqrt(HALVES)
    times = np.geomspace(0.05, 3, 64) * float(condensation_time(x, HALVES, 0.4))
    return lambda: participation_ratio(times, x, HALVES, 160.0)


def condensation_points() -> Callable[[], object]:
    """Exact condensation time of 100,000 points in 784 dimensions: at most 2 s."""
    from theory.limits.condensation import condensation_time

    rng = np.random.default_rng(0)
    variances = rng.exponential(size=784)
    x = np.sqrt(variances) * rng.standard_normal((100_000, 784))
    return lambda: condensation_time(x, variances, 0.02)


BOUNDS = {"participation_times": 0.5, "condensation_points": 2.0}  # seconds on 2 cores


def measure(name: str) -> None:
    """Time one call in this process and print it."""
    call = globals()[name]()
    began = time.perf_counter()
    call()
    seconds = time.perf_counter() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{globals()[name].__doc__}\n    {seconds:.2f} s (bound {BOUNDS[name]} s), peak {memory:.0f} MB in all")


def bounds(only: Literal["participation_times", "condensation_points"] | None = None) -> int:
    """The measurements, each in a process of its own.

    Arguments:
        only: measure this one, in this process.
    """
    if only:
        measure(only)
    for name in () if only else BOUNDS:
        subprocess.run([sys.executable, "-m", "benchmarks.theory", name], check=True, preexec_fn=ended_with_parent)
    return 0


main = door("python -m benchmarks.theory", bounds, __doc__)


if __name__ == "__main__":
    sys.exit(main())
