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
from verify.key import judging


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
    found = store.load(_key(inputs, made_by))
    if found is not None:
        return json.loads(found["values"].item())
    begun = time.perf_counter()
    return keep(store, inputs, make(), time.perf_counter() - begun, made_by)


def keep(store: Store, inputs: Any, values: Any, seconds: float, made_by: tuple[str, ...] = PAGE) -> Any:
    """Put plain values in the store, where `kept` finds them, in place of what is there.

    Arguments:
        store: where pages are kept.
        inputs: all that the page is made of.
        values: plain values as in JSON.
        seconds: how long they took to make.
        made_by: folders of the repository whose code makes the page.

    Returns:
        The values, as JSON has them.
    """
    text = json.dumps(values)
    store.save(_key(inputs, made_by), xr.Dataset({"values": text}, attrs=of_run(seconds)))
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


def holds(store: Store, inputs: Any, made_by: tuple[str, ...] = PAGE) -> bool:
    """Whether `store` holds it whole.

    Arguments:
        store: where pages are kept.
        inputs: all that the page is made of.
        made_by: folders of the repository whose code makes the page.
    """
    return store.state(_key(inputs, made_by)) == WHOLE


def showing() -> tuple[str, ...]:
    """The folders whose code makes a page, but for the claims: of these a page rests on some (`code_of_claims`)."""
    return (*judging(), "reports")


def _key(inputs: Any, made_by: tuple[str, ...] = PAGE) -> str:
    return result_key(["kept", inputs], made_by)
