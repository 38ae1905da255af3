"""The words that CONTRIBUTING.md replaces do not come back: in texts, docstrings, names of variables and errors."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
REPLACED = ("decoy", "allowance", "contraction", "planted", "fresh", "spread")
PLACES = ("theory", "simulate", "verify", "reports", "tests", "benchmarks", "examples", "docs")
KINDS = ("py", "md", "js", "css", "typ", "html")


def texts() -> dict[str, str]:
    """Every module and page of ours by its path, but this one and the tables of CONTRIBUTING.md, which name them."""
    files = [ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
    files += [file for place in PLACES for kind in KINDS for file in (ROOT / place).rglob(f"*.{kind}")]
    read = {str(file.relative_to(ROOT)): file.read_text(encoding="utf-8") for file in files if file != Path(__file__)}
    read["CONTRIBUTING.md"] = re.sub(r"^\|.*$", "", read["CONTRIBUTING.md"], flags=re.MULTILINE)
    return read


@pytest.mark.parametrize("word", REPLACED)
def test_a_word_that_was_replaced_is_nowhere(word: str) -> None:
    found = [path for path, text in texts().items() if re.search(rf"(?<![a-z]){word}s?(?![a-z])", text, re.IGNORECASE)]
    assert found == []


def test_the_table_of_words_has_them() -> None:
    table = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert [word for word in REPLACED if not re.search(rf"^\|.*\b{word}\b.*\|", table, re.MULTILINE)] == []
