"""Imports are found in every form, and lead no further than the folder."""

from pathlib import Path

import pytest

from theory.imports import reached

FILES = {
    "helper.py": "import json",
    "package/__init__.py": "",
    "package/deep.py": "from . import far\nfrom .. import helper",
    "package/far.py": "import numpy",
    "package/inner/__init__.py": "from ..deep import N",
    "stranger.py": "",
    "broken.py": "def (",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    ("program", "found"),
    [
        ("import numpy, json", set()),
        ("import helper as h", {"helper.py"}),
        ("from helper import anything", {"helper.py"}),
        ("def f():\n    import broken", {"broken.py"}),
        ("from package import far", {"package/__init__.py", "package/far.py"}),
        ("import package.deep", {"package/__init__.py", "package/deep.py", "package/far.py", "helper.py"}),
        ("from package.inner import N", set(FILES) - {"stranger.py", "broken.py"}),
        ("import main", set()),
    ],
)
def test_what_imports_name_is_found(folder: Path, program: str, found: set[str]) -> None:
    main = folder / "main.py"
    main.write_text(program)
    assert {file.relative_to(folder).as_posix() for file in reached([main])} == {"main.py"} | found
