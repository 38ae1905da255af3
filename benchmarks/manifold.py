"""The paper's network and sizes on its linear manifold, kept for the report to draw: python -m benchmarks.manifold

Steps are fewer than the paper's 2,000,000 and its rate is as much larger, so that rate times steps is its 200: half an
hour of one core where the paper's schedule would take ten. `--steps 2000000 --rate 1e-4` is the paper's own.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import xarray as xr
from cyclopts import Parameter

from benchmarks.measure import Count, Counts, Positive, keep_table
from simulate.experiments.dimension.manifold import LAWS, Manifold
from simulate.experiments.networks.linear import LinearManifold
from simulate.run.key import ROOT
from simulate.run.store import CannotWrite, Store, make_folder
from simulate.training import Diverged, Settings
from verify.door import Seed, door, refusing

RESULT = ROOT / "benchmarks" / "results" / "manifold.json"
MANIFOLD = Manifold(laws=LAWS[:1], probes=("training",), times=Manifold().times[::5])


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is trained.

    Arguments:
        sizes: numbers N of data.
        replicas: data sets of each size, each with its network.
        steps: of training.
        rate: of training.
        seed: of all random numbers.
        device: where networks are trained, as torch names it.
        out: a file for the table, as JSON.
    """

    sizes: Counts = (250, 500, 20_000)
    replicas: Count = 2
    steps: Count = 100_000
    rate: Positive = 2e-3
    seed: Seed = 0
    device: str = "cpu"
    out: Path = RESULT


DEFAULTS = Asked()


def experiment(asked: Asked) -> LinearManifold:
    """Networks from their data to their spectra."""
    return LinearManifold(
        seed=asked.seed,
        manifold=MANIFOLD,
        sizes=asked.sizes,
        replicas=asked.replicas,
        training=Settings(steps=asked.steps, rate=asked.rate),
        device=asked.device,
    )


def main(arguments: list[str] | None = None) -> int:
    """Train, and write the table; 0, or 2 after one sentence about bad input."""
    given = sys.argv[1:] if arguments is None else arguments

    @refusing(ValueError, CannotWrite, Diverged)
    def train(*, asked: Asked = DEFAULTS) -> int:
        """Train, and write the table."""
        make_folder(asked.out.parent)
        keep_table(asked.out, experiment(asked).run(Store()).map(_short), "manifold", given)
        return 0

    return door("python -m benchmarks.manifold", train, __doc__)(arguments)


def _short(values: xr.DataArray) -> xr.DataArray:
    """Eigenvalues and losses to five decimals, what they were measured at as it is."""
    return values.round(5) if {"size", "direction"} & set(values.dims) else values


if __name__ == "__main__":
    sys.exit(main())
