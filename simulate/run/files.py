"""Files are written whole, or not at all: every file that this program makes.

A file appears under its name only when it is complete: it is written under a temporary name beside it and renamed,
which is atomic, so that Ctrl-C, kill -9 and several writers leave either the old file, the new one, or none. A
temporary name says which process of which machine writes; what a killed process has left is deleted when this program
next writes in the same folder.
"""

import os
import re
import time
import uuid
from contextlib import suppress
from errno import ENOTDIR
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile

from simulate.run.processes import here, runs

STALE = 86_400.0  # seconds: a write of another machine takes far less, so an older temporary file has lost its writer
TEMPORARY = re.compile(r"\.[0-9a-f]{32}\.([0-9a-f]{32})-(\d+)\.tmp")  # a word of its own, the machine, the process


class CannotWrite(OSError):
    """A file cannot be written: the disk is full, or the folder refuses."""


def write_atomic(path: Path | str, content: bytes | str, remedy: str = "name another folder") -> None:
    """Write a whole file or nothing: what stood at `path` stays until the new content is complete.

    Text is written as UTF-8. Folders are made as needed. Raises CannotWrite, whose sentence ends with the remedies.

    Arguments:
        path: the file.
        content: all of its bytes, or its text.
        remedy: what the reader of a refusal can do, the end of its sentence.
    """
    path = Path(path)
    if path.exists() and not path.is_file():
        raise CannotWrite(f"Cannot write {path} (it is no regular file): {remedy}.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _collected(path.parent.resolve())
        _write_and_rename(path, content.encode() if isinstance(content, str) else content)
    except OSError as error:
        raise cannot_write(path, error, remedy) from error


def make_folder(path: Path) -> None:
    """Make a folder where there is none. Raises CannotWrite."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(path, error, "name another folder") from error


def check_folder(path: Path, remedy: str = "name another folder") -> None:
    """Make sure, before work, that a folder can be written, or made where there is none. Raises CannotWrite.

    The nearest folder that exists must take a file: permissions do not tell, as some folders refuse whoever asks.

    Arguments:
        path: the folder; where there is none, none is made.
        remedy: what the reader of a refusal can do, the end of its sentence.
    """
    try:
        nearest = next(each for each in (path, *path.resolve().parents) if each.exists())
        if nearest.is_file():
            raise NotADirectoryError(ENOTDIR, f"{nearest} is a file")
        TemporaryFile(dir=nearest).close()
    except OSError as error:
        raise cannot_write(path, error, remedy) from error


def cannot_write(path: Path, error: OSError, remedy: str) -> CannotWrite:
    """The refusal of a place that cannot be written, in one sentence with its remedies.

    Arguments:
        path: the file.
        error: what the operating system said.
        remedy: what the reader can do, the end of the sentence.
    """
    reason = error.strerror or str(error)
    return CannotWrite(f"Cannot write {path} ({reason}): free or open that place, or {remedy}.")


def remove_stale(folder: Path) -> None:
    """Delete the temporary files in `folder` whose writer was killed; they are never read, only in the way.

    A writer of this machine is dead where its process runs no more. Of another machine all that is known is the age of
    a file, by two clocks that may differ.
    """
    for path in folder.glob(".*.tmp"):
        if named := TEMPORARY.fullmatch(path.name):  # another program may have temporary files there too
            machine, process = named.groups()
            with suppress(OSError):  # another process was faster, or the folder may only be read: harmless either way
                old = time.time() - path.stat().st_mtime > STALE
                if not runs(process) if machine == here() else old:
                    path.unlink()


def _write_and_rename(path: Path, content: bytes) -> None:
    temporary = path.with_name(f".{uuid.uuid4().hex}.{here()}-{os.getpid()}.tmp")
    try:
        temporary.write_bytes(content)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


@cache  # once: a folder may hold many files
def _collected(folder: Path) -> None:
    remove_stale(folder)
