"""From the values of the page to the bytes of one self-contained file: Typst does both kinds from `report.typ`.

Nothing is read but the source and its style sheet, no fonts but those inside Typst, and no date is written: the same
values give the same bytes.
"""

import json
import warnings
from pathlib import Path
from typing import Any, Literal, cast

import typst

SOURCE = Path(__file__).with_name("report.typ")
ROOT = SOURCE.parent


def typeset(contents: dict[str, Any], kind: Literal["html", "pdf"]) -> bytes:
    """The file of that kind."""
    compiler = typst.Compiler(
        SOURCE,
        root=ROOT,
        ignore_system_fonts=True,
        sys_inputs={"format": kind, "data": json.dumps(contents)},
    )
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "html export is under active development", typst.TypstWarning)
        return cast("bytes", compiler.compile(format=kind, timestamp=0))  # a list only for images of pages
