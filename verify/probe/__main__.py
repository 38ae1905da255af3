"""python -m verify.probe: the command line of the probe."""

import argparse
import importlib.util
import sys
from pathlib import Path

import numpy as np
from rich.console import Console

import verify.probe
from simulate.dimension import BadScore
from simulate.images import load_images
from simulate.run.store import make_folder, write_atomic
from theory.checks import NotComputable
from verify.probe.answer import report, table
from verify.probe.observe import Score, probe


def load_score(place: str) -> Score:
    """The function of that name in a Python file, `FILE.py:name`. The file is run: give it only your own.

    As when Python runs it, it may import what lies beside it.
    """
    file, _, name = place.rpartition(":")
    if not file.endswith(".py") or not Path(file).is_file():
        raise ValueError(f"model must be FILE.py:name with a file that exists, got {place!r}")
    spec = importlib.util.spec_from_file_location(f"probed_{Path(file).stem}", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    sys.path.insert(0, str(Path(file).resolve().parent))
    try:
        spec.loader.exec_module(module)
    except Exception as error:  # whatever the code of a user raises
        raise ValueError(f"model must be Python that runs, {file} raises {type(error).__name__}: {error}") from error
    if not callable(getattr(module, name, None)):
        raise ValueError(f"model must name a function of {file}, it has no {name!r} that can be called")
    return getattr(module, name)


def main(given: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m verify.probe",
        description=verify.probe.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--model", required=True, metavar="FILE.py:score", help="score(x (batch, d) tensor, t variance)"
    )
    parser.add_argument("--data", required=True, type=Path, help="what the model was trained on, as in reports.build")
    parser.add_argument("--held-out", type=Path, help="data of the same kind that it was not trained on")
    parser.add_argument("--array", help="name of the array in a .npz of several")
    parser.add_argument("--limit", type=int, help="use the first images of --data only")
    parser.add_argument("--crop", type=int, help="the centre of each image, so many pixels square")
    parser.add_argument("--size", type=int, help="shrink images to this size")
    parser.add_argument("--grey", action="store_true", help="images in grey")
    parser.add_argument("--probes", type=int, default=4, help="training points looked at (default: 4)")
    parser.add_argument("--times", type=float, nargs="+", help="variances (default: chosen from the data)")
    parser.add_argument("--seed", type=int, default=0, help="of the probes and the noise (default: 0)")
    parser.add_argument("--device", default="cpu", help="cpu, cuda or auto, for the model (default: cpu)")
    parser.add_argument("--out", type=Path, help="folder for probe.md, the answer, and probe.nc, all numbers")
    options = parser.parse_args(given)
    try:
        return _answer(options)
    except (BadScore, ValueError, OSError, NotComputable) as error:
        print(error, file=sys.stderr)
        return 2


def _answer(options: argparse.Namespace) -> int:
    score = load_score(options.model)
    data = _images(options.data, options, options.limit)
    held_out = _images(options.held_out, options) if options.held_out else None
    if options.out:
        make_folder(options.out)
    found = probe(score, data, held_out, options.times, options.probes, options.seed, options.device)
    Console(width=200).print(table(found))
    print(report(found))
    if options.out:
        write_atomic(options.out / "probe.nc", bytes(found.to_netcdf(None, engine="h5netcdf")))
        write_atomic(options.out / "probe.md", report(found) + "\n")
    return 0


def _images(path: Path, options: argparse.Namespace, limit: int | None = None) -> np.ndarray:
    return load_images(path, options.array, limit, crop=options.crop, size=options.size, grey=options.grey).data


if __name__ == "__main__":
    sys.exit(main())
