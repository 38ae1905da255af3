r"""Entry points: a typed function becomes a command line, that of `python -m` and of `losing-dimensions` alike.

    @refusing(ValueError)
    def command(*, seed: Seed = 0) -> int:
        ...

    main = door("python -m verify.seeds", command, __doc__)

`main(arguments)` returns the exit status: 0 done, 1 a check failed, 2 bad input, which is one sentence on stderr, and
130 after Ctrl-C. Options are the keyword arguments of the function, and are explained by its docstring.
"""

import atexit
import gc
import math
import os
import re
import sys
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Annotated, Any, Literal, ParamSpec

from cyclopts import App, CycloptsError, Parameter, Token, UnknownCommandError

from simulate.run import interrupts
from simulate.run.interrupts import INTERRUPTED

P = ParamSpec("P")
Main = Callable[..., int]  # a command line: arguments, by default those of the process, to the exit status
NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?", re.IGNORECASE | re.ASCII)
KEPT = "what was finished is kept, and the next run goes on from there."


def _whole(_: Any, tokens: Sequence[Token]) -> int:
    text = tokens[0].value
    if not text.isdecimal():
        raise ValueError(f"must be an integer >= 0, got {text!r}")
    return int(text)


def _amount(_: Any, tokens: Sequence[Token]) -> float:
    text = tokens[0].value
    number = float(text) if NUMBER.fullmatch(text) else math.nan
    if not 0 <= number < math.inf:
        raise ValueError(f"must be a number >= 0, got {text!r}")
    return number


Seed = Annotated[int, Parameter(converter=_whole)]  # an integer >= 0
Count = Annotated[int | None, Parameter(converter=_whole)]  # the same, where there may be none: 1.5 is no count
Amount = Annotated[float, Parameter(converter=_amount)]  # a finite number >= 0
Flag = Annotated[bool, Parameter(negative="")]  # on where it is named
Several = Parameter(consume_multiple=True, negative="")  # of a list: `--times 0.1 0.2`
Profile = Literal["quick", "full"]


def refusing(*kinds: type[Exception]) -> Callable[[Callable[P, int]], Callable[P, int]]:
    """Lets a function end with status 2, and one sentence on stderr, where it raises one of `kinds`."""

    def decorate(function: Callable[P, int]) -> Callable[P, int]:
        @wraps(function)
        def wrapper(*args: P.args, **kwargs: P.kwargs) -> int:
            try:
                return function(*args, **kwargs)
            except kinds as error:
                print(printable(told(error)), file=sys.stderr)
                return 2

        return wrapper

    return decorate


def printable(text: str) -> str:
    """A text whose names, whoever gave them, can send no codes to a terminal; lines stay lines."""
    return "".join(sign if sign.isprintable() or sign == "\n" else repr(sign)[1:-1] for sign in text)


def told(error: Exception) -> str:
    """An error in one sentence; one of the system names its file."""
    if isinstance(error, OSError) and error.strerror:
        return f"Cannot use {error.filename}: {error.strerror}." if error.filename else f"{error.strerror}."
    return str(error)


def door(name: str, command: Callable[..., int], about: str | None) -> Main:
    """The command line of one function.

    Arguments:
        name: how it is called, as `python -m verify.seeds`.
        command: a function of typed arguments that returns the exit status.
        about: what `--help` says first, with examples.

    Returns:
        A function of the arguments, by default those of the process, to the exit status.
    """

    def main(arguments: list[str] | None = None) -> int:
        app = App(name=name, help=about, help_format="plaintext", version_flags=(), suppress_keyboard_interrupt=False)
        app.default(command)
        return enter(app, arguments)

    return main


def enter(app: App, arguments: list[str] | None = None) -> int:
    """Runs a command line; what it cannot read is refused in one sentence.

    After Ctrl-C a command may say what it has kept: it raises KeyboardInterrupt with that sentence.

    Arguments:
        app: the commands.
        arguments: as a shell gives them; those of this process where None.

    Returns:
        0 done, 1 a check failed, 2 bad input, 130 interrupted.
    """
    interrupts.raise_again()
    try:
        return app(arguments, exit_on_error=False, print_error=False, result_action="return_value") or 0
    except KeyboardInterrupt as error:
        atexit.register(gc.freeze)  # or the interpreter looks through all objects once more as it ends, for seconds
        print(str(error) or "Interrupted.", file=sys.stderr)
        sys.stdout.flush()
        interrupts.end_at_once()  # at a second Ctrl-C
        return INTERRUPTED
    except BrokenPipeError:  # who reads what is printed has gone, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except CycloptsError as error:
        print(printable(f"{_sentence(error)}; --help shows examples."), file=sys.stderr)
        return 2


def _sentence(error: CycloptsError) -> str:
    """What is wrong with the arguments. To name the known commands, every one of them would have to be imported."""
    if isinstance(error, UnknownCommandError):
        return f"Unknown command {(error.unused_tokens or [''])[0]!r}"
    return " ".join(str(error).split()).removesuffix(".")
