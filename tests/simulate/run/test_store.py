"""The store keeps whole files only, knows damage when it sees it, and says how to help when it cannot write."""

import errno
import os
import subprocess
import time
from inspect import unwrap
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from reports import cli
from simulate.run.processes import here
from simulate.run.store import MISSING, SCHEMA, WHOLE, CannotWrite, DamagedResult, Store, write_atomic

RESULT = xr.Dataset(
    {"observed": ("time", [0.1, np.nan, -np.inf]), "count": 3, "kept": ("time", [True, False, True])},
    coords={"time": [1e-300, 0.1, 2.0], "law": "sphere"},
    attrs={"seed": "0"},
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "new" / "store")


def test_what_is_saved_is_loaded_bit_by_bit(store: Store) -> None:
    store.save("key", RESULT)
    loaded = store.load("key")
    assert loaded is not None
    assert loaded.identical(RESULT)
    assert {name: v.dtype for name, v in loaded.variables.items()} == {n: v.dtype for n, v in RESULT.variables.items()}


def test_what_was_loaded_can_be_joined_and_saved_again(store: Store) -> None:
    store.save("short", RESULT)
    short = store.load("short")
    assert short is not None
    joined = xr.concat([short, RESULT.assign_coords(law="torus of four radii")], "point")
    store.save("both", joined)
    both = store.load("both")
    assert both is not None
    assert both.law.values.tolist() == ["sphere", "torus of four radii"]


def test_an_unknown_key_has_no_result(store: Store) -> None:
    assert store.load("key") is None
    assert not store.root.exists()


def test_other_readers_of_netcdf_can_open_a_result(store: Store) -> None:
    store.save("key", RESULT)
    assert xr.load_dataset(store.root / "key.nc", engine="h5netcdf").identical(RESULT)


def test_any_damage_is_recognised(store: Store) -> None:
    store.save("key", RESULT)
    path = store.root / "key.nc"
    whole = path.read_bytes()
    positions = np.random.default_rng(0).integers(len(whole), size=50)
    flipped = [whole[:i] + bytes([whole[i] ^ 1]) + whole[i + 1 :] for i in positions]
    for damaged in [b"", whole[:10], whole[:-1], whole + b"x", *flipped]:
        path.write_bytes(damaged)
        with pytest.warns(DamagedResult, match=r"key\.nc is damaged") as told:
            assert unwrap(Store.load)(store, "key") is None  # without the checker of annotations
        assert [warning.filename for warning in told] == [__file__]  # the line that asked is named
    store.save("key", RESULT)
    assert store.load("key") is not None


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "report.html"
    write_atomic(path, "old ä")

    def disk_full(self: Path, content: bytes) -> None:
        with self.open("wb") as file:
            file.write(content[:2])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_bytes", disk_full)
    with pytest.raises(CannotWrite, match=r"report\.html \(No space left on device\): free or open.* or another day\."):
        write_atomic(path, b"new", remedy="another day")
    assert path.read_text(encoding="utf-8") == "old ä"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_refuses_is_named_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CannotWrite, match=r"Cannot write .*schema .*LOSING_DIMENSIONS_STORE"):
        Store(tmp_path / "file").save("key", RESULT)


def test_what_is_no_regular_file_is_not_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path):
        with pytest.raises(CannotWrite, match="it is no regular file"):
            write_atomic(path, b"new")
    assert (tmp_path / "pipe").is_fifo()


def test_a_result_that_another_writes_meanwhile_is_not_damaged(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    is_file = Path.is_file

    def and_then_written(self: Path) -> bool:
        found = is_file(self)
        monkeypatch.setattr(Path, "is_file", is_file)
        store.save("key", RESULT)
        return found

    monkeypatch.setattr(Path, "is_file", and_then_written)
    assert store.state("key") == MISSING
    assert store.state("key") == WHOLE


def test_only_temporary_files_of_dead_writers_are_cleaned_up(store: Store) -> None:
    store.save("key", RESULT)
    with subprocess.Popen(["true"]) as ended:
        pass
    names = {"ended": f"{here()}-{ended.pid}", "own": f"{here()}-{os.getpid()}"}
    names |= {"foreign": f"{'a' * 32}-1", "foreign_old": f"{'b' * 32}-1"}
    files = {name: store.root / f".{'0' * 32}.{writer}.tmp" for name, writer in names.items()}
    for path in files.values():
        path.write_bytes(b"half")
    for name, days in (("own", 3.0), ("foreign", 0.9), ("foreign_old", 1.1)):
        os.utime(files[name], (time.time() - 86_400 * days,) * 2)
    Store(store.root)
    assert set(store.root.iterdir()) == {files["own"], files["foreign"], store.root / "key.nc", store.root / "schema"}


def test_the_environment_names_the_default_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOSING_DIMENSIONS_STORE", str(tmp_path))
    assert Store().root == tmp_path
    monkeypatch.delenv("LOSING_DIMENSIONS_STORE")
    assert Store().root == Path("store")


def test_a_store_without_a_mark_gets_one_and_one_of_another_schema_is_refused(store: Store) -> None:
    store.save("key", RESULT)
    mark = store.root / "schema"
    assert mark.read_text() == SCHEMA
    mark.unlink()
    unmarked = Store(store.root)
    assert unmarked.state("key") == WHOLE
    unmarked.save("another", RESULT)
    assert mark.read_text() == SCHEMA
    mark.write_text("2")
    with pytest.raises(ValueError, match=r"store must be of schema 1, that in .* is of schema '2'.*another folder in"):
        Store(store.root)
    assert cli.main(["store", "verify", "--store", str(store.root)]) == 2


def test_a_file_of_another_key_is_not_believed(store: Store) -> None:
    store.save("one", RESULT)
    (store.root / "two.nc").write_bytes((store.root / "one.nc").read_bytes())
    with pytest.warns(DamagedResult, match=r"two\.nc is damaged"):
        assert store.load("two") is None


@pytest.mark.parametrize("key", ["../x", "a/b", "", ".hidden", "x" * 300, "a\0b"])
def test_a_key_is_no_path(store: Store, key: str) -> None:
    with pytest.raises(ValueError, match="key must be"):
        store.save(key, RESULT)
    with pytest.raises(ValueError, match="key must be"):
        store.load(key)


@pytest.mark.parametrize("name", ["missing_value", "scale_factor", "_FillValue", "units", "dtype"])
def test_attributes_that_would_change_the_values_are_refused(store: Store, name: str) -> None:
    with pytest.raises(ValueError, match=f"observed must have no attribute '{name}'"):
        store.save("key", RESULT.assign(observed=RESULT.observed.assign_attrs({name: 0.1})))
    assert store.load("key") is None
