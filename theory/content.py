"""When are two values the same value? When their content hashes agree.

Content is written as canonical JSON, with every float as its exact hexadecimal digits and every array as dtype, shape
and digest, so that two values share a hash exactly when they share all their bits. The code of a class counts with it:
its file, and, for a class from outside this repository, the modules from the folder of that file that are imported by
now or that its imports name. Of code its syntax counts: comments and layout do not. A file that is run and the same
file imported are one module.
"""

import ast
import hashlib
import inspect
import json
import reprlib
import sys
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np

from theory.imports import reached
from theory.laws.law import EnergyLaw

ROOT = Path(__file__).parents[1]
RUN = ("__main__", "__mp_main__")  # the names of the file that is run


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
    kinds = "a plain value, an array, a law, or a dataclass, mapping or sequence of them"
    raise ValueError(f"a setting must be {kinds}, got {reprlib.repr(value)}")


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


def class_name(cls: type) -> str:
    """Module and name of a class; for the module of a user its file, whether that is run or imported from wherever."""
    file = Path(getattr(sys.modules.get(cls.__module__), "__file__", None) or ROOT)
    own = cls.__module__ in RUN or _is_users(file)
    return f"{file.stem if own else cls.__module__}.{cls.__qualname__}"


def class_content(cls: type) -> list[str]:
    """The name of a class, and digests of the code that defines it."""
    return [class_name(cls), *class_files(cls).values()]


def class_files(cls: type) -> dict[str, str]:
    """Digests of the files that define a class and its ancestors, and of a user's modules that lie beside them."""
    files = _class_files(cls)
    users = [file for file in files if _is_users(file)]
    return {str(file): _file_digest(file) for file in [*files, *(_beside(users) if users else [])]}


@cache
def _class_files(cls: type) -> tuple[Path, ...]:
    ours = [ancestor for ancestor in cls.__mro__ if ancestor.__module__.split(".")[0] not in sys.stdlib_module_names]
    try:
        return tuple(Path(inspect.getfile(ancestor)) for ancestor in ours)
    except (OSError, TypeError) as error:
        raise ValueError(
            f"{class_name(cls)} must be defined in a file, so that a stored result can be told from one of older code"
        ) from error


@cache
def _is_users(file: Path) -> bool:
    return not file.is_relative_to(ROOT) and "site-packages" not in file.parts


def _beside(files: list[Path]) -> list[Path]:
    """Files in their folders, or below, that are imported by now or named in an import; not the one run."""
    folders = {file.parent for file in files}
    modules = [module for name, module in list(sys.modules.items()) if name not in RUN]
    imported = {Path(file) for module in modules if (file := getattr(module, "__file__", None))}
    loaded = {file for file in imported if folders & set(file.parents) and file.suffix == ".py"}
    return sorted((loaded | reached(files)) - set(files))


@cache  # read once: the code that runs is the code as it was
def _file_digest(file: Path) -> str:
    return code_digest(file.read_bytes())


@cache
def code_digest(text: bytes) -> str:
    """SHA-256 of the syntax of a Python program, without comments and layout; of the bytes where they are none."""
    try:
        return _digest(ast.dump(ast.parse(text)).encode())
    except (SyntaxError, ValueError, RecursionError):
        return _digest(text)


def _digest(content: Any) -> str:
    return hashlib.sha256(content).hexdigest()
