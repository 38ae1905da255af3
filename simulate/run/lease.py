r"""Leases: who measures which results of a store, so that several processes fill it and measure nothing twice.

An *owner* is one run or sweep. It has a file of its own, `leases/OWNER.alive`, which says what it has in hand: one key
on a line, and `-KEY` where a key is given back. Many keys cost no more files than one. An owner takes keys while it
alone holds the file `leases/taking`, which the file system lets one alone make, on networks too: it reads what the
others have in hand, and writes down what is free of what it wants.

The name of an owner is its machine, its process, and a word that no other owner has. Every owner touches its file time
and again. An owner is dead if it was a process of this machine that runs no more, or if its file has stood still for
`GONE` seconds by the watcher's own clock: clocks of different machines are never compared. What the dead had in hand is
free. Should two processes find the same one dead at the same moment, a result is measured twice, and both are the same.
"""

import os
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

from simulate.run.files import cannot_write
from simulate.run.processes import here, runs
from simulate.run.store import REMEDY

LEASES = "leases"  # folder of the store
TAKING = "taking"  # the file of the one owner that takes keys
BEAT, GONE = 15.0, 120.0  # seconds
WAIT, SHORT = 0.2, 0.01  # seconds between two looks at what others have in hand, and at whether one still takes keys
ALIVE, BACK = ".alive", "-"


class Leases:
    """The leases of one owner in a folder; a context manager, which gives all of them back at its end.

    Arguments:
        folder: where leases are, made when the first is taken.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.mine: set[str] = set()
        self.name = f"{here()}:{os.getpid()}:{uuid.uuid4().hex}"
        self._file, self._mutex = self._sign(self.name), folder / TAKING
        self._seen: dict[str, tuple[int, float]] = {}  # of other owners: their last sign of life, and when it was new
        self._over = Event()

    def take(self, keys: Iterable[str]) -> set[str]:
        """Those of some results that are now this owner's to measure. Raises CannotWrite."""
        wanted = set(keys)
        if wanted <= self.mine:
            return wanted
        with self._alone():
            self.mine |= wanted - self._of_others()
            self._write("w", self.mine)
        return wanted & self.mine

    def give_back(self, keys: Iterable[str]) -> None:
        """Give results back that are kept by now, or are not going to be."""
        gone = self.mine & set(keys)
        self.mine -= gone
        with suppress(OSError):  # the folder may have gone, or may only be read: then the leases die with their owner
            if gone:
                self._write("a", {f"{BACK}{key}" for key in gone})

    @contextmanager
    def taken(self, key: str) -> Iterator[bool]:
        """Whether the result of one key is this owner's to measure inside."""
        mine = bool(self.take([key]))
        try:
            yield mine
        finally:
            self.give_back([key])

    def lives(self, owner: str) -> bool:
        """Whether an owner may still be measuring."""
        if owner == self.name:
            return True
        machine, _, process = owner.rpartition(":")[0].rpartition(":")
        if machine == here() and not runs(process):
            return False
        sign, now = self._last_sign(owner), time.monotonic()
        if self._seen.get(owner, (None, 0.0))[0] != sign:
            self._seen[owner] = (sign, now)
        return now - self._seen[owner][1] < GONE

    def __enter__(self) -> "Leases":
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self.mine.clear()
        with suppress(OSError):
            self._file.unlink()
            if _read(self._mutex) == self.name:  # an interrupt came as it was made
                self._mutex.unlink()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Inside, no other owner takes keys."""
        try:
            self._begin()
            while not self._made_mutex():
                self._free_mutex()
            try:
                yield
            finally:
                self._mutex.unlink(missing_ok=True)
        except OSError as error:
            raise cannot_write(self.folder, error, REMEDY) from error

    def _made_mutex(self) -> bool:
        with suppress(FileExistsError), self._mutex.open("x") as file:  # one alone can make it
            file.write(self.name)
            return True
        return False

    def _free_mutex(self) -> None:
        """Wait a moment for another that takes keys; of a dead one, delete what it left."""
        owner = _read(self._mutex)
        if self.lives(owner) or _read(self._mutex) != owner:
            time.sleep(SHORT)
        else:
            self._mutex.unlink(missing_ok=True)

    def _of_others(self) -> set[str]:
        """The keys that other owners have in hand. What the dead have left is deleted."""
        held = set[str]()
        for path in self.folder.glob(f"*{ALIVE}"):
            if not self.lives(path.name.removesuffix(ALIVE)):
                path.unlink(missing_ok=True)
            elif path != self._file:
                held |= _in_hand(_read(path))
        return held

    def _write(self, mode: str, lines: Iterable[str]) -> None:
        with self._file.open(mode) as file:
            file.write("".join(f"{line}\n" for line in lines))

    def _sign(self, owner: str) -> Path:
        return self.folder / f"{owner.replace(os.sep, '_')}{ALIVE}"

    def _last_sign(self, owner: str) -> int:
        try:
            return self._sign(owner).stat().st_mtime_ns
        except (OSError, ValueError):
            return 0

    def _begin(self) -> None:
        """Begin to show signs of life, once."""
        if not self._file.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            self._file.touch()
            Thread(target=self._live, daemon=True).start()

    def _live(self) -> None:
        while not self._over.wait(BEAT):
            with suppress(OSError):
                os.utime(self._file)


def _in_hand(text: str) -> set[str]:
    """The keys of a file that are not given back."""
    lines = text.splitlines()
    back = {line.removeprefix(BACK) for line in lines if line.startswith(BACK)}
    return {line for line in lines if not line.startswith(BACK)} - back


def _read(path: Path) -> str:
    try:
        return path.read_text(errors="replace") if path.is_file() else ""  # a pipe would not open
    except OSError:
        return ""  # it has gone, or is about to be written
