"""A mutant of the code put in force in this process, which is a child made for it and ends with it.

A function is changed where it stands: every function object with its name and file gets the compiled body of the
mutant, whoever imported it and whatever decorates it, so that nothing is imported again. What runs at import alone
(constants, defaults, bodies of classes) is imported anew, with the mutant as the text of its file.
"""

import gc
import multiprocessing
import os
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from importlib.machinery import SourceFileLoader
from multiprocessing.connection import Connection
from types import CodeType, FunctionType
from typing import Any

from simulate.run.key import ROOT
from simulate.run.processes import die_with_parent
from verify.mutation.code import CodeChange

HOUSES = ("theory", "simulate", "verify", "reports", "tests", "conftest", "checking")
Functions = dict[tuple[str, str], list[FunctionType]]


def live_functions() -> Functions:
    """Every function of the repository in this process, by file and qualified name."""
    found: Functions = defaultdict(list)
    for thing in gc.get_objects():
        if type(thing) is FunctionType and thing.__code__.co_filename.startswith(str(ROOT)):
            found[thing.__code__.co_filename, thing.__code__.co_qualname].append(thing)
    return found


def in_place(change: CodeChange, functions: Functions) -> bool:
    """Give the functions that the mutant changes their new bodies; whether that can be done, else nothing is.

    Arguments:
        change: the mutant.
        functions: all function objects of this process, by file and qualified name (`live_functions`).

    Returns:
        False where the mutant lies outside functions, or a function of its name is not unique; nothing is changed then.
    """
    file = str(ROOT / change.file)
    codes = [code for code in _codes(compile(change.source, file, "exec")) if _within(code, change.function)]
    names = [code.co_qualname for code in codes]
    bodies = [(live, code) for code in codes for live in functions.get((file, code.co_qualname), [])]
    alike = all(live.__code__.co_freevars == code.co_freevars for live, code in bodies)
    if not functions.get((file, change.function)) or names.count(change.function) > 1 or not alike:
        return False
    for live, code in bodies:
        if names.count(code.co_qualname) == 1:
            live.__code__ = code
    return True


def _codes(code: CodeType) -> Iterator[CodeType]:
    for part in code.co_consts:
        if isinstance(part, CodeType):
            yield part
            yield from _codes(part)


def _within(code: CodeType, function: str) -> bool:
    return bool(function) and (code.co_qualname == function or code.co_qualname.startswith(f"{function}.<locals>."))


def imported_anew(change: CodeChange) -> None:
    """Forget all modules of the repository, and let the changed one be read as the mutant when it is imported."""
    for name in [name for name in sys.modules if name.split(".")[0] in HOUSES and name != __name__]:
        del sys.modules[name]
    sys.dont_write_bytecode = True
    file, read, stats = str(ROOT / change.file), SourceFileLoader.get_data, SourceFileLoader.path_stats

    def get_data(self: SourceFileLoader, path: str) -> bytes:
        return change.source.encode() if str(path) == file else read(self, path)

    def path_stats(self: SourceFileLoader, path: str) -> Any:
        return {"mtime": 0, "size": 0} if str(path) == file else stats(self, path)  # no compiled file is its

    SourceFileLoader.get_data, SourceFileLoader.path_stats = get_data, path_stats


def in_child(work: Callable[[], Any], seconds: float) -> Any:
    """What `work` returns in a fork of this process, which it may spoil; None where it dies or takes longer.

    Arguments:
        work: a function without arguments; what it returns is sent back through a pipe.
        seconds: the longest time, by the clock.
    """
    fork = multiprocessing.get_context("fork")
    here, there = fork.Pipe(duplex=False)
    child = fork.Process(target=_sent, args=(there, work))
    child.start()
    there.close()
    try:
        return here.recv() if here.poll(seconds) else None
    except EOFError:
        return None
    finally:
        child.kill()
        child.join()


def _sent(there: Connection, work: Callable[[], Any]) -> None:
    die_with_parent()
    there.send(work())


def quiet() -> None:
    """Let nothing that this process prints be seen."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
