"""Bad values of each kind of argument: those that must be refused, and those that may be answered if that is right."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

Values = dict[str, Any]
NO_NUMBERS: Values = {
    "nan": float("nan"),
    "inf": float("inf"),
    "-inf": float("-inf"),
    "text": "a",
    "None": None,
    "complex": 1 + 2j,
    "object": object(),
    "dict": {"a": 1},
    "function": len,
    "date": np.datetime64("2020-01-01"),
    "masked": np.ma.masked_array([1.0], [True]),
    "complex tensor": torch.tensor(1j),
    "no memory": torch.empty((), device="meta"),
    "ragged": [[1.0], [1.0, 2.0]],
}
SCALAR = {**NO_NUMBERS, "two numbers": np.array([0.3, 0.4]), "empty": []}
MAYBE: Values = {"huge": 1e300, "tiny": 1e-300, "very huge": 10**400, "digits": "0.5", "one in a list": [0.5]}
MAYBE |= {name: SCALAR[name] for name in ("two numbers", "empty", "complex")}  # of numbers of any shape, or complex


def vector(good: np.ndarray, least: float = -np.inf) -> Values:
    """Of a vector of that length with entries >= `least`."""
    holes = {"nan": np.nan, "inf": np.inf, "-inf": -np.inf, **({"-1": -1.0} if least >= 0 else {})}
    spoilt = {
        f"{name} inside": np.where(np.arange(good.size) == good.size - 1, hole, good) for name, hole in holes.items()
    }
    shapes = {"three axes": np.ones((2, 2, good.size)), "empty": np.zeros(0), "empty list": []}
    kinds = {"complex": good + 1j, "texts": ["a"] * good.size, "dates": np.full(good.size, np.datetime64("2020-01-01"))}
    others = ("text", "None", "object", "dict", "function", "no memory", "ragged")
    masked = {"masked": np.ma.masked_array(good, np.arange(good.size) == 0)}
    return {**spoilt, **shapes, **kinds, **masked, **{name: NO_NUMBERS[name] for name in others}}


def point(good: np.ndarray) -> Values:
    """Of a point in a space of that dimension."""
    return {**vector(good), "too long": np.ones(good.size + 1), "too short": np.ones(good.size - 1)}


def rows(good: np.ndarray) -> Values:
    """Of points, one in each row."""
    spoilt = {name: _with(good, hole) for name, hole in {"nan": np.nan, "inf": np.inf}.items()}
    shapes = {"no rows": good[:0], "no columns": good[:, :0], "four axes": np.ones((2, 2, 2, 2))}
    kinds = {"complex": good + 1j, "texts": np.full(good.shape, "a"), "masked": np.ma.masked_array(good, good > 0)}
    others = ("text", "None", "object", "dict", "function", "no memory", "ragged")
    return {**spoilt, **shapes, **kinds, **{name: NO_NUMBERS[name] for name in others}}


def _with(good: np.ndarray, hole: float) -> np.ndarray:
    spoilt = np.array(good, dtype=float)
    spoilt.flat[0] = hole
    return spoilt


POSITIVE = {**SCALAR, "0": 0.0, "-1": -1.0}
AT_LEAST_0 = {**SCALAR, "-1": -1.0}
COUNT = {**SCALAR, "0": 0, "-1": -1, "2.5": 2.5}
LAW = {
    **{name: NO_NUMBERS[name] for name in ("nan", "text", "None", "object", "dict", "function", "date", "no memory")},
    **{"negative": [1.0, -1.0, 1.0], "nan inside": [1.0, np.nan, 1.0], "inf inside": [1.0, np.inf, 1.0]},
    **{"empty": [], "matrix": np.eye(3), "texts": ["a", "b", "c"], "class": np.ndarray},
}
RNG = {"None": None, "number": 0, "text": "seed", "module": np.random, "old": np.random.RandomState(0)}
WORD = {"nonsense": "nonsense", "empty": "", "None": None, "number": 3, "list": ["exact"], "capitals": "EXACT"}
CALLABLE = {"None": None, "number": 3, "text": "f", "list": [1.0]}
Kind = Values | Callable[[Any], Values]
