"""Where results are kept, by key.

A result file is one netCDF file per point, named by its key, followed by the 32 bytes of the SHA-256 digest of key and
data. Readers of netCDF ignore what follows the data; the store does not, and so knows any damaged file, and any file of
another key, from a whole one. Small results that come in together share one file (`simulate.run.packs`). Files are
written whole or not at all (`simulate.run.files`), and nothing is unpickled.
"""

import io
import os
import tempfile
import warnings
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import xarray as xr

from simulate.run import contents
from simulate.run.files import CannotWrite, cannot_write, make_folder, remove_stale, write_atomic
from simulate.run.packed import DAMAGED, MISSING, WHOLE, PackedResults
from simulate.run.packs import KEY, name_of

__all__ = ["DAMAGED", "MISSING", "WHOLE", "CannotWrite", "DamagedResult", "Store", "make_folder", "write_atomic"]

FOLDER = "LOSING_DIMENSIONS_STORE"
REMEDY = f"name another folder in {FOLDER}"
SCHEMA = "1"  # of files and their names; a store without a mark of its own is of this one


class DamagedResult(UserWarning):
    """A stored result is truncated or altered; it is computed again."""


class Store:
    """Results by key, in the folder `root`: each in a file of its own, or small ones together.

    Arguments:
        root: where it is, created by the first `save`. Without one, the folder named by the environment variable
            LOSING_DIMENSIONS_STORE, else `store`.

    Raises ValueError for a store of another schema, whose files would be taken for damaged ones.
    """

    def __init__(self, root: Path | str | None = None) -> None:
        self.root = Path(root if root is not None else os.environ.get(FOLDER) or "store")
        self._marked = _of_this_schema(self.root)
        self.packed = PackedResults(self.root / "packs")
        remove_stale(self.root)

    def load(self, key: str) -> xr.Dataset | None:
        """The Dataset saved under `key`; None, with a warning, where its file is damaged; None where there is none."""
        state, content = self.read(key)
        if state == WHOLE:
            loaded = xr.load_dataset(io.BytesIO(content), engine="h5netcdf")
            return loaded.drop_encoding()  # it would cut longer texts that join these, when both are saved again
        if (found := self.packed.load(key)) is not None:
            return found
        if DAMAGED in (state, self.packed.state(key)):
            message = f"The stored result {self.place(key)} is damaged; it is computed again and replaced."
            warnings.warn(message, DamagedResult, stacklevel=2)
        return None

    def state(self, key: str) -> str:
        """Whether the result of `key` is "whole", "damaged" or "missing"; digests tell, no value is read."""
        alone = self.read(key)[0]
        if alone == WHOLE:
            return WHOLE
        packed = self.packed.state(key)
        return packed if alone == MISSING or packed == WHOLE else alone

    def attributes(self, key: str) -> dict[str, Any]:
        """The attributes of a whole result, without its values."""
        state, content = self.read(key)
        if state != WHOLE:
            return self.packed.attributes(key)
        with xr.open_dataset(io.BytesIO(content), engine="h5netcdf") as opened:
            return dict(opened.attrs)

    def __iter__(self) -> Iterator[str]:
        """Every key, in order, of whole and of damaged results."""
        return iter(sorted({path.stem for path in self.root.glob("*.nc")} | self.packed.keys()))

    def refuse_unwritable(self) -> None:
        """Raises CannotWrite, before any work is done, where nothing could be kept."""
        make_folder(self.root)
        try:
            tempfile.TemporaryFile(dir=self.root).close()
        except OSError as error:
            raise cannot_write(self.root, error, REMEDY) from error

    def save(self, key: str, dataset: xr.Dataset) -> None:
        """Keep `dataset` under `key`, whole or not at all.

        Raises CannotWrite, and ValueError for what would come back as something else.

        Arguments:
            key: the name of the result: letters, digits, ".", "_" and "-".
            dataset: the result.
        """
        self.write(((key,), contents.of_one(key, dataset)))

    def save_all(self, results: Mapping[str, xr.Dataset]) -> None:
        """Keep several results, small ones of one form in one file. Raises as `save` does."""
        for key in results:
            self.path(key)
        for file in contents.of_all(results):
            self.write(file)

    def write(self, file: contents.File) -> Path:
        """Keep the results of a file that `simulate.run.contents` has made, here or on a worker. Raises CannotWrite."""
        keys, content = file
        path = self.path(keys[0]) if len(keys) == 1 else self.packed.folder / name_of(content)
        if not self._marked:
            write_atomic(self.root / "schema", SCHEMA, remedy=REMEDY)
            self._marked = True
        write_atomic(path, content, remedy=REMEDY)
        return path

    def discard(self, keys: Iterable[str]) -> None:
        """Delete results; a pack that holds others is written anew without them first. Raises CannotWrite."""
        gone = set(keys)
        for key in gone:
            self.path(key).unlink(missing_ok=True)
        for pack, held in self.packed.holding(gone).items():
            rest = {key: self.packed.load(key) for key in held if key not in gone}
            self.save_all({key: result for key, result in rest.items() if result is not None})
            pack.unlink(missing_ok=True)

    def results(self) -> Iterator[tuple[str, xr.Dataset | None]]:
        """Every key, in order, with what `load` returns."""
        for key in self:
            yield key, self.load(key)

    def place(self, key: str) -> Path:
        """The file that holds the result of `key`, or would."""
        path = self.path(key)
        return path if path.exists() else self.packed.place(key) or path

    def read(self, key: str) -> tuple[str, bytes]:
        """The state of the file that `key` has of its own, and its netCDF content where that is whole."""
        path = self.path(key)
        if not path.is_file():  # a loop of links, a pipe and a device hold nothing
            odd = path.is_symlink() or (path.exists() and not path.is_file())  # a whole file may have come meanwhile
            return DAMAGED if odd else MISSING, b""
        found = contents.whole(key, path.read_bytes())
        return (DAMAGED, b"") if found is None else (WHOLE, found)

    def path(self, key: str) -> Path:
        """The file of `key` where it has one of its own. Raises ValueError for what is no key."""
        if not isinstance(key, str) or not KEY.fullmatch(key):
            raise ValueError(f"key must be letters, digits, '.', '_' and '-', no path, got {str(key)[:80]!r}")
        return self.root / f"{key}.nc"


def _of_this_schema(folder: Path) -> bool:
    """Whether a store has the mark of this schema. Raises ValueError where it has another."""
    mark = folder / "schema"
    if mark.exists() and not mark.is_file():
        raise ValueError(f"store must say of which schema it is in a file, {mark} is none: {REMEDY}")
    try:
        with mark.open(errors="replace") as file:
            marked = file.read(20).strip()
    except OSError:
        return False
    if marked != SCHEMA:
        raise ValueError(
            f"store must be of schema {SCHEMA}, that in {folder} is of schema {marked!r}: take the version of this "
            f"program that wrote it, or {REMEDY}"
        )
    return True
