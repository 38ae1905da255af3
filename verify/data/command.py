"""The command line `losing-dimensions data`: what is in your data, and at which noise a score of them condenses."""

from pathlib import Path

from simulate.images import load_images
from simulate.run.store import make_folder, write_atomic
from theory.checks import NotComputable
from verify.data.answer import as_json, report
from verify.data.audit import audit
from verify.door import Flag, Seed, refusing


@refusing(ValueError, OSError, NotComputable)
def command(
    data: Path,
    *,
    array: str | None = None,
    limit: int | None = None,
    crop: int | None = None,
    size: int | None = None,
    grey: Flag = False,
    points: tuple[int, ...] = (),
    below: float | None = None,
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
        out: folder for data.md, the answer, and data.json.
        json: file for all numbers.
        seed: of the points held out, the fits and the noise, an integer >= 0.
    """
    images = load_images(data, array, limit, crop=crop, size=size, grey=grey)
    for folder in (out, json.parent if json else None):
        if folder:
            make_folder(folder)
    found = audit(images.data, sizes=points, below=below, seed=seed)
    told = report(found)
    print(told)
    record = as_json(found) if out or json else ""
    if out:
        write_atomic(out / "data.md", told + "\n")
        write_atomic(out / "data.json", record)
    if json:
        write_atomic(json, record)
    return 0
