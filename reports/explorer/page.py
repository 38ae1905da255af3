"""The explorer as one self-contained HTML page: `losing-dimensions explorer --out FILE`."""

from importlib.resources import files
from pathlib import Path
from typing import Any

from reports.explorer.formulas import javascript
from simulate.run.store import CannotWrite, write_atomic
from theory.checks import choice
from verify.door import refusing

OUT = Path("build/explorer.html")


@refusing(CannotWrite, OSError, ValueError)
def explorer(*, out: Path = OUT) -> int:
    """Curves of every layer of the theory, for settings of yours: one page that works from disk.

    Args:
        out: the HTML file, which ends in .html.
    """
    choice("out", out.suffix, (".html", ".htm"))
    write_atomic(out, explorer_page(), remedy="name another file with --out")
    print(out.resolve())
    return 0


def explorer_page() -> str:
    """The page, with its style and scripts inside: the same bytes for the same formulas."""
    page = _text("explorer.html").replace("/* STYLE */", _text("explorer.css"))
    return page.replace("/* SCRIPT */", f"\n{scripts()}\n{_text('page.js')}")


def scripts() -> str:
    """What computes and draws nothing: `values(prepared(settings), t)` is every layer at one noise variance t."""
    return "\n".join(["'use strict';", javascript(), *map(_text, ("contour.js", "levels.js", "models.js"))])


def _text(name: str) -> str:
    package: Any = files("reports.explorer")
    return (package / name).read_text(encoding="utf-8")
