"""When are two results the same result? When their content hashes agree.

A result depends on the settings of the experiment, on the point measured, and on the code that measures. Settings are
written as canonical JSON, with every float as its exact hexadecimal digits and every array as dtype, shape and digest,
so that two settings share a hash exactly when they share all their bits. Code is the text of the files that can move
a number: changed code never serves an old result. Too much is recomputed rather than too little: a comment counts.
"""

import hashlib
import inspect
import json
import reprlib
import sys
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np

from theory.law import EnergyLaw

ROOT = Path(__file__).parents[1]
DEFINITIONS = ("theory/arguments.py", "theory/formula.py", "theory/law.py", "theory/process.py")
SILENT = ("simulate/progress.py", "simulate/store.py")  # they show and keep results: no number passes through them


def content_hash(value: Any) -> str:
    """SHA-256, 64 hexadecimal digits, of plain values, arrays, dataclasses, laws, and mappings and sequences of them.

    Dataclass fields with `compare=False` are held not to change the result and are left out.
    Raises ValueError for anything whose content cannot be told, such as a function.
    """
    text = json.dumps(_canonical(value), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def source_hash() -> str:
    """SHA-256 over the files whose code makes results: `simulate`, and the definitions it takes from `theory`."""
    paths = [*ROOT.glob("simulate/**/*.py"), *ROOT.glob("theory/laws/*.py"), *(ROOT / name for name in DEFINITIONS)]
    return files_hash([path for path in paths if path.relative_to(ROOT).as_posix() not in SILENT])


def files_hash(paths: Sequence[Path]) -> str:
    """SHA-256 over names and contents of the files of this repository that exist among `paths`."""
    return content_hash({path.relative_to(ROOT).as_posix(): _file_digest(path) for path in paths if path.is_file()})


@cache  # read once: the code that runs is the code as it was, even when a file is edited meanwhile
def _file_digest(path: Path) -> str:
    return _digest(path.read_bytes())


def _canonical(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return {"float": value.hex()}
    if isinstance(value, np.bool_ | np.integer):
        return value.item()
    if isinstance(value, np.generic):
        return _canonical(np.asarray(value))
    if isinstance(value, np.ndarray) and value.dtype.kind in "biufcSU":
        return {"array": value.dtype.str, "shape": value.shape, "digest": _digest(np.ascontiguousarray(value))}
    if isinstance(value, tuple | list):
        return [_canonical(item) for item in value]
    if isinstance(value, Mapping):
        return {"mapping": sorted([[_canonical(key), _canonical(item)] for key, item in value.items()], key=json.dumps)}
    if is_dataclass(value) and not isinstance(value, type):
        return _described(value, {field.name: getattr(value, field.name) for field in fields(value) if field.compare})
    if isinstance(value, EnergyLaw):
        return _described(value, {name: part for name, part in vars(value).items() if not _derived(type(value), name)})
    kinds = "a plain value, an array, a law, or a dataclass, mapping or sequence of them"
    raise ValueError(f"a setting must be {kinds}, got {reprlib.repr(value)}")


def _described(value: Any, settings: dict[str, Any]) -> dict[str, Any]:
    return {"class": _name(type(value)), "source": _class_source(type(value)), "fields": _canonical(settings)}


def _derived(cls: type, name: str) -> bool:
    """Whether an attribute only remembers what follows from the others."""
    return isinstance(getattr(cls, name, None), cached_property)


def _name(cls: type) -> str:
    return f"{cls.__module__}.{cls.__qualname__}"


@cache
def _class_source(cls: type) -> list[str]:
    """Digests of the files that define a class and its ancestors: they may lie outside this repository."""
    ours = [ancestor for ancestor in cls.__mro__ if ancestor.__module__.split(".")[0] not in sys.stdlib_module_names]
    try:
        return [_digest(Path(inspect.getfile(ancestor)).read_bytes()) for ancestor in ours]
    except (OSError, TypeError) as error:
        raise ValueError(
            f"{_name(cls)} must be defined in a file, so that a stored result can be told from one of older code"
        ) from error


def _digest(content: Any) -> str:
    return hashlib.sha256(content).hexdigest()
