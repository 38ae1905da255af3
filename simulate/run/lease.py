r"""A lease: who measures which result of a store, so that several processes fill it and measure nothing twice.

Whoever measures a result makes a file `leases/KEY` first, which the file system lets one alone do, on networks too, and
deletes it when the result is kept. The file names its owner: the machine, the process, and a word that no other owner
has. Every owner touches a file of its own, `leases/OWNER.alive`, time and again. An owner is dead if it was a process
of this machine that runs no more, or if its file has stood still for `GONE` seconds by the watcher's own clock: clocks
of different machines are never compared. The leases of the dead may be taken. Should two processes take the same one at
the same moment, a result is measured twice, and both are the same.
"""

import os
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

from simulate.run.processes import here, runs
from simulate.run.store import REMEDY, cannot_write

LEASES = "leases"  # folder of the store
BEAT, GONE = 15.0, 120.0  # seconds
WAIT = 0.2  # seconds between two looks at what others have in hand
ALIVE = ".alive"


class Leases:
    """The leases of one owner in a folder; a context manager, which gives all of them back at its end.

    Arguments:
        folder: where leases are, made when the first is taken.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.mine: set[str] = set()
        self.name = f"{here()}:{os.getpid()}:{uuid.uuid4().hex}"
        self._seen: dict[str, tuple[int, float]] = {}  # of other owners: their last sign of life, and when it was new
        self._over = Event()

    def take(self, key: str) -> bool:
        """Whether the result of that key is now this owner's to measure."""
        if key in self.mine or self._made(key):
            return True
        owner = self._owner(key)
        if self.lives(owner) or self._owner(key) != owner:
            return False
        self.give_back(key)
        return self._made(key)

    def give_back(self, key: str) -> None:
        """The result is kept, or is not going to be."""
        self.mine.discard(key)
        with suppress(OSError):  # the folder may have gone, or may only be read: then the lease dies with its owner
            (self.folder / key).unlink()

    @contextmanager
    def taken(self, key: str) -> Iterator[bool]:
        """Whether the result is this owner's to measure inside."""
        mine = self.take(key)
        try:
            yield mine
        finally:
            if mine:
                self.give_back(key)

    def lives(self, owner: str) -> bool:
        """Whether an owner may still be measuring."""
        if owner == self.name:
            return True
        machine, _, process = owner.rpartition(":")[0].rpartition(":")
        if machine == here() and not runs(process):
            return False
        sign, now = self._sign(owner), time.monotonic()
        if self._seen.get(owner, (None, 0.0))[0] != sign:
            self._seen[owner] = (sign, now)
        return now - self._seen[owner][1] < GONE

    def __enter__(self) -> "Leases":
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for key in list(self.mine):
            self.give_back(key)
        with suppress(OSError):
            self._own_file().unlink()

    def _made(self, key: str) -> bool:
        try:
            self._begin()
            with (self.folder / key).open("x") as file:  # one alone can make it
                self.mine.add(key)
                file.write(self.name)
        except FileExistsError:
            return False
        except OSError as error:
            raise cannot_write(self.folder, error, REMEDY) from error
        return True

    def _owner(self, key: str) -> str:
        try:
            return (self.folder / key).read_text(errors="replace")
        except OSError:
            return ""  # it was given back, or is about to be written

    def _sign(self, owner: str) -> int:
        try:
            return self._file(owner).stat().st_mtime_ns
        except (OSError, ValueError):
            return 0

    def _file(self, owner: str) -> Path:
        return self.folder / f"{owner.replace(os.sep, '_')}{ALIVE}"

    def _own_file(self) -> Path:
        return self._file(self.name)

    def _begin(self) -> None:
        """Begin to show signs of life, once."""
        if not self._own_file().exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            self._clear()
            self._own_file().touch()
            Thread(target=self._live, daemon=True).start()

    def _live(self) -> None:
        while not self._over.wait(BEAT):
            with suppress(OSError):
                os.utime(self._own_file())

    def _clear(self) -> None:
        """Delete the signs of life of dead processes of this machine."""
        for path in self.folder.glob(f"*{ALIVE}"):
            if not self.lives(path.name.removesuffix(ALIVE)):
                path.unlink(missing_ok=True)
