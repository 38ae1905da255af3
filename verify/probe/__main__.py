"""python -m verify.probe: the command line of the probe."""

import sys
from pathlib import Path
from typing import Annotated, Any, TypeVar

import numpy as np
import xarray as xr
from rich.console import Console

import verify.probe
from simulate.dimension import BadScore
from simulate.engine.queries import pick_device
from simulate.images import Images, load_images
from simulate.run.files import check_folder, write_atomic
from theory.checks import NotComputable
from verify.door import Count, Flag, Seed, Several, door, refusing
from verify.probe.asked.load import load_checkpoints, load_score, steps_of
from verify.probe.asked.membership import membership
from verify.probe.budget import cost
from verify.probe.observe import probe
from verify.probe.sampled.alone import lines, probe_alone
from verify.probe.sampled.checkpoints import along_training
from verify.probe.told.answer import report
from verify.probe.told.record import as_json, json_of_alone, json_of_checkpoints, lines_of, table
from verify.probe.told.shown import with_images, with_members
from verify.probe.told.training import told

Given = TypeVar("Given")


@refusing(BadScore, ValueError, OSError, NotComputable)
def command(
    *,
    data: Path | None = None,
    model: str | None = None,
    held_out: Path | None = None,
    ask: Path | None = None,
    rate: float = 0.05,
    checkpoints: Annotated[tuple[str, ...], Several] = (),
    array: str | None = None,
    limit: Count = None,
    crop: Count = None,
    size: Count = None,
    grey: Flag = False,
    shape: Annotated[tuple[int, ...], Several] = (),
    probes: Seed = 4,
    times: Annotated[tuple[float, ...], Several] = (),
    minutes: float | None = None,
    seed: Seed = 0,
    device: str = "cpu",
    out: Path | None = None,
    json: Path | None = None,
) -> int:
    """Say whether a score memorizes, from which noise on, and which directions go first.

    The exit status is 0 for any verdict, and 2 for what cannot be probed, which is said in one sentence.

    Args:
        data: what the model was trained on, as in `reports.build`. Without them: does it choose from few points?
        model: FILE.py:score, a function score(x (batch, d) tensor, t variance); with a folder of --checkpoints
            FILE.py:load, a function of a path that returns one.
        held_out: data of the same kind that it was not trained on.
        ask: images of which to say whether the model was trained on them, by comparison with --held-out.
        rate: of images that it was not trained on, the share that --ask may say it was.
        checkpoints: a folder, or several FILE.py:score in the order of training: when did memorization begin?
        array: name of the array in a .npz of several.
        limit: use the first images of --data only.
        crop: the centre of each image, so many pixels square.
        size: shrink images to this size.
        grey: images in grey.
        shape: of one row, height and width, or these and channels, for a model without its data.
        probes: training points looked at.
        times: variances (default: chosen from the data).
        minutes: after which no further time is looked at.
        seed: of the probes and the noise, an integer >= 0.
        device: cpu, cuda or auto, for the model.
        out: folder for probe.md, the answer, report.json, the evidence, and probe.nc, all numbers; of checkpoints for
            checkpoints.json and checkpoints.nc.
        json: file for the verdict with its evidence.
    """

    device = str(pick_device(device))

    def images(path: Path, most: int | None = None) -> Images:
        return load_images(path, array, most, crop=crop, size=size, grey=grey)

    for folder in (out, json.parent if json else None):
        if folder:
            check_folder(folder)
    if checkpoints:
        points = images(_given(data, "data", "checkpoints"), limit)
        others = images(_given(held_out, "held_out", "checkpoints")).data
        return _along(load_checkpoints(checkpoints, model), points, others, seed, device, out, json)
    if not model:
        raise ValueError("--model must be given as FILE.py:name, or --checkpoints")
    score = load_score(model)
    if data is None:
        return _alone(score, shape, seed, device, [path for path in (out and out / "report.json", json) if path])
    points, others = images(data, limit), images(held_out).data if held_out else None
    given = list(times) or None
    print(f"This takes {cost(score, points.data, given, probes, device)}.", file=sys.stderr)
    found = with_images(probe(score, points.data, others, given, probes, seed, device, minutes), points, score)
    if ask:
        asked, rng = images(ask), np.random.default_rng(seed)
        at, known = found.time.values, _given(others, "held_out", "ask")
        found = with_members(found, membership(score, asked.data, points.data, known, at, rng, rate, device), asked)
    return _written(found, out, json)


def _alone(score: Any, shape: tuple[int, ...], seed: int, device: str, files: list[Path]) -> int:
    """Print and write what a model shows without its training data."""
    sides = shape or getattr(getattr(score, "layout", None), "shape", ())
    if not sides:
        raise ValueError("data must be given, or --shape, the shape of one row")
    found = probe_alone(score, int(np.prod(sides)), seed=seed, device=device)
    print(*(f"- {line}." for line in lines(found)), sep="\n")
    for file in files:
        write_atomic(file, json_of_alone(found))
    return 0


def _given(value: Given | None, name: str, option: str) -> Given:
    """What an option needs beside it. Raises ValueError where it is missing."""
    if value is None:
        raise ValueError(f"{name} must be given with --{option}")
    return value


def _along(
    scores: list[tuple[str, Any]],
    points: Images,
    others: np.ndarray,
    seed: int,
    device: str,
    out: Path | None,
    json: Path | None,
) -> int:
    """Print and write what checkpoints show along training."""
    steps = steps_of([name for name, _ in scores])
    found = told(along_training(scores, points.data, others, seed, device), len(points), steps).assign_attrs(seed=seed)
    print(*lines_of(found), f"- {found.attrs['advice']}.", sep="\n")
    record = json_of_checkpoints(found)
    if out:
        write_atomic(out / "checkpoints.nc", bytes(found.to_netcdf(None, engine="h5netcdf")))
    for file in (out / "checkpoints.json" if out else None, json):
        if file:
            write_atomic(file, record)
    return 0


def _written(found: xr.Dataset, out: Path | None, json: Path | None) -> int:
    """Print the answer, write it where it is wanted, and give the exit status."""
    Console(width=200).print(table(found))
    print(report(found))
    record = as_json(found)
    if out:
        write_atomic(out / "probe.nc", bytes(found.to_netcdf(None, engine="h5netcdf")))
        write_atomic(out / "probe.md", report(found) + "\n")
        write_atomic(out / "report.json", record)
    if json:
        write_atomic(json, record)
    return 0


main = door("python -m verify.probe", command, verify.probe.__doc__)


if __name__ == "__main__":
    sys.exit(main())
