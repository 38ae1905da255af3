"""What is a legal argument: the one place where bad input becomes one clear sentence.

Every check returns the value as a float64 NumPy array (or float, or int) and raises
`ValueError` with the argument's name and the bound it broke. `numpy_inside` lets a NumPy
function take torch tensors and answer in kind, without importing torch for those who do not use it, and turns numbers
that overflow into one such sentence.
"""

import functools
import math
import sys
from collections.abc import Callable
from difflib import get_close_matches
from textwrap import shorten
from typing import Any, ParamSpec, TypeVar

import numpy as np

P = ParamSpec("P")
R = TypeVar("R")
LISTED, MOST_LISTED = 12, 30  # words that a sentence can list with ease, and at all
LONGEST_NAME = 60  # characters of a formula in a sentence
MOST_COUNTED = 2**53  # floats above are not all the whole numbers


class NotComputable(ValueError):
    """The answer exists but not in floating point, or not by this method; the message says what would help."""


def finite(name: str, value: Any, ndim: tuple[int, ...] | None = None) -> np.ndarray:
    """`value` as a finite float64 array.

    Arguments:
        name: of the argument, for the error.
        value: a number, list, array or tensor.
        ndim: the numbers of dimensions allowed; any where None.

    Returns:
        The array.

    Raises:
        ValueError: where `value` is no array of finite real numbers, or has another number of dimensions.
    """
    array = _array(name, value, np.dtype(np.float64))
    if ndim is not None and array.ndim not in ndim:
        allowed = " or ".join(str(n) for n in ndim)
        raise ValueError(f"{name} must have {allowed} dimensions, got shape {array.shape}")
    return _all_finite(name, array)


def finite_complex(name: str, value: Any) -> np.ndarray:
    """`value` as a finite array, complex128 where it is complex and float64 where it is real.

    Arguments:
        name: of the argument, for the error.
        value: a number, list, array or tensor.

    Returns:
        The array.

    Raises:
        ValueError: where `value` is no array of finite numbers.
    """
    is_complex = _array(name, value).dtype.kind == "c"
    return _all_finite(name, _array(name, value, np.dtype(np.complex128))) if is_complex else finite(name, value)


def positive(name: str, value: Any) -> np.ndarray:
    """`value` as a finite float64 array with every entry > 0.

    Arguments:
        name: of the argument, for the error.
        value: a number, list, array or tensor.

    Returns:
        The array.

    Raises:
        ValueError: where an entry is not finite or not > 0.
    """
    array = finite(name, value)
    if (array <= 0).any():
        raise ValueError(f"{name} must be > 0, got {_first(array, array <= 0)}")
    return array


def times(value: Any, power: int = 1, name: str = "t") -> np.ndarray:
    """Times t > 0, variances, of which t^power and t^-power are floats.

    Arguments:
        value: a number, list, array or tensor.
        power: the highest power of t that is needed, >= 1.
        name: of the argument, for the error.

    Returns:
        A float64 array.

    Raises:
        ValueError: where an entry is not finite or not > 0.
        NotComputable: where t^power or its inverse is no float.
    """
    array, digits = positive(name, value), 300 // power
    far = np.abs(np.log10(array)) > digits
    if far.any():
        raise NotComputable(f"{name} must be between 1e-{digits} and 1e{digits}, got {_first(array, far)}")
    return array


def variances(value: Any, name: str = "variances") -> np.ndarray:
    """Variances along the coordinate axes, each >= 0.

    Arguments:
        value: (d,) numbers, d >= 1.
        name: of the argument, for the error.

    Returns:
        A float64 array (d,).

    Raises:
        ValueError: where an entry is negative or not finite, or there is none.
    """
    array = finite(name, value, ndim=(1,))
    if array.size == 0:
        raise ValueError(f"{name} must have at least one entry, got none")
    if (array < 0).any():
        raise ValueError(f"{name} must be >= 0, got {_first(array, array < 0)}")
    return array


def points(name: str, value: Any, dimension: int) -> np.ndarray:
    """One point or a batch of points of R^d.

    Arguments:
        name: of the argument, for the error.
        value: (d,) or (batch, d).
        dimension: d.

    Returns:
        A float64 array of the shape of `value`.

    Raises:
        ValueError: where `value` is not finite or of another shape.
    """
    array = finite(name, value, ndim=(1, 2))
    if array.shape[-1] != dimension:
        raise ValueError(f"{name} must have {dimension} coordinates in its last axis, got shape {array.shape}")
    return array


def log_size(value: Any, name: str = "log_n") -> float:
    """log N of a data set with N >= 1 points; N itself may exceed any float.

    Arguments:
        value: a number >= 0.
        name: of the argument, for the error.

    Returns:
        A float.

    Raises:
        ValueError: where `value` is negative, or no finite number.
    """
    number = scalar(name, value)
    if number < 0:
        raise ValueError(f"{name} must be >= 0 (a data set has N >= 1 points), got {number}")
    return number


def scalar(name: str, value: Any) -> float:
    """One finite real number.

    Arguments:
        name: of the argument, for the error.
        value: a number, or an array of one.

    Returns:
        A float.

    Raises:
        ValueError: where `value` is not one finite number.
    """
    array = finite(name, value)
    if array.size != 1:
        raise ValueError(f"{name} must be one number, got shape {array.shape}")
    return float(array.reshape(()))


def integer(name: str, value: Any, least: int = 1) -> int:
    """One whole number.

    Arguments:
        name: of the argument, for the error.
        value: a whole number, of any type.
        least: the smallest that is allowed.

    Returns:
        An int.

    Raises:
        ValueError: where `value` is not whole, or below `least`.
    """
    number = scalar(name, value)
    if number != math.floor(number) or number < least:
        raise ValueError(f"{name} must be an integer >= {least}, got {value}")
    if number > MOST_COUNTED:
        raise ValueError(f"{name} must be at most {MOST_COUNTED}, got {value}")
    return int(number)


def choice(name: str, value: Any, allowed: tuple[str, ...]) -> str:
    """One of several words; an error for one that is misspelt names those like it where all are too many to read.

    Arguments:
        name: of the argument, for the error.
        value: the word.
        allowed: the words that there are.

    Returns:
        The word.

    Raises:
        ValueError: for another word.
    """
    if value not in allowed:
        like = get_close_matches(str(value), allowed) if len(allowed) > LISTED else []
        if like:
            raise ValueError(f"{name} must be one of {len(allowed)}, got {value!r}: did you mean {' or '.join(like)}?")
        if len(allowed) > MOST_LISTED:
            raise ValueError(f"{name} must be one of {len(allowed)}, such as {allowed[0]}, none of them like {value!r}")
        raise ValueError(f"{name} must be one of {', '.join(allowed)}; got {value!r}")
    return value


def function(name: str, value: Any) -> Callable[..., Any]:
    """What can be called.

    Arguments:
        name: of the argument, for the error.
        value: a function, or an object that acts as one.

    Returns:
        `value`.

    Raises:
        ValueError: where it cannot be called.
    """
    if not callable(value):
        raise ValueError(f"{name} must be a function, got {type(value).__name__}")
    return value


def generator(name: str, value: Any) -> np.random.Generator:
    """A source of random numbers.

    Arguments:
        name: of the argument, for the error.
        value: a `numpy.random.Generator`.

    Returns:
        The generator.

    Raises:
        ValueError: for anything else, as a seed.
    """
    if not isinstance(value, np.random.Generator):
        raise ValueError(f"{name} must be a numpy.random.Generator, got {type(value).__name__}")
    return value


def numpy_inside(function: Callable[P, R]) -> Callable[P, R]:
    """Let a NumPy function take torch tensors: the result is one of the first one's dtype and device.

    Numbers that leave the floats raise `NotComputable`: no NaN and no infinity comes back by accident.
    """
    inner: Callable[..., Any] = function

    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        tensors = [value for value in (*args, *kwargs.values()) if is_tensor(value)]
        args, kwargs = tuple(map(_to_numpy, args)), {key: _to_numpy(value) for key, value in kwargs.items()}
        try:
            with np.errstate(over="raise", divide="raise", invalid="raise"):
                result = inner(*args, **kwargs)
        except ArithmeticError as error:
            name = shorten(getattr(function, "__name__", "a formula"), LONGEST_NAME, placeholder=" ...")
            raise NotComputable(f"arguments of {name} must keep all its numbers within the floats: {error}") from error
        if not tensors:
            return result
        array = np.asarray(result)
        return sys.modules["torch"].as_tensor(array, dtype=_kind(tensors, array), device=tensors[0].device)

    return wrapper


def is_tensor(value: Any) -> bool:
    """Whether `value` is a torch tensor; torch is not imported to find out."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.Tensor)


def _to_numpy(value: Any) -> Any:
    if isinstance(value, float):
        return np.float64(value)  # Python's own overflows go by unseen
    if not is_tensor(value) or value.is_meta:  # a tensor without numbers is refused where its name is known
        return value
    held = value.detach().cpu()
    return (held.double() if held.is_floating_point() else held).numpy()  # NumPy knows no bfloat16


def _kind(tensors: list[Any], result: np.ndarray) -> Any:
    """The dtype of the first tensor that has a fraction, float64 if none has; complex where the result is."""
    fractional = [tensor.dtype for tensor in tensors if tensor.is_floating_point() or tensor.is_complex()]
    dtype = fractional[0] if fractional else sys.modules["torch"].float64
    return dtype.to_complex() if np.iscomplexobj(result) else dtype.to_real()


def _array(name: str, value: Any, dtype: np.dtype | None = None) -> np.ndarray:
    try:
        if np.ma.is_masked(value):
            raise TypeError("a mask would be lost")
        array = np.asarray(_to_numpy(value))
        if array.dtype.kind in ("mM" if dtype is None or dtype.kind == "c" else "cmM"):
            raise TypeError("an imaginary part, or a unit of time, would be lost")
        return array if dtype is None else array.astype(dtype, copy=False)
    except (TypeError, ValueError, OverflowError, NotImplementedError, RuntimeError) as error:
        kind = f" of {value.dtype}" if hasattr(value, "dtype") else ""
        raise ValueError(f"{name} must be an array of real numbers, got {type(value).__name__}{kind}") from error


def _all_finite(name: str, array: np.ndarray) -> np.ndarray:
    if not np.isfinite(array).all():
        raise ValueError(f"{name} must be finite, got {_first(array, ~np.isfinite(array))}")
    return array


def _first(array: np.ndarray, bad: np.ndarray | np.bool_) -> str:
    index = tuple(int(i) for i in np.argwhere(bad)[0])
    where = f" at index {index[0] if len(index) == 1 else index}" if index else ""
    return f"{array[bad].flat[0]}{where}"
