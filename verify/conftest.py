"""Options of `pytest verify/`, the claims as test cases, and the ledger printed at the end of the run."""

import json
import os
from argparse import ArgumentTypeError
from pathlib import Path

import pytest

from simulate.run import interrupts
from simulate.run.processes import die_with_parent

if "PYTEST_XDIST_WORKER" in os.environ:  # while what follows is imported, which takes seconds
    die_with_parent()
else:
    interrupts.end_at_once()

from simulate.engine.queries import pick_device
from simulate.run.store import CannotWrite, Store
from verify.claim import Claim
from verify.claim_files import claims_in
from verify.judge.statistics import FALSE_ALARM, LARGEST
from verify.ledger import CLAIMS
from verify.mutation.mutants import MUTANTS
from verify.render.files import Record, write_ledger
from verify.render.ledger import heading
from verify.run import shared_work

TESTED = pytest.StashKey[tuple[Claim, ...]]()
WRITTEN = pytest.StashKey[str]()  # what became of the files


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("verify", "the ledger of claims")
    group.addoption("--profile", default="quick", choices=("quick", "full"), help="size of the experiments")
    group.addoption("--seed", type=seed, default=0, help="other data for all experiments")
    group.addoption("--break", dest="mutant", choices=tuple(MUTANTS), help="put a wrong formula in the theory")
    group.addoption("--store", type=Path, help="folder of results (default: one that does not last)")
    group.addoption("--device", help="cpu, cuda or auto, for the experiments that take one")
    group.addoption("--ledger", type=Path, help="folder for the verdicts, as ledger.json and ledger.md")
    group.addoption("--claims", type=Path, help="folder of files with claims of your own, each with a tuple CLAIMS")


def pytest_configure(config: pytest.Config) -> None:
    """What cannot be run is refused in one sentence, before the first test."""
    option = config.getoption
    if option("mutant") and option("ledger"):
        raise pytest.UsageError("--break must not meet --ledger: what a mutant spoils is not to be kept as a result")
    try:
        pick_device(option("device") or "auto")
        for name in ("store", "ledger"):
            _refuse_unwritable(name, option(name))
        folder = option("claims")
        config.stash[TESTED] = claims_in(folder) if folder else CLAIMS
    except ValueError as error:
        raise pytest.UsageError(f"--{error}") from error
    config.pluginmanager.import_plugin("verify.session")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "claim" in metafunc.fixturenames:
        metafunc.parametrize("claim", [_case(claim) for claim in metafunc.config.stash[TESTED]])


def _case(claim: Claim) -> pytest.ParameterSet:
    """With --dist loadgroup, claims that share work go to one worker: what they share is measured once."""
    return pytest.param(claim, id=claim.name, marks=pytest.mark.xdist_group(shared_work(claim)))


def seed(text: str) -> int:
    """The number of a seed."""
    if not text.isdecimal():
        raise ArgumentTypeError(f"must be an integer >= 0, got {text!r}")
    return int(text)


def _refuse_unwritable(name: str, folder: Path | None) -> None:
    if folder is None:
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ValueError(f"{name} must be a folder that can be written, {folder}: {error.strerror}") from error


@pytest.fixture(scope="session")
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """What two claims rest on is measured once, even where nothing is to be kept; workers share the folder."""
    folder = tmp_path_factory.getbasetemp()
    shared = folder.parent if hasattr(request.config, "workerinput") else folder
    return Store(request.config.getoption("store") or shared / "store")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    records = _records(terminalreporter)
    if records:
        terminalreporter.section("ledger")
        terminalreporter.write_line("\n".join([heading(), *(record["line"] for record in records)]))
        points = sum(record["points"] for record in records)
        terminalreporter.write_line(
            f"{points} points; a false alarm has a chance of {FALSE_ALARM:g} in all, shared out among {LARGEST} points"
        )
        if points > LARGEST:
            terminalreporter.write_line(f"FAILED: claims must have at most {LARGEST} points together")
        terminalreporter.write_line(config.stash.get(WRITTEN, ""))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fails with more points than error rates are shared out among, or where the files cannot be written."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    records = _records(reporter) if reporter else []
    if sum(record["points"] for record in records) > LARGEST:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    folder = session.config.getoption("ledger")
    if records and folder:
        try:
            write_ledger(records, folder)
            session.config.stash[WRITTEN] = f"written: {folder}/ledger.json and ledger.md"
        except CannotWrite as error:
            session.config.stash[WRITTEN] = str(error)
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _records(terminalreporter: pytest.TerminalReporter) -> list[Record]:
    """What the tests, here or in workers, reported of their claims, in the order of the ledger."""
    reports = [report for group in terminalreporter.stats.values() for report in group]
    calls = [report for report in reports if getattr(report, "when", "") == "call"]
    found = [json.loads(value) for report in calls for key, value in report.user_properties if key == "record"]
    order = {claim.name: place for place, claim in enumerate(CLAIMS)}
    return sorted(found, key=lambda record: order.get(record["name"], len(order)))
