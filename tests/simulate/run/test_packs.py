"""Small results share a file, come back as they were, and are known from damaged ones."""

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from simulate.run.packs import LARGEST, keys_of
from simulate.run.store import DAMAGED, MISSING, WHOLE, CannotWrite, DamagedResult, Store


def result(number: int) -> xr.Dataset:
    """Of all kinds of values, with texts of various lengths."""
    values = {"observed": ("time", [0.1 * number, np.nan, -np.inf]), "count": number, "single": np.float32(1.5)}
    texts = {"names": ("time", ["a", "b" * number, ""]), "kept": ("time", [True, False, number > 3])}
    attributes = {"seed": "0", "made_of": "x" * 100, "seconds": 0.1 * number, "whole": 3}
    return xr.Dataset({**values, **texts}, {"time": [1e-300, 0.1, 2.0], "law": "abc"[: number % 4]}, attributes)


RESULTS = {f"key{number}": result(number) for number in range(20)}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    kept = Store(tmp_path / "store")
    kept.save_all(RESULTS)
    return kept


def pack(store: Store) -> Path:
    (only,) = store.packed.folder.iterdir()
    return only


def test_what_shares_a_file_comes_back_bit_by_bit(store: Store) -> None:
    assert pack(store)
    for one in (store, Store(store.root)):
        assert list(one) == sorted(RESULTS)
        for key, kept in RESULTS.items():
            found = one.load(key)
            assert found is not None
            assert found.identical(kept)
            assert {name: v.dtype for name, v in found.variables.items()} == {
                name: v.dtype for name, v in kept.variables.items()
            }
            assert (one.state(key), one.attributes(key)) == (WHOLE, kept.attrs)
        assert (one.state("key99"), one.load("key99")) == (MISSING, None)


def test_other_forms_and_large_and_odd_results_have_files_of_their_own(tmp_path: Path) -> None:
    store = Store(tmp_path)
    large = xr.Dataset({"observed": ("replica", np.ones(LARGEST // 8 + 1))})
    odd = xr.Dataset({"observed": 1.0}, attrs={"list": [1.0, 2.0]})
    store.save_all({"a": large, "b": large, "c": odd, "d": odd, "e": result(1), "f": xr.Dataset({"other": 1.0})})
    assert sorted(path.stem for path in tmp_path.glob("*.nc")) == list("abcdef")
    assert all(store.load(key) is not None for key in "abcdef")
    store.save_all({"g": result(1), "h": result(2), "i": xr.Dataset({"z": 1}), "j": xr.Dataset({"z": 2})})
    assert sorted(map(keys_of, store.packed.folder.iterdir())) == [["g", "h"], ["i", "j"]]


def test_other_readers_of_netcdf_can_open_a_pack(store: Store) -> None:
    read = xr.load_dataset(pack(store), engine="h5netcdf")
    np.testing.assert_array_equal(read.packed_count, range(20))


@pytest.mark.filterwarnings("ignore::simulate.run.store.DamagedResult")
def test_any_damage_of_a_pack_is_recognised(store: Store) -> None:
    path = pack(store)
    whole = path.read_bytes()
    positions = np.random.default_rng(0).integers(len(whole), size=50)
    flipped = [whole[:i] + bytes([whole[i] ^ 1]) + whole[i + 1 :] for i in positions]
    for damaged in [b"", whole[:10], whole[:-1], whole + b"x", *flipped]:
        path.write_bytes(damaged)
        again = Store(store.root)
        assert again.packed.damaged() == [path]
        assert again.state("key3") in (DAMAGED, MISSING)  # missing where the keys themselves cannot be read
        assert store.load("key3") is None
    path.write_bytes(whole[:9] + b"x" + whole[10:])
    again = Store(store.root)
    with pytest.warns(DamagedResult, match="is damaged; it is computed again"):
        assert again.load("key3") is None
    again.save("key3", result(3))
    assert again.state("key3") == WHOLE


@pytest.mark.filterwarnings("ignore::simulate.run.store.DamagedResult")
def test_a_pack_under_another_name_and_keys_that_are_paths_are_not_believed(store: Store) -> None:
    pack(store).rename(store.packed.folder / f"{'0' * 64}.nc")
    assert Store(store.root).load("key1") is None
    tail = b"../../x\na"
    (store.packed.folder / "hostile.nc").write_bytes(tail + len(tail).to_bytes(8) + bytes(32))
    assert set(Store(store.root)) == set(RESULTS)


def test_another_process_sees_a_new_pack(store: Store) -> None:
    other = Store(store.root)
    assert other.state("late1") == MISSING
    store.save_all({"late1": result(1), "late2": result(2)})
    assert other.state("late1") == WHOLE


def test_packs_that_are_not_looked_for_take_no_memory(store: Store) -> None:
    other = Store(store.root)
    other.packed.ignored.add(pack(store).name)
    assert other.state("key1") == MISSING
    store.save_all({"late1": result(1), "late2": result(2)})
    assert other.state("late1") == WHOLE
    assert set(other.packed._places) == {"late1", "late2"}


def test_discarded_results_go_and_the_others_stay(store: Store) -> None:
    store.save("alone", result(1))
    store.discard(["alone", "key0", "key1"])
    assert list(store) == sorted(set(RESULTS) - {"key0", "key1"})
    found = store.load("key2")
    assert found is not None
    assert found.identical(result(2))
    store.discard(RESULTS)
    assert list(store) == []
    assert not any(store.packed.folder.iterdir())


def test_a_full_disk_leaves_no_half_of_a_pack(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, content: bytes) -> int:
        with self.open("wb") as file:
            file.write(content[:2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(CannotWrite, match="No space left"):
        store.save_all({"new1": result(1), "new2": result(2)})
    assert len(list(store.packed.folder.iterdir())) == 1
