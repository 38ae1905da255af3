"""One thread for what is measured, of torch and of the libraries of linear algebra.

Where two threads share a sum, its terms are added in another order: with two, eigenvalues and solutions of systems of
some hundred equations, and sums over a whole tensor, have other last bits than with one. On one thread the same seed
gives the same bits, whatever the number of workers and threads; and small data sets are too small to share.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from threadpoolctl import ThreadpoolController

BRINGING = frozenset({"numpy", "scipy.linalg", "torch", "sklearn"})  # packages that load libraries of their own


@contextmanager
def one_thread() -> Iterator[None]:
    """Linear algebra and torch, where they have been imported, on one thread inside, as before outside."""
    torch: Any = sys.modules.get("torch")
    before = torch.get_num_threads() if torch else 0
    try:
        with _libraries(BRINGING.intersection(sys.modules)).limit(limits=1):
            if torch:
                torch.set_num_threads(1)
            yield
    finally:
        if torch:
            torch.set_num_threads(before)


@cache  # to look through what is loaded takes milliseconds
def _libraries(_: frozenset[str]) -> ThreadpoolController:
    return ThreadpoolController()
