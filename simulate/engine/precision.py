r"""How torch multiplies matrices in single precision: in full, or not, and by which library.

`torch.backends.mkldnn.matmul.fp32_precision` lets the products of a CPU round their factors, to bfloat16 under "bf16".
That word moves them from MKL, which on processors of AMD uses half of the vector units, to oneDNN, which rounds only
where the processor has matrix units for bfloat16. Where it does not, and a trial product tells, the word costs no
accuracy and saves time (`benchmarks.training` has a loop with it beside one without).
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, cast

import torch

FASTER = "bf16"
ON_CPU = cast(Any, torch.backends.mkldnn).matmul
ROUNDING = 1e-5  # relative error of a product: above that in single precision, 2^-24, and below that in bfloat16, 2^-9
_LOCK = threading.Lock()
_inside = 0  # threads within `fast_products`, which share the word ...
_before = ""  # ... and what it was


def in_full() -> bool:
    """Whether products in single precision are made with all their digits: not where the user lets them round.

    Within `fast_products` they are, on a CPU; on a GPU as the user's word for it says.
    """
    if _inside and ON_CPU.fp32_precision == FASTER:
        return torch.backends.cuda.matmul.fp32_precision in ("none", "ieee")
    try:
        return torch.get_float32_matmul_precision() == "highest"
    except RuntimeError:  # set for one backend alone, which torch will not sum up in a word
        return False


@contextmanager
def fast_products() -> Iterator[None]:
    """Within it products in single precision on a CPU are made by the faster library that keeps all their digits.

    All threads of the process see it. Where the user lets products round, nothing changes.
    """
    global _inside, _before
    with _LOCK:
        shared = _inside > 0 or (in_full() and _faster_is_full())
        if shared and _inside == 0:
            _before, ON_CPU.fp32_precision = ON_CPU.fp32_precision, FASTER
        _inside += shared
    try:
        yield
    finally:
        if shared:
            with _LOCK:
                _inside -= 1
                if _inside == 0 and ON_CPU.fp32_precision == FASTER:
                    ON_CPU.fp32_precision = _before


@cache
def _faster_is_full() -> bool:
    one, other = torch.randn(2, 2, 128, 128, generator=torch.Generator().manual_seed(0))
    before, ON_CPU.fp32_precision = ON_CPU.fp32_precision, FASTER
    try:
        found = torch.bmm(one, other).double()
    finally:
        ON_CPU.fp32_precision = before
    expected = torch.bmm(one.double(), other.double())
    return bool((found - expected).norm() < ROUNDING * expected.norm())
