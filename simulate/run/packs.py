r"""A pack: many results in one file, for points that cost less than files of their own.

Results of one *form* (names, axes, shapes, types and attributes of their variables) are stacked along a further axis,
and make one netCDF file. Behind its data, where readers of netCDF do not look, stand the keys of the results, the
length of these keys (8 bytes), and the SHA-256 digest of all that stands before (32 bytes): the keys are read without
the data, and a damaged pack is known from a whole one. A pack is written once and never changed; its name is its
digest.
"""

import hashlib
import io
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

AXIS, FORM = "packed_result", "packed_form"
SHARED, OWN = "attributes_of_all", "attributes_of_each"  # as JSON
KEY = re.compile(r"\w[\w.-]{0,200}")  # of a result: no path
KINDS = "biufU"  # of NumPy's types that come back as they were
LARGEST = 2**18  # bytes of a result, above which a file of its own is small beside it
DIGEST, LENGTH = 32, 8  # bytes


def packable(result: xr.Dataset) -> bool:
    """Whether a result comes back from a pack bit by bit: plain types and attributes, and small."""
    variables = result.variables.values()
    plain = all(variable.dtype.kind in KINDS for variable in variables)
    told = all(isinstance(value, str | int | float) for value in result.attrs.values())
    return plain and told and result.nbytes <= LARGEST


def by_form(results: Mapping[str, xr.Dataset]) -> list[dict[str, xr.Dataset]]:
    """Results by key, in groups that can be stacked."""
    groups: dict[str, dict[str, xr.Dataset]] = defaultdict(dict)
    for key, result in results.items():
        groups[_form(result) if packable(result) else key][key] = result
    return list(groups.values())


def packed(results: Mapping[str, xr.Dataset]) -> bytes:
    """The content of the pack of some results of one form, by key."""
    parts = list(results.values())
    columns = {_inside(name): _stacked(name, parts) for name in parts[0].variables}
    pack = xr.Dataset({**columns, **_attributes(parts), FORM: _form(parts[0])})
    keys = "\n".join(results).encode()
    content = bytes(pack.to_netcdf(None, engine="h5netcdf")) + keys + len(keys).to_bytes(LENGTH)
    return content + hashlib.sha256(content).digest()


def name_of(content: bytes) -> str:
    """The name of a pack."""
    return f"{content[-DIGEST:].hex()}.nc"


def keys_of(path: Path) -> list[str]:
    """The keys that a file says it holds; none where it is no pack. Whether it is damaged is not asked."""
    if not path.is_file():  # a pipe would not open, and a device has no end
        return []
    with path.open("rb") as file:
        size = file.seek(0, io.SEEK_END)
        file.seek(max(0, size - DIGEST - LENGTH))
        length = int.from_bytes(file.read(LENGTH))
        if not 0 < length <= size - DIGEST - LENGTH:
            return []
        file.seek(size - DIGEST - LENGTH - length)
        keys = file.read(length).decode(errors="replace").split("\n")
        return keys if all(map(KEY.fullmatch, keys)) else []


def is_whole(content: bytes) -> bool:
    """Whether the digest of a pack is that of its content."""
    return hashlib.sha256(content[:-DIGEST]).digest() == content[-DIGEST:]


def opened(content: bytes) -> xr.Dataset:
    """The results of a whole pack, stacked."""
    end = len(content) - DIGEST - LENGTH
    data = content[: end - int.from_bytes(content[end : end + LENGTH])]
    return xr.load_dataset(io.BytesIO(data), engine="h5netcdf").drop_encoding()


def taken(pack: xr.Dataset, place: int) -> xr.Dataset:
    """One of the results of a pack, as it was.

    Arguments:
        pack: a pack, opened.
        place: the index of the result along the further axis of the pack.
    """
    form = json.loads(pack[FORM].item())
    variables = {name: _variable(pack, place, name, *rest) for name, _, *rest in form}
    coordinates = {name: variables[name] for name, is_coordinate, *_ in form if is_coordinate}
    values = {name: variable for name, variable in variables.items() if name not in coordinates}
    return xr.Dataset(values, coordinates, attributes(pack, place))


def attributes(pack: xr.Dataset, place: int) -> dict[str, Any]:
    """The attributes of one of the results of a pack.

    Arguments:
        pack: a pack, opened.
        place: the index of the result along the further axis of the pack.
    """
    return json.loads(str(pack.variables[SHARED].values)) | json.loads(pack.variables[OWN].values[place])


def _form(result: xr.Dataset) -> str:
    return json.dumps(list(_forms(result)))


def _forms(result: xr.Dataset) -> Iterator[list[Any]]:
    """Name, whether it is a coordinate, axes, type without the width of texts, shape, and attributes, as JSON."""
    for name, variable in result.variables.items():
        kind = "U" if variable.dtype.kind == "U" else variable.dtype.str
        shape, attributes = list(variable.shape), json.dumps(variable.attrs, default=repr)
        yield [str(name), name in result.coords, list(map(str, variable.dims)), kind, shape, attributes]


def _inside(name: Any) -> str:
    """The name of a variable or axis within a pack, where no variable is named as an axis is."""
    return f"packed_{name}"


def _stacked(name: Any, parts: list[xr.Dataset]) -> tuple[tuple[str, ...], np.ndarray]:
    first = parts[0].variables[name]
    values = np.stack([part.variables[name].values for part in parts])
    return (AXIS, *(f"axis_{dim}" for dim in first.dims)), values.astype(object) if values.dtype.kind == "U" else values


def _attributes(parts: list[xr.Dataset]) -> dict[str, Any]:
    """Attributes that all parts share, written once, and those of each."""
    first = parts[0].attrs.items()
    shared = {name: value for name, value in first if all(part.attrs.get(name) == value for part in parts)}
    own = [json.dumps({name: value for name, value in part.attrs.items() if name not in shared}) for part in parts]
    return {SHARED: json.dumps(shared), OWN: (AXIS, np.array(own, dtype=object))}


def _variable(
    pack: xr.Dataset, place: int, name: str, dims: list[str], kind: str, shape: list[int], attributes: str
) -> xr.Variable:
    values = np.asarray(pack.variables[_inside(name)].values[place])
    values = np.array(values.tolist(), dtype=str) if kind == "U" else values.astype(kind)
    return xr.Variable(dims, values.reshape(shape), json.loads(attributes))
