"""The files of the report from the values of its pages: one folder that works from disk, offline.

report.html, report.pdf     the paper, whole in one file each; in print with the ledger as an appendix
ledger.html                 every claim, folded to a line
measurements.html           the sections behind the paper
explorer.html               curves of the theory for settings of the reader's (`reports.explorer`)
figures/                    the figures of ledger and measurements, loaded when they come into sight

A file that was typeset from the same values by the same sources is taken from the store.
"""

import json
from collections.abc import Mapping
from typing import Literal

from reports.contents import NAMES
from reports.explorer import explorer_page
from reports.kept import kept_bytes
from reports.section import Values
from reports.typesetting.pictures import apart
from reports.typesetting.typeset import sources, typeset
from simulate.run.store import Store

BESIDE = {"explorer": "The explorer"}  # the page that the other pages name, and that names none
MADE_BY = ("reports/typesetting",)


def files(pages: Mapping[str, Values], store: Store) -> dict[str, bytes]:
    """Content of each file by its name in the folder of the report, figures last.

    Arguments:
        pages: the values of each page by its name, of `reports.contents.pages`.
        store: where typeset files are kept.

    Returns:
        The content of each file.
    """
    shown = [[f"{name}.html", title] for name, title in (NAMES | BESIDE).items()]
    placed = {name: values | {"pages": shown, "here": f"{name}.html"} for name, values in pages.items()}
    report = placed.pop("report")
    made = {"report.html": _typeset(store, report, "html"), "report.pdf": _typeset(store, report, "pdf")}
    figures: dict[str, str] = {}
    for name, values in placed.items():
        page, of_page = apart(values)
        made[f"{name}.html"] = _typeset(store, page, "html", name)
        figures |= of_page
    made["explorer.html"] = explorer_page().encode()
    return made | {name: svg.encode() for name, svg in sorted(figures.items())}


def _typeset(store: Store, values: Values, kind: Literal["html", "pdf"], source: str = "paper") -> bytes:
    """The file of a page; Typst is asked only where values, sources or the version of Typst are other ones."""
    made_of = [json.dumps(values), kind, source, sources()]
    return kept_bytes(store, made_of, lambda: typeset(values, kind, source), MADE_BY)
