"""The command line `losing-dimensions data`: what is in your data, and at which noise a score of them condenses."""

import shlex
import sys
from pathlib import Path

from simulate.images import Images, load_images
from simulate.run.files import check_folder, write_atomic
from theory.checks import NotComputable, positive
from verify.data import Audit, as_json, audit
from verify.data.answer import report
from verify.data.cost import told
from verify.door import Count, Flag, Seed, refusing


@refusing(ValueError, OSError, NotComputable)
def command(
    data: Path,
    *,
    array: str | None = None,
    limit: Count = None,
    crop: Count = None,
    size: Count = None,
    grey: Flag = False,
    points: tuple[Seed, ...] = (),
    below: float | None = None,
    noise: float | None = None,
    out: Path | None = None,
    json: Path | None = None,
    seed: Seed = 0,
) -> int:
    """Say what is in data, which law fits them, and at which noise an empirical score of them condenses.

    Args:
        data: an array, IDX or CIFAR-10 file, or a folder of pictures.
        array: name of the array in a .npz of several.
        limit: use the first points only.
        crop: the centre of each image, so many pixels square.
        size: shrink images to this size.
        grey: images in grey.
        points: a further number of points for which to predict, such as --points 100000; may be repeated.
        below: a standard deviation of the noise: how many points bring condensation below it?
        noise: the same as a variance t, the square of --below.
        out: folder for the report, as data.html and data.pdf, and all numbers, as data.json.
        json: file for all numbers.
        seed: of the points held out, the fits and the noise, an integer >= 0.
    """
    for folder in (out, json.parent if json else None):
        if folder:
            check_folder(folder)
    images = load_images(data, array, limit, crop=crop, size=size, grey=grey)
    found = audit(images.data, sizes=points, below=_deviation(below, noise), seed=seed)
    if said := told(found, curves=bool(out or json)):
        print(said, file=sys.stderr)
    made = {out / name: content for name, content in _files(found, images).items()} if out else {}
    made |= {json: as_json(found, images.names)} if json else {}
    print(report(found))
    for path, content in made.items():
        write_atomic(path, content)
    return 0


def _deviation(below: float | None, noise: float | None) -> float | None:
    """The standard deviation that is asked about, from either option."""
    if noise is None:
        return below
    if below is not None:
        raise ValueError(f"noise must be left out where below is given, got --noise {noise:g} and --below {below:g}")
    return float(positive("noise", noise)) ** 0.5


def _files(found: Audit, images: Images) -> dict[str, bytes | str]:
    """The short report by the names of its files."""
    from reports.audit.files import files  # figures and type are loaded where they are made

    return files(found, images, shlex.join(["losing-dimensions", *sys.argv[1:]]))
