"""Which files does a Python file import from its own folder? Read from its syntax, so before it runs.

A module that is imported within a function is not there yet when the key of a result is made: its name is.
"""

import ast
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path


def reached(files: list[Path], counts: Callable[[Path], bool] = Path.is_file, root: Path | None = None) -> set[Path]:
    """Files that lie beside some Python files, or below, and that their imports name.

    Arguments:
        files: Python files.
        counts: which others are taken, and looked into.
        root: the folder in which imports find what they name, in place of the folders of the files.

    Returns:
        These files, those that their imports name in the folder of any of them, those that the imports of these name,
        and so on. A module whose name is put together when the program runs is not found.
    """
    folders = {root} if root else {file.parent for file in files}
    found, ahead = set(files), list(files)
    while ahead:
        file = ahead.pop()
        new = {named for folder in folders for named in _named(file, folder) if counts(named)} - found
        found |= new
        ahead += new
    return found


@cache  # read once: the code that runs is the code as it was
def _named(file: Path, folder: Path) -> frozenset[Path]:
    """The files below `folder` that the imports of a file name, with the packages that they are in."""
    try:
        tree = ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return frozenset()
    places = [place for node in ast.walk(tree) for place in _places(node, file, folder)]
    steps = {step for place in places for step in (place, *place.parents) if folder in step.parents}
    kinds = (kind for step in steps for kind in (step.with_name(f"{step.name}.py"), step / "__init__.py"))
    return frozenset(kind for kind in kinds if kind.is_file())


def _places(node: ast.AST, file: Path, folder: Path) -> Iterator[Path]:
    """Where an import would find what it names, without suffix."""
    if isinstance(node, ast.Import):
        yield from (folder.joinpath(*one.name.split(".")) for one in node.names)
    if isinstance(node, ast.ImportFrom):
        above = file.parents[node.level - 1] if node.level else folder
        module = above.joinpath(*(node.module or "").split("."))
        yield from (module, *(module / one.name for one in node.names))
