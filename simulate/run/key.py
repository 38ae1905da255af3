"""The key of a result: what is asked, and the code that answers. One rule for points, tables, predictions and pages.

A result depends on the content of what is asked (`theory.content`), on the syntax of the files that can move its
numbers, under their paths in the repository, and on the versions of the packages beneath. Changed code never serves an
old result; too much is computed again rather than too little: a docstring counts, comments and layout do not. Another
checkout has the same keys.
"""

import platform
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from theory.content import content_hash
from theory.sources import code_digest

ROOT = Path(__file__).parents[2]
DEFINITIONS = (
    "theory/laws",
    "theory/case.py",
    "theory/checks.py",
    "theory/digits.py",
    "theory/content.py",
    "theory/formula.py",
    "theory/imports.py",
    "theory/roots.py",
    "theory/running.py",
    "theory/sources.py",
    "theory/sums.py",
)
MEASUREMENT = ("simulate", "theory/process.py", *DEFINITIONS)  # what observations are made by
PREDICTION = (*MEASUREMENT, "theory")
VERDICT = ("theory", "simulate", "verify")
PAGE = ("theory", "simulate", "verify", "reports")
SHOWING = (
    "contents explain files lease pace packed packs processes progress provenance store sweep tasks user_file workers"
)
SILENT = tuple(f"simulate/run/{name}.py" for name in SHOWING.split())  # they show and keep results: no number passes
PACKAGES = ("numpy", "scipy", "sympy", "mpmath", "torch", "xarray")


def result_key(asked: Any, made_by: tuple[str, ...] = MEASUREMENT) -> str:
    """The key under which a store keeps a result.

    Arguments:
        asked: what the result is of: plain values, arrays, laws, cases, dataclasses, or sequences and mappings of them.
        made_by: folders and files of the repository whose code makes the result.

    Returns:
        64 hexadecimal digits.

    Raises:
        ValueError: where the content of `asked` cannot be told.
    """
    return content_hash([asked, code_hash(made_by)])


def code_hash(made_by: tuple[str, ...]) -> str:
    """SHA-256 over paths and syntax of the Python files in these folders, and the versions that they run with."""
    return _hash_of(tuple(digests(made_by).items()), tuple(versions()))


@cache
def _hash_of(files: tuple[tuple[str, str], ...], packages: tuple[str, ...]) -> str:
    return content_hash([dict(files), list(packages)])


def digests(made_by: tuple[str, ...]) -> dict[str, str]:
    """SHA-256 of the syntax of each Python file in these folders, by its path in the repository."""
    return _digests(made_by)


@cache  # read once: the code that runs is the code as it was, even when a file is edited meanwhile
def _digests(made_by: tuple[str, ...]) -> dict[str, str]:
    files = sorted({path for name in made_by for path in _files(ROOT / name)})
    named = {path.relative_to(ROOT).as_posix(): path for path in files}
    return {name: code_digest(path.read_bytes()) for name, path in named.items() if name not in SILENT}


@cache
def versions() -> list[str]:
    """Python and the packages that results rest on, each with its version."""
    return [f"python {platform.python_version()}", *(f"{name} {version(name)}" for name in PACKAGES)]


def _files(place: Path) -> list[Path]:
    return list(place.rglob("*.py")) if place.is_dir() else [place] if place.is_file() else []
