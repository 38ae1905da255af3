"""Commands of `losing-dimensions store` that show what a store holds, and take results out of it."""

from pathlib import Path
from typing import Annotated

import pandas as pd
import xarray as xr
from cyclopts import Parameter

from simulate.run.store import WHOLE, Store, write_atomic
from theory.checks import choice
from verify.door import printable, refusing

Folder = Annotated[Path | None, Parameter(name="--store")]
FORMATS = (".nc", ".csv")
UNTOLD = ("asked", "made_of")  # attributes for `store explain`
LONGEST = 100  # characters of an attribute in a list


def opened(folder: Path | None) -> Store:
    """The store in a folder that is there, else ValueError."""
    store = Store(folder)
    if not store.root.is_dir():
        raise ValueError(f"store must be a folder of results, there is none at {store.root}")
    return store


@refusing(ValueError, OSError)
def ls(store: Folder = None) -> int:
    """List the results in a store, each with its attributes.

    Args:
        store: the store (default: that of LOSING_DIMENSIONS_STORE, else store).
    """
    for key, result in opened(store).results():
        print(printable(f"{key}\n{_attributes(result)}"))
    return 0


def _attributes(result: xr.Dataset | None) -> str:
    if result is None:
        return "    damaged"
    where = {name: value.item() for name, value in result.coords.items() if value.ndim == 0}
    told = {name: value for name, value in {**result.attrs, **where}.items() if name not in UNTOLD}
    return "\n".join(f"    {name}: {_shortened(str(value))}" for name, value in told.items())


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[:LONGEST]} ..."


@refusing(ValueError, OSError)
def show(*key: str, store: Folder = None) -> int:
    """Print results: their values, and how they came about.

    Args:
        key: keys as `store ls` lists them, or their first characters.
        store: the store (default: that of LOSING_DIMENSIONS_STORE, else store).
    """
    kept = opened(store)
    with xr.set_options(display_max_rows=100, display_width=120):
        for name, result in _results(kept, key).items():
            print(printable(f"{name}\n{result}"))
    return 0


@refusing(ValueError, OSError)
def export(*key: str, out: Path, store: Folder = None) -> int:
    """Write results as one netCDF file, along `point`, or as one table of comma-separated values.

    Args:
        key: keys as `store ls` lists them, or their first characters.
        out: a file that ends in .nc or .csv.
        store: the store (default: that of LOSING_DIMENSIONS_STORE, else store).
    """
    kind = choice("out", out.suffix, FORMATS)
    results = _results(opened(store), key)
    write_atomic(out, _joined(results) if kind == ".nc" else _table(results))
    print(out)
    return 0


def _joined(results: dict[str, xr.Dataset]) -> bytes:
    """All results in one file; ValueError where their variables or axes do not fit."""
    parts = [result.assign_coords(key=key) for key, result in results.items()]
    whole = parts[0] if len(parts) == 1 else xr.concat(parts, "point", join="exact", combine_attrs="drop_conflicts")
    return bytes(whole.to_netcdf(None, engine="h5netcdf"))


def _table(results: dict[str, xr.Dataset]) -> str:
    tables = [_frame(result.assign_coords(key=key)) for key, result in results.items()]
    return pd.concat(tables, ignore_index=True).to_csv(index=False)


def _frame(result: xr.Dataset) -> pd.DataFrame:
    """One row for each place along the axes of a result."""
    return result.to_dataframe().reset_index() if result.sizes else result.expand_dims("row").to_dataframe()


def _results(store: Store, keys: tuple[str, ...]) -> dict[str, xr.Dataset]:
    """Results by their whole keys. Raises ValueError where one is not there, or not whole."""
    if not keys:
        raise ValueError("key must be at least one: `losing-dimensions store ls` lists them")
    return {whole: _whole(store, whole) for whole in (_key(store, key) for key in keys)}


def _key(store: Store, start: str) -> str:
    found = [key for key in store if key.startswith(start)]
    if start in found:
        return start
    if len(found) != 1:
        raise ValueError(f"key must be or begin that of one result in {store.root}, {len(found)} begin with {start!r}")
    return found[0]


def _whole(store: Store, key: str) -> xr.Dataset:
    if store.state(key) != WHOLE or (result := store.load(key)) is None:
        raise ValueError(f"key must be one of a whole result, {store.place(key)} is damaged")
    return result
