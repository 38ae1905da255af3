"""python -m verify.probe: the command line of the probe."""

import importlib.util
import sys
from pathlib import Path
from typing import Annotated

import xarray as xr
from rich.console import Console

import verify.probe
from simulate.dimension import BadScore
from simulate.images import load_images
from simulate.run.store import make_folder, write_atomic
from theory.checks import NotComputable
from verify.door import Flag, Seed, Several, door, refusing
from verify.probe.answer import as_json, report, table
from verify.probe.observe import probe
from verify.probe.user_score import Score


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
    except (Exception, SystemExit) as error:  # whatever the code of a user raises
        raise ValueError(f"model must be Python that runs, {file} raises {type(error).__name__}: {error}") from error
    if not callable(getattr(module, name, None)):
        raise ValueError(f"model must name a function of {file}, it has no {name!r} that can be called")
    return getattr(module, name)


@refusing(BadScore, ValueError, OSError, NotComputable)
def command(
    *,
    model: str,
    data: Path,
    held_out: Path | None = None,
    array: str | None = None,
    limit: int | None = None,
    crop: int | None = None,
    size: int | None = None,
    grey: Flag = False,
    probes: int = 4,
    times: Annotated[tuple[float, ...], Several] = (),
    seed: Seed = 0,
    device: str = "cpu",
    out: Path | None = None,
    json: Path | None = None,
) -> int:
    """Say whether a score memorizes, from which noise on, and which directions go first.

    Args:
        model: FILE.py:score, a function score(x (batch, d) tensor, t variance).
        data: what the model was trained on, as in `reports.build`.
        held_out: data of the same kind that it was not trained on.
        array: name of the array in a .npz of several.
        limit: use the first images of --data only.
        crop: the centre of each image, so many pixels square.
        size: shrink images to this size.
        grey: images in grey.
        probes: training points looked at.
        times: variances (default: chosen from the data).
        seed: of the probes and the noise, an integer >= 0.
        device: cpu, cuda or auto, for the model.
        out: folder for probe.md, the answer, and probe.nc, all numbers.
        json: file for the verdict with its evidence.
    """
    score = load_score(model)
    points = load_images(data, array, limit, crop=crop, size=size, grey=grey).data
    others = load_images(held_out, array, crop=crop, size=size, grey=grey).data if held_out else None
    if out:
        make_folder(out)
    if json:
        make_folder(json.parent)
    return _written(probe(score, points, others, list(times) or None, probes, seed, device), out, json)


def _written(found: xr.Dataset, out: Path | None, json: Path | None) -> int:
    """Print the answer, write it where it is wanted, and give the exit status."""
    Console(width=200).print(table(found))
    print(report(found))
    if out:
        write_atomic(out / "probe.nc", bytes(found.to_netcdf(None, engine="h5netcdf")))
        write_atomic(out / "probe.md", report(found) + "\n")
    if json:
        write_atomic(json, as_json(found))
    return 0


main = door("python -m verify.probe", command, verify.probe.__doc__)


if __name__ == "__main__":
    sys.exit(main())
