"""A bar for what is slow, nothing for what is fast, and hardly a line where nobody watches."""

import io
import re
import time

import pytest
from rich.console import Console

from simulate.run import progress
from simulate.run.progress import track


def _shown(terminal: bool, seconds: float) -> str:
    console = Console(file=io.StringIO(), force_terminal=terminal, width=80)
    for _ in track(range(3), "measuring", console=console):
        time.sleep(seconds)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_slow_loop_shows_a_bar_on_a_terminal_even_within_its_first_item(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "PATIENCE", 0.02)
    shown = _shown(terminal=True, seconds=0.15)
    assert "measuring" in shown
    assert "0/3" in shown


def test_a_fast_loop_shows_nothing() -> None:
    assert _shown(terminal=True, seconds=0) == ""
    assert _shown(terminal=False, seconds=0) == ""


def test_a_log_gets_an_occasional_line(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _shown(terminal=False, seconds=0.01) == ""
    monkeypatch.setattr(progress, "INTERVAL", 0.0)
    *_, before, last = _shown(terminal=False, seconds=0.02).splitlines()
    assert re.fullmatch(r"measuring: 2 of 3 done, [\d.]+ per s, 0:00:00 left", before)
    assert re.fullmatch(r"measuring: 3 of 3 done, [\d.]+ per s, 0:00:00 left", last)
    assert 1 < float(last.split()[5]) < 50


def test_items_pass_unchanged_and_their_number_may_be_unknown() -> None:
    assert list(track(iter("abc"), "letters")) == ["a", "b", "c"]


@pytest.mark.parametrize("terminal", [True, False])
def test_an_error_in_the_loop_ends_the_bar(terminal: bool) -> None:
    console = Console(file=io.StringIO(), force_terminal=terminal)
    steps = track(range(3), "measuring", console=console)
    next(steps)
    with pytest.raises(RuntimeError, match="inside"):
        steps.throw(RuntimeError("inside"))  # pyright: ignore[reportAttributeAccessIssue]
