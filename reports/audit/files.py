"""The files of the short report on your own data: a page, the same in print, and all numbers."""

import sys
from pathlib import Path

from reports.audit.page import page
from reports.typesetting.typeset import typeset
from simulate.images import Images
from simulate.run.store import write_atomic
from verify.data import Audit, as_json, audit
from verify.data.cost import told


def files(found: Audit, images: Images, command: str) -> dict[str, bytes | str]:
    """The short report by the names of its files.

    Arguments:
        found: the audit.
        images: of which it is.
        command: that makes the report again.

    Returns:
        Content of data.html, data.pdf and data.json.
    """
    contents = page(found, images, command)
    made = {f"data.{kind}": typeset(contents, kind, "audit") for kind in ("html", "pdf")}
    return {**made, "data.json": as_json(found, images.names)}


def short_report(images: Images, out: Path, command: str, seed: int = 0) -> list[Path]:
    """Write the short report of data into a folder.

    Arguments:
        images: the data.
        out: the folder.
        command: that makes the report again.
        seed: of the points held out, the fits and the noise, an integer >= 0.

    Returns:
        The paths of its files.

    Raises:
        ValueError: for data of which no law can be fitted, as fewer than 100 points that are no copies, and where
            their score condenses at no noise that floats know.
        CannotWrite: where a file cannot be written.
    """
    found = audit(images.data, seed=seed)
    if said := told(found, curves=True):
        print(said, file=sys.stderr)
    made = files(found, images, command)
    for name, content in made.items():
        write_atomic(out / name, content, remedy="name another folder with --out")
    return [out / name for name in made]
