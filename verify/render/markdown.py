"""Tables in Markdown, and where they stand in a page: between two markers."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from simulate.run.store import write_atomic
from theory.sentence import DOLLAR

WORDS = {  # of signs in mathematics that Markdown would take for its own
    "|": r"\vert ",
    "<": r"\lt ",
    ">": r"\gt ",
    "*": r"\ast ",
    r"\|": r"\Vert ",
    r"\{": r"\lbrace ",
    r"\}": r"\rbrace ",
    r"\,": r"\thinspace ",
    r"\:": r"\medspace ",
    r"\;": r"\thickspace ",
    r"\!": "",
}
IN_MATHEMATICS = re.compile("|".join(map(re.escape, sorted(WORDS, key=len, reverse=True))))


def markdown_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Rows of texts under `head` as Markdown, their mathematics as GitHub reads it between dollar signs.

    Arguments:
        head: the heading of each column.
        rows: one text for each column.
    """
    cells = [head, ["---"] * len(head), *([_cell(text) for text in row] for row in rows)]
    return "\n".join(f"| {' | '.join(row)} |" for row in cells)


def _cell(text: str) -> str:
    """The text without what would end a cell, or be lost: Markdown reads `\\,` and its like before LaTeX does."""
    parts = DOLLAR.split(text)
    inside = [IN_MATHEMATICS.sub(lambda found: WORDS[found[0]], part) for part in parts[1::2]]
    parts[::2] = [part.replace("|", r"\|") for part in parts[::2]]
    parts[1::2] = inside
    return "$".join(parts)


def between_markers(text: str, table: str, name: str = "ledger") -> str:
    """`text` with the table in place of what stands between the markers; ValueError where they are missing.

    Arguments:
        text: a page, with `<!-- name -->` and `<!-- /name -->` once each.
        table: what is to stand between the two.
        name: the name in the markers.
    """
    opening, closing = f"<!-- {name} -->", f"<!-- /{name} -->"
    if text.count(opening) != 1 or text.count(closing) != 1:
        raise ValueError(f"the file must have one {opening} and one {closing}")
    before, rest = text.split(opening)
    return f"{before}{opening}\n{table}\n{closing}{rest.split(closing)[1]}"


def write_between(file: Path, table: str, name: str = "ledger") -> None:
    """Put the table between the markers in `file`. Raises ValueError where it has none, and CannotWrite.

    Arguments:
        file: the page.
        table: what is to stand between the two markers.
        name: the name in the markers.
    """
    write_atomic(file, between_markers(page(file), table, name))


def page(file: Path) -> str:
    """The text of a file that is to be written. Raises ValueError where there is none."""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ValueError(f"write must name a text file with markers for the table, {file}: {why}") from error
