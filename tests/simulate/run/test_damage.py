"""Whatever file of a store is cut short, and whichever bit of one is turned, the store notices it."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from simulate.run.store import DAMAGED, WHOLE, Store

TIMES = 200
KEYS = [f"key{number}" for number in range(12)]


def result(number: int, size: int = 3) -> xr.Dataset:
    values = np.random.default_rng(number).standard_normal(size)
    return xr.Dataset({"observed": ("replica", values), "law": "sphere"}, attrs={"seed": "0", "number": number})


RESULTS = {key: result(number, 3 + number // 8) for number, key in enumerate(KEYS)}  # two forms, and so two packs


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Two packs of six results, and four results with files of their own."""
    kept = Store(tmp_path / "store")
    kept.save_all(RESULTS)
    for number in range(4):
        kept.save(f"alone{number}", result(number, 1 + 40 * number))
    return kept


def damaged(content: bytes, rng: np.random.Generator) -> tuple[str, bytes]:
    """One bit is turned, or the file cut short; and which."""
    place = int(rng.integers(len(content)))
    if rng.random() < 0.25:
        return "cut", content[:place]
    return "turned", content[:place] + bytes([content[place] ^ 1 << int(rng.integers(8))]) + content[place + 1 :]


@pytest.mark.filterwarnings("ignore::simulate.run.store.DamagedResult")
def test_every_bit_that_is_turned_and_every_cut_is_noticed(store: Store) -> None:
    rng, how = np.random.default_rng(0), Counter[str]()
    files = sorted(store.root.rglob("*.nc"))
    assert len(files) == 6
    holding = {path: {key for key in store if store.place(key) == path} for path in files}
    for _ in range(TIMES):
        path = files[int(rng.integers(len(files)))]
        whole = path.read_bytes()
        kind, content = damaged(whole, rng)
        path.write_bytes(content)
        how[kind] += 1
        again = Store(store.root)
        assert path in again.packed.damaged() or again.read(path.stem)[0] == DAMAGED
        states = {key: again.state(key) for keys in holding.values() for key in keys}
        assert {key for key, state in states.items() if state != WHOLE} == holding[path]
        assert again.load(min(holding[path])) is None
        path.write_bytes(whole)
    assert how.total() == TIMES
    assert min(how.values()) > 40
