"""No text of the report or of a claim shows the code that should have been put in its place."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = [path for house in ("reports", "verify") for path in sorted((ROOT / house).rglob("*.py"))]
UNFORMATTED = re.compile(r"(?<![\^_}\]A-Za-z])\{[A-Za-z_]\w*[.(\[][^{}]*\}")


def texts(tree: ast.AST) -> Iterator[str]:
    """Strings of a module as they are printed, of f-strings what stands beside their values; no docstrings."""
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone:
            yield node.value


@pytest.mark.parametrize("file", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_string_lacks_its_f(file: Path) -> None:
    assert not [text for text in texts(ast.parse(file.read_text())) if UNFORMATTED.search(text)]


def test_a_string_that_lacks_its_f_is_found() -> None:
    said = '"""{a.b}"""\nf"over {number(x)}"\ny = f"{a} of " "over {number(scores.t)} to"\nz = "{number(t)}"\n'
    said += 'w = "$e^{K(t)}$"\n'
    found = [text for text in texts(ast.parse(said)) if UNFORMATTED.search(text)]
    assert found == ["{number(t)}", " of over {number(scores.t)} to"]
