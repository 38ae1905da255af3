"""How far along a long loop is: a bar on stderr, for whatever takes over two seconds.

A terminal gets a bar, which vanishes when the loop ends; a log file gets one line every half minute; a loop that is
over within two seconds shows nothing. Bar and line say how many items are done, their rate, and the time that is left.
"""

import threading
import time
from collections.abc import Iterable, Iterator, Sized
from datetime import timedelta
from typing import TypeVar

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

T = TypeVar("T")
PATIENCE = 2.0  # seconds before a bar appears
INTERVAL = 30.0  # seconds between lines where there is no terminal

STDERR = Console(stderr=True)  # one console for all: rich stacks the bars of nested loops


def track(items: Iterable[T], description: str, total: int | None = None, console: Console = STDERR) -> Iterator[T]:
    """Yield `items`, showing on stderr how many of `total` are done; `total` defaults to their length, if known.

    Arguments:
        items: what is looped over.
        description: what is printed before the numbers.
        total: how many items there will be; their length, if they have one.
        console: where to: standard error.
    """
    if total is None and isinstance(items, Sized):
        total = len(items)
    show = _bar if console.is_terminal else _lines
    return show(items, description, total, console)


def _bar(items: Iterable[T], description: str, total: int | None, console: Console) -> Iterator[T]:
    columns = (BarColumn(), MofNCompleteColumn(), _Rate(), TimeElapsedColumn(), TimeRemainingColumn())
    bar = Progress(TextColumn("{task.description}"), *columns, console=console, transient=True)
    task = bar.add_task(description, total=total)
    timer = threading.Timer(PATIENCE, bar.start)  # not between items: the first may take an hour
    timer.daemon = True
    timer.start()
    try:
        for item in items:
            yield item
            bar.advance(task)
    finally:
        timer.cancel()
        timer.join()  # a bar that starts after its end would stay
        bar.stop()


def _lines(items: Iterable[T], description: str, total: int | None, console: Console) -> Iterator[T]:
    begun = said = time.monotonic()
    for done, item in enumerate(items, start=1):
        yield item
        if time.monotonic() - said > INTERVAL:
            said = time.monotonic()
            console.print(f"{description}: {_told(done, total, said - begun)}", highlight=False)


def _told(done: int, total: int | None, seconds: float) -> str:
    count = f"{done} of {total or 'unknown'} done, {done / seconds:.3g} per s"
    return f"{count}, {timedelta(seconds=round((total - done) * seconds / done))} left" if total else count


class _Rate(ProgressColumn):
    """How many items are done in a second."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.3g} per s" if task.speed else "")
