"""What is hostile: pickles, loops, paths and names that would leave their place, escape codes for a terminal."""

import ast
import os
from pathlib import Path

import pytest
import xarray as xr
from PIL import Image

from reports import cli
from simulate.images import load_images
from simulate.run.key import ROOT
from simulate.run.lease import Leases
from simulate.run.store import DAMAGED, Store
from tests.verify.test_claim import claim, table
from verify.render.explanation import explanation

HOUSES = ("theory", "simulate", "verify", "reports")
UNPICKLING = {"load", "loads", "Unpickler", "read_pickle"}  # of these modules:
PICKLES = {"pickle", "cloudpickle", "joblib", "dill", "shelve", "marshal", "pandas", "pd"}
OF_A_SWEEP = "simulate/run/tasks.py"  # what the process that sweeps has packed for its own workers


def _unpickles(node: ast.AST) -> bool:
    if isinstance(node, ast.keyword) and node.arg in ("allow_pickle", "weights_only"):
        return not (isinstance(node.value, ast.Constant) and node.value.value is (node.arg == "weights_only"))
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("eval", "exec")
    of = node.func.value.id if isinstance(node.func.value, ast.Name) else ""
    if of == "torch" and node.func.attr == "load":
        return not any(one.arg == "weights_only" for one in node.keywords)
    return of in PICKLES and node.func.attr in UNPICKLING


def test_nothing_is_unpickled_and_no_text_is_run() -> None:
    files = [path for house in HOUSES for path in (ROOT / house).rglob("*.py")]
    nodes = {path.relative_to(ROOT).as_posix(): ast.walk(ast.parse(path.read_text())) for path in files}
    found = {name for name, each in nodes.items() if any(map(_unpickles, each))}
    assert len(files) > 100
    assert found == {OF_A_SWEEP}


@pytest.mark.filterwarnings("ignore::simulate.run.store.DamagedResult")
def test_loops_of_links_end(tmp_path: Path) -> None:
    Image.new("L", (4, 4)).save(tmp_path / "a.png")
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "self.png").symlink_to(tmp_path / "self.png")
    assert len(load_images(tmp_path)) == 1
    (tmp_path / "self.nc").symlink_to(tmp_path / "self.nc")
    store = Store(tmp_path)
    assert store.load("self") is None
    assert cli.main(["store", "verify", "--store", str(tmp_path)]) in (0, 1)


def test_what_is_kept_stays_in_the_store(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("not to be touched")
    store = Store(tmp_path / "store")
    store.save("key", xr.Dataset({"observed": 1.0}))
    (store.root / "link.nc").symlink_to(outside)
    assert store.state("link") == DAMAGED
    store.save("link", xr.Dataset({"observed": 1.0}))
    (store.root / "other.nc").symlink_to(outside)
    store.discard(["other"])
    assert cli.main(["store", "verify", "--set-aside", "--store", str(store.root)]) == 0
    assert outside.read_text() == "not to be touched"
    assert list(store) == ["key", "link"]


def test_pipes_and_devices_in_a_store_hold_nobody_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.nc")
    (tmp_path / "zero.nc").symlink_to("/dev/zero")
    store = Store(tmp_path)
    assert [store.state(key) for key in store] == [DAMAGED, DAMAGED]
    assert cli.main(["store", "verify", "--store", str(tmp_path)]) == 1


def test_pipes_and_devices_where_a_store_has_files_of_its_own_hold_nobody_up(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("packs", "leases"):
        (tmp_path / name).mkdir()
        os.mkfifo(tmp_path / name / "pipe.nc")
        os.mkfifo(tmp_path / name / "pipe.alive")
    (tmp_path / "packs" / "zero.nc").symlink_to("/dev/zero")
    store = Store(tmp_path)
    assert list(store) == []
    assert len(store.packed.damaged()) == 2
    with Leases(tmp_path / "leases") as leases:
        assert leases.take(["key"]) == {"key"}
    (tmp_path / "schema").symlink_to("/dev/zero")
    assert cli.main(["store", "ls", "--store", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert "store must say of which schema it is in a file" in said
    assert said.count("\n") == 1


HOSTILE = "a\x1b[2J\x1b]0;owned\x07\r<script>alert(1)</script>"


def test_no_escape_code_reaches_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = Store(tmp_path / "store")
    store.save("key", xr.Dataset({"observed": 1.0}, {"law": HOSTILE}, {"experiment": HOSTILE}))
    for line in (["ls"], ["show", "key"], ["show", HOSTILE], ["export", "key", "--out", f"{HOSTILE}.txt"]):
        cli.main(["store", *line, "--store", str(store.root)])
    cli.main(["report", "--data", HOSTILE])
    cli.main([HOSTILE])
    printed = "".join(capsys.readouterr())
    assert "owned" in printed
    assert not set("\x1b\x07\r") & set(printed)


def test_no_escape_code_of_a_claim_reaches_the_terminal() -> None:
    wild = claim(statement=HOSTILE, controls={HOSTILE: lambda _: 0.56, f"{HOSTILE}!": lambda _: 0.44})
    printed = explanation(wild, table(wild))
    assert printed.count("owned") == 3
    assert not set("\x1b\x07\r") & set(printed)
