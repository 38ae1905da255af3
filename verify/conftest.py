"""Options of `pytest verify/`, the claims as test cases, and the ledger printed at the end of the run."""

import json
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from simulate.store import Store
from verify.claim import Claim
from verify.ledger import CLAIMS
from verify.mutants import MUTANTS
from verify.tolerance import LARGEST
from verify.written import Record, write_ledger


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("verify", "the ledger of claims")
    group.addoption("--profile", default="quick", choices=("quick", "full"), help="size of the experiments")
    group.addoption("--seed", type=int, default=0, help="other data for all experiments")
    group.addoption("--break", dest="mutant", choices=tuple(MUTANTS), help="put a wrong formula in the theory")
    group.addoption("--store", type=Path, help="folder of results (default: one that does not last)")
    group.addoption("--device", help="cpu, cuda or auto, for the experiments that take one")
    group.addoption("--ledger", type=Path, help="folder for the verdicts, as ledger.json and ledger.md")
    group.addoption("--claims", type=Path, help="folder of files with claims of your own, each with a tuple CLAIMS")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("mutant") and config.getoption("ledger"):
        raise pytest.UsageError("--break must not meet --ledger: what a mutant spoils is not to be kept as a result")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "claim" in metafunc.fixturenames:
        claims = own_claims(metafunc.config.getoption("claims")) or CLAIMS
        metafunc.parametrize("claim", claims, ids=[claim.name for claim in claims])


def own_claims(folder: Path | None) -> tuple[Claim, ...]:
    """The claims in all files of a folder, in the order of their names."""
    files = sorted(folder.glob("*.py")) if folder else []
    if folder and not files:
        raise pytest.UsageError(f"--claims must be a folder with Python files, found none in {folder}")
    return tuple(claim for file in files for claim in getattr(_module(file), "CLAIMS", ()))


def _module(file: Path) -> ModuleType:
    spec = spec_from_file_location(f"own_claims_{file.stem}", file)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[spec.name] = module_from_spec(spec)  # registered: the store asks for the source of classes
    spec.loader.exec_module(module)
    return module


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
        terminalreporter.write_line("\n".join(record["line"] for record in records))
        points = sum(record["points"] for record in records)
        terminalreporter.write_line(f"{points} points; error rates are shared out among {LARGEST}")
        folder = config.getoption("ledger")
        if folder:
            write_ledger(records, folder)
            terminalreporter.write_line(f"written: {folder}/ledger.json and ledger.md")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """More points than error rates are shared out among: the rate stated for the whole ledger would not hold."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter and sum(record["points"] for record in _records(reporter)) > LARGEST:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _records(terminalreporter: pytest.TerminalReporter) -> list[Record]:
    """What the tests, here or in workers, reported of their claims, in the order of the ledger."""
    reports = [report for group in terminalreporter.stats.values() for report in group]
    calls = [report for report in reports if getattr(report, "when", "") == "call"]
    found = [json.loads(value) for report in calls for key, value in report.user_properties if key == "record"]
    order = {claim.name: place for place, claim in enumerate(CLAIMS)}
    return sorted(found, key=lambda record: order.get(record["name"], len(order)))
