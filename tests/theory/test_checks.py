"""Bad input becomes one sentence that names the argument and the bound; good input becomes float64."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from theory import checks as arguments
from theory.checks import NotComputable, numpy_inside
from theory.limits.condensation import second_cumulant_time

NUMBERS = arrays(np.float64, array_shapes(max_dims=3, max_side=4), elements=st.floats(-1e300, 1e300))


@given(NUMBERS)
def test_finite_numbers_pass_unchanged(values: np.ndarray) -> None:
    np.testing.assert_array_equal(arguments.finite("x", values), values)
    assert arguments.finite("x", values.tolist()).dtype == np.float64


@given(NUMBERS, st.sampled_from([np.nan, np.inf, -np.inf]), st.data())
def test_the_first_number_that_is_not_finite_is_named_with_its_index(
    values: np.ndarray, bad: float, data: st.DataObject
) -> None:
    index = tuple(data.draw(st.integers(0, length - 1)) for length in values.shape)
    values[index] = bad
    with pytest.raises(ValueError, match=r"^x must be finite, got ") as caught:
        arguments.finite("x", values)
    where = index[0] if len(index) == 1 else index
    assert str(caught.value) == f"x must be finite, got {bad} at index {where}"


REFUSED: list[tuple[Callable[[], Any], str]] = [
    (lambda: arguments.finite("x", "word"), "x must be an array of real numbers, got str"),
    (lambda: arguments.finite("x", [1, 2 + 1j]), "x must be an array of real numbers, got list"),
    (lambda: arguments.finite("x", [[1.0], [1.0, 2.0]]), "x must be an array of real numbers, got list"),
    (lambda: arguments.finite("x", np.array([1j])), "x must be an array of real numbers, got ndarray of complex128"),
    (lambda: arguments.finite_complex("lam", [1j, np.nan]), "lam must be finite, got (nan+0j) at index 1"),
    (lambda: arguments.finite_complex("lam", [1.0, [2.0]]), "lam must be an array of real numbers, got list"),
    (lambda: arguments.finite("x", None), "x must be finite, got nan"),
    (
        lambda: arguments.finite("x", np.zeros((1, 1, 1)), ndim=(1, 2)),
        "x must have 1 or 2 dimensions, got shape (1, 1, 1)",
    ),
    (lambda: arguments.positive("t", 0.0), "t must be > 0, got 0.0"),
    (lambda: arguments.positive("t", [1.0, -1.0, -2.0]), "t must be > 0, got -1.0 at index 1"),
    (lambda: arguments.positive("t", [[1.0, 1.0], [1.0, 0.0]]), "t must be > 0, got 0.0 at index (1, 1)"),
    (lambda: arguments.variances([1.0, -0.1]), "variances must be >= 0, got -0.1 at index 1"),
    (lambda: arguments.variances([]), "variances must have at least one entry, got none"),
    (lambda: arguments.variances(1.0), "variances must have 1 dimensions, got shape ()"),
    (lambda: arguments.variances([[1.0]], "law"), "law must have 1 dimensions, got shape (1, 1)"),
    (lambda: arguments.points("x", [1.0, 2.0], 3), "x must have 3 coordinates in its last axis, got shape (2,)"),
    (lambda: arguments.points("x", 1.0, 1), "x must have 1 or 2 dimensions, got shape ()"),
    (lambda: arguments.log_size(-0.1), "log_n must be >= 0 (a data set has N >= 1 points), got -0.1"),
    (lambda: arguments.scalar("alpha", [1.0, 2.0]), "alpha must be one number, got shape (2,)"),
    (lambda: arguments.integer("n", 0), "n must be an integer >= 1, got 0"),
    (lambda: arguments.integer("n", 1.5), "n must be an integer >= 1, got 1.5"),
    (lambda: arguments.integer("seed", -1, least=0), "seed must be an integer >= 0, got -1"),
    (lambda: arguments.generator("rng", 3), "rng must be a numpy.random.Generator, got int"),
    (lambda: arguments.choice("order", "third", ("exact", "paper")), "order must be one of exact, paper; got 'third'"),
    (
        lambda: arguments.choice("claim", "gap-fnal", ("gap-final", *"abcdefghijkl")),
        "claim must be one of 13, got 'gap-fnal': did you mean gap-final?",
    ),
]


@pytest.mark.parametrize(("call", "message"), REFUSED, ids=[message for _, message in REFUSED])
def test_what_is_refused_is_said_in_one_sentence(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError, match=r"must be|must have") as caught:
        call()
    assert str(caught.value) == message


def test_bounds_belong_to_what_is_allowed() -> None:
    assert arguments.variances([0.0]).tolist() == [0.0]
    assert arguments.log_size(0) == 0.0
    assert arguments.log_size(1e5) == 1e5  # N = e^100000
    assert arguments.positive("t", 5e-324) > 0
    assert arguments.integer("n", np.int64(1)) == arguments.integer("n", 1.0) == 1
    assert arguments.scalar("alpha", np.array([[2.0]])) == 2.0
    assert arguments.choice("order", "exact", ("exact",)) == "exact"
    assert arguments.points("x", np.zeros((0, 3)), 3).shape == (0, 3)


def test_what_cannot_be_computed_is_a_value_error() -> None:
    assert issubclass(NotComputable, ValueError)


@numpy_inside
def scaled(x: Any, factor: Any = 1.0) -> Any:
    """Both must arrive as arrays of NumPy."""
    assert not isinstance(x, torch.Tensor)
    assert not isinstance(factor, torch.Tensor)
    return np.asarray(x, dtype=np.float64) * factor


def test_numpy_stays_numpy() -> None:
    assert isinstance(scaled(np.ones(2)), np.ndarray)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_tensor_comes_back_as_a_tensor_of_its_kind(dtype: torch.dtype) -> None:
    result = scaled(torch.ones(2, dtype=dtype, requires_grad=True), factor=torch.tensor(3.0))
    assert isinstance(result, torch.Tensor)
    assert result.dtype == dtype
    assert result.tolist() == [3.0, 3.0]


def test_tensors_without_a_fraction_and_with_an_imaginary_part() -> None:
    assert scaled(torch.tensor([1, 2]), 0.5).tolist() == [0.5, 1.0]
    assert scaled(torch.tensor(3), torch.ones(2, dtype=torch.bfloat16)).dtype == torch.bfloat16

    @numpy_inside
    def turned(x: Any) -> Any:
        return 1j * x

    assert turned(torch.ones(2)).dtype == torch.complex64
    assert turned(torch.ones(2, dtype=torch.complex128)).tolist() == [1j, 1j]


def test_complex_numbers_stay_complex_and_real_ones_real() -> None:
    assert arguments.finite_complex("lam", [1, 2]).dtype == np.float64
    assert arguments.finite_complex("lam", np.array([1j], dtype=np.complex64)).dtype == np.complex128


def test_a_tensor_given_by_name_counts() -> None:
    assert isinstance(scaled(2.0, factor=torch.ones(2, dtype=torch.float64)), torch.Tensor)


@pytest.mark.parametrize("kind", [np.array, torch.tensor])
@pytest.mark.parametrize(("function", "at"), [(np.exp, 1e3), (np.log, 0.0), (np.sqrt, -1.0), (lambda x: x[0] / 0, 1.0)])
def test_numbers_beyond_the_floats_are_an_error(kind: Callable, function: Callable, at: float) -> None:
    @numpy_inside
    def steep(x: Any) -> Any:
        return function(x)

    with pytest.raises(NotComputable, match=r"^arguments of steep must keep all its numbers within the floats: "):
        steep(kind([at]))


def test_floats_of_python_overflow_by_name() -> None:
    with pytest.raises(NotComputable, match="arguments of"):
        second_cumulant_time.numeric(1.7e308, 1.7e308, 1e-308)
