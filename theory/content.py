"""When are two values the same value? When their content hashes agree.

Content is written as canonical JSON, with every float as its exact hexadecimal digits and every array as dtype, shape
and digest, so that two values share a hash exactly when they share all their bits. The code of a class counts with it
(`theory.sources`).
"""

import hashlib
import json
import reprlib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cached_property
from typing import Any

import numpy as np

from theory.laws.law import EnergyLaw
from theory.sources import class_files, class_name

PLAIN = (bool, int, float, str, tuple, list, dict, np.ndarray)
KINDS = "a plain value, an array, a law, or a dataclass, mapping or sequence of them"


def content_hash(value: Any, sources: bool = True) -> str:
    """SHA-256 of plain values, arrays, dataclasses, laws, and mappings and sequences of them.

    Arguments:
        value: what is hashed. Dataclass fields with `compare=False` are held not to change it and are left out.
        sources: whether the files that define its classes count, so that a result of older code is told apart.

    Returns:
        64 hexadecimal digits.

    Raises:
        ValueError: for anything whose content cannot be told, such as a function.
    """
    text = json.dumps(_canonical(value, sources), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _canonical(value: Any, sources: bool) -> Any:
    if isinstance(value, Enum):
        return _described(value, sources, {"value": value.value})
    if isinstance(value, tuple) and (names := getattr(value, "_fields", None)):
        return _described(value, sources, dict(zip(names, value, strict=True)))
    _refuse_more_than_plain(value)
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return {"float": value.hex()}
    if isinstance(value, np.bool_ | np.integer):
        return value.item()
    if isinstance(value, np.generic):
        return _canonical(np.asarray(value), sources)
    if isinstance(value, np.ndarray) and value.dtype.kind in "biufcSU":
        return {"array": value.dtype.str, "shape": value.shape, "digest": _digest(np.ascontiguousarray(value))}
    if isinstance(value, tuple | list):
        return [_canonical(item, sources) for item in value]
    if isinstance(value, Mapping):
        items = ([_canonical(key, sources), _canonical(item, sources)] for key, item in value.items())
        return {"mapping": sorted(items, key=json.dumps)}
    if is_dataclass(value) and not isinstance(value, type):
        return _described(value, sources, settings_of(value))
    if isinstance(value, EnergyLaw):
        return _described(value, sources, _attributes(value))
    raise ValueError(f"a setting must be {KINDS}, got {reprlib.repr(value)}")


def _refuse_more_than_plain(value: Any) -> None:
    """Raises ValueError for what holds more than the plain value that it derives from, as a masked array its mask."""
    more = isinstance(value, PLAIN) and type(value) not in PLAIN and not isinstance(value, np.generic | np.memmap)
    if more:
        raise ValueError(f"a setting must be {KINDS}, got {reprlib.repr(value)} of type {type(value).__name__}")


def _described(value: Any, sources: bool, settings: dict[str, Any]) -> dict[str, Any]:
    code = {"source": list(class_files(type(value)).values())} if sources else {}
    return {"class": class_name(type(value)), **code, "fields": _canonical(settings, sources)}


def settings_of(value: Any) -> dict[str, Any]:
    """What tells a dataclass from others of its class: fields that compare, and attributes that are no fields.

    A class that derives from a dataclass, and is none itself, may set such attributes: they count like fields.
    """
    names = [field.name for field in fields(value)]
    compared = {field.name: getattr(value, field.name) for field in fields(value) if field.compare}
    return compared | {name: part for name, part in _attributes(value).items() if name not in names}


def _attributes(value: Any) -> dict[str, Any]:
    """What was set on an object, without what only remembers what follows from the rest."""
    remembered = {name for name in vars(value) if isinstance(getattr(type(value), name, None), cached_property)}
    return {name: part for name, part in vars(value).items() if name not in remembered}


def _digest(content: Any) -> str:
    return hashlib.sha256(content).hexdigest()
