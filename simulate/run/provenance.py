"""How a result came about: kept in its attributes, where no value depends on it.

`of_run` says where, when and at what cost a point was measured; `made_of` says what its key is made of, so that a
result can later be told to be of older code, another version or another setting (`simulate.run.explain`).
"""

import json
import os
import platform
import subprocess
from datetime import UTC, datetime
from functools import cache
from typing import Any

import xarray as xr

from simulate.run.key import ROOT, digests, versions
from theory.content import content_hash
from theory.sources import class_files, class_name

OF_A_POINT = ("asked", "made_of", "revision", "machine", "made", "seconds")  # attributes that differ between points
SHORT = 12  # hexadecimal digits by which two digests are told apart here
SHOWN = 60  # characters of a setting


def of_run(seconds: float) -> dict[str, str | float]:
    """Git revision, machine, the time in UTC, and the cost: attributes of what has just been measured."""
    made = datetime.now(UTC).isoformat(timespec="seconds")
    return {"revision": revision(), "machine": machine(), "made": made, "seconds": round(seconds, 6)}


def made_of(cls: type, settings: dict[str, Any], made_by: tuple[str, ...]) -> str:
    """What the keys of an experiment are made of, as JSON.

    Arguments:
        cls: the class of the experiment.
        settings: its fields, save those that only list its points.
        made_by: folders and files of the repository whose code makes its results.

    Returns:
        An object with `class`, `settings` (as shown, and a digest of each), `files` (digests) and `versions`.
    """
    told = {name: [_shown(value), content_hash(value)[:SHORT]] for name, value in settings.items()}
    files = digests(made_by) | {_relative(file): digest for file, digest in class_files(cls).items()}
    short = {name: digest[:SHORT] for name, digest in files.items()}
    return json.dumps({"class": class_name(cls), "settings": told, "files": short, "versions": versions()})


def shared(part: xr.Dataset) -> xr.Dataset:
    """A point without what is said of it alone: the same seed then gives the same Dataset, attributes included."""
    return part.drop_attrs(deep=False).assign_attrs({k: v for k, v in part.attrs.items() if k not in OF_A_POINT})


@cache
def revision() -> str:
    """The git revision of this repository, with `-dirty` where files differ from it, or `unknown`."""
    command = ["git", "-C", str(ROOT), "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"]
    try:
        told = subprocess.run(command, capture_output=True, text=True, timeout=10).stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        return "unknown"
    return told if told and (ROOT / ".git").exists() else "unknown"


@cache
def machine() -> str:
    """System, processor and number of its cores."""
    return f"{platform.platform()}, {os.cpu_count()} cores"


def _shown(value: Any) -> str:
    text = " ".join(repr(value).split())
    return text if len(text) <= SHOWN else f"{text[:SHOWN]} ..."


def _relative(file: str) -> str:
    return os.path.relpath(file, ROOT) if file.startswith(f"{ROOT}{os.sep}") else os.path.basename(file)
