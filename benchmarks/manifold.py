"""The paper's network and sizes on its linear manifold, kept for the report to draw: python -m benchmarks.manifold

Steps are fewer than the paper's 2,000,000 and its rate is as much larger, so that rate times steps is its 200: half an
hour of one core where the paper's schedule would take ten. `--steps 2000000 --rate 1e-4` is the paper's own.
"""

import sys
from argparse import Namespace
from pathlib import Path

import xarray as xr

from benchmarks.measure import command_line, count, keep_table, positive
from simulate.experiments.dimension.manifold import LAWS, Manifold
from simulate.experiments.networks.linear import LinearManifold
from simulate.run.key import ROOT
from simulate.run.store import CannotWrite, Store, make_folder
from simulate.training import Diverged, Settings

RESULT = ROOT / "benchmarks" / "results" / "manifold.json"
MANIFOLD = Manifold(laws=LAWS[:1], probes=("training",), times=Manifold().times[::5])


def experiment(options: Namespace) -> LinearManifold:
    """Networks from their data to their spectra."""
    return LinearManifold(
        seed=options.seed,
        manifold=MANIFOLD,
        sizes=tuple(options.sizes),
        replicas=options.replicas,
        training=Settings(steps=options.steps, rate=options.rate),
        device=options.device,
    )


def main(given: list[str] | None = None) -> int:
    """Train, and write the table; 0, or 2 after one sentence about bad input."""
    given = sys.argv[1:] if given is None else given
    parser = command_line("manifold", __doc__)
    parser.add_argument("--sizes", type=count, nargs="+", default=[250, 500, 20_000], help="numbers N of data")
    parser.add_argument("--replicas", type=count, default=2, help="data sets of each size, each with its network")
    parser.add_argument("--steps", type=count, default=100_000)
    parser.add_argument("--rate", type=positive, default=2e-3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--out", type=Path, default=RESULT)
    options = parser.parse_args(given)
    try:
        make_folder(options.out.parent)
        keep_table(options.out, experiment(options).run(Store()).map(_short), "manifold", given)
    except (ValueError, CannotWrite, Diverged) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _short(values: xr.DataArray) -> xr.DataArray:
    """Eigenvalues and losses to five decimals, what they were measured at as it is."""
    return values.round(5) if {"size", "direction"} & set(values.dims) else values


if __name__ == "__main__":
    sys.exit(main())
