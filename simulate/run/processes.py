"""This machine and its processes, told apart from those of others that work on one file system."""

import ctypes
import os
import platform
import signal
import sys
import uuid
from contextlib import suppress
from functools import cache
from pathlib import Path

LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
PR_SET_PDEATHSIG = 1  # of prctl


@cache
def here() -> str:
    """This machine since it was started: a hash of name, boot and, in a container, the space of process numbers."""
    parts = [platform.node()]
    with suppress(OSError):
        parts += [Path("/proc/sys/kernel/random/boot_id").read_text().strip(), os.readlink("/proc/self/ns/pid")]
    return uuid.uuid5(uuid.NAMESPACE_OID, "\n".join(parts)).hex


def runs(process: str) -> bool:
    """Whether a process of this machine of that number runs, or may."""
    if not process.isdecimal():
        return True
    try:
        os.kill(int(process), 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def ended_with_parent() -> None:
    """For `preexec_fn`: the parent answers Ctrl-C, and on Linux the new process ends when its parent does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    die_with_parent()


def as_in_terminal() -> None:
    """For `preexec_fn`: the new process heeds Ctrl-C, as in a terminal, and on Linux ends when its parent does."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    die_with_parent()


def die_with_parent() -> None:
    """On Linux, this process is killed when its parent ends, in whatever way."""
    if LIBC is not None:
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
