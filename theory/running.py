"""Is the code that runs the code that a file holds? A key is of files, and a result is of what ran.

A module does not remember the text that it was made of. What it is made of does: where a file gives a function, once
and without decorators that hide it, the function of the module has the code that the file gives it; where a file gives
a name a plain value, once, the name has that value. If not, the file was edited after its import, or the program has
set the name itself, and no key may say that the file made the result.
"""

import ast
import inspect
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

PLAIN = (str, bytes, bool, int, float, complex, type(None), tuple)
FUNCTION, VALUE = "function", "value"
Place = tuple[str, ...]  # a name in a module, or in a class, or in a class of a class


@dataclass(frozen=True)
class Content:
    """What a file says: codes, whatever their lines; its functions, and whether they are decorated; plain values.

    Arguments:
        codes: the code of all that the file defines, whatever its lines.
        functions: the functions that it gives once, and whether they are decorated.
        values: the plain values that it gives once, by name.
    """

    codes: frozenset[CodeType]
    functions: dict[Place, bool]
    values: dict[Place, Any]


def content_of(file: Path, loader: Any = None) -> Content:
    """What a Python file says now.

    Arguments:
        file: a Python file. Where its syntax is wrong, it says nothing.
        loader: of the module: some change code as they import it. Of one that cannot say how, no code is known.

    Returns:
        The codes, and the places of functions and values.
    """
    text = file.read_bytes()
    try:
        tree = ast.parse(text)
        compiled = loader.source_to_code(text, str(file)) if hasattr(loader, "source_to_code") else None
    except (SyntaxError, ValueError):
        return Content(frozenset(), {}, {})
    codes, told = frozenset(_nested(compiled) if compiled else ()), list(_told(tree.body, ()))
    bound: list[Place] = [(name,) for name in _bound(tree)]
    times = Counter([*bound, *(place for _, place, _ in told if len(place) > 1)])
    functions = {place: node for kind, place, node in told if kind == FUNCTION and times[place] == 1 and codes}
    values = {place: value for kind, place, value in told if kind == VALUE and times[place] == 1}
    return Content(codes, functions, values)


def changed(module: ModuleType, content: Content) -> str:
    """A name of a module that is not as its file says.

    Arguments:
        module: as it is now.
        content: what its file said when it was read.

    Returns:
        The name, with those of the classes around it, or nothing.
    """
    for place, decorated in content.functions.items():
        function = function_of(_live(module, place))
        code = function.__code__ if isinstance(function, FunctionType) else None
        elsewhere = code is not None and Path(code.co_filename) != Path(str(module.__file__))
        if code and _bare(code) not in content.codes and not (decorated and elsewhere):
            return ".".join(place)
    for place, value in content.values.items():
        live = _live(module, place, value)
        alike = type(live) is type(value) and repr(live) == repr(value)
        if not alike and (len(place) == 1 or type(live) in PLAIN):  # a class may make fields and members of its values
            return ".".join(place)
    return ""


def modules_of(file: Path) -> list[ModuleType]:
    """The modules of this process that were made of a file: one, or two where it is run and imported too."""
    return _modules(imported()).get(str(file), [])


def imported() -> int:
    """A number that changes as modules come and go."""
    return hash(tuple(map(id, list(sys.modules.values()))))


def function_of(live: Any) -> Any:
    """The function behind a method, a property and a wrapper that names what it wraps."""
    if isinstance(live, property):
        live = live.fget
    if isinstance(live, cached_property):
        live = live.func
    if isinstance(live, staticmethod | classmethod):
        live = live.__func__
    return inspect.unwrap(live)


@lru_cache(maxsize=1)
def _modules(state: int) -> dict[str, list[ModuleType]]:  # looked at anew when there are more
    found: dict[str, list[ModuleType]] = {}
    for module in list(sys.modules.values()):
        if file := getattr(module, "__file__", None):
            found.setdefault(str(Path(file)), []).append(module)
    return found


def _told(body: list[ast.stmt], within: Place) -> Iterator[tuple[str, Place, Any]]:
    """Functions and plain values, of a module and of its classes."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield FUNCTION, (*within, node.name), bool(node.decorator_list)
        if isinstance(node, ast.ClassDef):
            yield from _told(node.body, (*within, node.name))
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [target.id for target in targets if isinstance(target, ast.Name)]
            yield from ((VALUE, (*within, name), value) for name in names for value in _literal(node.value))


def _literal(node: ast.expr) -> Iterator[Any]:
    try:
        value = ast.literal_eval(node)
        hash(value)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return
    if type(value) in PLAIN:
        yield value


def _bound(tree: ast.Module) -> Iterator[str]:
    """Every name that a module binds, as often as it does; a name that functions bind as a global, twice."""
    yield from (name for node in ast.walk(tree) if isinstance(node, ast.Global) for name in 2 * node.names)
    ahead: list[ast.AST] = list(tree.body)
    while ahead:
        node = ahead.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
            continue
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id
        ahead += ast.iter_child_nodes(node)


def _live(module: ModuleType, place: Place, default: Any = None) -> Any:
    """What stands at a place, as it is kept there; `default` where nothing does, or does yet."""
    found: Any = module
    for name in place:
        if not hasattr(found, "__dict__") or name not in vars(found):
            return default
        found = vars(found)[name]
    return found


def _nested(code: CodeType) -> Iterator[CodeType]:
    yield _bare(code)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _nested(constant)


def _bare(code: CodeType) -> CodeType:
    """Code without its file and lines, which count for nothing."""
    constants = tuple(_bare(one) if isinstance(one, CodeType) else one for one in code.co_consts)
    return code.replace(co_filename="", co_firstlineno=1, co_linetable=b"", co_consts=constants)
