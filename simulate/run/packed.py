"""The packs of a store, and which key is in which (`simulate.run.packs`)."""

import os
from contextlib import suppress
from pathlib import Path

import xarray as xr

from simulate.run import packs

WHOLE, DAMAGED, MISSING = "whole", "damaged", "missing"
STATUS = tuple[int, int, int]  # what changes with a file


class PackedResults:
    """Results by key in the packs of a folder. A pack never changes, so what was read of one is kept in mind.

    Arguments:
        folder: where the packs are; it need not be there.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ignored = set[str]()  # names of packs that are not looked for
        self._listed: int | None = None
        self._keys: dict[str, list[str]] = {}  # of each pack, by its name
        self._places: dict[str, list[tuple[str, int]]] = {}  # of each key: packs, and places in them
        self._states: dict[str, tuple[STATUS, str]] = {}
        self._open: tuple[str, STATUS, xr.Dataset] | None = None  # the pack that was read last

    def keys(self) -> set[str]:
        """All keys, of whole and of damaged packs."""
        self.refresh()
        return set(self._places)

    def names(self) -> list[str]:
        """The files of the folder that are packs by their names, in order."""
        with suppress(OSError):
            found = {entry.name for entry in os.scandir(self.folder) if entry.name.endswith(".nc")}
            return sorted(found - self.ignored)
        return []

    def refresh(self) -> None:
        """Look for packs that others have written."""
        self._listed = self._changed()
        names = self.names()
        for name in set(self._keys) - set(names):
            self._drop(name)
        for name in names:
            if name not in self._keys:
                self._add(name)

    def state(self, key: str) -> str:
        """Whether a pack that holds `key` is whole, or only damaged ones do, or none."""
        states = {self._state(name) for name, _ in self._found(key)}
        return next((state for state in (WHOLE, DAMAGED) if state in states), MISSING)

    def load(self, key: str) -> xr.Dataset | None:
        """The result of `key`, or None where no whole pack holds it."""
        found = self._whole(key)
        return None if found is None else packs.taken(*found)

    def attributes(self, key: str) -> dict[str, object]:
        """The attributes of the result of `key`; none where no whole pack holds it."""
        found = self._whole(key)
        return {} if found is None else packs.attributes(*found)

    def place(self, key: str) -> Path | None:
        """The pack of `key`, a whole one if there is one."""
        names = [name for name, _ in self._found(key)]
        whole = [name for name in names if self._state(name) == WHOLE]
        return next((self.folder / name for name in [*whole, *names]), None)

    def holding(self, keys: set[str]) -> dict[Path, list[str]]:
        """The packs that hold any of some keys, with all the keys that they hold."""
        self.refresh()
        return {self.folder / name: held for name, held in self._keys.items() if keys & set(held)}

    def damaged(self) -> list[Path]:
        """Files of the folder that are not whole packs."""
        return [self.folder / name for name in self.names() if self._state(name) != WHOLE]

    def _whole(self, key: str) -> tuple[xr.Dataset, int] | None:
        for name, place in self._found(key):
            if (pack := self._opened(name)) is not None:
                return pack, place
        return None

    def _found(self, key: str) -> list[tuple[str, int]]:
        if key not in self._places and self._changed() != self._listed:
            self.refresh()
        return self._places.get(key, [])

    def _changed(self) -> int | None:
        with suppress(OSError):
            return self.folder.stat().st_mtime_ns
        return None

    def _add(self, name: str) -> None:
        with suppress(OSError):
            self._keys[name] = packs.keys_of(self.folder / name)
            for place, key in enumerate(self._keys[name]):
                self._places.setdefault(key, []).append((name, place))

    def _drop(self, name: str) -> None:
        for place, key in enumerate(self._keys.pop(name)):
            self._places[key].remove((name, place))
            if not self._places[key]:
                del self._places[key]

    def _status(self, name: str) -> STATUS:
        with suppress(OSError):
            found = (self.folder / name).stat()
            return found.st_mtime_ns, found.st_size, found.st_ino
        return 0, 0, 0

    def _state(self, name: str) -> str:
        status = self._status(name)
        if self._states.get(name, (None, ""))[0] != status:
            self._states[name] = (status, WHOLE if self._content(name) else DAMAGED)
        return self._states[name][1]

    def _opened(self, name: str) -> xr.Dataset | None:
        status = self._status(name)
        if self._open is None or self._open[:2] != (name, status):
            content = self._content(name)
            if not content:
                return None
            self._open = (name, status, packs.opened(content))
        return self._open[2]

    def _content(self, name: str) -> bytes:
        """The content of a whole pack, or nothing."""
        with suppress(OSError):
            path = self.folder / name
            content = path.read_bytes() if path.is_file() else b""
            return content if packs.is_whole(content) and packs.name_of(content) == name else b""
        return b""
