"""Where results are kept: the one place that writes files.

A result file is one netCDF file per point, named by its key, followed by the 32 bytes of the SHA-256 digest of key and
data. Readers of netCDF ignore what follows the data; the store does not, and so knows any damaged file, and any file of
another key, from a whole one. A file appears under its name only when it is complete: it is written under a temporary
name beside it and renamed, which is atomic, so that Ctrl-C, kill -9 and several writers leave either the old file, the
new one, or none. Nothing is unpickled.
"""

import hashlib
import io
import os
import re
import tempfile
import time
import uuid
import warnings
from collections.abc import Iterator
from pathlib import Path

import dask.config
import xarray as xr

FOLDER = "LOSING_DIMENSIONS_STORE"
REMEDY = f"name another folder in {FOLDER}"
WHOLE, DAMAGED, MISSING = "whole", "damaged", "missing"
DIGEST = 32  # bytes
KEY = re.compile(r"\w[\w.-]{0,200}")
INSTRUCTIONS = {
    "missing_value",
    "_FillValue",
    "scale_factor",
    "add_offset",
    "units",
    "calendar",
    "dtype",
    "coordinates",
}
STALE = 600.0  # seconds: a write takes far less, so an older temporary file has lost its writer


class CannotWrite(OSError):
    """A file cannot be written: the disk is full, or the folder refuses."""


class DamagedResult(UserWarning):
    """A stored result is truncated or altered; it is computed again."""


class Store:
    """Results by key, one file each, in the folder `root`.

    Without `root`, the folder named by the environment variable LOSING_DIMENSIONS_STORE, else `store`. It is created
    by the first `save`.
    """

    def __init__(self, root: Path | str | None = None) -> None:
        self.root = Path(root if root is not None else os.environ.get(FOLDER) or "store")
        remove_stale(self.root)

    def load(self, key: str) -> xr.Dataset | None:
        """The Dataset saved under `key`; None, with a warning, where its file is damaged; None where there is none."""
        state, content = self._read(key)
        if state == DAMAGED:
            message = f"The stored result {self.path(key)} is damaged; it is computed again and replaced."
            warnings.warn(message, DamagedResult, stacklevel=2)
        if state != WHOLE:
            return None
        loaded = xr.load_dataset(io.BytesIO(content), engine="h5netcdf")
        return loaded.drop_encoding()  # it would cut longer texts that join these, when both are saved again

    def state(self, key: str) -> str:
        """Whether the file of `key` is "whole", "damaged" or "missing"; its digest tells, no value is read."""
        return self._read(key)[0]

    def __iter__(self) -> Iterator[str]:
        """Every key, in order, of whole and of damaged files."""
        return iter(sorted(path.stem for path in self.root.glob("*.nc")))

    def refuse_unwritable(self) -> None:
        """Raises CannotWrite, before any work is done, where nothing could be kept."""
        make_folder(self.root)
        try:
            tempfile.TemporaryFile(dir=self.root).close()
        except OSError as error:
            raise _cannot_write(self.root, error, REMEDY) from error

    def save(self, key: str, dataset: xr.Dataset) -> None:
        """Keep `dataset` under `key`, whole or not at all.

        Raises CannotWrite, and ValueError for what would come back as something else.
        """
        path = self.path(key)
        _refuse_what_changes(dataset)
        with dask.config.set(scheduler="synchronous"):  # a client of Dask would be asked for a lock, and has none
            content = bytes(dataset.to_netcdf(None, engine="h5netcdf"))
        write_atomic(path, content + _digest(key, content), remedy=REMEDY)

    def results(self) -> Iterator[tuple[str, xr.Dataset | None]]:
        """Every key, in order, with what `load` returns."""
        for key in self:
            yield key, self.load(key)

    def _read(self, key: str) -> tuple[str, bytes]:
        path = self.path(key)
        if not path.exists():
            return MISSING, b""
        content = path.read_bytes()
        whole = _digest(key, content[:-DIGEST]) == content[-DIGEST:]
        return (WHOLE, content[:-DIGEST]) if whole else (DAMAGED, b"")

    def path(self, key: str) -> Path:
        """The file of `key`. Raises ValueError for what is no key."""
        if not KEY.fullmatch(key):
            raise ValueError(f"key must be letters, digits, '.', '_' and '-', no path, got {key[:80]!r}")
        return self.root / f"{key}.nc"


def write_atomic(path: Path | str, content: bytes | str, remedy: str = "name another folder") -> None:
    """Write a whole file or nothing: what stood at `path` stays until the new content is complete.

    Text is written as UTF-8. Folders are made as needed. Raises CannotWrite, whose sentence ends with the remedies.
    """
    path = Path(path)
    if path.exists() and not path.is_file():
        raise CannotWrite(f"Cannot write {path} (it is no regular file): {remedy}.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_and_rename(path, content.encode() if isinstance(content, str) else content)
    except OSError as error:
        raise _cannot_write(path, error, remedy) from error


def make_folder(path: Path) -> None:
    """Make a folder where there is none. Raises CannotWrite."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _cannot_write(path, error, "name another folder") from error


def _cannot_write(path: Path, error: OSError, remedy: str) -> CannotWrite:
    reason = error.strerror or str(error)
    return CannotWrite(f"Cannot write {path} ({reason}): free or open that place, or {remedy}.")


def remove_stale(folder: Path) -> None:
    """Delete the temporary files in `folder` whose writer was killed; they are never read, only in the way."""
    for path in folder.glob(".*.tmp"):
        try:
            if time.time() - path.stat().st_mtime > STALE:
                path.unlink()
        except OSError:
            pass  # another process was faster, or the folder may only be read: harmless either way


def _write_and_rename(path: Path, content: bytes) -> None:
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}.tmp")
    try:
        temporary.write_bytes(content)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def _refuse_what_changes(dataset: xr.Dataset) -> None:
    """Raises ValueError for attributes that readers of netCDF take for instructions, and carry out on the values."""
    for name, variable in dataset.variables.items():
        if taken := sorted(INSTRUCTIONS & set(map(str, variable.attrs))):
            raise ValueError(f"{name} must have no attribute {taken[0]!r}: files say with it how values are packed")


def _digest(key: str, content: bytes) -> bytes:
    return hashlib.sha256(key.encode() + b"\0" + content).digest()
