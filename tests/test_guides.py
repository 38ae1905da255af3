"""What README.md and CONTRIBUTING.md show is run, so that it stays true."""

import re
from pathlib import Path
from typing import Any

import pytest

from verify.claim import judge

ROOT = Path(__file__).parents[1]


def shown(document: str, name: str) -> str:
    """The block of Python behind the marker `<!-- name -->`."""
    text = (ROOT / document).read_text(encoding="utf-8")
    found = re.search(rf"<!-- {name} -->\n```python\n(.*?)```", text, re.DOTALL)
    assert found
    return found[1]


def test_the_example_prints_what_the_readme_says(capsys: pytest.CaptureFixture[str]) -> None:
    exec(shown("README.md", "example"), {})
    printed = capsys.readouterr().out.split("\n")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert all(f"`{line}`" in readme for line in printed if line)


def test_the_claim_of_the_guide_stands_and_takes_twenty_lines() -> None:
    text = shown("CONTRIBUTING.md", "claim")
    assert len(text.splitlines()) <= 20
    space: dict[str, Any] = {}
    exec(text, space)
    (claim,) = space["CLAIMS"]
    table = judge(claim, claim.experiment.run(progress=False))
    assert table.attrs["verdict"] == "agrees"
    assert table.attrs["stands"]
