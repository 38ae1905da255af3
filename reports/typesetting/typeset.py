"""From the values of a page to the bytes of its file: Typst does the web and the print from one source.

Nothing is read but the sources of this folder, no fonts but those inside Typst, and no date is written: the same
values give the same bytes.
"""

import json
import warnings
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal, cast

import typst

ROOT = Path(__file__).parent
READ = (".typ", ".css", ".js")  # what sources import and read


def typeset(contents: dict[str, Any], kind: Literal["html", "pdf"], source: str = "paper") -> bytes:
    """The file of that kind, from `source` (a .typ file of this folder, by its stem).

    Arguments:
        contents: plain values that the source reads.
        kind: "html" or "pdf".
        source: the stem of a .typ file of this folder.
    """
    compiler = typst.Compiler(ROOT / f"{source}.typ", **_settings(contents, kind))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "html export is under active development", typst.TypstWarning)
        try:
            return cast("bytes", compiler.compile(format=kind, timestamp=0))  # a list only for images of pages
        except typst.TypstError as error:
            if kind == "html" or "internal error" not in str(error):
                raise
            return _untagged(compiler)


def _untagged(compiler: typst.Compiler) -> bytes:
    """A print without tags for screen readers, where Typst fails to make them: some breaks of pages are too much."""
    warnings.warn("the print has no tags for screen readers, which Typst failed to make: use report.html", stacklevel=3)
    return cast("bytes", compiler.compile(format="pdf", timestamp=0, pdf_tags=False))


def page_of(contents: dict[str, Any], label: str, source: str = "paper") -> int:
    """The number of the page on which something labelled stands in print.

    Arguments:
        contents: plain values that the source reads.
        label: what Typst calls it.
        source: the stem of a .typ file of this folder.
    """
    found = typst.query(
        ROOT / f"{source}.typ", f"<page-of-{label}>", field="value", one=True, **_settings(contents, "pdf")
    )
    return int(json.loads(found))


def sources() -> dict[str, str]:
    """All beside the values that a page is set from: each file that Typst reads, and the version of Typst.

    Returns:
        The text of each file by its name, and under "typst" the version.
    """
    read = [path for path in sorted(ROOT.iterdir()) if path.suffix in READ]
    return {"typst": version("typst")} | {path.name: path.read_text(encoding="utf-8") for path in read}


def _settings(contents: dict[str, Any], kind: str) -> dict[str, Any]:
    return {"root": ROOT, "ignore_system_fonts": True, "sys_inputs": {"format": kind, "data": json.dumps(contents)}}
