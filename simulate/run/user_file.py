"""Objects of a user's Python file, by `FILE.py:NAME`."""

import importlib
import sys
from pathlib import Path
from types import ModuleType

from simulate.run.experiment import Experiment


def load_experiment(place: str) -> Experiment:
    """The experiment of that name in a Python file. The file is run: give it only your own.

    Arguments:
        place: `FILE.py:NAME`, where NAME is an instance of Experiment. As when Python runs the file, it may import what
            lies beside it.

    Returns:
        The experiment, of a module that other processes can import from the same folder.

    Raises:
        ValueError: where there is no such file, the file does not run, or NAME is no experiment.
    """
    file, _, name = place.rpartition(":")
    if not file.endswith(".py") or not Path(file).is_file():
        raise ValueError(f"experiment must be FILE.py:NAME with a file that exists, got {place!r}")
    found = getattr(_imported(Path(file).resolve()), name, None)
    if not isinstance(found, Experiment):
        raise ValueError(f"experiment must name an instance of Experiment in {file}, {name!r} is {_kind(found)}")
    return found


def _imported(file: Path) -> ModuleType:
    sys.path.insert(0, str(file.parent))
    try:
        module = importlib.import_module(file.stem)
    except (Exception, SystemExit) as error:  # whatever the code of a user raises
        raise ValueError(
            f"experiment must be Python that runs, {file} raises {type(error).__name__}: {error}"
        ) from error
    if Path(module.__file__ or "") != file:
        raise ValueError(f"experiment must be in a file with a name of its own, {file.stem} is {module.__file__}")
    return module


def _kind(found: object) -> str:
    return "not there" if found is None else f"of type {type(found).__name__}"
