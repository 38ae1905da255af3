"""The command `losing-dimensions probe`: that of `verify.probe`, and a page beside its files."""

import sys
from functools import wraps
from pathlib import Path
from typing import Any

import xarray as xr

import verify.probe.__main__ as probe
from reports.probe.page import page
from reports.probe.training import page_of_checkpoints
from simulate.run.store import write_atomic

PAGES = {"report.html": (page, "probe.nc"), "checkpoints.html": (page_of_checkpoints, "checkpoints.nc")}


@wraps(probe.command)
def command(*, out: Path | None = None, **given: Any) -> int:
    """Probe, and write report.html, or checkpoints.html, where a folder is named."""
    status = probe.command(out=out, **given)
    name = _named(given)
    if status == 0 and out and name:
        make, numbers = PAGES[name]
        write_atomic(out / name, make(xr.load_dataset(out / numbers, engine="h5netcdf")))
        print(f"The page: {out / name}", file=sys.stderr)
    return status


def _named(given: dict[str, Any]) -> str:
    """The page of what was asked; none of a model without its data."""
    if given.get("checkpoints"):
        return "checkpoints.html"
    return "report.html" if given.get("data") else ""
