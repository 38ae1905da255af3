"""Scores from the files of a user: one function of a Python file, or a checkpoint after the other."""

import importlib.util
import re
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any


def load_score(place: str) -> Any:
    """The function of that name in a Python file, `FILE.py:name`. The file is run: give it only your own.

    As when Python runs it, it may import what lies beside it.
    """
    file, _, name = place.rpartition(":")
    if not file.endswith(".py") or not Path(file).is_file():
        raise ValueError(f"model must be FILE.py:name with a file that exists, got {place!r}")
    spec = importlib.util.spec_from_file_location(f"probed_{Path(file).stem}", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    sys.path.insert(0, str(Path(file).resolve().parent))
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:  # whatever the code of a user raises
        raise ValueError(f"model must be Python that runs, {file} raises {type(error).__name__}: {error}") from error
    if not callable(getattr(module, name, None)):
        raise ValueError(f"model must name a function of {file}, it has no {name!r} that can be called")
    return getattr(module, name)


def load_checkpoints(given: tuple[str, ...], model: str | None) -> list[tuple[str, Any]]:
    """Names and scores of checkpoints, in the order of the numbers in their names.

    Arguments:
        given: a folder, of whose files `model`, FILE.py:load, makes scores; or several FILE.py:score.
        model: the function of a path that returns a score, for a folder.

    Returns:
        Pairs of a name and a score; of a folder, those of its files.

    Raises:
        ValueError: for a folder that is empty, or without a model.
    """
    first = next(iter(given), "")
    if len(given) > 1 or not Path(first).is_dir():
        return [(place, load_score(place)) for place in given]
    files = sorted((file for file in Path(first).iterdir() if not file.name.startswith(".")), key=in_order)
    if not files or model is None:
        raise ValueError(f"checkpoints must be a folder with files, and model FILE.py:load for it, got {first!r}")
    load = load_score(model)
    return [(file.name, _loaded(load, file)) for file in files]


def in_order(file: Path) -> list[Any]:
    """A key by which step-9 comes before step-10."""
    return [int(part) if part.isdecimal() else part for part in re.split(r"(\d+)", file.name)]


def steps_of(names: list[str]) -> list[float] | None:
    """The last number in each name, where they rise."""
    found = [re.findall(r"\d+", Path(name).stem) for name in names]
    steps = [float(numbers[-1]) for numbers in found if numbers]
    rising = len(steps) == len(names) and all(b > a for a, b in pairwise(steps))
    return steps if rising else None


def _loaded(load: Any, file: Path) -> Any:
    try:
        return load(file)
    except Exception as error:  # whatever the code of a user raises
        raise ValueError(f"model must load {file.name}, it raises {type(error).__name__}: {error}") from error
