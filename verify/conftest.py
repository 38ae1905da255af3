"""Options of `pytest verify/`, the claims as test cases, and the ledger printed at the end of the run."""

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest
import xarray as xr

from simulate.store import Store
from verify.claim import Claim
from verify.ledger import CLAIMS, text_table
from verify.mutants import MUTANTS
from verify.written import write_ledger

TABLES = pytest.StashKey[dict[Claim, xr.Dataset]]()


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
    """What two claims rest on is measured once, even where nothing is to be kept."""
    return Store(request.config.getoption("store") or tmp_path_factory.mktemp("store"))


@pytest.fixture
def tables(request: pytest.FixtureRequest) -> dict[Claim, xr.Dataset]:
    return request.config.stash.setdefault(TABLES, {})


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    tables = config.stash.get(TABLES, {})
    if tables:
        terminalreporter.section("ledger")
        terminalreporter.write_line(text_table(tables.items()))
        folder = config.getoption("ledger")
        if folder:
            write_ledger(tables.items(), folder)
            terminalreporter.write_line(f"written: {folder}/ledger.json and ledger.md")
