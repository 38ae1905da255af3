"""What Ctrl-C does to a command that has nothing in hand: while it imports, and once it ends.

While a command works, Ctrl-C raises KeyboardInterrupt, and what is in hand is put down in order. Imports take seconds,
and code of others that is imported shows a traceback then, or swallows what is raised; so does the end of the
interpreter. There the process ends at once, with one line. Where Ctrl-C is ignored, as in the background, it stays so.
"""

import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from types import FrameType

INTERRUPTED = 130  # the exit status after Ctrl-C, as a shell has it


def end_at_once() -> None:
    """From here on Ctrl-C ends this process at once, with one line and status 130."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _end)


def raise_again() -> None:
    """From here on Ctrl-C raises KeyboardInterrupt, as before `end_at_once`."""
    if signal.getsignal(signal.SIGINT) is _end:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def end_at_once_in_imports(script: str = "") -> None:
    """For the package of a command: while it imports for `python -m`, or for a script, Ctrl-C ends the process at once.

    Arguments:
        script: the name of a file that starts the command too.
    """
    if Path(sys.argv[0]).name in ("-m", script):  # "-m" as long as `python -m` looks for the module
        end_at_once()


def _end(_: int, __: FrameType | None) -> None:
    with suppress(OSError):  # nobody may be there to read
        os.write(2, b"Interrupted.\n")
    os._exit(INTERRUPTED)
