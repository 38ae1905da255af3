"""What took long to make and is plain: kept in the store under the content of its inputs and of all the code.

Judging a claim means exact averages, drawing it means a figure: seconds each, the same every time. The code of the four
houses and the versions of the packages are part of the key, so changed code never serves an old page.
"""

import json
import time
from collections.abc import Callable
from typing import Any

import xarray as xr

from simulate.run.key import PAGE, result_key
from simulate.run.provenance import of_run
from simulate.run.store import Store


def kept(store: Store, inputs: Any, make: Callable[[], Any]) -> Any:
    """`make()`, plain values as in JSON, or what `store` holds of it for the same `inputs` (see `content_hash`).

    Arguments:
        store: where pages are kept.
        inputs: all that the page is made of, anything that `content_hash` takes.
        make: makes the page.
    """
    key = _key(inputs)
    found = store.load(key)
    if found is not None:
        return json.loads(found["values"].item())
    begun = time.perf_counter()
    text = json.dumps(make())
    store.save(key, xr.Dataset({"values": text}, attrs=of_run(time.perf_counter() - begun)))
    return json.loads(text)


def holds(store: Store, inputs: Any) -> bool:
    """Whether `store` holds it whole.

    Arguments:
        store: where pages are kept.
        inputs: all that the page is made of.
    """
    return store.load(_key(inputs)) is not None


def _key(inputs: Any) -> str:
    return result_key(["kept", inputs], PAGE)
