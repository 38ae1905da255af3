"""Five times in the training of kernel models, kept for the report to show: python -m benchmarks.five_times

What works call memorizing are five events of one training (`simulate.experiments.learned.five_times`): so many minutes
of a core, most of it samples, that no run of the report measures them.
"""

import sys
from pathlib import Path

import xarray as xr

from benchmarks.measure import Count, keep_table
from simulate.experiments.learned.five_times import FiveTimes
from simulate.run.key import ROOT
from simulate.run.store import CannotWrite, Store, make_folder
from verify.door import Seed, door, refusing

RESULT = ROOT / "benchmarks" / "results" / "five_times.json"
KERNELS = ("tangent, one hidden layer", "Gaussian")
SHAPES = ((8, 8), (8, 16), (16, 16))  # pairs of d and N


def main(arguments: list[str] | None = None) -> int:
    """Measure, and write the table; 0, or 2 after one sentence about bad input."""
    given = sys.argv[1:] if arguments is None else arguments

    @refusing(ValueError, CannotWrite)
    def measure(*, replicas: Count = 8, seed: Seed = 0, out: Path = RESULT) -> int:
        """Measure five times, and write their table.

        Args:
            replicas: data sets of each shape and kernel, 2 or more.
            seed: of all random numbers.
            out: a file for the table, as JSON.
        """
        make_folder(out.parent)
        asked = [FiveTimes(kernel=kernel, shapes=SHAPES, replicas=replicas, seed=seed) for kernel in KERNELS]
        keep_table(out, xr.concat([one.run(Store()) for one in asked], "point"), "five_times", given)
        return 0

    return door("python -m benchmarks.five_times", measure, __doc__)(arguments)


if __name__ == "__main__":
    sys.exit(main())
