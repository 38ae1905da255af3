"""The command `losing-dimensions probe`: that of `verify.probe`, and a page beside its files."""

import sys
from functools import wraps
from pathlib import Path
from typing import Any

import xarray as xr

import verify.probe.__main__ as probe
from reports.probe.page import page
from simulate.run.store import write_atomic


@wraps(probe.command)
def command(*, out: Path | None = None, **given: Any) -> int:
    """Probe, and write report.html where a folder is named."""
    status = probe.command(out=out, **given)
    if status == 0 and out and not given.get("checkpoints"):
        write_atomic(out / "report.html", page(xr.load_dataset(out / "probe.nc", engine="h5netcdf")))
        print(f"The page: {out / 'report.html'}", file=sys.stderr)
    return status
