"""python -m simulate.probe: the command line of the probe."""

import argparse
import importlib.util
import sys
from pathlib import Path

from rich.console import Console

import simulate.probe
from simulate.dimension import BadScore
from simulate.images import load_images
from simulate.probe.answer import report, table
from simulate.probe.observe import Score, probe
from simulate.store import write_atomic
from theory.arguments import NotComputable


def load_score(place: str) -> Score:
    """The function of that name in a Python file, `FILE.py:name`. The file is run: give it only your own."""
    file, _, name = place.rpartition(":")
    if not file.endswith(".py") or not Path(file).is_file():
        raise ValueError(f"model must be FILE.py:name with a file that exists, got {place!r}")
    spec = importlib.util.spec_from_file_location(Path(file).stem, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:  # whatever the code of a user raises
        raise ValueError(f"model must be Python that runs, {file} raises {type(error).__name__}: {error}") from error
    if not callable(getattr(module, name, None)):
        raise ValueError(f"model must name a function of {file}, it has no {name!r} that can be called")
    return getattr(module, name)


def main(given: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m simulate.probe",
        description=simulate.probe.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--model", required=True, metavar="FILE.py:score", help="score(x (batch, d) tensor, t variance)"
    )
    parser.add_argument("--data", required=True, type=Path, help="what the model was trained on, as in reports.build")
    parser.add_argument("--held-out", type=Path, help="data of the same kind that it was not trained on")
    parser.add_argument("--limit", type=int, help="use the first images only")
    parser.add_argument("--crop", type=int, help="the centre of each image, so many pixels square")
    parser.add_argument("--size", type=int, help="shrink images to this size")
    parser.add_argument("--grey", action="store_true", help="images in grey")
    parser.add_argument("--probes", type=int, default=4)
    parser.add_argument("--times", type=float, nargs="+", help="variances (default: chosen from the data)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--out", type=Path, help="folder for probe.md, the answer, and probe.nc, all numbers")
    options = parser.parse_args(given)
    try:
        return _answer(options)
    except (BadScore, ValueError, OSError, NotComputable) as error:
        print(error, file=sys.stderr)
        return 2


def _answer(options: argparse.Namespace) -> int:
    score = load_score(options.model)
    sets = [
        load_images(path, limit=options.limit, crop=options.crop, size=options.size, grey=options.grey).data
        if path
        else None
        for path in (options.data, options.held_out)
    ]
    assert sets[0] is not None
    found = probe(score, sets[0], sets[1], options.times, options.probes, options.seed, options.device)
    Console(width=200).print(table(found))
    print(report(found))
    if options.out:
        write_atomic(options.out / "probe.md", report(found) + "\n")
        write_atomic(options.out / "probe.nc", bytes(found.to_netcdf(None, engine="h5netcdf")))
    return 0


if __name__ == "__main__":
    sys.exit(main())
