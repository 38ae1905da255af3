"""The files of the report from the values of its pages: one folder that works from disk, offline.

report.html, report.pdf     the paper, whole in one file each; in print with the ledger as an appendix
ledger.html                 every claim, folded to a line
measurements.html           the sections behind the paper
explorer.html               curves of the theory for settings of the reader's (`reports.explorer`)
figures/                    the figures of ledger and measurements, loaded when they come into sight
"""

from collections.abc import Mapping

from reports.contents import NAMES
from reports.explorer import explorer_page
from reports.section import Values
from reports.typesetting.pictures import apart
from reports.typesetting.typeset import typeset

BESIDE = {"explorer": "The explorer"}  # the page that the other pages name, and that names none


def files(pages: Mapping[str, Values]) -> dict[str, bytes]:
    """Content of each file by its name in the folder of the report, figures last."""
    shown = [[f"{name}.html", title] for name, title in (NAMES | BESIDE).items()]
    placed = {name: values | {"pages": shown, "here": f"{name}.html"} for name, values in pages.items()}
    report = placed.pop("report")
    made = {"report.html": typeset(report, "html"), "report.pdf": typeset(report, "pdf")}
    figures: dict[str, str] = {}
    for name, values in placed.items():
        page, of_page = apart(values)
        made[f"{name}.html"] = typeset(page, "html", name)
        figures |= of_page
    made["explorer.html"] = explorer_page().encode()
    return made | {name: svg.encode() for name, svg in sorted(figures.items())}
