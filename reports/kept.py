"""What took long to make and is plain: kept in the store under the content of its inputs and of the code that makes it.

Judging a claim means exact averages, drawing it means a figure, setting a page means a file: seconds each, the same
every time. The code of the four houses, unless fewer folders are named, and the versions of the packages are part of
the key, so changed code never serves an old page.
"""

import json
import time
from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import Any

import xarray as xr

from simulate.run.key import PAGE, result_key
from simulate.run.provenance import of_run
from simulate.run.store import WHOLE, Store


def kept(store: Store, inputs: Any, make: Callable[[], Any], made_by: tuple[str, ...] = PAGE) -> Any:
    """`make()`, plain values as in JSON, or what `store` holds of it for the same `inputs` (see `content_hash`).

    Arguments:
        store: where pages are kept.
        inputs: all that the page is made of, anything that `content_hash` takes.
        make: makes the page.
        made_by: folders of the repository whose code makes the page (`simulate.run.key`).

    Returns:
        Plain values, as JSON has them.
    """
    key = _key(inputs, made_by)
    found = store.load(key)
    if found is not None:
        return json.loads(found["values"].item())
    begun = time.perf_counter()
    text = json.dumps(make())
    store.save(key, xr.Dataset({"values": text}, attrs=of_run(time.perf_counter() - begun)))
    return json.loads(text)


def kept_bytes(store: Store, inputs: Any, make: Callable[[], bytes], made_by: tuple[str, ...] = PAGE) -> bytes:
    """`make()`, the content of a file, or what `store` holds of it for the same `inputs`.

    Arguments:
        store: where files are kept.
        inputs: all that the file is made of, anything that `content_hash` takes.
        make: makes the content of the file.
        made_by: folders of the repository whose code makes the file (`simulate.run.key`).

    Returns:
        The same bytes whether they were made or kept.
    """
    return b64decode(kept(store, ["bytes", inputs], lambda: b64encode(make()).decode("ascii"), made_by))


def holds(store: Store, inputs: Any) -> bool:
    """Whether `store` holds it whole.

    Arguments:
        store: where pages are kept.
        inputs: all that the page is made of.
    """
    return store.state(_key(inputs)) == WHOLE


def _key(inputs: Any, made_by: tuple[str, ...] = PAGE) -> str:
    return result_key(["kept", inputs], made_by)
