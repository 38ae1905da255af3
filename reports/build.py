"""The report: runs what the store does not hold, and writes a paper as HTML and PDF, and the ledger and the
measurements behind it as HTML, with their figures in a folder beside them. Of data of yours it writes the short report
first, data.html, data.pdf and data.json: what is in them, and at which noise a score of them memorizes.

python -m reports.build                                     quick profile, scikit-learn's digits as real data
python -m reports.build --profile full --out full-report    everything, in a folder of its own
python -m reports.build --data path/to/images               your own .npy, .npz, IDX, CIFAR-10 batch or image folder
"""

import os
import shlex
import sys
from pathlib import Path
from typing import Any

from simulate.run.files import check_folder
from verify.door import KEPT, Profile, Seed, door, refusing

OUT = Path("build/report")


class BadInput(ValueError):
    """What the user gave cannot be used; the sentence says what and why."""


@refusing(BadInput, OSError)
def report(
    *,
    profile: Profile = "quick",
    data: Path | None = None,
    array: str | None = None,
    out: Path = OUT,
    seed: Seed = 0,
) -> int:
    """Test the claims, measure images, and write the report: a paper as HTML and PDF, the ledger, the measurements.

    Args:
        profile: how much to simulate.
        data: images of yours: their short report, and then the report with them in place of the digits.
        array: name of the array in a .npz of several.
        out: folder for the files.
        seed: an integer >= 0.
    """
    try:
        print(*build(profile, data, out, seed, array), sep="\n")
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"Interrupted: {KEPT}") from None
    return 0


def build(
    profile: str = "quick", data: Path | None = None, out: Path = OUT, seed: int = 0, array: str | None = None
) -> list[Path]:
    """Write the report into the folder `out`, after the short report of `data` where they are given.

    Arguments:
        profile: how much to simulate, "quick" or "full".
        data: images to measure in place of the digits.
        out: the folder.
        seed: an integer >= 0.
        array: name of the array in a .npz of several.

    Returns:
        The paths of the pages of the report; the short report has its path printed as soon as it is there.

    Raises:
        BadInput, OSError: and then no page of the report has been written.

    There are as many processes as cores, and each multiplies matrices in one thread, unless OMP_NUM_THREADS is set.
    """
    check_folder(out, "name another folder with --out")
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # read once, as numpy is imported: below, and in each process
    from reports.contents import pages  # these imports cost seconds: bad arguments are refused before
    from reports.files import files
    from reports.section import Run
    from reports.workers import WorkerKilled
    from simulate.experiments.real import RealData
    from simulate.images import digits, load_images
    from simulate.run.store import CannotWrite, Store, write_atomic

    try:
        images = load_images(data, array) if data else digits()
        experiment = RealData.of(images, seed=seed)
    except ValueError as error:
        raise BadInput(str(error)) from error
    try:
        missing = _short_report(images, data, out, seed, array) if data else ""
        run = Run(profile, seed, Store(), experiment, images.description)
        made = files(pages(run, command(profile, data, seed, array)), run.store)
        for name, content in made.items():
            write_atomic(out / name, content, remedy="name another folder with --out")
    except (CannotWrite, WorkerKilled) as error:
        raise BadInput(str(error)) from error
    if missing:
        print(missing, file=sys.stderr)
    return [(out / name).resolve() for name in made if "/" not in name]


def command(profile: str, data: Path | None, seed: int, array: str | None = None) -> str:
    """The command line that makes a report again.

    Arguments:
        profile: "quick" or "full".
        data: the path of the images that were measured, or None.
        seed: of all random numbers.
        array: name of the array in a .npz of several, or None.

    Returns:
        One line for a shell.
    """
    given = {"--profile": profile, "--data": data and str(data), "--array": array, "--seed": str(seed)}
    return shlex.join(["python", "-m", "reports.build", *(w for k, v in given.items() if v for w in (k, v))])


def _short_report(images: Any, data: Path, out: Path, seed: int, array: str | None) -> str:
    """Write the short report of images and print its path; why there is none, or nothing."""
    from reports.audit.files import short_report

    options = {"--array": array, "--out": str(out), "--seed": str(seed)}
    again = ["losing-dimensions", "data", str(data), *(w for k, v in options.items() if v for w in (k, v))]
    try:
        print(short_report(images, out, shlex.join(again), seed)[0].resolve(), flush=True)
    except ValueError as error:
        return f"There is no short report of these data: {error}"
    return ""


main = door("python -m reports.build", report, __doc__)


if __name__ == "__main__":
    sys.exit(main())
