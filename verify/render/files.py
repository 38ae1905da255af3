"""The ledger of one run as files: ledger.json for programs, ledger.md for readers."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import xarray as xr

from simulate.run.store import write_atomic
from verify.claim import Claim
from verify.render.ledger import texts, worst_point
from verify.render.markdown import markdown_table
from verify.untested import NOT_TESTED, in_words, noted_points

Record = dict[str, Any]
COLUMNS = ("claim", "verdict", "expected_verdict", "statement", "effect", "controls rejected")


def write_ledger(records: Iterable[Record], folder: Path) -> None:
    """Write the verdicts as ledger.json and ledger.md into a folder, which is made where it is missing.

    Arguments:
        records: of each claim, by `record`.
        folder: where to.

    Raises:
        CannotWrite where the folder cannot be written.
    """
    records = list(records)
    write_atomic(folder / "ledger.json", json.dumps(records, indent=1))
    write_atomic(folder / "ledger.md", run_markdown(records))


def run_markdown(records: Iterable[Record]) -> str:
    """A table with one row for each claim, and one more for what it says of points that were not tested."""
    return markdown_table(COLUMNS, [row for record in records for row in _rows(record)]) + "\n"


def record(claim: Claim, table: xr.Dataset) -> Record:
    """What was claimed and found, in plain values: texts, verdicts, and the point farthest from its prediction.

    Arguments:
        claim: the claim.
        table: what `verify.claim.judge` found of it, one row for each point.

    Returns:
        a dictionary that `json.dumps` takes.
    """
    worst = table.isel(point=worst_point(table))
    settings = {str(name): value.item() for name, value in worst.coords.items() if value.ndim == 0}
    numbers = {name: worst[name].item() for name in ("predicted", "observed", "lower", "upper", "p")}
    return {
        **texts(claim),
        "verdict": table.attrs["verdict"],
        "passed": bool(table.attrs["passed"]),
        "points": table.sizes["point"],
        "worst": {"at": settings, **numbers},
        "controls": {str(row.control.item()): str(row.item()) for row in table.control_verdict},
        "not_tested": noted_points(table),
    }


def _rows(record: Record) -> list[tuple[str, ...]]:
    elsewhere = in_words(record["not_tested"])
    unknown = (f"`{record['name']}`", f"**{NOT_TESTED}**", "", record["statement"], f"none: {elsewhere}", "none")
    return [_row(record)] + [unknown] * bool(elsewhere)


def _row(record: Record) -> tuple[str, ...]:
    worst, controls = record["worst"], list(record["controls"].values())
    effect = (
        f"{worst['observed']:.4g} in [{worst['lower']:.4g}, {worst['upper']:.4g}], predicted {worst['predicted']:.4g}"
    )
    rejected = f"{controls.count('disagrees')} of {len(controls)}"
    return (
        f"`{record['name']}`",
        f"**{record['verdict']}**",
        record["expected_verdict"],
        record["statement"],
        effect,
        rejected,
    )
