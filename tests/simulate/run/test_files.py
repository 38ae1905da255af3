"""What a killed writer has left is deleted by the next that writes in the same folder, and nothing else is."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import xarray as xr

from reports import cli
from simulate.run import files
from simulate.run.files import write_atomic
from simulate.run.key import ROOT
from simulate.run.store import Store

KILLED = """
import os, signal, sys
from simulate.run import files
os.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
files.write_atomic(sys.argv[1], "half of it")
"""


def test_what_a_killed_writer_left_is_deleted_where_a_command_writes(tmp_path: Path) -> None:
    store, out = Store(tmp_path / "store"), tmp_path / "out"
    store.save("key", xr.Dataset({"observed": 1.0}))
    command = [sys.executable, "-c", KILLED, str(out / "other.csv")]
    assert subprocess.run(command, cwd=ROOT, timeout=60).returncode == -signal.SIGKILL
    (out / ".notes.tmp").write_text("of another program")
    (out / f".{'0' * 32}.{files.here()}-{os.getpid()}.tmp").write_text("of this process, which is writing")
    assert len(list(out.iterdir())) == 3
    assert cli.main(["store", "export", "key", "--store", str(store.root), "--out", str(out / "table.csv")]) == 0
    assert sorted(path.name for path in out.iterdir() if path.name[1] != "0") == [".notes.tmp", "table.csv"]
    assert len(list(out.iterdir())) == 3


def test_a_folder_is_looked_through_once(tmp_path: Path) -> None:
    files._collected.cache_clear()
    for name in ("a", "b", "c"):
        write_atomic(tmp_path / name, name)
    assert files._collected.cache_info().misses == 1
