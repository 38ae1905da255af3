"""The code of a class: the name by which it is known, and digests of the files that define it.

For the class of a user, these are its file and the modules from the folder of that file that are imported by now or
that its imports name. Of code its syntax counts: comments and layout do not. A file that is run and the same file
imported are one module. What runs must be what the files of a user say (`theory.running`): code that was edited after
its import, or that the program has changed, and methods that take values from a function around them, are refused.
"""

import ast
import hashlib
import inspect
import operator
import sys
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from theory.imports import reached
from theory.running import Content, changed, content_of, function_of, imported, modules_of

ROOT = Path(__file__).parents[1]
HOUSES = ("theory", "simulate", "verify", "reports")
RUN = ("__main__", "__mp_main__")  # the names of the file that is run


def class_name(cls: type) -> str:
    """Module and name of a class; for the module of a user its file, whether that is run or imported from wherever."""
    file = Path(getattr(sys.modules.get(cls.__module__), "__file__", None) or ROOT)
    own = cls.__module__ in RUN or _is_users(file)
    return f"{file.stem if own else cls.__module__}.{cls.__qualname__}"


def class_content(cls: type) -> list[str]:
    """The name of a class, and digests of the code that defines it.

    Raises ValueError where code is no longer as it was when its digest was taken.
    """
    digests = class_files(cls)
    for file in digests:
        _refuse_changed(Path(file))
    return [class_name(cls), *digests.values()]


def class_files(cls: type) -> dict[str, str]:
    """Digests of the files that define a class and its ancestors, and of a user's modules that lie beside them.

    Raises ValueError where what runs is not what these files say.
    """
    files = _class_files(cls)
    if users := tuple(file for file in files if _is_users(file)):
        _refuse_closures(cls)
        return {str(file): _file_digest(file) for file in [*files, *_beside(users, imported())]}
    return {str(file): _file_digest(file) for file in files}


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
    """Whether a file is of a user, who may work in a folder of this repository too."""
    ours = file == ROOT or any(file.is_relative_to(ROOT / house) for house in HOUSES)
    return not ours and "site-packages" not in file.parts


@lru_cache(maxsize=16)
def _beside(files: tuple[Path, ...], state: int) -> list[Path]:  # looked at anew when there are more
    """Files in their folders, or below, that are imported by now or named in an import; not the one run."""
    folders = {file.parent for file in files}
    named = [module for name, module in list(sys.modules.items()) if name not in RUN]
    files_of = {Path(file) for module in named if (file := getattr(module, "__file__", None))}
    loaded = {file for file in files_of if folders & set(file.parents) and file.suffix == ".py" and _is_users(file)}
    return sorted((loaded | reached(list(files), _is_users)) - set(files))


KNOWN: dict[Path, tuple[list[Any], str, Content]] = {}  # of each file: the imports, its digest, what it said then


def _file_digest(file: Path) -> str:
    """The digest of a file as it was when this process imported it."""
    return _users_digest(file) if _is_users(file) else _our_digest(file)


@cache  # read once: the code that runs is the code as it was
def _our_digest(file: Path) -> str:
    return code_digest(file.read_bytes())


def _users_digest(file: Path) -> str:
    """The digest of a file that is read once for each import."""
    imports = [getattr(module, "__spec__", None) for module in modules_of(file)]
    known = KNOWN.get(file)
    if known is None or len(known[0]) != len(imports) or any(map(operator.is_not, known[0], imports)):
        loader = next((getattr(module, "__loader__", None) for module in modules_of(file)), None)
        KNOWN[file] = imports, code_digest(file.read_bytes()), content_of(file, loader)
        _refuse_changed(file)
    return KNOWN[file][1]


def _refuse_changed(file: Path) -> None:
    """Raises ValueError where a module of a user is not what its file said when its digest was taken."""
    for module in modules_of(file) if _is_users(file) else ():
        if name := changed(module, KNOWN[file][2]):
            KNOWN.pop(file)
            raise ValueError(
                f"{file.name} must be what runs, so that a result can be told from one of other code: {name} is not as "
                "the file says, which was edited since, or the program has set it; start anew, or make it a field"
            )


@cache
def _refuse_closures(cls: type) -> None:
    """Raises ValueError where a method of a user's class takes values from a function around it."""
    files = {str(file) for file in _class_files(cls) if _is_users(file)}
    for name, method in [item for ancestor in cls.__mro__ for item in vars(ancestor).items()]:
        code = getattr(function_of(method), "__code__", None)
        taken = set(code.co_freevars) - {"__class__"} if code and str(Path(code.co_filename)) in files else ()
        if taken:
            raise ValueError(
                f"{name} of {class_name(cls)} must take nothing from the function around it, where no key sees it, "
                f"got {min(taken)}: make it a field"
            )


@cache
def code_digest(text: bytes) -> str:
    """SHA-256 of the syntax of a Python program, without comments and layout; of the bytes where they are none."""
    try:
        return hashlib.sha256(ast.dump(ast.parse(text)).encode()).hexdigest()
    except (SyntaxError, ValueError, RecursionError):
        return hashlib.sha256(text).hexdigest()
