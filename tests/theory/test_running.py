"""No key is made where what runs is not what the files of a class say."""

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from theory import sources
from theory.content import content_hash

OWN = """
from dataclasses import dataclass
from functools import cached_property
import helper_of_running

SCALE = 2.0

@dataclass(frozen=True)
class Own:
    n: int = 3

    def measure(self):
        return SCALE * helper_of_running.number()

    @cached_property
    def name(self):
        return "own"

def made(k):
    class Inner(Own):
        def measure(self):
            return k

    return Inner()
"""
HELPER = "N = 1\nCOUNT = 0\ndef number():\n    global COUNT\n    COUNT += 1\n    return N\n"
NAMES = ("own_of_running", "helper_of_running")


@pytest.fixture
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], tuple[ModuleType, ...]]]:
    """Two modules of a user, imported anew."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    for name, text in zip(NAMES, (OWN, HELPER), strict=True):
        (tmp_path / f"{name}.py").write_text(text)

    def imported() -> tuple[ModuleType, ...]:
        for name in NAMES:
            sys.modules.pop(name, None)
        importlib.invalidate_caches()
        return tuple(map(importlib.import_module, NAMES))

    yield imported
    for name in NAMES:
        sys.modules.pop(name, None)


def edited(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def key(own: Any) -> list[str]:
    return sources.class_content(own.Own)


def file_of(module: ModuleType) -> Path:
    return Path(str(module.__file__))


@pytest.mark.parametrize(
    ("of", "old", "new", "named"),
    [
        (0, "return SCALE *", "return 3 * SCALE *", r"own_of_running\.py must be what runs.*: Own\.measure is not"),
        (0, 'return "own"', 'return "other"', r"Own\.name is not as the file says"),
        (0, "SCALE = 2.0", "SCALE = 3.0", "SCALE is not as the file says"),
        (0, "n: int = 3", "n: int = 4", r"Own\.n is not as the file says"),
        (1, "return N", "return N + 1", r"helper_of_running\.py must be what runs.*: number is not"),
        (1, "N = 1", "N = 1.0", "N is not as the file says"),
    ],
)
def test_code_that_was_edited_after_its_import_has_no_key(
    modules: Callable[[], tuple[ModuleType, ...]], of: int, old: str, new: str, named: str
) -> None:
    both = modules()
    edited(file_of(both[of]), old, new)
    for _ in range(2):
        with pytest.raises(ValueError, match=named):
            key(both[0])
    assert key(modules()[0])


def test_comments_lines_and_counters_are_no_edits(modules: Callable[[], tuple[ModuleType, ...]]) -> None:
    own, helper = modules()
    edited(file_of(own), "    def measure", "    # a comment\n\n    def measure")
    helper.number()
    assert helper.COUNT == 1
    assert key(own)


def test_code_that_is_edited_after_its_key_is_the_code_as_it_was(
    modules: Callable[[], tuple[ModuleType, ...]],
) -> None:
    own, helper = modules()
    before = key(own)
    edited(file_of(helper), "return N", "return N + 1")
    assert key(own) == before
    importlib.reload(helper)
    assert key(own) != before


def test_what_a_program_sets_has_no_key(
    modules: Callable[[], tuple[ModuleType, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    own, helper = modules()
    before = key(own)
    for module, name, value in ((helper, "N", 2), (helper, "number", lambda: 7), (own.Own, "measure", lambda self: 7)):
        with monkeypatch.context() as patched:
            patched.setattr(module, name, value)
            with pytest.raises(ValueError, match=f"{name} is not as the file says"):
                key(own)
        assert key(own) == before


def test_a_method_takes_nothing_from_the_function_around_it(
    modules: Callable[[], tuple[ModuleType, ...]],
) -> None:
    own, _ = modules()
    with pytest.raises(ValueError, match=r"measure of .*Inner must take nothing from the function around it.*got k"):
        content_hash(own.made(3))


def test_a_users_file_in_the_repository_counts_too(
    modules: Callable[[], tuple[ModuleType, ...]],
) -> None:
    own, helper = modules()
    assert set(sources.class_files(own.Own)) == {str(file_of(own)), str(file_of(helper))}
    assert sources._is_users(sources.ROOT / "mine.py")
    assert not sources._is_users(sources.ROOT / "theory" / "case.py")
