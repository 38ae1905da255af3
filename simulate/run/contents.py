"""The content of the files of a store: of one result, or of many small ones of one form.

A file of one result is netCDF, followed by the 32 bytes of the SHA-256 digest of its key and data; a file of many is a
pack (`simulate.run.packs`). Whoever has results can make the files of them: the workers of a sweep do, so that the
process that sweeps has only to write.
"""

import hashlib
from collections.abc import Mapping
from threading import Lock

import dask.config
import xarray as xr

from simulate.run import packs

DIGEST = packs.DIGEST
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
ONE_AT_A_TIME = Lock()  # HDF5 has one of its own
File = tuple[tuple[str, ...], bytes]  # the keys of the results in a file, and its content


def of_one(key: str, result: xr.Dataset) -> bytes:
    """The content of the file of one result. Raises ValueError for what would come back as something else.

    Arguments:
        key: the name of the result.
        result: the result.
    """
    refuse_what_changes(result)
    with ONE_AT_A_TIME, dask.config.set(scheduler="synchronous"):  # a client of Dask is asked for a lock, and has none
        content = bytes(result.to_netcdf(None, engine="h5netcdf"))
    return content + digest(key, content)


def of_all(results: Mapping[str, xr.Dataset]) -> list[File]:
    """Files of some results by key, small ones of one form in one file. Raises ValueError as `of_one` does."""
    for result in results.values():
        refuse_what_changes(result)
    return [(tuple(group), _of_group(group)) for group in packs.by_form(results)]


def _of_group(group: dict[str, xr.Dataset]) -> bytes:
    if len(group) == 1:
        return of_one(*next(iter(group.items())))
    with ONE_AT_A_TIME, dask.config.set(scheduler="synchronous"):
        return packs.packed(group)


def whole(key: str, content: bytes) -> bytes | None:
    """The netCDF content of the file of one result; None where the digest is not that of this key and content.

    Arguments:
        key: the name of the result.
        content: all bytes of its file.
    """
    data = content[:-DIGEST]
    return data if digest(key, data) == content[-DIGEST:] else None


def digest(key: str, content: bytes) -> bytes:
    """SHA-256 over a key and the netCDF content of its result.

    Arguments:
        key: the name of the result.
        content: the netCDF bytes of the result, without a digest.
    """
    return hashlib.sha256(key.encode() + b"\0" + content).digest()


def refuse_what_changes(dataset: xr.Dataset) -> None:
    """Raises ValueError for attributes that readers of netCDF take for instructions, and carry out on the values."""
    for name, variable in dataset.variables.items():
        if taken := sorted(INSTRUCTIONS & set(map(str, variable.attrs))):
            raise ValueError(f"{name} must have no attribute {taken[0]!r}: files say with it how values are packed")
