"""Mutants of the code put to the tests: all are collected once, and a child for each mutant runs those that rest on it.

The order is: tests that have caught a mutant of the module before, the files of tests that mirror the module, those of
its folder, then others by the number of imports between; within each the fastest first, as far as is known. A mutant
has so many seconds of processor time in all.
"""

import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Any

import grimp
import pytest

from simulate.run.key import ROOT
from verify.mutation.code import CodeChange
from verify.mutation.in_force import Functions, imported_anew, in_child, in_place, live_functions, quiet

TESTS = (
    "tests/theory",
    "tests/simulate/samplers",
    "tests/simulate/observables",
    "tests/simulate/levels",
    "tests/simulate/run",
    "tests/simulate/test_estimate.py",
    "tests/verify/judge",
    "tests/verify/test_claim.py",
    "tests/verify/test_key.py",
)
HANGS = 60.0  # seconds of processor time in one test: a mutant does not end
OPTIONS = ("-qq", "--no-header", "--capture=no", "-pno:cacheprovider", f"--rootdir={ROOT}")
MOST = 4  # files of tests for a mutant that is imported anew
WALL = 1200.0  # seconds by the clock for one mutant
Told = Callable[[CodeChange, str, str], None]  # a mutant, "tests", "hangs", "anew" or "", and what was said of it


@dataclass(eq=False)
class FirstFailure:
    """Plugin of pytest: tests in an order, until one fails or the time is up.

    Arguments:
        budget: seconds of processor time for all of them.
        order: the sort key of a test item of pytest.
        failed: the test that failed, "" while none has.
        stopped: whether the time was up before all tests had run.
        seconds: how long each test took, by its name.
    """

    budget: float
    order: Callable[[Any], Any]
    failed: str = ""
    stopped: bool = False
    seconds: dict[str, float] = field(default_factory=dict)

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        items.sort(key=self.order)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[report.nodeid] = self.seconds.get(report.nodeid, 0.0) + report.duration
        self.failed = self.failed or (report.nodeid if report.failed else "")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self.failed = self.failed or (report.nodeid if report.failed else "")

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        signal.setitimer(signal.ITIMER_PROF, HANGS)  # its signal ends the process
        if time.process_time() > self.budget:
            item.session.shouldstop, self.stopped = "no time left", True

    def found(self) -> dict[str, Any]:
        return {"failed": self.failed, "stopped": self.stopped, "seconds": self.seconds}


@dataclass(eq=False)
class Mutants:
    """Plugin of pytest: in place of running the tests once, the mutants are put to them one after another.

    Arguments:
        changes: the mutants.
        budget: seconds of processor time for each.
        tell: called with each mutant, its fate, and the test that caught it or that there was no time for all.
        kills: how often a test has caught a mutant of a module: these tests go first.
        seconds: how long each test took, by its name, as far as is known.
    """

    changes: Sequence[CodeChange]
    budget: float
    tell: Told
    kills: Counter[tuple[str, str]] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=dict)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if session.testsfailed:
            raise session.Failed("the tests cannot be collected without a mutant")
        session.config.pluginmanager.unregister(self)
        functions, graph = live_functions(), grimp.build_graph("theory", "simulate", "verify", "tests")
        away = cache(partial(distance, graph))
        for change in self.changes:
            order = partial(self._rank, away, change)
            found = in_child(partial(_tried, session, change, functions, self.budget, order), WALL)
            self._note(change, found)
        self._refuse_unsound(session)
        return True

    def _note(self, change: CodeChange, found: dict[str, Any] | None) -> None:
        if found is None or "anew" in found:
            return self.tell(change, "anew" if found else "hangs", "")
        self.seconds |= found["seconds"]
        if found["failed"]:
            self.kills[change.module, found["failed"]] += 1
        return self.tell(change, *_told(found))

    def _rank(self, away: Callable[[str, str], Any], change: CodeChange, item: Any) -> tuple[Any, ...]:
        seconds = self.seconds.get(item.nodeid, 0.0)
        return -self.kills[change.module, item.nodeid], *away(_file(item), change.module), seconds

    def _refuse_unsound(self, session: pytest.Session) -> None:
        """A test that fails without a mutant has caught nothing."""
        guilty = {test for _, test in self.kills}
        items = [item for item in session.items if item.nodeid in guilty]
        found = in_child(partial(_run, session, items, FirstFailure(float("inf"), str)), WALL)
        if found is None or found["failed"]:
            raise session.Failed(f"tests must pass without a mutant, {found and found['failed']} does not")


def distance(graph: grimp.ImportGraph, test: str, module: str) -> tuple[bool, bool, int]:
    """How far a file of tests is from a module: is it not its mirror, is it not in its folder, and imports between.

    Arguments:
        graph: what imports what (`grimp.build_graph`).
        test: the name of a module of tests.
        module: the name of a module.

    Returns:
        a sort key, the nearest first.
    """
    folder, _, stem = module.rpartition(".")
    mirror = f"{test}_".startswith(f"tests.{folder}.test_{stem}_")  # one file, or several by subject
    chain = graph.find_shortest_chain(test, module) if {test, module} <= graph.modules else None
    return not mirror, not test.startswith(f"tests.{folder}."), len(chain) if chain else sys.maxsize


def _file(item: Any) -> str:
    return _name(Path(item.nodeid.split("::")[0]))


def _name(file: Path) -> str:
    return file.with_suffix("").as_posix().replace("/", ".")


def _tried(
    session: pytest.Session, change: CodeChange, functions: Functions, budget: float, order: Callable[[Any], Any]
) -> dict[str, Any]:
    """What the tests make of a mutant, in a child of the process that collected them."""
    quiet()
    if not in_place(change, functions):
        return {"anew": True}
    near = sorted((item for item in session.items if order(item)[3] < sys.maxsize), key=order)
    return _run(session, near, FirstFailure(time.process_time() + budget, order))


def put_anew(change: CodeChange, budget: float) -> tuple[str, str]:
    """Fate of a mutant of what runs at import, and what was said of it.

    The nearest MOST files of tests import everything anew, in a fork of this process, which must check no annotations:
    beartype keeps the classes that it has seen by name.

    Arguments:
        change: the mutant.
        budget: seconds of processor time.
    """
    found = in_child(partial(_tried_anew, change, budget), WALL)
    return _told(found) if found else ("hangs", "")


def _tried_anew(change: CodeChange, budget: float) -> dict[str, Any]:
    quiet()
    away = partial(distance, grimp.build_graph("theory", "simulate", "verify", "tests"), module=change.module)
    places = [ROOT / place for place in TESTS]
    files = [file for place in places for file in ([place] if place.is_file() else place.rglob("test_*.py"))]
    names = {str(file): away(_name(file.relative_to(ROOT))) for file in files}
    near = sorted((file for file in names if names[file][2] < sys.maxsize), key=names.__getitem__)[:MOST]
    first = FirstFailure(time.process_time() + budget, _as_collected)
    imported_anew(change)
    status = pytest.main([*OPTIONS, "-x", *near], plugins=[first])
    if status not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED) and not (first.failed or first.stopped):
        first.failed = "what is imported before the tests"
    return first.found()


def _as_collected(item: Any) -> int:
    return 0


def _told(found: dict[str, Any]) -> tuple[str, str]:
    if found["failed"]:
        return "tests", found["failed"]
    return "", "no time left for all tests" if found["stopped"] else ""


def _run(session: pytest.Session, items: Sequence[Any], first: FirstFailure) -> dict[str, Any]:
    session.config.pluginmanager.register(first)
    for item, following in zip(items, [*items[1:], None], strict=True):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if first.failed or session.shouldstop:
            break
    return first.found()


def put_to_tests(changes: Sequence[CodeChange], budget: float, tell: Told) -> None:
    """Put each mutant to the tests that rest on its module; "anew" where the module must be imported anew.

    Raises ValueError where tests fail without a mutant.

    Arguments:
        changes: the mutants.
        budget: seconds of processor time for each.
        tell: called with each mutant, its fate, and the test that caught it or that there was no time for all.
    """
    places = [str(ROOT / place) for place in TESTS if (ROOT / place).exists()]
    status = pytest.main([*OPTIONS, *places], plugins=[Mutants(changes, budget, tell)])
    if status not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        raise ValueError("tests must pass without a mutant, some do not")
