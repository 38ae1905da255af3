"""One report for all tests of this folder."""

from pathlib import Path

import numpy as np
import pytest

from reports import build
from tests.reports.made import Reader, fake


@pytest.fixture(autouse=True)
def fakes(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    fake(monkeypatch, tmp_path_factory.getbasetemp())


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("data") / r"5 $ of $\data$.npy"  # no part of it is mathematics
    np.save(path, np.random.default_rng(0).uniform(size=(60, 3)))
    return path


@pytest.fixture(scope="session")
def folder(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out")
    with pytest.MonkeyPatch.context() as patch:
        fake(patch, tmp_path_factory.getbasetemp())
        assert build.main(["--data", str(data), "--out", str(out)]) == 0
    return out


@pytest.fixture(scope="session")
def pages(folder: Path) -> dict[str, Reader]:
    """All but the explorer, which has tests of its own."""
    found = sorted(set(folder.glob("*.html")) - {folder / "explorer.html"})
    return {path.name: Reader(path.read_text()) for path in found}


@pytest.fixture(scope="session")
def page(pages: dict[str, Reader]) -> Reader:
    return pages["ledger.html"]
