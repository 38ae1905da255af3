"""The words that CONTRIBUTING.md replaces do not come back: in texts, docstrings, names of variables and errors."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
REPLACED = ("decoy", "allowance", "contraction", "planted", "fresh", "spread")
PLACES = ("theory", "simulate", "verify", "reports", "benchmarks", "examples", "docs")


def texts() -> dict[str, str]:
    """Every module and page of ours by its path, without the tables of CONTRIBUTING.md, which name these words."""
    files = [ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
    files += [file for place in PLACES for kind in ("py", "md") for file in (ROOT / place).rglob(f"*.{kind}")]
    read = {str(file.relative_to(ROOT)): file.read_text(encoding="utf-8") for file in files}
    read["CONTRIBUTING.md"] = re.sub(r"^\|.*$", "", read["CONTRIBUTING.md"], flags=re.MULTILINE)
    return read


@pytest.mark.parametrize("word", REPLACED)
def test_a_word_that_was_replaced_is_nowhere(word: str) -> None:
    found = [path for path, text in texts().items() if re.search(rf"\b{word}s?\b", text, re.IGNORECASE)]
    assert found == []


def test_the_table_of_words_has_them() -> None:
    table = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert [word for word in REPLACED if not re.search(rf"^\|.*\b{word}\b.*\|", table, re.MULTILINE)] == []
