"""Bad arguments of public calls: a right answer or a clear error, and neither crash, delay nor a NaN that goes unsaid.

Where annotations are checked, as under pytest, some refusals would be those of the checker: the table runs beside.
"""

import json
import subprocess
import sys
from typing import Any

import pytest

from simulate.run.key import ROOT

LEAST = 2500  # cases; the issue asks for 700


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bad_input"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(said.stdout)


def test_every_bad_argument_is_refused_by_its_name_or_answered_rightly(found: dict[str, Any]) -> None:
    assert found["wrong"] == []
    assert found["count"] >= LEAST


def test_the_table_is_quick(found: dict[str, Any]) -> None:
    assert found["seconds"] < 60
